"""Run a student's file behind a wall, and hear what it answers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.sandbox import backends
from backprop_cli.sandbox.channel import Ended, Talk
from backprop_cli.sandbox.inside.harness import MEMORY_STATUS
from backprop_cli.sandbox.limits import Limits
from backprop_cli.sandbox.report import Ending, Report
from backprop_cli.sandbox.workers import (
    START_SECONDS,
    Broken,
    Fresh,
    Prepared,
    Status,
    Worker,
)

SHOWN = 2_000
"""Characters of what was printed that a report keeps."""


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
    box = Box(backends.chosen(layer), limits or Limits())
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
        raise backends.broken(said)
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
