"""Give a reader what nobody would write, and see that it answers, or says what is wrong."""

import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import NamedTuple

from fuzzing.mutation import mutated

from backprop_cli.errors import BackpropError

PATIENCE = 30
"""Seconds of computing after which an input counts as one that never ends."""


class Target(NamedTuple):
    """A reader under attack."""

    name: str
    seeds: Callable[[], list[bytes]]
    """What it is meant to read."""
    read: Callable[[bytes, Random], object]
    """Reads, and does with what was read what the product does with it."""


@dataclass
class Count:
    """What became of the inputs of one target."""

    read: int = 0
    refused: int = 0
    faults: list[tuple[bytes, str]] = field(default_factory=list)
    """Input, traceback: each kind once."""
    again: int = 0
    """Faults of a kind that is known already."""
    seconds: float = 0.0

    @property
    def inputs(self) -> int:
        return self.read + self.refused + len(self.faults) + self.again


class NeverEnds(Exception):
    """An input took longer than `PATIENCE`."""


@contextmanager
def _patient() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise NeverEnds

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def fuzz(target: Target, seed: object, inputs: int, seconds: float = 1e9) -> Count:
    """Give a target so many inputs, or as many as there is time for; the same for the same seed."""
    draw, count, begun = Random(f"{target.name} {seed}"), Count(), monotonic()
    seeds, kinds = target.seeds(), set()
    while count.inputs < inputs and monotonic() - begun < seconds:
        data = mutated(draw.choice(seeds), seeds, draw)
        try:
            with _patient():
                target.read(data, draw)
            count.read += 1
        except BackpropError as error:
            error.report()
            count.refused += 1
        except Exception as error:
            kind = _kind(error)
            if kind in kinds:
                count.again += 1
            else:
                kinds.add(kind)
                count.faults.append((data, traceback.format_exc(limit=-12)))
    count.seconds = monotonic() - begun
    return count


def _kind(error: BaseException) -> tuple[object, ...]:
    """Where in our code it arose."""
    if isinstance(error, NeverEnds):
        return (NeverEnds,)
    places = [(f.filename, f.lineno) for f in traceback.extract_tb(error.__traceback__)]
    ours = [place for place in places if "backprop_cli" in place[0]]
    return (type(error), *(ours or places)[-1:])


def saved_name(target: Target, data: bytes) -> str:
    """What a file of an input that was not borne is called."""
    from hashlib import blake2b

    with suppress(ValueError):
        return f"{target.name.replace(' ', '-')}-{blake2b(data, digest_size=6).hexdigest()}"
    return target.name
