"""Who marks: this process, some processes of this machine, or a cluster; always in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import Protocol, Self, TypeVar

T = TypeVar("T")
R = TypeVar("R")

PAUSE = 0.5
"""Seconds between two looks at whether there is still somebody to wait for."""


class Workers(Protocol):
    """A context in which work is done, whoever does it."""

    elsewhere: bool
    """Whether on other machines, of which nothing is taken back but plain data."""

    def map(self, work: Callable[[T], R], chunks: Iterable[T]) -> Iterator[R]:
        """The results of the chunks in their order; few chunks are under way at once."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None: ...


class Here:
    """Only the process that reads."""

    elsewhere = False

    def map(self, work: Callable[[T], R], chunks: Iterable[T]) -> Iterator[R]:
        """The results of the chunks in their order."""
        return map(work, chunks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        return None


class Pool:
    """Many processes behind an executor, which is ended with the context."""

    def __init__(
        self,
        executor: Executor,
        jobs: int,
        check: Callable[[], None] = lambda: None,
        elsewhere: bool = False,
    ) -> None:
        """Args:
        executor: does the work.
        jobs: how many chunks it does at the same time.
        check: called while we wait; raises where there is nothing to wait for any more.
        elsewhere: whether it does so on other machines.
        """
        self.elsewhere = elsewhere
        self._executor = executor
        self._most = 2 * jobs + 1
        self._check = check

    def map(self, work: Callable[[T], R], chunks: Iterable[T]) -> Iterator[R]:
        """The results of the chunks in their order; memory holds a few chunks only."""
        waiting: deque[Future[R]] = deque()
        for chunk in chunks:
            waiting.append(self._executor.submit(work, chunk))
            if len(waiting) >= self._most:
                yield self._result(waiting.popleft())
        while waiting:
            yield self._result(waiting.popleft())

    def _result(self, future: "Future[R]") -> R:
        while True:
            try:
                return future.result(timeout=PAUSE)
            except TimeoutError:
                if future.done():
                    raise
                self._check()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # Where something went wrong, nobody waits for a chunk to be done.
        self._executor.shutdown(cancel_futures=kind is not None)


def workers(jobs: int, cluster: str | None = None) -> Workers:
    """Whoever is to mark: a cluster where one is named, else as many processes as are asked for.

    Raises:
        BackpropError: if the cluster cannot be used.
    """
    if cluster is not None:
        from backprop_cli.batch.cluster import Cluster

        executor = Cluster(cluster)
        return Pool(executor, executor.jobs, executor.check, elsewhere=True)
    if jobs == 1:
        return Here()
    from backprop_cli.batch.processes import Processes

    return Pool(Processes(jobs), jobs)
