"""A box runs one file after the other, says how each ended, and names what stood between."""

import os
import platform
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from boxes import ANSWER, ASK, RIGHT, TIGHT, layers, request

from backprop_cli.errors import BackpropError
from backprop_cli.sandbox import backends
from backprop_cli.sandbox.box import open_box
from backprop_cli.sandbox.inside.calls import SYSTEMS
from backprop_cli.sandbox.limits import MIB
from backprop_cli.sandbox.report import Ending
from backprop_cli.sandbox.workers import FreshWorker, Prepared


@layers()
def test_a_file_is_loaded_and_asked(layer: str) -> None:
    with open_box(layer, TIGHT) as box:
        report = box.run(RIGHT + b"print('hello')\n", [ASK, ASK])
    assert report.layer == layer
    assert report.ending is Ending.DONE
    assert report.loaded == {
        "classes": {"MultiplyGate": {"forward": ["self", "x", "y"], "backward": ["self", "dz"]}}
    }
    assert report.replies == ({"results": ANSWER, "changed": False},) * 2
    assert report.printed == "hello\n"


@layers()
def test_a_file_sees_nothing_of_the_one_before(layer: str) -> None:
    first = b"import math, sys\nmath.left = sys.left = 'a message'\nimport os\nos.environ['LEFT'] = '1'\n"
    second = b"import math, os, sys\nprint(hasattr(math, 'left'), hasattr(sys, 'left'), 'LEFT' in os.environ)\n"
    with open_box(layer, TIGHT) as box:
        box.run(first, [])
        assert box.run(second, []).printed == "False False False\n"


@layers("bubblewrap")
def test_files_are_gone_with_the_run(layer: str) -> None:
    look = b"import os\nprint(sorted(os.listdir('/tmp')), os.listdir('/proc'))\nopen('/tmp/note', 'w').write('x')\n"
    with open_box(layer, TIGHT) as box:
        assert [box.run(look, []).printed for _ in range(2)] == ["[] []\n"] * 2


@layers()
@pytest.mark.parametrize(
    ("source", "ending"),
    [
        ("while True: pass", Ending.TIMEOUT),
        ("import time\ntime.sleep(60)", Ending.TIMEOUT),
        ("import os\nos._exit(0)", Ending.EXIT),
        ("import os\nos._exit(71)", Ending.MEMORY),
        ("while True: print('x' * 1000)", Ending.PRINTED),
        ("import os\nos.write(3, b'no reply\\n')", Ending.GARBLED),
        ("import os\nwhile True: os.write(3, b'x' * 10**5)", Ending.GARBLED),
        ("import os\nos.write(3, b'[' * 10**5 + b'\\n')", Ending.GARBLED),
        ("import ctypes\nctypes.string_at(0)", Ending.KILLED),
    ],
)
def test_a_run_says_how_it_ended(layer: str, source: str, ending: Ending) -> None:
    with open_box(layer, TIGHT) as box:
        report = box.run(source.encode(), [ASK])
        assert report.ending is ending
        assert box.run(RIGHT, [ASK]).replies[0]["results"] == ANSWER


@layers("bubblewrap", "process")
def test_memory_is_bounded(layer: str) -> None:
    with open_box(layer, TIGHT) as box:
        report = box.run(b"x = bytearray(10**9)\n", [ASK])
    assert report.ending is Ending.MEMORY


@layers("bubblewrap")
@pytest.mark.parametrize("prepared", [True, False])
def test_both_ways_into_bubblewrap_isolate_alike(layer: str, prepared: bool) -> None:
    source = b"""
import os, resource
print(os.getuid(), sorted(os.listdir('/')), os.listdir('/proc'), os.listdir('/tmp'))
print(open('/dev/null').read(), os.listdir('/root') if os.access('/root', os.R_OK) else '')
print([resource.getrlimit(kind) for kind in (resource.RLIMIT_CPU, resource.RLIMIT_NPROC)])
for path in ('/note', '/box/inside/note', '/usr/lib/note'):
    try:
        open(path, 'w')
    except OSError as error:
        print(error.errno != 0)
"""
    with open_box(layer, TIGHT) as box:
        box.worker.close()
        box.worker = Prepared(layer, TIGHT) if prepared else FreshWorker(layer, TIGHT)
        printed = box.run(source, []).printed
    assert not printed.startswith("0 ")
    assert "home" not in printed
    assert printed.count("[] []") == 1
    assert printed.endswith("[(1, 1), (2, 2)]\nTrue\nTrue\nTrue\n")


