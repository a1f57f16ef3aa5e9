"""Processes of this machine, as an executor that lives through the death of any of them.

`ProcessPoolExecutor` gives up when one is killed, and may wait for ever where that one was about
to answer: all of its processes share a pipe. Here each has its own.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, NamedTuple, ParamSpec, TypeVar

from backprop_cli.errors import BackpropError

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 3
"""How often work is begun that ends its process, before it is given up."""

GRACE = 5
"""Seconds in which a process may end itself."""

_SPAWN = multiprocessing.get_context("spawn")
"""Started afresh on every system: a copy of a process that has threads may hang."""


class _Task(NamedTuple):
    call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
    future: "Future[Any]"


class Processes(Executor):
    """An executor of so many processes, each led by a thread of ours."""

    def __init__(self, jobs: int) -> None:
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._over = Event()
        self._children: set[_Child] = set()
        self._threads = [Thread(target=self._lead, daemon=True) for _ in range(jobs)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        """Have a function of a module called in one of the processes."""
        future: Future[R] = Future()
        self._tasks.put(_Task((fn, args, kwargs), future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End after the work; with `cancel_futures` in the middle of it."""
        if cancel_futures:
            self._over.set()
            children = tuple(self._children)
            for child in children:
                child.stop()
            for child in children:
                child.kill(GRACE)
        for _ in self._threads:
            self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _lead(self) -> None:
        """Pass work on to a process, and start another one where it died."""
        child = None
        while (task := self._tasks.get()) is not None and not self._over.is_set():
            for _ in range(ATTEMPTS):
                child = child or self._start()
                if child.work(task):
                    break
                self._end(child)
                child = None
                if self._over.is_set():
                    return
            else:
                what = f"a process that marks was killed {ATTEMPTS} times in a row"
                hint = "is there enough memory? fewer --jobs need less"
                task.future.set_exception(BackpropError(what, hint=hint))
        if child is not None:
            self._end(child)

    def _start(self) -> "_Child":
        child = _Child()
        self._children.add(child)
        if self._over.is_set():
            child.kill(0)
        return child

    def _end(self, child: "_Child") -> None:
        self._children.discard(child)
        child.end()


class _Child:
    """One process, and our end of the pipe to it."""

    def __init__(self) -> None:
        self._connection, its_end = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(its_end,), daemon=True)
        self._process.start()
        # With a copy of its end open, we should never hear that it is dead.
        its_end.close()

    def work(self, task: _Task) -> bool:
        """Send the call and wait for what it gives; whether it lived to answer."""
        try:
            self._connection.send(task.call)
            done, result = self._connection.recv()
        except (EOFError, OSError):
            return False
        except Exception as error:  # what cannot be sent is a fault of ours
            done, result = False, error
        if done:
            task.future.set_result(result)
        else:
            task.future.set_exception(result)
        return True

    def end(self) -> None:
        """Let it end: it reads that nobody writes any more."""
        self._connection.close()
        self._process.join()

    def stop(self) -> None:
        """Ask it to end: it deletes its files, and ends what it has started."""
        self._process.terminate()

    def kill(self, seconds: float) -> None:
        """End it, after so many seconds for its own way."""
        self._process.join(seconds)
        self._process.kill()


def _serve(connection: Connection) -> None:
    """In the process: answer calls until there are none."""
    # Ctrl-C goes to all processes of a terminal; the first one answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    Thread(target=_follow_parent, daemon=True).start()
    while True:
        try:
            function, arguments, named = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer = True, function(*arguments, **named)
        except Exception as error:  # it is raised again where the result is asked for
            answer = False, error
        connection.send(answer)


def _follow_parent() -> None:
    """End with the process that started this one, however it ends."""
    parent: Any = multiprocessing.parent_process()
    parent.join()
    os._exit(1)
