"""Read the answers of a submission, each in the form that its question wants."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from backprop_cli.exercises.answers.answers import is_blank
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.model.exercise import Asked

if TYPE_CHECKING:
    from backprop_cli.exercises.questions.handout import Handout


class Read(NamedTuple):
    """One question, what was answered, and the key."""

    asked: Asked
    raw: Any
    value: Any
    """What was read; an `Unreadable`, or None for a blank."""
    key: Any
    """The right answer; None for a formula, which may be written in many ways."""

    @property
    def is_number(self) -> bool:
        """Whether a number was asked for, and one was answered that could be read."""
        is_readable = self.value is not None and not isinstance(self.value, Unreadable)
        return is_readable and self.asked.kind.is_number

    @property
    def is_right(self) -> bool:
        """Whether a readable answer that is no formula is the key."""
        return self.asked.kind.is_right(self)


Sheet = Mapping[int, Read]
"""Place of a question in the exercise -> what was answered."""


def read_sheet(handout: "Handout", given: Mapping[str, object]) -> Sheet:
    """Read what was answered to each question of an exercise.

    Args:
        handout: what the student got.
        given: the name of a question -> what was answered.
    """
    sheet: dict[int, Read] = {}
    case, numbers = handout.case, handout.predicted.key
    for place, asked in enumerate(case.exercise.asked):
        if asked.given:
            continue
        raw = given.get(asked.name)
        right = asked.kind.key(asked, numbers[place], handout)
        read = None if is_blank(raw) else asked.kind.read(_without_name(raw, asked), asked, handout)
        sheet[place] = Read(asked, raw, read, right)
    return sheet


def _without_name(raw: Any, asked: Asked) -> Any:
    """The answer without the question that was repeated before it: `df/dx = 3`."""
    if isinstance(raw, str) and "=" in raw:
        left, _, right = raw.partition("=")
        names = {"", asked.name}
        if asked.kind.shows_mistakes:
            names.add(asked.question.quantity)
        if left.replace("∂", "d").replace(" ", "") in names:
            return right
    return raw
