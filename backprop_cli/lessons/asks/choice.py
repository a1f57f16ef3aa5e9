"""A choice: the right option is computed, as every other answer is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from backprop_cli.errors import inert
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.lessons.asks.ask import Ask, Judged, Known, Spot
from backprop_cli.lessons.asks.choice_rules import ChoiceRule


@dataclass(frozen=True)
class Choice(Ask):
    """A question whose answer is one of some options: `largest(df/dx, df/dy)`."""

    name: str
    """As it was written."""
    rule: ChoiceRule
    """Which option is the right one."""
    operands: tuple[str, ...]
    """What stands between the parentheses."""
    compared: tuple[Asked, ...]
    """What is computed to find it."""
    texts: tuple[str, ...]
    """What the learner may choose."""

    key = "choose"

    @property
    def questions(self) -> tuple[Asked, ...]:
        """What is compared."""
        return self.compared

    @property
    def options(self) -> tuple[str, ...]:
        """What the learner may choose."""
        return self.texts

    @property
    def prompt(self) -> str:
        """How many options there are."""
        return f"1 to {len(self.texts)} > "

    def judge(self, at: Spot, raw: str, known: Known) -> Judged:
        """Right, or how to find out."""
        picked = self.picked(raw)
        if isinstance(picked, Unreadable):
            return Judged(Verdict.UNREADABLE, picked.why)
        if picked == self._right(at):
            return Judged(Verdict.CORRECT)
        return Judged(Verdict.WRONG, self.rule.why_not(self.compared, self.texts[picked]))

    def picked(self, raw: str) -> int | Unreadable:
        """The place of the option that was chosen: by its number, or by what it says."""
        text = _plain(raw)
        if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= len(self.texts):
            return int(text) - 1
        said = [_plain(option) for option in self.texts]
        names = [_plain(asked.question.wrt or asked.name) for asked in self.compared]
        for options in (said, names):
            if len(options) == len(said) and options.count(text) == 1:
                return options.index(text)
        begun = [k for k, option in enumerate(said) if text and option.startswith(text)]
        if len(begun) == 1:
            return begun[0]
        return Unreadable(f"choose by a number, 1 to {len(said)}, or type the option itself")

    def _right(self, at: Spot) -> int:
        return self.rule.right(at.case, self.operands, self.compared)

    def right(self, at: Spot) -> str:
        """The number of the right option."""
        return str(self._right(at) + 1)

    def hints(self, at: Spot, faults: Sequence[str]) -> list[str]:
        """What to work out."""
        return [self.rule.hint(self.compared)]

    def solution(self, at: Spot) -> str:
        """The right option."""
        return self.texts[self._right(at)]

    def problems(self, at: Spot) -> Iterator[str]:
        """One option has to be the right one."""
        if self._right(at) < 0:
            yield f"of '{self.name}' not one option is the right one"


def _plain(text: Any) -> str:
    """As it is compared: without case, spaces and brackets around a number."""
    return "".join(inert(text).casefold().replace("∂", "d").split()).strip("().,")
