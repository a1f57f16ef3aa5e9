"""Who marks: this process, some processes of this machine, or a cluster; always in order."""

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from backprop_cli.errors import BackpropError

T = TypeVar("T")
R = TypeVar("R")

ATTEMPTS = 3
"""How often a chunk is begun that ends its process, before we give up."""


class Workers(Protocol):
    """A context in which work is done, whoever does it."""

    def map(self, work: Callable[[T], R], chunks: Iterable[T]) -> Iterator[R]:
        """The results of the chunks in their order; few chunks are under way at once."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Here:
    """Only the process that reads."""

    def map(self, work: Callable[[T], R], chunks: Iterable[T]) -> Iterator[R]:
        """The results of the chunks in their order."""
        return map(work, chunks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Crew(Protocol):
    """Where an executor comes from: the processes of this machine, or a cluster."""

    jobs: int
    """How many chunks are worked on at the same time."""
    killed: tuple[type[Exception], ...]
    """What a future raises whose process was killed."""

    def start(self) -> Executor:
        """An executor; asked for again after processes were killed."""

    def stop(self, executor: Executor, at_once: bool) -> None:
        """End it: after its work, or in the middle of it."""


class Pool:
    """Many processes behind a `concurrent.futures` executor."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._most = 2 * crew.jobs + 1
        self._executor: Executor | None = None

    def __enter__(self) -> Self:
        self._executor = self._crew.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._executor is not None:
            self._crew.stop(self._executor, kind is not None)

    def map(self, work: Callable[[T], R], chunks: Iterable[T]) -> Iterator[R]:
        """The results of the chunks in their order; memory holds a few chunks only."""
        waiting: _Waiting[T, R] = _Waiting(self, work)
        for chunk in chunks:
            waiting.add(chunk)
            if len(waiting) >= self._most:
                yield waiting.oldest()
        while len(waiting):
            yield waiting.oldest()

    @property
    def killed(self) -> tuple[type[Exception], ...]:
        """What a chunk raises whose process was killed."""
        return self._crew.killed

    def submit(self, work: Callable[[T], R], chunk: T) -> "Future[R]":
        """Begin a chunk."""
        assert self._executor is not None
        return self._executor.submit(work, chunk)

    def restart(self) -> None:
        """Go on with new processes, after one was killed and took the executor with it."""
        if self._executor is not None:
            self._crew.stop(self._executor, True)
        self._executor = self._crew.start()


class _Waiting(Generic[T, R]):
    """Chunks under way, the oldest first, each with what is needed to begin it again."""

    def __init__(self, pool: Pool, work: Callable[[T], R]) -> None:
        self._pool, self._work = pool, work
        self._queue: deque[tuple[T, Future[R]]] = deque()
        self._failures = 0

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, chunk: T) -> None:
        try:
            self._queue.append((chunk, self._pool.submit(self._work, chunk)))
        except self._pool.killed:
            self._again()
            self._queue.append((chunk, self._pool.submit(self._work, chunk)))

    def oldest(self) -> R:
        """The result of the oldest chunk, begun again where its process was killed."""
        while True:
            try:
                result = self._queue[0][1].result()
            except self._pool.killed:
                self._again()
            else:
                self._queue.popleft()
                self._failures = 0
                return result

    def _again(self) -> None:
        self._failures += 1
        if self._failures >= ATTEMPTS:
            raise BackpropError(
                f"a process that marks was killed {ATTEMPTS} times in a row",
                hint="is there enough memory? fewer --jobs need less",
            )
        self._pool.restart()
        chunks = [chunk for chunk, _ in self._queue]
        self._queue.clear()
        self._queue.extend([(chunk, self._pool.submit(self._work, chunk)) for chunk in chunks])


class Processes:
    """Processes of this machine."""

    killed: tuple[type[Exception], ...] = (BrokenExecutor, CancelledError)

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def start(self) -> Executor:
        """A pool, whose processes start when there is work."""
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        # Started afresh on every system: a copy of a process that has threads may hang.
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.jobs, spawn, initializer=_begin)

    def stop(self, executor: Executor, at_once: bool) -> None:
        """After the work, or in the middle of it: then nobody waits for a chunk to be done."""
        if not at_once:
            executor.shutdown()
            return
        processes = list((getattr(executor, "_processes", None) or {}).values())
        executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            with contextlib.suppress(Exception):
                process.kill()


def _begin() -> None:
    """In a process that marks: leave Ctrl-C to the parent, and never outlive it."""
    import multiprocessing
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent: Any = multiprocessing.parent_process()

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def workers(jobs: int, cluster: str | None = None) -> Workers:
    """Whoever is to mark: a cluster where one is named, else as many processes as are asked for."""
    if cluster is not None:
        from backprop_cli.classes.cluster import Cluster

        return Pool(Cluster(cluster))
    return Here() if jobs == 1 else Pool(Processes(jobs))