@layers("process")
@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_process_of_root_is_nobody(layer: str) -> None:
    with open_box(layer, TIGHT) as box:
        worker: Any = box.worker
        # A namespace has users of its own, and there everybody is nobody.
        user = 65534 if worker.namespaces else worker.slot.user
        printed = box.run(b"import os\nprint(os.getuid(), os.getgroups())", []).printed
    assert user != 0
    assert printed == f"{user} []\n"


@layers()
def test_a_box_outlives_its_worker(layer: str) -> None:
    with open_box(layer, TIGHT) as box:
        if isinstance(box.worker, Prepared):
            box.worker.process.kill()
            box.worker.process.wait()
            time.sleep(0.1)
        assert box.run(RIGHT, [ASK]).replies[0]["results"] == ANSWER


@layers("bubblewrap", "process")
def test_a_machine_that_breaks_every_worker_is_not_the_students_fault(
    layer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_box(layer, TIGHT) as box:
        with monkeypatch.context() as patch:
            patch.setattr(Prepared, "begin", _killed_at_once(Prepared.begin))
            with pytest.raises(BackpropError, match="a right file ended with 'killed'"):
                box.run(RIGHT, [ASK])
        assert box.run(RIGHT, [ASK]).replies[0]["results"] == ANSWER


def _killed_at_once(begin: Any) -> Any:
    def killed(worker: Prepared, memory: int) -> Any:
        worker.process.kill()
        worker.process.wait()
        # What bubblewrap had started ends a moment after it: then nobody is at the other end.
        assert worker.control.recv(1) == b""
        return begin(worker, memory)

    return killed


def test_without_bubblewrap_nothing_runs_silently(monkeypatch: Any) -> None:
    monkeypatch.setattr(backends, "which", lambda name: None)
    with pytest.raises(BackpropError, match="not installed") as caught, open_box(None):
        pass
    hint = caught.value.hint or ""
    assert "install bubblewrap" in hint
    assert "--isolation process" in hint
    assert "--isolation none" in hint


@pytest.mark.parametrize(
    "script", ["echo 'No permissions to create new namespace' >&2; exit 1", "exit 1"]
)
def test_a_bubblewrap_that_fails_is_said(monkeypatch: Any, tmp_path: Any, script: str) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(backends, "which", lambda name: str(fake))
    with pytest.raises(BackpropError, match="does not work here") as caught, open_box(None):
        pass
    assert "--isolation process" in (caught.value.hint or "")


def test_a_layer_that_does_not_exist_is_said() -> None:
    with pytest.raises(BackpropError, match="no isolation 'bublewrap'"), open_box("bublewrap"):
        pass


@layers("bubblewrap", "process")
def test_a_class_that_is_not_there_is_an_error_of_its_own(layer: str) -> None:
    with open_box(layer, TIGHT) as box:
        report = box.run(RIGHT, [request(of="AddGate")])
    assert report.replies[0]["error"]["kind"] == "AttributeError"


@layers("bubblewrap", "process")
@pytest.mark.skipif(platform.machine() not in SYSTEMS, reason="no filter for this machine")
def test_calls_that_no_gate_needs_are_refused(layer: str) -> None:
    source = b"""
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def refused(call, *arguments):
    done = getattr(libc, call)(*arguments)
    return done == -1 and ctypes.get_errno()
print(refused('socket', 2, 1, 0), refused('unshare', 0x10000000), refused('ptrace', 0, 0, 0, 0))
print(refused('mount', b'', b'/tmp', b'tmpfs', 0, None), refused('chroot', b'/'))
socket.socketpair()
"""
    with open_box(layer, TIGHT) as box:
        report = box.run(source, [])
    assert report.printed == "1 1 1\n1 1\n"
    assert "error" not in report.loaded


@layers()
def test_a_run_has_four_descriptors_and_none_of_our_environment(
    layer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "42")
    source = b"""
import os
def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
print([number for number in range(1000) if is_open(number)], 'SECRET_TOKEN' in os.environ)
"""
    with open_box(layer, TIGHT) as box:
        assert box.run(source, []).printed == "[0, 1, 2, 3] False\n"


@layers("bubblewrap", "process")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has capabilities")
def test_a_run_has_no_capability_and_cannot_get_one(layer: str) -> None:
    source = b"""
import ctypes
libc = ctypes.CDLL(None)
header, held = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[7] * 6)
print(libc.capget(header, held), list(held)[:2], list(held)[3:5], libc.prctl(39, 0, 0, 0, 0))
"""
    with open_box(layer, TIGHT) as box:
        assert box.run(source, []).printed == "0 [0, 0] [0, 0] 1\n"


@layers()
def test_a_closed_box_leaves_nothing(layer: str) -> None:
    with open_box(layer, TIGHT) as box:
        box.run(RIGHT, [ASK])
        worker: Any = box.worker
        folder = str(worker.scratch.path)
        assert os.path.isdir(folder)
    assert worker.process.poll() is not None
    assert not os.path.exists(folder)


@layers("bubblewrap", "process")
def test_boxes_work_side_by_side(layer: str) -> None:
    def marks(number: int) -> list[Any]:
        with open_box(layer, TIGHT) as box:
            return [box.run(RIGHT, [ASK]).replies[0]["results"] for _ in range(5)]

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(marks, range(3))) == [[ANSWER] * 5] * 3


