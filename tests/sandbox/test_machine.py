"""The machine's faults are not charged to a student, and what a child claims is no fact."""

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from boxes import ANSWER, ASK, RIGHT, TIGHT, layers, request

from backprop_cli.batch.submissions.digest import digest
from backprop_cli.batch.submissions.submission import Raw
from backprop_cli.errors import BackpropError
from backprop_cli.sandbox.box import Box, open_box
from backprop_cli.sandbox.limits import Limits
from backprop_cli.sandbox.report import Ending
from backprop_cli.sandbox.slots import Slot

SLOW = RIGHT + b"\nimport time\ntime.sleep(1.5)\n"


def runners(box: Box) -> list[int]:
    """The processes of a box that have no child: those in which students' code runs."""
    worker: Any = box.worker
    found, waiting = [], [worker.process.pid]
    while waiting:
        pid = waiting.pop()
        with suppress(OSError):
            below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            waiting += [int(child) for child in below]
            if not below and pid != worker.process.pid:
                found.append(pid)
    return found


@layers("bubblewrap", "process")
def test_a_run_that_is_killed_from_outside_is_done_again(layer: str) -> None:
    with open_box(layer, replace(TIGHT, wall=20.0)) as box:
        box.run(RIGHT, [ASK])

        def kill() -> None:
            time.sleep(0.7)
            for pid in runners(box):
                with suppress(OSError):
                    os.kill(pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        report = box.run(SLOW, [ASK])
        killer.join()
    assert report.ending is Ending.DONE
    assert report.replies[0]["results"] == ANSWER


@layers("bubblewrap", "process")
def test_a_file_that_crashes_twice_has_crashed(layer: str) -> None:
    with open_box(layer, TIGHT) as box:
        assert box.run(b"import ctypes\nctypes.string_at(0)", [ASK]).ending is Ending.KILLED
        assert box.run(RIGHT, [ASK]).replies[0]["results"] == ANSWER


@layers("bubblewrap", "process")
def test_a_machine_without_descriptors_gives_no_mark(layer: str) -> None:
    with (
        open_box(layer, replace(TIGHT, descriptors=4)) as box,
        pytest.raises(BackpropError, match="a right file ended"),
    ):
        box.run(RIGHT + b"open('/dev/null')\n", [ASK])


@layers("bubblewrap", "process")
def test_a_marker_without_descriptors_gives_no_mark(layer: str) -> None:
    import resource

    with open_box(layer, TIGHT) as box:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = max(map(int, os.listdir("/proc/self/fd")))
        resource.setrlimit(resource.RLIMIT_NOFILE, (most + 1, hard))
        held = []
        with suppress(OSError):
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        try:
            with pytest.raises(BackpropError, match="cannot be run here"):
                box.run(RIGHT, [ASK])
        finally:
            for descriptor in held:
                os.close(descriptor)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert box.run(RIGHT, [ASK]).replies[0]["results"] == ANSWER


CLAIMS = b"""
import sys, numpy as np
harness = sys.modules['backprop_cli.sandbox.inside.harness']
play = harness._play
harness._play = lambda *a: {**play(*a), 'changed': False}
class MultiplyGate:
    def forward(self, x, y):
        x *= 2
        return x * y
"""


@layers()
@pytest.mark.parametrize("claims", [True, False])
def test_a_change_of_the_inputs_is_seen_from_outside(layer: str, claims: bool) -> None:
    source = CLAIMS if claims else CLAIMS.partition(b"class")[1] + CLAIMS.partition(b"class")[2]
    array = request(["forward", "gate", [[1.0, 2.0], [3.0, 4.0]]])
    number = request(["forward", "gate", [1.0, 2.0]])
    with open_box(layer, TIGHT) as box:
        report = box.run(source, [array, number, array])
    assert [reply["changed"] for reply in report.replies] == [True, False, True]


@layers("bubblewrap", "process")
def test_all_replies_together_are_bounded(layer: str) -> None:
    source = b"class MultiplyGate:\n    def forward(self, x, y): return [x] * 9000\n"
    limits = replace(Limits(), replies=2**20)
    with open_box(layer, limits) as box:
        report = box.run(source, [request(["forward", "gate", [1.0, 2.0]])] * 100)
    assert report.ending is Ending.GARBLED
    assert len(report.replies) < 10


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user")
def test_each_slot_has_a_user_of_its_own() -> None:
    slots = [Slot() for _ in range(5)]
    assert len({slot.user for slot in slots}) == 5
    first = slots[0].user
    slots[0].close()
    again = Slot()
    assert again.user == first
    for slot in [again, *slots[1:]]:
        slot.close()


def test_a_line_cannot_have_the_digest_of_a_file() -> None:
    file = Raw("a.toml", "ada", b"x = 1\n", "toml")
    parts = (file.kind, file.stem, file.reason, *file.problems)
    lengths = ",".join([str(len(part)) for part in (*parts, file.data)])
    crafted = lengths.encode() + b"".join([part.encode() for part in parts]) + file.data
    assert digest(Raw("class.jsonl, line 1", "", crafted)) != digest(file)
