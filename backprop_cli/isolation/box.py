"""Run a student's file behind a wall, and hear what it answers."""

import json
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Protocol

from backprop_cli.errors import BackpropError
from backprop_cli.isolation import layers
from backprop_cli.isolation.inside.harness import MEMORY_STATUS
from backprop_cli.isolation.limits import Limits
from backprop_cli.isolation.report import Ending, Report
from backprop_cli.isolation.talk import Ended, Talk

START_SECONDS = 60
"""How long Python and NumPy may take to start, on a busy machine."""

SHOWN = 2_000
"""Characters of what was printed that a report keeps."""

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


class Box:
    """A place in which to run one file after the other; none can tell what ran before."""

    def __init__(self, layer: str, limits: Limits) -> None:
        self.layer = layer
        self.limits = limits
        self.worker = _open_worker(layer, limits)

    def run(self, source: bytes, requests: Sequence[dict[str, Any]]) -> Report:
        """Load a file in a fresh child, and ask it for each of `requests`.

        What comes back is as far as the child came; it never raises for what the file does.

        Raises:
            BackpropError: if the isolation cannot be set up again after it has failed.
        """
        for _ in range(2):
            try:
                return self._run(source, requests)
            except Broken:
                self.worker.close()
                self.worker = _open_worker(self.layer, self.limits)
        # It works without this file, and twice it did not with it.
        return Report(self.layer, Ending.KILLED)

    def _run(self, source: bytes, requests: Sequence[dict[str, Any]]) -> Report:
        try:
            talk = Talk(*self.worker.begin(), self.limits)
        except OSError as error:
            raise Broken(str(error)) from None
        heard: list[Any] = []
        ending: Ending | None = Ending.DONE
        try:
            for message in ([{"source": source.decode("latin-1")}], requests):
                # One by one: what came before the end is kept.
                for reply in talk.ask(message):
                    heard.append(reply)  # noqa: PERF402
        except Ended as ended:
            ending = ended.ending
        finally:
            talk.hang_up()
            try:
                status = self.worker.finish()
                printed = talk.last_words()[:SHOWN]
            finally:
                talk.close()
        ending = ending or _ending(status, self.limits)
        loaded = heard[0] if heard else None
        return Report(self.layer, ending, loaded, tuple(heard[1:]), printed)

    def close(self) -> None:
        """End the worker."""
        self.worker.close()


def _ending(status: Status, limits: Limits) -> Ending:
    """Why a run ended by itself."""
    # The kernel counts ticks, so its second may be a little shorter than ours.
    if status["cpu"] >= 0.8 * limits.cpu and status["signal"]:
        return Ending.TIMEOUT
    if status["exit"] == MEMORY_STATUS:
        return Ending.MEMORY
    return Ending.KILLED if status["signal"] else Ending.EXIT


@contextmanager
def open_box(layer: str | None = None, limits: Limits | None = None) -> Iterator[Box]:
    """A box behind the layer that was asked for, bubblewrap unless another is named.

    Raises:
        BackpropError: if this layer does not work here; there is no silent way to a weaker one.
    """
    box = Box(layers.chosen(layer), limits or Limits())
    try:
        yield box
    finally:
        box.close()


def _open_worker(layer: str, limits: Limits) -> Worker:
    if layer == "none":
        return Fresh(layer, limits)
    try:
        return Prepared(layer, limits)
    except Broken as error:
        if layer == "process":
            what = f"the isolation 'process' does not work here: {error}"
            raise BackpropError(what) from None
    # Some systems let bubblewrap make namespaces and nobody else: one bubblewrap a run.
    worker = Fresh(layer, limits)
    said = _said_at_start(worker, limits)
    if said is not None:
        worker.close()
        raise layers.broken(said)
    return worker


def _said_at_start(worker: Worker, limits: Limits) -> str | None:
    """None where an empty file runs; where it does not, what was said instead."""
    talk = Talk(*worker.begin(), replace(limits, wall=START_SECONDS))
    try:
        list(talk.ask([{"source": ""}]))
    except Ended:
        return talk.last_words()
    finally:
        talk.hang_up()
        worker.finish()
        talk.close()
    return None


class Prepared:
    """A worker that forks each run from a process in which NumPy is loaded."""

    def __init__(self, layer: str, limits: Limits) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="backprop-")
        self.control, theirs = socket.socketpair()
        self.control.settimeout(START_SECONDS)
        settings = _settings(layer, limits, alone=False, control=theirs.fileno())
        settings["folder"] = "/tmp" if layer == "bubblewrap" else _scratch(self.folder.name)
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
        settings["folder"] = "/tmp" if self.layer == "bubblewrap" else _scratch(self.folder.name)
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
        "site": layers.site(layer),
        **descriptors,
    }


def _start(
    layer: str, settings: dict[str, Any], descriptor: int, output: Any, nested: bool
) -> subprocess.Popen[bytes]:
    inside = Path("/box") if layer == "bubblewrap" else layers.INSIDE.parent
    command = layers.python(inside, json.dumps(settings))
    if layer == "bubblewrap":
        scratch = settings["limits"]["scratch"]
        command = layers.bubblewrap(command, nested, scratch)
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=[descriptor],
        env=layers.ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )


def _scratch(folder: str) -> str:
    """A folder in which the code may write, also as another user."""
    path = Path(folder) / "scratch"
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
