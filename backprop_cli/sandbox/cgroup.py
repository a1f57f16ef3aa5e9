"""A bound on the memory and the processes of all that a worker starts, where the system lends one.

Control groups (cgroup v2) count what limits on one process cannot: shared pages, files in memory,
and all processes together. Making one needs a place that is ours: as root, or where systemd has
delegated one. Where there is none, the other limits hold alone.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

from backprop_cli.sandbox.limits import MIB, Limits

MOUNTS = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified"))
PREFIX = "backprop-"
PROCESSES = 16
"""Bubblewrap's, the prepared one, and those of a run."""
SLACK = 64 * MIB
"""Bytes for what the prepared process and the kernel need beside a run."""

_numbers = count()


class Group:
    """A control group of our own, for one worker."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Make the folder `path`, which is the group.

        Raises:
            OSError: if it cannot be made, or bounds neither memory nor processes.
        """
        self.path = path
        self.seen = 0
        """How many processes were `killed` when that was asked last."""
        os.mkdir(path)
        try:
            self._write("memory.max", limits.memory + limits.scratch + SLACK)
            self._write("pids.max", PROCESSES)
            if (path / "memory.swap.max").exists():
                self._write("memory.swap.max", 0)
        except OSError:
            os.rmdir(path)
            raise

    def _write(self, name: str, value: int) -> None:
        # Only what the kernel has put there: opening makes no file.
        descriptor = os.open(self.path / name, os.O_WRONLY)
        try:
            os.write(descriptor, str(value).encode())
        finally:
            os.close(descriptor)

    def take(self, pid: int) -> None:
        """Take in a process and all that it has started; what they start later is in it too.

        Raises:
            OSError: if one of them cannot be taken.
        """
        taken: set[int] = set()
        while fresh := [each for each in (pid, *_below(pid)) if each not in taken]:
            for each in fresh:
                with suppress(ProcessLookupError):
                    self._write("cgroup.procs", each)
                taken.add(each)

    @property
    def killed(self) -> int:
        """How often the kernel has ended a process of the group that wanted more memory."""
        with suppress(OSError, ValueError):
            lines = (self.path / "memory.events").read_text("ascii").splitlines()
            return int(dict(line.split() for line in lines).get("oom_kill", 0))
        return 0

    def close(self) -> None:
        """Give the group back, when its processes have ended."""
        with suppress(OSError):
            os.rmdir(self.path)


def group_for(limits: Limits, mounts: tuple[Path, ...] = MOUNTS) -> Group | None:
    """A new group as near to our own as one can be made; None where there is no such place."""
    for place in _places(mounts):
        sweep(place)
        with suppress(OSError):
            return Group(place / f"{PREFIX}{os.getpid()}-{next(_numbers)}", limits)
    return None


def _places(mounts: tuple[Path, ...]) -> Iterator[Path]:
    """Our own group, and those above it, where the hierarchy is of version 2."""
    top = next((mount for mount in mounts if (mount / "cgroup.controllers").exists()), None)
    if top is None:
        return
    own = top / _own_name().lstrip("/")
    yield from (place for place in (own, *own.parents) if place.is_relative_to(top))


def _own_name() -> str:
    """The name of our group, as the kernel says it."""
    with suppress(OSError, UnicodeDecodeError):
        for line in Path("/proc/self/cgroup").read_text("utf-8").splitlines():
            if line.startswith("0::") and "/.." not in line:
                return line.removeprefix("0::")
    return "/"


def sweep(place: Path) -> None:
    """Give back the groups of runs that were killed."""
    with suppress(OSError):
        for path in place.glob(f"{PREFIX}*"):
            pid = path.name.removeprefix(PREFIX).partition("-")[0]
            if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
                # One that still has processes stays: the kernel refuses.
                with suppress(OSError):
                    os.rmdir(path)


def _below(pid: int) -> list[int]:
    """The processes that a process has started, and that these have."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        tasks = Path(f"/proc/{waiting.pop()}/task")
        with suppress(OSError):
            for task in tasks.iterdir():
                children = [int(child) for child in (task / "children").read_text().split()]
                found += children
                waiting += children
    return found
