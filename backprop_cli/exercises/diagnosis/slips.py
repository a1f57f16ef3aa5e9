"""Slips of the pen, which no rule of a gate explains: a sign, a digit, another line's number."""

from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any, NamedTuple

from backprop_cli.exercises.answers.reading import Read, Sheet
from backprop_cli.exercises.diagnosis.precision import Precision, digits
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.gates.value import Value

MIN_DIGITS = 3
"""Digits of the shortest number in which one that is wrong is seen to be a slip."""


class Written(NamedTuple):
    """One wrong number, and what stands around it."""

    place: int
    number: Any
    right: tuple[Any, ...]
    """The key, and what follows from the student's own numbers."""
    sheet: Sheet
    precision: Precision


def slip(written: Written) -> Reason | None:
    """The first slip that a wrong number is; None if it is none of them."""
    for found in (find(written) for find in _SLIPS):
        if found is not None:
            return found
    return None


def _sign(written: Written) -> Reason | None:
    if any(written.precision.is_same(-written.number, right) for right in written.right):
        return Reason(ReasonCode.SLIP_OF_SIGN)
    return None


def exchanged(written: Written) -> Reason | None:
    """That it is the right answer to another question, which has the right answer to this one."""
    own, same = written.sheet[written.place].key, written.precision.is_same
    for read in _others(written):
        is_told_apart = not same(read.key, own) and not read.is_right
        if is_told_apart and same(written.number, read.key) and same(read.value, own):
            return Reason(ReasonCode.EXCHANGED, read.asked.name)
    return None


def _copied(written: Written) -> Reason | None:
    if abs(written.number) in (0, 1):
        # They stand in many places.
        return None
    for read in _others(written):
        if read.is_right and written.precision.is_same(written.number, read.value):
            return Reason(ReasonCode.COPIED, read.asked.name)
    return None


def _digit(written: Written) -> Reason | None:
    count = min(digits(written.number), 15)
    if count < MIN_DIGITS:
        return None
    own = _figures(written.number, count)
    if any(_is_one_slip(own, _figures(right, count)) for right in written.right if right):
        return Reason(ReasonCode.SLIP_OF_DIGIT)
    return None


_SLIPS: tuple[Callable[[Written], Reason | None], ...] = (_sign, exchanged, _copied, _digit)


def _others(written: Written) -> Iterator[Read]:
    """The other numbers of the sheet."""
    for place, read in written.sheet.items():
        if place != written.place and read.is_number and is_number(read.value, read.key):
            yield read


def is_number(*values: Value) -> bool:
    """Whether values are finite numbers, and no arrays."""
    return all(isinstance(value, float) and isfinite(value) for value in values)


def _figures(number: float, count: int) -> str:
    """The digits of a number in order, with its sign and where its point is."""
    return f"{number:.{count - 1}e}"


def _is_one_slip(own: str, right: str) -> bool:
    """Whether one digit is another, two neighbours are exchanged, or the point has moved."""
    (mine, power), (theirs, other) = own.split("e"), right.split("e")
    if mine == theirs:
        return power != other
    if power != other or len(mine) != len(theirs):
        return False
    mine, theirs = mine.replace(".", ""), theirs.replace(".", "")
    wrong = [k for k, pair in enumerate(zip(mine, theirs, strict=True)) if pair[0] != pair[1]]
    first, last = wrong[0], wrong[-1]
    is_exchanged = last - first == 1 and mine[first : last + 1] == theirs[last] + theirs[first]
    return len(wrong) == 1 or is_exchanged
