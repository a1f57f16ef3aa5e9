"""How sure a reason is: a mistake and a slip of the pen may explain the same number."""

from collections.abc import Sequence
from dataclasses import replace

from backprop_cli.exercises.diagnosis.arrays import array_slip
from backprop_cli.exercises.diagnosis.by_step import Steps
from backprop_cli.exercises.diagnosis.diagnosis import (
    Explanation,
)
from backprop_cli.exercises.diagnosis.slips import Written, is_common, is_number, slip
from backprop_cli.exercises.diagnosis.why import Why
from backprop_cli.exercises.model.case import part
from backprop_cli.exercises.model.reason import Reason, ReasonCode

SIGN_TURNED = "sign-turned"
"""The mistake that a slip of the pen looks like."""


PAIR = 2
"""Mistakes that are looked for at once."""


MANY = 4
"""Gradients on a sheet from which on a single wrong one is hardly a mistake that was carried on."""


def doubted(steps: Steps, place: int, found: Why) -> Why:
    """What is said of the only wrong number of a sheet, which a mistake and a slip explain."""
    slipped = slip_of(steps, place)
    if slipped is not None and _is_turned(found) and slipped.code in _OTHER_SIGN:
        return Why(slipped)
    if slipped is None and is_common(steps.sheet[place].value):
        return perhaps(found)
    if slipped is None or slipped.code in (ReasonCode.SLIP_OF_DIGIT, ReasonCode.ELEMENTS):
        # That a rule gives just the digits which somebody mistypes is the rarer case, and which
        # elements are wrong is no other reason.
        return found
    return perhaps(found)


_OTHER_SIGN = (ReasonCode.SLIP_OF_SIGN, ReasonCode.ELEMENTS)
"""What is said where a sign is turned: of a number, and of an array."""


def weighed(steps: Steps, place: int, found: Why, explanations: Sequence[Explanation]) -> Why:
    """What is said of a number, for which alone a mistake speaks that others do not bear out."""
    slipped = slip_of(steps, place)
    if slipped is None:
        return perhaps(found)
    likelier = (ReasonCode.SLIP_OF_DIGIT, ReasonCode.EXCHANGED)
    is_slip = (_is_turned(found) and slipped.code in _OTHER_SIGN) or slipped.code in likelier
    if slipped.code is ReasonCode.COPIED:
        is_slip = all(map(steps.is_contradicted, explanations))
    return Why(slipped) if is_slip else perhaps(found)


def two_for_two(why: Why, wrong_numbers: int) -> Why:
    """Two mistakes for two numbers: one number speaks for each."""
    is_bold = why.together and wrong_numbers <= PAIR
    return perhaps(why) if is_bold and why.reason.findings else why


def _is_turned(why: Why) -> bool:
    return all(blame.mistake == SIGN_TURNED for blame in why.blames)


def perhaps(why: Why) -> Why:
    """The same, as something that may be so."""
    return why._replace(reason=replace(why.reason, code=ReasonCode.PERHAPS))


def by_slip(steps: Steps, place: int, why: Why) -> Why:
    """A slip of the pen in place of no explanation."""
    slipped = slip_of(steps, place) if why.reason.is_unexplained else None
    return Why(slipped) if slipped else why


def natural(explanations: list[Explanation]) -> list[Explanation]:
    """Those that are more than a turned sign, if there are any."""
    return [
        explanation for explanation in explanations if explanation[0].mistake.name != SIGN_TURNED
    ] or explanations


def slip_of(steps: Steps, place: int) -> Reason | None:
    """The slip of the pen that a wrong number is, or what is wrong with an array."""
    read = steps.sheet[place]
    followed = steps.right(read.asked)
    right = [read.key] if followed is None else [read.key, part(followed, read.asked)]
    if not is_number(read.value, *right):
        return array_slip(read.value, right, steps.precision)
    return slip(Written(read, read.value, tuple(right), steps.numbers, steps.precision))
