"""A control group bounds a worker where one can be made; the kernel's files are played by others.

A folder takes the place of the hierarchy, since few machines for tests lend a real one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from boxes import ANSWER, ASK, RIGHT, TIGHT, layers

from backprop_cli.sandbox import cgroup, workers
from backprop_cli.sandbox.box import open_box
from backprop_cli.sandbox.cgroup import PROCESSES, SLACK, Group, group_for
from backprop_cli.sandbox.limits import Limits
from backprop_cli.sandbox.report import Ending

FILES = ("memory.max", "memory.swap.max", "pids.max", "cgroup.procs", "memory.events")


class Kernel:
    """What the kernel does with folders of a hierarchy."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.files = FILES
        self.written: dict[str, list[str]] = {}
        self.getpid = os.getpid
        self.rmdir = shutil.rmtree

    def mkdir(self, path: Path) -> None:
        os.mkdir(path)
        for name in self.files:
            (path / name).write_text("")

    def write(self, group: Group, name: str, value: int) -> None:
        if not (group.path / name).exists():
            raise FileNotFoundError
        self.written.setdefault(name, []).append(str(value))


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    kernel = Kernel(tmp_path / "top")
    (kernel.top / "user" / "session").mkdir(parents=True)
    (kernel.top / "cgroup.controllers").write_text("memory pids\n")
    monkeypatch.setattr(cgroup, "_own_name", lambda: "/user/session")
    monkeypatch.setattr(cgroup, "os", kernel)
    monkeypatch.setattr(Group, "_write", lambda *given: kernel.write(*given))
    return kernel


def made(kernel: Kernel, limits: Limits = TIGHT) -> Group:
    group = group_for(limits, (kernel.top / "nowhere", kernel.top))
    assert group is not None
    return group


def test_a_group_bounds_memory_and_processes(kernel: Kernel) -> None:
    group = made(kernel)
    assert group.path.parent == kernel.top / "user" / "session"
    assert kernel.written == {
        "memory.max": [str(TIGHT.memory + TIGHT.scratch + SLACK)],
        "memory.swap.max": ["0"],
        "pids.max": [str(PROCESSES)],
    }
    assert group.killed == 0
    (group.path / "memory.events").write_text("low 0\noom 3\noom_kill 2\n")
    assert group.killed == 2
    group.close()
    assert not group.path.exists()


def test_a_place_without_these_bounds_is_left_as_it_was(kernel: Kernel) -> None:
    kernel.files = ("cgroup.procs",)
    assert group_for(TIGHT, (kernel.top,)) is None
    assert list((kernel.top / "user" / "session").iterdir()) == []
    assert {path.name for path in kernel.top.iterdir()} == {"user", "cgroup.controllers"}


def test_without_a_hierarchy_there_is_no_group(tmp_path: Path) -> None:
    assert group_for(TIGHT, (tmp_path,)) is None


def test_a_place_that_is_not_ours_is_passed_over(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = kernel.mkdir

    def refuse(path: Path) -> None:
        if path.parent.name in ("session", "user"):
            raise PermissionError
        make(path)

    monkeypatch.setattr(kernel, "mkdir", refuse)
    assert made(kernel).path.parent == kernel.top


def test_all_that_was_started_is_taken(kernel: Kernel) -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    while not (below := cgroup._below(child.pid)):
        pass
    made(kernel).take(child.pid)
    child.communicate(b"\n")
    assert kernel.written["cgroup.procs"] == [str(child.pid), *map(str, below)]


def test_groups_of_the_dead_are_given_back(kernel: Kernel) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    place = kernel.top / "user" / "session"
    for pid in (gone.pid, os.getpid()):
        kernel.mkdir(place / f"backprop-{pid}-9")
    mine = made(kernel)
    assert {path.name for path in place.iterdir()} == {f"backprop-{os.getpid()}-9", mine.path.name}


@layers("bubblewrap", "process")
def test_a_worker_is_in_a_group(
    layer: str, kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups: list[Any] = []

    def group(limits: Limits) -> Any:
        groups.append(group_for(limits, (kernel.top,)))
        return groups[-1]

    monkeypatch.setattr(workers, "group_for", group)
    with open_box(layer, TIGHT) as box:
        worker: Any = box.worker
        assert kernel.written["cgroup.procs"][0] == str(worker.process.pid)
        assert box.run(RIGHT, [ASK]).replies[0]["results"] == ANSWER
        (groups[0].path / "memory.events").write_text("oom_kill 1\n")
        assert box.run(b"raise SystemExit", [ASK]).ending is not Ending.MEMORY
        assert box._run(RIGHT, [ASK]).ending is Ending.DONE
        (groups[0].path / "memory.events").write_text("oom_kill 2\n")
        assert box._run(b"import os\nos._exit(3)", [ASK]).ending is Ending.MEMORY
    assert not groups[0].path.exists()
