"""Slips of the pen, which no rule of a gate explains: a sign, a digit, another line's number."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isfinite
from typing import NamedTuple

from backprop_cli.exercises.answers.reading import Read, Sheet
from backprop_cli.exercises.diagnosis.precision import Precision, digits
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.gates.value import Value

MIN_DIGITS = 3
"""Digits of the shortest number in which one that is wrong is seen to be a slip."""


class Numbers:
    """The numbers of a sheet, to be found by what they should be."""

    def __init__(self, sheet: Sheet, precision: Precision) -> None:
        self.precision = precision
        self._ordered = sorted(
            (read.key, place, read)
            for place, read in sheet.items()
            if read.is_number and is_number(read.value, read.key)
        )

    def wanted(self, number: float) -> Iterator[tuple[int, Read]]:
        """The questions to which a number is the right answer."""
        reach = self.precision.reach(number)
        low = bisect_left(self._ordered, (number - reach,))
        for key, place, read in self._ordered[low:]:
            if key > number + reach:
                return
            if self.precision.is_same(number, key):
                yield place, read


class Written(NamedTuple):
    """One wrong number, and what stands around it."""

    read: Read
    number: float
    right: tuple[float, ...]
    """The key, and what follows from the student's own numbers."""
    others: Numbers
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


def exchanged(sheet: Sheet, precision: Precision, given: Iterable[int]) -> Mapping[int, Reason]:
    """Two answers that stand in each other's place, if nothing else is wrong: why each is wrong.

    Args:
        sheet: all that was answered.
        precision: how exactly the numbers are written.
        given: the places of the answers that are looked at.
    """
    wrong = [(place, sheet[place]) for place in given if not sheet[place].is_right]
    if len(wrong) != 2 or not all(is_number(read.value, read.key) for _, read in wrong):
        return {}
    (one, first), (other, second) = wrong
    same = precision.is_same
    if same(first.key, second.key) or not same(first.value, second.key):
        return {}
    if not same(second.value, first.key):
        return {}
    return {
        one: Reason(ReasonCode.EXCHANGED, second.asked.name),
        other: Reason(ReasonCode.EXCHANGED, first.asked.name),
    }


def _exchanged(written: Written) -> Reason | None:
    own, same = written.read.key, written.precision.is_same
    for _, read in written.others.wanted(written.number):
        if not same(read.key, own) and not read.is_right and same(read.value, own):
            return Reason(ReasonCode.EXCHANGED, read.asked.name)
    return None


def _copied(written: Written) -> Reason | None:
    if abs(written.number) in (0, 1):
        # They stand in many places.
        return None
    found = [
        (place, read) for place, read in written.others.wanted(written.number) if read.is_right
    ]
    return Reason(ReasonCode.COPIED, min(found)[1].asked.name) if found else None


def _digit(written: Written) -> Reason | None:
    count = min(digits(written.number), 15)
    if count < MIN_DIGITS:
        return None
    own = _figures(written.number, count)
    if any(_is_one_slip(own, _figures(right, count)) for right in written.right if right):
        return Reason(ReasonCode.SLIP_OF_DIGIT)
    return None


_SLIPS: tuple[Callable[[Written], Reason | None], ...] = (_sign, _exchanged, _copied, _digit)


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
