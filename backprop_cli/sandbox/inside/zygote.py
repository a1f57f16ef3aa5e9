"""Prepare Python and NumPy once, then fork a child for each run that shares nothing but that.

Three processes stand in a row. The *zygote* waits for orders and never meets a student's code.
For each run it forks a *guard*, which moves into namespaces of its own, and forks the
*runner* in there: process number 1 of a world of its own, so that nothing outlives it.
"""

import gc
import json
import mmap
import os
import select
import signal
import socket
import sys
from importlib import import_module
from typing import Any, NoReturn

from backprop_cli.sandbox.inside import confine, harness
from backprop_cli.sandbox.inside.seccomp import refuse_calls

USUAL = (
    *("abc", "collections", "copy", "dataclasses", "decimal", "enum", "fractions", "functools"),
    *("inspect", "itertools", "math", "numbers", "operator", "random", "re", "statistics"),
    *("string", "textwrap", "time", "types", "typing", "warnings"),
)
"""What students import besides NumPy: loaded once, also where nobody may read Python's library."""

RUN = b"r"
"""The order to start a run. Any other byte says that the run, if it still goes on, is over."""
TALK = 3
"""The one descriptor that a runner has besides the three that everyone has."""


def main() -> None:
    """Be the zygote, or with `alone` a runner without one."""
    settings = json.loads(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prepare(settings["site"])
    settings["at_rest"] = confine.address_space()
    if settings["alone"]:
        _run(settings, settings["talk"], 1, settings["memory"])
    control = socket.socket(fileno=settings["control"])
    os.chdir(settings["folder"])
    if settings["namespaces"]:
        try:
            _try_namespaces(settings)
        except OSError:
            if settings["layer"] == "bubblewrap":
                raise
            settings["namespaces"] = False
    control.sendall(b"ready\n" if settings["namespaces"] else b"ready, no namespaces\n")
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, 1, 3)
        if not order:
            return
        if order == RUN:
            _start_run(settings, control, descriptors)
            for descriptor in descriptors:
                os.close(descriptor)


def _prepare(site: str) -> None:
    """Import what gates are written with; afterwards nothing else can be found where NumPy is."""
    sys.path.append(site)
    for name in ("numpy", "numpy.random", *USUAL):
        import_module(name)
    sys.path.remove(site)
    # What exists now stays shared between all children.
    gc.collect()
    gc.freeze()


def _try_namespaces(settings: dict[str, Any]) -> None:
    """See that a child can have namespaces of its own, or fail at once."""
    pid = _fork_guard(settings, lambda: _cover(settings))
    if os.waitpid(pid, 0)[1] != 0:
        raise OSError("a child cannot have namespaces of its own")


def _cover(settings: dict[str, Any]) -> None:
    scratch = settings["limits"]["scratch"]
    if settings["layer"] == "bubblewrap":
        confine.cover_files(scratch)
    else:
        confine.cover_folder(scratch, settings["folder"])


def _fork_guard(settings: dict[str, Any], work: Any) -> int:
    """Fork a child that does `work` in namespaces of its own, and return its number."""
    moved, may_go = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            confine.leave_namespaces()
            os.write(moved[1], b".")
            if os.read(may_go[0], 1) == b".":
                confine.become(confine.NOBODY, forget_groups=_may_forget_groups())
                work()
                os._exit(0)
        finally:
            os._exit(1)
    os.close(moved[1])
    try:
        if os.read(moved[0], 1):
            confine.write_maps(pid, settings["user"])
            os.write(may_go[1], b".")
    finally:
        for descriptor in (moved[0], *may_go):
            os.close(descriptor)
    return pid


def _may_forget_groups() -> bool:
    with open("/proc/self/setgroups", encoding="ascii") as file:
        return file.read().startswith("allow")


def _start_run(settings: dict[str, Any], control: socket.socket, descriptors: list[int]) -> None:
    def guard() -> None:
        if settings["namespaces"]:
            _cover(settings)
        _guard(settings, control, descriptors)

    if settings["namespaces"]:
        pid = _fork_guard(settings, guard)
    else:
        pid = os.fork()
        if pid == 0:
            try:
                guard()
            finally:
                os._exit(1)
    _, status = os.waitpid(pid, 0)
    if status != 0:
        control.sendall(json.dumps({"failed": status}).encode() + b"\n")


def _guard(settings: dict[str, Any], control: socket.socket, descriptors: list[int]) -> NoReturn:
    """Fork the runner, wait until it ends or is to end, and say how it ended."""
    adopts = confine.adopt_orphans()
    pid = os.fork()
    if pid == 0:
        try:
            control.detach()
            _run(settings, *descriptors)
        finally:
            os._exit(1)
    for descriptor in descriptors:
        os.close(descriptor)
    _wait(pid, control)
    _kill(pid, group=not settings["namespaces"])
    _, status, usage = os.wait4(pid, 0)
    if adopts and not settings["namespaces"]:
        _kill_orphans()
    about = {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
        "cpu": usage.ru_utime + usage.ru_stime,
    }
    control.sendall(json.dumps(about).encode() + b"\n")
    os._exit(0)


def _wait(pid: int, control: socket.socket) -> None:
    """Wait for the runner to end, or for the order to stop it."""
    poll = select.poll()
    poll.register(control, select.POLLIN)
    if sys.platform.startswith("linux"):
        poll.register(os.pidfd_open(pid), select.POLLIN)
        poll.poll()
    else:
        # The order always comes: it is also given when the runner has hung up.
        poll.poll()


def _kill(pid: int, group: bool) -> None:
    for kill in (os.killpg, os.kill) if group else (os.kill,):
        try:
            kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _kill_orphans() -> None:
    """End what a runner has started and left behind, in whatever session it hides."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            for child in _children():
                _kill(child, group=False)


def _children() -> list[int]:
    pid = os.getpid()
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(child) for child in file.read().split()]


def _run(settings: dict[str, Any], talk: int, printed: int, memory: int) -> NoReturn:
    """Give up everything but the descriptor `talk`, then run the student's file."""
    if not (settings["namespaces"] or settings["alone"]):
        os.setsid()
    arrays = mmap.mmap(memory, 0)
    _keep_only(talk, printed)
    if not settings["namespaces"] or settings["layer"] == "bubblewrap":
        os.chdir(settings["folder"])
    os.umask(0o077)
    if settings["limited"]:
        if os.getuid() == 0:
            confine.become(settings["user"], forget_groups=True)
        confine.give_up_rights()
        refuse_calls()
        confine.set_limits(settings["limits"], settings["at_rest"])
    harness.serve(TALK, arrays)
    os._exit(1)


def _keep_only(talk: int, printed: int) -> None:
    """Descriptors: nothing to read at 0, what is printed at 1 and 2, `TALK`, and no others."""
    talk, printed, nothing = (
        os.dup(talk),
        os.dup(printed),
        os.open(os.devnull, os.O_RDONLY),
    )
    for descriptor, place in ((nothing, 0), (printed, 1), (printed, 2)):
        os.dup2(descriptor, place)
    moved = os.dup(talk)
    os.dup2(moved, TALK)
    os.closerange(TALK + 1, os.sysconf("SC_OPEN_MAX"))
