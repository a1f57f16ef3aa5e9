"""Mark on a Dask cluster, through the same executor interface as on this machine."""

import logging
import sys
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.grading.result import MARKING

PATIENCE = 15
"""Seconds in which a cluster must answer."""
RETRIES = 3
"""How often a chunk is begun whose worker was killed."""


class Cluster:
    """The workers of the cluster at tcp://host:port."""

    def __init__(self, address: str) -> None:
        """Raises:
        BackpropError: if Dask is not installed, nobody answers, or it cannot mark as we do.
        """
        self._address = address
        self._client = _connected(address)
        self.jobs = max(1, sum(self._client.nthreads().values()))
        from distributed.comm import CommClosedError
        from distributed.scheduler import KilledWorker

        self.killed: tuple[type[Exception], ...] = (
            BrokenExecutor,
            CancelledError,
            KilledWorker,
            CommClosedError,
        )

    def start(self) -> Executor:
        """The executor of the cluster; where the connection was lost, it is made again."""
        if self._client.status != "running":
            self._client = _connected(self._address)
        executor: Executor = self._client.get_executor(retries=RETRIES, pure=False)
        return executor

    def stop(self, executor: Executor, at_once: bool) -> None:
        """Let go of the cluster, which others may be using too."""
        executor.shutdown(wait=not at_once)
        self._client.close(timeout=5)


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise BackpropError(
            "--cluster needs dask.distributed, which is not installed",
            hint='pip install "backprop-cli[cluster]"',
        ) from None
    # What it logs of lost workers does not matter, or we say it ourselves.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError, KeyError, ImportError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise BackpropError(f"no cluster answers at {address}", hint=reason[:200]) from None
    try:
        _check(client)
    except BaseException:
        client.close()
        raise
    return client


def _version() -> tuple[str, int, tuple[int, ...]]:
    """What a worker must have in common with us."""
    from importlib.metadata import version

    return version("backprop-cli"), MARKING, sys.version_info[:2]


def _check(client: Any) -> None:
    """Refuse workers that might mark otherwise than this machine does."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise BackpropError("the cluster has no workers") from None
    try:
        client.get_versions(check=True)
        theirs = client.run(_version)
    except (ImportError, ValueError, AttributeError) as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise BackpropError(
            f"the cluster has other versions than this machine: {first}",
            hint="install the same backprop, dask and Python on all of them",
        ) from None
    for worker, version in theirs.items():
        if tuple(version) != _version():
            raise BackpropError(
                f"the worker {worker} has backprop {version[0]}, and not {_version()[0]}, "
                "or another Python",
                hint="install the same backprop and Python on all of them",
            )
