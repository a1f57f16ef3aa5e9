"""Start the children in which students' files run, and end them with all that they started."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from dataclasses import asdict
from logging import getLogger
from pathlib import Path
from typing import Any, Protocol

from backprop_cli.sandbox import backends
from backprop_cli.sandbox.cgroup import Group, group_for
from backprop_cli.sandbox.limits import Limits
from backprop_cli.sandbox.scratch import Scratch
from backprop_cli.sandbox.slots import Slot

START_SECONDS = 60
"""How long Python and NumPy may take to start, on a busy machine."""

NO_NAMESPACES = (
    "the isolation 'process' has no namespaces here: code can see other processes,"
    " and write where its user may"
)

SIGNALLED = 128
"""Bubblewrap adds this to a signal that ended its child."""

Status = dict[str, Any]
"""How a run ended: `signal`, `exit`, seconds of `cpu`, whether it was `out_of_memory`."""


class Worker(Protocol):
    """Starts runs, one at a time."""

    def begin(self, memory: int) -> tuple[socket.socket, int]:
        """Start a run that shares `memory`: our end of the talk, and where its printing is read."""

    def finish(self) -> Status:
        """End the run, and all that it started."""

    def close(self) -> None:
        """End the worker."""


class Broken(Exception):
    """The worker itself has failed, by no fault of a student's code."""


class Prepared:
    """A worker that forks each run from a process in which NumPy is loaded."""

    def __init__(self, layer: str, limits: Limits, namespaces: bool = True) -> None:
        self.layer = layer
        with ExitStack() as undo:
            self.scratch = Scratch()
            undo.callback(self.scratch.close)
            self.slot = Slot()
            undo.callback(self.slot.close)
            self.scratch.fresh()
            self.control, theirs = socket.socketpair()
            undo.callback(self.control.close)
            undo.callback(theirs.close)
            self.control.settimeout(START_SECONDS)
            settings = _settings(layer, limits, self, alone=False, control=theirs.fileno())
            settings["namespaces"] &= namespaces
            said = self.scratch.path / "said"
            with said.open("wb") as file:
                self.process = _start(layer, settings, [theirs.fileno()], file, nested=True)
            undo.callback(_end, self.process)
            theirs.close()
            answer = self._line()
            if not answer.startswith(b"ready"):
                raise Broken(said.read_text("utf-8", errors="replace"))
            self.group = _grouped(layer, limits, self.process.pid)
            # Only now: a signal may end us while we wait.
            undo.pop_all()
        self.namespaces = answer == b"ready"
        if not self.namespaces:
            getLogger("backprop").warning(NO_NAMESPACES)

    def _line(self) -> bytes:
        """One line from the zygote; what came so far where it falls silent."""
        line = b""
        with suppress(OSError):
            while not line.endswith(b"\n") and (more := self.control.recv(1024)):
                line += more
        return line.rstrip(b"\n")

    def begin(self, memory: int) -> tuple[socket.socket, int]:
        """Start a run."""
        if not self.namespaces:
            self.scratch.fresh()
        ours, theirs = socket.socketpair()
        printed, printing = os.pipe()
        try:
            socket.send_fds(self.control, [b"r"], [theirs.fileno(), printing, memory])
        except OSError:
            ours.close()
            os.close(printed)
            raise
        finally:
            theirs.close()
            os.close(printing)
        return ours, printed

    def finish(self) -> Status:
        """End the run."""
        try:
            self.control.sendall(b"s")
            status: Status = json.loads(self._line())
        except (OSError, ValueError):
            raise Broken("its prepared process has ended") from None
        if not self.namespaces:
            self.slot.clear()
        _note_memory(self.group, status)
        if "failed" in status:
            raise Broken("it could not start a child")
        return status

    def close(self) -> None:
        """End the zygote, which ends what it has started."""
        self.control.close()
        _end(self.process)
        if self.group is not None:
            self.group.close()
        self.scratch.close()
        self.slot.close()


class FreshWorker:
    """A worker that starts Python anew for each run: slow, and needs nothing special."""

    def __init__(self, layer: str, limits: Limits) -> None:
        self.layer = layer
        self.limits = limits
        self.scratch = Scratch()
        self.slot = Slot()
        self.process: subprocess.Popen[bytes] | None = None
        self.group: Group | None = None

    def begin(self, memory: int) -> tuple[socket.socket, int]:
        """Start a run."""
        self.scratch.fresh()
        ours, theirs = socket.socketpair()
        printed, printing = os.pipe()
        settings = _settings(
            self.layer, self.limits, self, alone=True, talk=theirs.fileno(), memory=memory
        )
        with theirs, open(printing, "wb") as output:
            self.process = _start(
                self.layer, settings, [theirs.fileno(), memory], output, nested=False
            )
        self.group = _grouped(self.layer, self.limits, self.process.pid)
        return ours, printed

    def finish(self) -> Status:
        """End the run."""
        assert self.process is not None
        before = os.times()
        code = _end(self.process)
        after = os.times()
        spent = after.children_user - before.children_user
        spent += after.children_system - before.children_system
        if code > SIGNALLED and self.layer == "bubblewrap":
            code = SIGNALLED - code
        status: Status = {"signal": max(0, -code), "exit": max(0, code), "cpu": spent}
        _note_memory(self.group, status)
        if self.group is not None:
            self.group.close()
        return status

    def close(self) -> None:
        """Forget the folder."""
        self.scratch.close()
        self.slot.close()


def _settings(
    layer: str, limits: Limits, worker: Prepared | FreshWorker, alone: bool, **descriptors: int
) -> dict[str, Any]:
    return {
        "layer": layer,
        "alone": alone,
        "user": worker.slot.user,
        "folder": "/tmp" if layer == "bubblewrap" else str(worker.scratch.folder),
        "namespaces": sys.platform.startswith("linux") and layer != "none" and not alone,
        "limited": layer != "none",
        "limits": asdict(limits),
        "site": backends.site(layer),
        **descriptors,
    }


def _start(
    layer: str, settings: dict[str, Any], descriptors: list[int], output: Any, nested: bool
) -> subprocess.Popen[bytes]:
    inside = Path("/box") if layer == "bubblewrap" else backends.INSIDE.parent
    command = backends.python(inside, json.dumps(settings))
    if layer == "bubblewrap":
        scratch = settings["limits"]["scratch"]
        command = backends.bubblewrap(command, nested, scratch)
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=descriptors,
        env=backends.ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )


def _grouped(layer: str, limits: Limits, pid: int) -> Group | None:
    """A control group with a process and all that it starts, where there can be one."""
    group = group_for(limits) if layer != "none" else None
    if group is not None:
        try:
            group.take(pid)
        except OSError:
            # What was taken stays bounded, and the group is swept once it has ended.
            return None
    return group


def _note_memory(group: Group | None, status: Status) -> None:
    """Say of a run whether the kernel ended it since it wanted more memory than the group may."""
    if group is not None:
        killed = group.killed
        status["out_of_memory"] = killed > group.seen
        group.seen = killed


def _end(process: subprocess.Popen[bytes]) -> int:
    """Wait a moment for a process to end, then end it and its group; its exit status."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()
