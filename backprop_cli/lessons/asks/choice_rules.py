"""Which option of a choice is the right one: one rule, one row of `RULES`."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.exercises.generate.compose import separated
from backprop_cli.exercises.hints.parts import chalk
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.gates.value import number


class ChoiceRule(ABC):
    """What is compared, and which option it makes the right one."""

    fixed: ClassVar[tuple[str, ...]] = ()
    """Options that are always the same; empty where what is compared is chosen."""
    is_of_one: ClassVar[bool] = False
    """Whether it is about one thing, and not about two or more."""
    is_of_mistakes: ClassVar[bool] = False
    """Whether mistakes are chosen, and no numbers compared."""

    @abstractmethod
    def right(self, case: Case, operands: Sequence[str], compared: Sequence[Asked]) -> int:
        """The place of the right option; -1 where none is, or more than one.

        Args:
            case: the circuit with its numbers.
            operands: what stands between the parentheses.
            compared: the same as questions, where it is questions.
        """

    @abstractmethod
    def why_not(self, compared: Sequence[Asked], option: str) -> Reason:
        """What to say about a wrong option, without the right one."""

    def hint(self, compared: Sequence[Asked]) -> str:
        """What to work out."""
        return f"Work out {', '.join(chalk(asked.name) for asked in compared)}."


def _numbers(case: Case, compared: Sequence[Asked]) -> list[float]:
    return [number(value) for value in case.answers(tuple(compared))]


class _Greatest(ChoiceRule):
    """The number for which something is the greatest."""

    def __init__(self, size: Callable[[float], float]) -> None:
        self._size = size

    def right(self, case: Case, operands: Sequence[str], compared: Sequence[Asked]) -> int:
        sizes = list(map(self._size, _numbers(case, compared)))
        return sizes.index(max(sizes)) if sizes.count(max(sizes)) == 1 else -1

    def why_not(self, compared: Sequence[Asked], option: str) -> Reason:
        return Reason(ReasonCode.OTHER_OPTION, got=option)


class _Sign(ChoiceRule):
    """Positive, negative or zero."""

    fixed = ("positive", "negative", "zero")
    is_of_one = True

    def right(self, case: Case, operands: Sequence[str], compared: Sequence[Asked]) -> int:
        (number,) = _numbers(case, compared)
        return 0 if number > 0 else 1 if number < 0 else 2

    def why_not(self, compared: Sequence[Asked], option: str) -> Reason:
        return Reason(ReasonCode.OTHER_SIGN, is_gradient=compared[0].wrt >= 0)


class _Same(ChoiceRule):
    """Whether numbers are equal."""

    fixed = ("yes", "no")

    def right(self, case: Case, operands: Sequence[str], compared: Sequence[Asked]) -> int:
        return int(len(set(_numbers(case, compared))) > 1)

    def why_not(self, compared: Sequence[Asked], option: str) -> Reason:
        return Reason(ReasonCode.NOT_EQUAL)


class _Planted(ChoiceRule):
    """Which mistake was planted in the derivation."""

    is_of_mistakes = True

    def right(self, case: Case, operands: Sequence[str], compared: Sequence[Asked]) -> int:
        planted = case.exercise.planted
        name = planted.mistake if planted else None
        return operands.index(name) if name in operands else -1

    def why_not(self, compared: Sequence[Asked], option: str) -> Reason:
        return Reason(ReasonCode.OTHER_PLANTED)

    def hint(self, compared: Sequence[Asked]) -> str:
        return "Write the wrong line anew by yourself, and see what was done otherwise."


RULES: dict[str, ChoiceRule] = {
    "largest": _Greatest(float),
    "smallest": _Greatest(lambda number: -number),
    "steepest": _Greatest(abs),
    "sign": _Sign(),
    "same": _Same(),
    "mistake": _Planted(),
}

_CALL = re.compile(r"\s*(\w+)\s*\((.*)\)\s*", re.DOTALL)


def parse_choice(source: str) -> tuple[ChoiceRule, list[str]]:
    """The rule of a choice and its operands: `largest(df/dx, df/dy)`.

    Raises:
        BackpropError: if there is no such choice.
    """
    call = _CALL.fullmatch(source)
    if call is None or call[1] not in RULES:
        hint = call and did_you_mean(call[1], list(RULES))
        known = "a choice is " + ", ".join(f"{name}(…)" for name in RULES)
        raise BackpropError("this is no choice", source, (0, len(source)), hint or known)
    rule, operands = RULES[call[1]], [operand.strip() for operand in separated(call[2])]
    if (len(operands) == 1) != rule.is_of_one:
        count = "one thing" if rule.is_of_one else "two things or more"
        raise BackpropError(f"{call[1]}(…) is about {count}", source, call.span(2))
    return rule, operands
