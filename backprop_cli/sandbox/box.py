"""Run a student's file behind a wall, and hear what it answers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.sandbox import backends
from backprop_cli.sandbox.arrays import Arrays
from backprop_cli.sandbox.channel import Ended, Talk
from backprop_cli.sandbox.inside.harness import MEMORY_STATUS
from backprop_cli.sandbox.limits import Limits
from backprop_cli.sandbox.report import Ending, Report
from backprop_cli.sandbox.workers import (
    START_SECONDS,
    Broken,
    FreshWorker,
    Prepared,
    Status,
    Worker,
)

SHOWN = 2_000
"""Characters of what was printed that a report keeps."""


ENVIRONMENT_ERRORS = frozenset({"OSError", "ImportError", "ModuleNotFoundError", "RuntimeError"})
"""What is raised where a machine has no file descriptors or threads left, among other reasons."""

GOOD = b"""
import numpy as np
class Probe:
    def forward(self, x):
        with open('/dev/null') as file:
            return x * np.ones(2)
"""
GOOD_REQUEST = {"class": "Probe", "steps": [["make", "p", []], ["forward", "p", [[2.0, 3.0]]]]}
GOOD_RESULTS = [None, {"array": [2.0, 3.0]}]


class Box:
    """A place in which to run one file after the other; none can tell what ran before."""

    def __init__(self, layer: str, limits: Limits) -> None:
        self.layer = layer
        self.limits = limits
        self.worker = _open_worker(layer, limits)

    def run(self, source: bytes, requests: Sequence[dict[str, Any]]) -> Report:
        """Load a file in a fresh child, and ask it for each of `requests`.

        What comes back is as far as the child came; it never raises for what the file does. A run
        that ended as one does where the machine fails is done once more, after a file that is
        known to be right has run in its place.

        Raises:
            BackpropError: if the machine fails: the isolation, or the file that is right.
        """
        report = self._attempt(source, requests)
        if not _may_be_the_machine(report):
            return report
        good = self._attempt(GOOD, [GOOD_REQUEST])
        if [reply.get("results") for reply in good.replies] != [GOOD_RESULTS]:
            ended = f"a right file ended with '{good.ending.value}'"
            what = f"the code of students cannot be run here: {ended}"
            hint = (
                "this machine lacks memory, processes or file descriptors; no mark was given for it"
            )
            raise BackpropError(what, hint=hint)
        return self._attempt(source, requests)

    def _attempt(self, source: bytes, requests: Sequence[dict[str, Any]]) -> Report:
        for _ in range(2):
            try:
                return self._run(source, requests)
            except Broken:
                self.worker.close()
                self.worker = _open_worker(self.layer, self.limits)
        return Report(self.layer, Ending.KILLED)

    def _run(self, source: bytes, requests: Sequence[dict[str, Any]]) -> Report:
        try:
            arrays = Arrays(requests)
        except OSError as error:
            raise Broken(str(error)) from None
        try:
            return self._played(source, arrays)
        finally:
            arrays.close()

    def _played(self, source: bytes, arrays: Arrays) -> Report:
        try:
            talk = Talk(*self.worker.begin(arrays.descriptor), self.limits)
        except OSError as error:
            raise Broken(str(error)) from None
        heard: list[Any] = []
        ending: Ending | None = Ending.DONE
        asked = arrays.requests
        try:
            for messages, count in (
                ([{"source": source.decode("latin-1")}], 2),
                (asked, len(asked)),
            ):
                # One by one: what came before the end is kept.
                for reply in talk.ask(messages, count):
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
        loaded = heard[1] if len(heard) > 1 else None
        replies = tuple(
            {**reply, "changed": changed} if isinstance(reply, dict) else reply
            for reply, changed in zip(heard[2:], arrays.changed(), strict=False)
        )
        return Report(self.layer, ending, bool(heard), loaded, replies, printed)

    def close(self) -> None:
        """End the worker."""
        self.worker.close()


def _may_be_the_machine(report: Report) -> bool:
    """Whether a run ended as it would where this machine fails, by no fault of the student."""
    if not report.started or report.ending in (Ending.KILLED, Ending.EXIT, Ending.MEMORY):
        return True
    error = report.loaded.get("error") if isinstance(report.loaded, dict) else None
    kind = error.get("kind") if isinstance(error, dict) else None
    return isinstance(kind, str) and kind in ENVIRONMENT_ERRORS


def _ending(status: Status, limits: Limits) -> Ending:
    """Why a run ended by itself."""
    # The kernel counts ticks, so its second may be a little shorter than ours.
    if status["cpu"] >= 0.8 * limits.cpu and status["signal"]:
        return Ending.TIMEOUT
    if status["exit"] == MEMORY_STATUS or status.get("out_of_memory"):
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
    try:
        return _new_worker(layer, limits)
    except OSError as error:
        what = f"the code of students cannot be run here: {error.strerror or error}"
        raise BackpropError(what) from None


def _new_worker(layer: str, limits: Limits) -> Worker:
    if layer == "none":
        return FreshWorker(layer, limits)
    try:
        return Prepared(layer, limits)
    except Broken as error:
        if layer == "process":
            what = f"the isolation 'process' does not work here: {error}"
            raise BackpropError(what) from None
    # Some systems let bubblewrap make namespaces and nobody else: one bubblewrap a run.
    worker = FreshWorker(layer, limits)
    said = _said_at_start(worker, limits)
    if said is not None:
        worker.close()
        raise backends.broken(said)
    return worker


def _said_at_start(worker: Worker, limits: Limits) -> str | None:
    """None where an empty file runs; where it does not, what was said instead."""
    arrays = Arrays([])
    talk = Talk(*worker.begin(arrays.descriptor), replace(limits, wall=START_SECONDS))
    try:
        list(talk.ask([{"source": ""}], 2))
    except Ended:
        return talk.last_words()
    finally:
        talk.hang_up()
        worker.finish()
        talk.close()
        arrays.close()
    return None
