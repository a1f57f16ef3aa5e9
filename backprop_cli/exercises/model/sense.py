"""Whether the numbers of an exercise can be worked out on paper, and say something."""

from backprop_cli.exercises.answers.rounding import elements
from backprop_cli.exercises.model.case import Case

SMALLEST = 1e-2
"""Numbers below this, other than 0, are those of a saturated gate."""

LARGEST = 1e3
"""Numbers beyond this are no exercise for a sheet of paper."""

MOST_ZEROS = 0.5
"""The largest share of zeros among the gradients that are asked: 0 is right by accident."""


def odd_numbers(case: Case) -> int:
    """How many asked numbers are tiny or huge, and one more where most gradients are 0."""
    pairs = zip(case.exercise.asked, case.key, strict=True)
    asked = [(each, elements(key)) for each, key in pairs if key is not None]
    odd = sum(_is_odd(number) for _, numbers in asked for number in numbers)
    gradients = [x for each, numbers in asked for x in numbers if each.wrt >= 0]
    return odd + (gradients.count(0.0) > MOST_ZEROS * len(gradients) > 0)


def _is_odd(number: float) -> bool:
    return bool(number) and not SMALLEST <= abs(number) <= LARGEST
