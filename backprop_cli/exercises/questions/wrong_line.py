"""A derivation has a wrong line, and which one is asked."""

from collections.abc import Sequence
from typing import Any

from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.answers.reading import Read
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.exercises.questions.handout import Handout
from backprop_cli.exercises.questions.kind import WordKind
from backprop_cli.language.question import WRONG_LINE as WORD


class _WrongLine(WordKind):
    """The first line that is wrong; those after it follow from it."""

    word = WORD
    how = "a line, by its number"
    exercise = "find the wrong line"
    needs_planted = True

    def phrase(self, quantity: str) -> str:
        return "the wrong line"

    def key(self, asked: Asked, number: Any, handout: Handout) -> Any:
        return handout.spoilt.wrong

    def read(self, raw: Any, asked: Asked, handout: Handout) -> Any:
        return read_line(raw, [line.name for line in handout.spoilt.lines])

    def reason(self, read: Read, case: Case) -> Reason:
        """On which side of it the wrong line is."""
        is_early = read.value < read.key
        return Reason(ReasonCode.LINE_TOO_EARLY if is_early else ReasonCode.LINE_TOO_LATE)

    def hints(self, case: Case, asked: Asked, names: list[str]) -> list[str]:
        return [
            "Begin at the top: does the backward pass start with 1?",
            "Then go from line to line: is it the upstream times the gate's local derivative? "
            "A line that only goes on from a wrong one is right.",
        ]

    def solution(self, asked: Asked, hints: Sequence[str], right: str) -> str:
        return f"{asked.name} = {right}"


def read_line(raw: Any, lines: Sequence[str]) -> int | Unreadable:
    """The number of the line that was answered, counted from 1: by number or by its gradient."""
    number = raw if isinstance(raw, int) and not isinstance(raw, bool) else None
    if isinstance(raw, float) and raw.is_integer():
        number = int(raw)
    if isinstance(raw, str):
        text = raw.strip().lower().removeprefix("line").strip(" .")
        name = raw.partition("=")[0].replace("∂", "d").replace(" ", "")
        if text.isascii() and text.isdigit() and len(text) < 6:
            number = int(text)
        elif name in lines:
            number = lines.index(name) + 1
    if number is None:
        return Unreadable("a line is wanted: its number, or what stands on its left")
    if not 1 <= number <= len(lines):
        return Unreadable(f"there are lines 1 to {len(lines)}")
    return number


WRONG_LINE = _WrongLine()
