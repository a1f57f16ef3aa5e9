"""Every attack is contained and earns nothing, and the next file is marked as if nothing had been."""

import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from attacks import WORST
from attacks_on_the_kernel import KERNEL, MORE
from boxes import RIGHT, TIGHT, layers, needs_layer, why_not
from written import written

from backprop_cli.exercises.code.mark import mark_code
from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.exercises.model.exercise import CodeGate
from backprop_cli.sandbox.box import Box
from backprop_cli.sandbox.report import Report

ASKED = [CodeGate("MultiplyGate", "mul", 7)]
KEY = "the key is 42"

ATTACKS = {**WORST, **MORE}

WEAKER = {
    # It needs a wall around files, which `process` does not have.
    "search for files": "process",
}


def test_there_are_enough_of_them() -> None:
    assert len(ATTACKS) == len(WORST) + len(MORE) >= 150


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("class") / "secret-key.toml"
    path.write_text(KEY)
    path.chmod(0o600)
    return path


class Watched(Box):
    """A box that keeps its last report."""

    report: Report

    def run(self, source: bytes, requests: Sequence[dict[str, Any]]) -> Report:
        self.report = super().run(source, requests)
        return self.report


@pytest.fixture(scope="module")
def boxes() -> Iterator[dict[str, Watched]]:
    """One box a layer for all attacks: whatever one leaves behind, the next would find."""
    with ExitStack() as stack:
        found = {}
        for layer in ("bubblewrap", "process"):
            if not why_not(layer):
                found[layer] = Watched(layer, TIGHT)
                stack.callback(found[layer].close)
        yield found


def claims() -> Iterator[Any]:
    """Every attack with every layer that claims to contain it."""
    for layer in ("bubblewrap", "process"):
        unable = needs_layer(layer)
        for name in ATTACKS:
            if name in KERNEL and platform.machine() != "x86_64":
                continue
            if layer == "bubblewrap" or name not in WEAKER:
                yield pytest.param(name, layer, marks=unable)


@pytest.mark.parametrize(("name", "layer"), list(claims()))
def test_an_attack_gains_nothing(
    name: str, layer: str, secret: Path, boxes: dict[str, Watched]
) -> None:
    if layer == "process" and os.getuid() != 0:
        pytest.skip("only root can be another user")
    source = ATTACKS[name].replace("SECRET", str(secret)).replace("PARENT", str(os.getpid()))
    box = boxes[layer]
    worker = box.worker
    (mark,) = mark_code(source.encode("utf-8", "surrogatepass"), ASKED, box)
    assert mark.points == 0
    assert mark.verdict in (Verdict.WRONG, Verdict.UNREADABLE)
    assert mark.reason.isprintable()
    assert ("No module named" in mark.reason) == (name == "our own engine")
    assert len(mark.reason) < 1000
    assert secret.read_text() == KEY
    assert KEY not in str(box.report)
    assert "GAINED" not in box.report.printed

    (after,) = mark_code(written("mul", name="MultiplyGate"), ASKED, box)
    assert (after.verdict, after.points, after.reason) == (Verdict.CORRECT, 7, "")
    assert box.worker is worker


@layers("bubblewrap")
def test_what_one_leaves_the_next_does_not_find(layer: str, boxes: dict[str, Watched]) -> None:
    source = WORST["a message in shared memory"].encode()
    printed = [boxes[layer].run(source, []).printed for _ in range(2)]
    # No shared memory at all where calls are filtered, else an empty one.
    assert printed in (["", ""], ["left: b'\\x00\\x00\\x00\\x00'\n"] * 2)


@layers("bubblewrap")
def test_nothing_survives(layer: str, boxes: dict[str, Watched]) -> None:
    boxes[layer].run(WORST["a child that stays"].encode(), [])
    left = boxes[layer].run(b"import os\nprint(os.getpid(), os.listdir('/proc'))", []).printed
    assert left == "1 []\n"


@layers("bubblewrap", "process")
def test_right_files_are_right_after_all_of_them(layer: str, boxes: dict[str, Watched]) -> None:
    if layer in boxes:
        (mark,) = mark_code(RIGHT, ASKED, boxes[layer])
        assert mark.points == 6
