"""Which answers that follow from a student's own wrong ones show that the student knows the rule.

Whoever writes 1 into every box is right at each gate whose rules all give 1 for 1: such an answer
follows, and shows nothing.
"""

from collections.abc import Iterable, Sequence

from backprop_cli.exercises.answers.reading import Sheet
from backprop_cli.exercises.answers.rounding import elements
from backprop_cli.exercises.diagnosis.by_step import Steps, mistakes_near
from backprop_cli.exercises.diagnosis.diagnosis import PredictedAnswers
from backprop_cli.exercises.diagnosis.precision import precision_on
from backprop_cli.exercises.model.tolerance import close
from backprop_cli.exercises.model.variants import MAX_VARIANTS, Variants
from backprop_cli.gates.value import Gradient

FEWEST = 5
"""Answers from which on it is no accident that all are the same number."""


MIN_WRONG = 3
"""Wrong numbers of a sheet, before it is looked for among the right sheets for other inputs."""
MAX_RIGHT = 1
"""Right numbers that a sheet for other inputs may have by accident."""


def is_of_other_inputs(variants: Variants, own: int, sheet: Sheet) -> bool:
    """Whether all numbers of a sheet are right for the inputs of another variant."""
    count = variants.circuit.variants
    numbers = {place: read for place, read in sheet.items() if read.is_number}
    wrong = sum(not read.is_right for read in numbers.values())
    if wrong < MIN_WRONG or not 1 < count <= MAX_VARIANTS:
        return False
    others = (number for number in range(1, count + 1) if number != own)
    right = [place for place, read in numbers.items() if read.is_right]
    # To draw the inputs of all others takes its time, and few sheets can be of any of them.
    if sum(not _is_constant(variants, place) for place in right) > MAX_RIGHT:
        return False
    return any(_is_right_for(variants.predicted(number).key, numbers) for number in others)


def _is_constant(variants: Variants, place: int) -> bool:
    """Whether an answer does not depend on the inputs, as a local derivative of 1."""
    first, second = (variants.predicted(number).key[place] for number in (1, 2))
    tolerance = variants.exercise.asked[place].tolerance
    return first is not None and second is not None and close(first, second, tolerance)


def _is_right_for(key: Sequence[Gradient], numbers: Sheet) -> bool:
    pairs = [(read, key[place]) for place, read in numbers.items()]
    return all(
        right is not None and close(read.value, right, read.asked.tolerance)
        for read, right in pairs
    )


def untold(predicted: PredictedAnswers, sheet: Sheet, following: Iterable[int]) -> set[int]:
    """Of the answers that follow, those that show nothing.

    An answer shows the rule if every mistake that the right numbers would tell from it
    is told from it by the student's own numbers too.
    """
    places = list(following)
    if _is_one_number(sheet):
        return set(places)
    own = Steps(predicted.case, sheet, precision_on(sheet))
    keys = {p: read._replace(value=read.key) for p, read in sheet.items() if read.is_number}
    right = Steps(predicted.case, keys, own.precision)
    return {
        place
        for place in places
        if sheet[place].asked.wrt >= 0
        and any(
            right.tells_apart(hypothesis, sheet[place].asked)
            and not own.tells_apart(hypothesis, sheet[place].asked)
            for _, hypothesis in mistakes_near(predicted, sheet, [place])
        )
    }


def _is_one_number(sheet: Sheet) -> bool:
    """Whether one number is answered everywhere, and is not right everywhere."""
    answered = [x for read in sheet.values() if read.is_number for x in elements(read.value)]
    return len(answered) >= FEWEST and len(set(answered)) == 1
