"""Start the children in which students' files run, and end them with all that they started."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from backprop_cli.sandbox import backends
from backprop_cli.sandbox.limits import Limits

START_SECONDS = 60
"""How long Python and NumPy may take to start, on a busy machine."""

SIGNALLED = 128
"""Bubblewrap adds this to a signal that ended its child."""

Status = dict[str, Any]
"""How a run ended: `signal`, `exit`, seconds of `cpu`."""


class Worker(Protocol):
    """Starts runs, one at a time."""

    def begin(self) -> tuple[socket.socket, int]:
        """Start a run: our end of the conversation, and where to read what it prints."""

    def finish(self) -> Status:
        """End the run, and all that it started."""

    def close(self) -> None:
        """End the worker."""


class Broken(Exception):
    """The worker itself has failed, by no fault of a student's code."""


class Prepared:
    """A worker that forks each run from a process in which NumPy is loaded."""

    def __init__(self, layer: str, limits: Limits) -> None:
        self.layer = layer
        self.folder = tempfile.TemporaryDirectory(prefix="backprop-")
        self.control, theirs = socket.socketpair()
        self.control.settimeout(START_SECONDS)
        settings = _settings(layer, limits, alone=False, control=theirs.fileno())
        settings["folder"] = _scratch(layer, self.folder.name)
        with theirs, open(Path(self.folder.name) / "said", "wb") as said:
            self.process = _start(layer, settings, theirs.fileno(), said, nested=True)
        if self._line() != b"ready":
            words = Path(self.folder.name, "said").read_text("utf-8", errors="replace")
            self.close()
            raise Broken(words)

    def _line(self) -> bytes:
        """One line from the zygote; what came so far where it falls silent."""
        line = b""
        with suppress(OSError):
            while not line.endswith(b"\n") and (more := self.control.recv(1024)):
                line += more
        return line.rstrip(b"\n")

    def begin(self) -> tuple[socket.socket, int]:
        """Start a run."""
        _scratch(self.layer, self.folder.name)
        ours, theirs = socket.socketpair()
        printed, printing = os.pipe()
        try:
            socket.send_fds(self.control, [b"r"], [theirs.fileno(), printing])
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
        if "failed" in status:
            raise Broken("it could not start a child")
        return status

    def close(self) -> None:
        """End the zygote, which ends what it has started."""
        self.control.close()
        _end(self.process)
        self.folder.cleanup()


class Fresh:
    """A worker that starts Python anew for each run: slow, and needs nothing special."""

    def __init__(self, layer: str, limits: Limits) -> None:
        self.layer = layer
        self.limits = limits
        self.folder = tempfile.TemporaryDirectory(prefix="backprop-")
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self) -> tuple[socket.socket, int]:
        """Start a run."""
        ours, theirs = socket.socketpair()
        printed, printing = os.pipe()
        settings = _settings(self.layer, self.limits, alone=True, talk=theirs.fileno())
        settings["folder"] = _scratch(self.layer, self.folder.name)
        with theirs, open(printing, "wb") as output:
            self.process = _start(self.layer, settings, theirs.fileno(), output, nested=False)
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
        return {"signal": max(0, -code), "exit": max(0, code), "cpu": spent}

    def close(self) -> None:
        """Forget the folder."""
        self.folder.cleanup()


def _settings(layer: str, limits: Limits, alone: bool, **descriptors: int) -> dict[str, Any]:
    return {
        "alone": alone,
        "namespaces": layer == "bubblewrap" and not alone,
        "limited": layer != "none",
        "limits": asdict(limits),
        "site": backends.site(layer),
        **descriptors,
    }


def _start(
    layer: str, settings: dict[str, Any], descriptor: int, output: Any, nested: bool
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
        pass_fds=[descriptor],
        env=backends.ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )


def _scratch(layer: str, folder: str) -> str:
    """An empty folder in which the code may write, also as another user."""
    if layer == "bubblewrap":
        return "/tmp"
    path = Path(folder) / "scratch"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(exist_ok=True)
    os.chmod(folder, 0o711)
    os.chmod(path, 0o777)
    return str(path)


def _end(process: subprocess.Popen[bytes]) -> int:
    """Wait a moment for a process to end, then end it and its group; its exit status."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()
