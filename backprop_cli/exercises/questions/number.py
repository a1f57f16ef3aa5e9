"""A number, a vector or a matrix is asked: a value or a gradient, whole or one element of it."""

from collections.abc import Sequence
from typing import Any

from backprop_cli.exercises.answers.answers import number_shown, read_number
from backprop_cli.exercises.answers.reading import Read
from backprop_cli.exercises.hints.gradients import for_gradient
from backprop_cli.exercises.hints.parts import Equation, chalk
from backprop_cli.exercises.hints.values import for_value
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.tolerance import close
from backprop_cli.exercises.questions.handout import Handout
from backprop_cli.exercises.questions.kind import RIGHT, Judgement, Judging, QuestionKind
from backprop_cli.language.question import NUMBER as WORD


class _Number(QuestionKind):
    """q, df/dx, df/dW[0,1]."""

    word = WORD
    how = 'a number is written 3, "1/3" or [1, 2]'
    exercise = "chain"
    is_number = True
    shows_mistakes = True

    def phrase(self, quantity: str) -> str:
        return quantity

    def key(self, asked: Asked, number: Any, handout: Handout) -> Any:
        return number

    def read(self, raw: Any, asked: Asked, handout: Handout) -> Any:
        value = read_number(raw, handout.case.graph.names)
        shape = () if asked.question.element else handout.case.graph.shapes[asked.about]
        return _as_vector(value) if len(shape) == 1 else value

    def is_right(self, read: Read) -> bool:
        return close(read.value, read.key, read.asked.tolerance)

    def key_text(self, key: Any) -> str:
        return number_shown(key)

    def judge(self, place: int, judging: Judging) -> Judgement:
        """Right, or as all wrong numbers of the sheet together say."""
        return judging.wrong_numbers.get(place, RIGHT)

    def hints(self, case: Case, asked: Asked, names: list[str]) -> list[str]:
        """Which gate it is about, its rule, the step in symbols and in numbers."""
        return (for_gradient if asked.wrt >= 0 else for_value)(case, asked, names)

    def solution(self, asked: Asked, hints: Sequence[str], right: str) -> str:
        last = hints[-1]
        if isinstance(last, Equation):
            return f"{last.left} = {last.right} = {right}"
        return f"{chalk(asked.name)} = {right}"


def _as_vector(value: Any) -> Any:
    """A matrix of one row or of one column, [[1, 2, 3]], where a vector is asked for."""
    is_line = getattr(value, "ndim", 0) == 2 and 1 in value.shape
    return value.ravel() if is_line else value


NUMBER = _Number()
