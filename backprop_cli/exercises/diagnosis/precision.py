"""How exactly a student writes numbers: by that their answers are compared with predictions."""

from math import floor, isfinite, log10
from typing import NamedTuple

from backprop_cli.exercises.answers.reading import Sheet
from backprop_cli.exercises.answers.rounding import elements
from backprop_cli.gates.value import Value

EXACT = 1e-6
"""How near, relatively, numbers are that were not rounded: those of a calculator, or whole ones."""

ROUNDED = range(3, 9)
"""Significant digits of a sheet whose numbers were rounded."""

MAX_DIGITS = 6
"""Significant digits of numbers that nobody rounds: whole ones, and their products."""


class Precision(NamedTuple):
    """The most significant digits that a sheet writes."""

    digits: int

    def is_same(self, answer: float, predicted: float) -> bool:
        """Whether a number is another one as this student writes it."""
        if not predicted or not answer or not isfinite(answer) or not isfinite(predicted):
            return answer == predicted
        if self.digits not in ROUNDED:
            return abs(answer - predicted) <= EXACT * abs(predicted)
        unit = 10.0 ** (floor(log10(abs(predicted))) - self.digits + 1)
        return abs(answer - predicted) <= unit

    def reach(self, answer: Value) -> float:
        """How far the first element of what agrees with a finite answer is from the answer's."""
        share = EXACT if self.digits not in ROUNDED else 10.0 ** (1 - self.digits)
        return 2 * share * abs(elements(answer)[0])

    def agree(self, answer: Value, predicted: Value) -> bool:
        """Whether all elements are the same as this student writes them."""
        have, want = elements(answer), elements(predicted)
        return len(have) == len(want) and all(map(self.is_same, have, want))


UNROUNDED = Precision(15)


def precision_on(sheet: Sheet) -> Precision:
    """How exactly the numbers of a sheet are written; of whole numbers none are rounded away."""
    numbers = [read for read in sheet.values() if read.is_number]
    if max((digits(x) for read in numbers for x in elements(read.key)), default=0) <= MAX_DIGITS:
        return UNROUNDED
    found = [digits(x) for read in numbers for x in elements(read.value)]
    return Precision(max(found, default=0))


def precision_of(answer: Value) -> Precision:
    """How exactly one answer is written."""
    return Precision(max(map(digits, elements(answer)), default=0))


def digits(number: float) -> int:
    """The significant digits of a number as it is written: 2 of 0.0420, 3 of 4.21e-3."""
    return len(f"{number:.15g}".partition("e")[0].strip("-0.").replace(".", ""))