@layers("bubblewrap", "process")
@pytest.mark.skipif(platform.machine() not in SYSTEMS, reason="no filter for this machine")
def test_no_second_process_or_thread(layer: str) -> None:
    source = b"""
import os, threading
for start in (os.fork, threading.Thread(target=print).start, lambda: os.execv('/bin/sh', ['sh'])):
    try: start()
    except (OSError, RuntimeError) as error: print(type(error).__name__)
"""
    with open_box(layer, replace(TIGHT, processes=10_000)) as box:
        assert box.run(source, []).printed == "PermissionError\nRuntimeError\nPermissionError\n"


@layers()
def test_what_a_run_writes_the_next_does_not_find(layer: str) -> None:
    source = b"""
import os
print(os.listdir('.'))
os.makedirs('deep/er')
open('deep/note', 'w').write('hello')
os.symlink('/', 'link')
"""
    with open_box(layer, TIGHT) as box:
        assert [box.run(source, []).printed for _ in range(2)] == ["[]\n"] * 2


@layers("bubblewrap", "process")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_nothing_goes_on_when_the_marker_is_killed(layer: str, tmp_path: Path) -> None:
    mark = 8 * MIB + os.getpid()
    code = f"""
from backprop_cli.sandbox.box import open_box
from backprop_cli.sandbox.limits import Limits
with open_box({layer!r}, Limits(cpu=600, wall=600, file={mark})) as box:
    box.run(b"print('on')\\nwhile True: pass", [])
"""
    # Killed like this, it leaves its temporary folder behind.
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", code], env=environment) as marker:
        _until(lambda: len(_with(mark)) >= 3)
        marker.kill()
    _until(lambda: not _with(mark))


def _with(mark: int) -> list[str]:
    """The processes of the box that has this limit."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if f'"file": {mark}'.encode() in path.read_bytes():
                found.append(path.parent.name)
    return found


def _until(holds: Any) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it never came to be")


@layers("bubblewrap", "process")
def test_a_marker_may_have_many_files_open(layer: str) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    many = min(3000, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, many), hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(many - 500)]
    try:
        with open_box(layer, TIGHT) as box:
            assert box.run(RIGHT, [ASK]).replies[0]["results"] == ANSWER
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
