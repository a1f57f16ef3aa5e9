"""Read a marked submission as the gradebook keeps it, which may have been changed since."""

import json
from collections.abc import Mapping

from backprop_cli.exercises.marking.record import from_record
from backprop_cli.exercises.marking.result import Graded, Mark

MOST_POINTS = 1e15
"""More than any answer is worth: the sum over a class is still a number."""


def graded_of(student: str, text: str) -> Graded:
    """The marked submission of a student that `record.outcome` wrote down.

    Raises:
        ValueError, TypeError, KeyError, AttributeError, RecursionError: if it is not what
            `record.outcome` writes.
    """
    graded = from_record({**json.loads(text), "student": student})
    texts = [student, graded.unreadable, graded.isolation, *graded.problems]
    if not _all(str, texts) or type(graded.variant) is not int:
        raise TypeError("not a record")
    if not isinstance(graded.inputs, Mapping):
        raise TypeError("inputs have no names")
    for mark in graded.marks:
        _look(mark)
    return graded


def _look(mark: Mark) -> None:
    """Refuse a mark of other types: whoever reads it trusts them."""
    texts = [mark.question, mark.answer, mark.reason, mark.key]
    for blame in mark.blames:
        texts += [blame.mistake, blame.gate, *blame.at]
    if not _all(str, texts) or type(mark.together) is not bool:
        raise TypeError("not a mark")
    for number in (mark.points, mark.possible):
        if type(number) not in (float, int) or not abs(number) <= MOST_POINTS:
            raise ValueError("points that are no number")


def _all(kind: type, values: list[str]) -> bool:
    return all(type(value) is kind for value in values)
