"""What marking one submission gives: a mark for each question, with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from backprop_cli.exercises.model.reason import NO_REASON, Reason, ReasonCode

MARKING = 3
"""The version of the marking. It grows when the same submission may be marked otherwise."""


class Verdict(Enum):
    """What an answer is."""

    CORRECT = "correct"
    FOLLOW = "follow-through"
    """A right step on the student's own wrong value."""
    WRONG = "wrong"
    BLANK = "blank"
    UNREADABLE = "unreadable"
    UNDECIDED = "undecided"
    """For the teacher to decide: earns nothing and loses nothing until then."""


@dataclass(frozen=True)
class Blame:
    """A mistake, and where it was made."""

    mistake: str
    """The name of a row of the table of mistakes."""
    gate: str
    """The kind of gate, mul."""
    at: tuple[str, ...]
    """The nodes at which it was made, in the order of the backward pass."""


@dataclass(frozen=True)
class Mark:
    """One question, what was answered, and what it earns."""

    question: str
    answer: str
    """As it was typed, shortened; empty for a blank."""
    verdict: Verdict
    points: float
    possible: float
    reason: str = ""
    """Why, in one or two sentences that do not give the key away."""
    key: str = ""
    """The right answer, for those who may see it."""
    blames: tuple[Blame, ...] = ()
    """The mistakes that explain the answer; more than one where they explain it equally well
    (or together, where `together`)."""
    together: bool = False
    code: ReasonCode = ReasonCode.NONE
    """What the reason says, for programs; none in marks that were kept before there were codes."""
    why: Reason = field(default=NO_REASON, compare=False)
    """The reason as data, from which it can be worded anew; it is not kept."""


@dataclass(frozen=True)
class Graded:
    """One submission, marked."""

    student: str
    variant: int
    """Which drawn inputs the student had; 0 where all have the same."""
    inputs: Mapping[str, Any]
    """Input -> a float or nested lists."""
    marks: tuple[Mark, ...]
    problems: tuple[str, ...] = ()
    """What was odd and did not stop the marking: unknown questions, duplicates, ..."""
    unreadable: str = ""
    """Why nothing could be marked; empty where it could."""
    isolation: str = ""
    """Which layer ran the student's code: bubblewrap, process, none; empty without code."""

    @property
    def points(self) -> float:
        """What was earned."""
        return sum(mark.points for mark in self.marks)

    @property
    def possible(self) -> float:
        """What could be earned, without what is still undecided."""
        return sum(mark.possible for mark in self.marks if mark.verdict is not Verdict.UNDECIDED)

    @property
    def verdicts(self) -> str:
        """One letter a question: c, f, w, b, u (unreadable), d (undecided)."""
        return "".join([LETTERS[mark.verdict] for mark in self.marks])


LETTERS = {
    Verdict.CORRECT: "c",
    Verdict.FOLLOW: "f",
    Verdict.WRONG: "w",
    Verdict.BLANK: "b",
    Verdict.UNREADABLE: "u",
    Verdict.UNDECIDED: "d",
}
"""A verdict in one letter, for a class of a million."""
