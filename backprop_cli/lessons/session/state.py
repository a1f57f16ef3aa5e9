"""Where a learner is, what is remembered, and what follows from a line: plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from backprop_cli.lessons.model.blocks import Block

SOLVED, SHOWN, SKIPPED = "solved", "shown", "skipped"
"""What became of a question."""


class Tried(NamedTuple):
    """The class that was checked last at the present question."""

    source: str = ""
    reason: str = ""
    """What was said about it."""
    faults: tuple[str, ...] = ()
    """The code of the reason, and the mistakes."""


NOTHING_TRIED = Tried()


@dataclass(frozen=True)
class State:
    """Where a learner is in a lesson, and what became of its questions."""

    step: int = 0
    ask: int = 0
    outcomes: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """(step, question) -> solved, shown or skipped."""
    rungs: int = 0
    """Hints that were given to the present question."""
    wrong: frozenset[str] = frozenset()
    """The mistakes that were made at the present question."""
    tried: Tried = NOTHING_TRIED
    drawn: tuple[str, int] = ("", 0)
    """The circuit that was drawn last, and how much of it was known."""
    finished: bool = False
    left: bool = False


class Event(NamedTuple):
    """Something to be remembered."""

    what: str
    """read, solved, shown, skipped, tried, hinted, back, finished."""
    step: str
    """The name of the step."""
    question: str = ""
    answer: str = ""
    mistakes: tuple[str, ...] = ()


class Reply(NamedTuple):
    """What follows from a line that was typed."""

    state: State
    blocks: tuple[Block, ...] = ()
    events: tuple[Event, ...] = ()
