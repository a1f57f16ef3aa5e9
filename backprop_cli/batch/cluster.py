"""Mark on a Dask cluster, through the executor interface that processes here have too."""

import contextlib
import logging
import re
import sys
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from typing import Any, ParamSpec, TypeVar

from backprop_cli.batch.plain import names_in, trust_nobody
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.marking.result import MARKING

PATIENCE = 15
"""Seconds in which a cluster must answer."""
DATA = ("dask", "msgpack")
"""How results may be packed: bytes and plain values. A pickle could run a program here."""
RETRIES = 3
"""How often a chunk is begun again whose worker was killed."""

P = ParamSpec("P")
R = TypeVar("R")


class Cluster(Executor):
    """The workers of the cluster at tcp://host:port.

    Raises:
        BackpropError: if Dask is not installed, nobody answers, or it cannot mark as we do.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._client = _connected(address)
        self._link = self._client.scheduler_comm
        self._inner = self._client.get_executor(retries=RETRIES, pure=False)
        self.jobs = max(1, sum(self._client.nthreads().values()))

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        """Have a function of a module called on one of the workers."""
        self.check()
        inner = self._inner.submit(fn, *args, **kwargs)
        outer: Future[R] = Future()
        inner.add_done_callback(lambda done: self._hand_on(done, outer))
        return outer

    def _hand_on(self, done: "Future[R]", outer: "Future[R]") -> None:
        from distributed.comm import CommClosedError

        try:
            outer.set_result(done.result())
        except (CancelledError, CommClosedError):
            outer.set_exception(self._lost())
        except Exception as error:
            outer.set_exception(_fault(error))

    def check(self) -> None:
        """See that the connection is still the first one: with it, Dask forgets what was under way.

        Raises:
            BackpropError: if it is not; the futures would never be done.
        """
        if self._client.status != "running" or self._client.scheduler_comm is not self._link:
            raise self._lost()

    def _lost(self) -> BackpropError:
        return BackpropError(
            f"the cluster at {self._address} was lost",
            hint="with a gradebook, the same command goes on where it stopped",
        )

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of the cluster, which others may be using too."""
        with contextlib.suppress(Exception):
            if self._client.status == "running":
                self._inner.shutdown(wait=wait and not cancel_futures)
            self._client.close(timeout=5)


def _fault(error: Exception) -> BackpropError:
    """What to say of an error that a worker or the scheduler has sent."""
    names = names_in(error)
    if "KilledWorker" in names:
        what = f"workers were killed {RETRIES + 1} times over the same chunk"
        return BackpropError(what, hint="do they have enough memory?")
    kinds = [name for name in names if name.endswith(("Error", "Exception"))]
    return BackpropError(f"a worker of the cluster has failed ({(kinds or ['unknown'])[0]})")


def _connected(address: str) -> Any:
    if not re.fullmatch(r"\w+://\S+:\d+", address):
        # Without an address Dask would begin a cluster of its own.
        what = f"no cluster answers at '{address}'"
        raise BackpropError(what, hint="the address of a scheduler is tcp://HOST:PORT")
    try:
        from distributed import Client
    except ImportError:
        raise BackpropError(
            "--cluster needs dask.distributed, which is not installed",
            hint='pip install "backprop-cli[cluster]"',
        ) from None
    trust_nobody()
    # What it logs of lost workers does not matter, or we say it ourselves.
    for name in [*logging.root.manager.loggerDict, "tornado.application"]:
        if name.startswith(("distributed", "tornado")):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        client = Client(
            address,
            timeout=PATIENCE,
            set_as_default=False,
            serializers=[*DATA, "pickle"],
            deserializers=[*DATA, "error"],
        )
    except (OSError, TypeError, ValueError, KeyError, ImportError, RuntimeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise BackpropError(f"no cluster answers at {address}", hint=reason[:200]) from None
    try:
        _check(client)
    except BaseException:
        client.close()
        raise
    return client


def _version() -> str:
    """What a worker must have in common with us."""
    from importlib.metadata import version

    python = "{}.{}".format(*sys.version_info)
    return f"backprop {version('backprop-cli')}, marking {MARKING}, Python {python}"


def _check(client: Any) -> None:
    """Refuse workers that might mark otherwise than this machine does."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise BackpropError("the cluster has no workers") from None
    same = "install the same backprop, dask and Python on all machines"
    try:
        client.get_versions(check=True)
        theirs = client.run(_version)
    except (ImportError, ValueError, AttributeError) as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise BackpropError(f"the cluster cannot mark as we do: {first}", hint=same) from None
    for worker, version in theirs.items():
        if version != _version():
            what = f"the worker {worker} has another version of backprop or of Python"
            raise BackpropError(what, hint=same)
