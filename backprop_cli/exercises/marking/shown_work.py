"""Which answers that follow from a student's own wrong ones show that the student knows the rule.

Whoever writes 1 into every box is right at each gate whose rules all give 1 for 1: such an answer
follows, and shows nothing.
"""

from collections.abc import Iterable

from backprop_cli.exercises.answers.reading import Sheet
from backprop_cli.exercises.answers.rounding import elements
from backprop_cli.exercises.diagnosis.by_step import Steps, mistakes_near
from backprop_cli.exercises.diagnosis.diagnosis import PredictedAnswers
from backprop_cli.exercises.diagnosis.precision import precision_on

FEWEST = 5
"""Answers from which on it is no accident that all are the same number."""


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
