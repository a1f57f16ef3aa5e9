"""A formula is asked, which may be written in many ways: it is compared at many points."""

from collections.abc import Sequence
from typing import Any

from backprop_cli.exercises.answers.answers import read_number
from backprop_cli.exercises.answers.equality import Outcome
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.diagnosis.reasons import gradients_said
from backprop_cli.exercises.diagnosis.why import Why, explained
from backprop_cli.exercises.hints.gradients import for_gradient
from backprop_cli.exercises.hints.values import for_value
from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.exercises.model.tolerance import close
from backprop_cli.exercises.questions.handout import Handout
from backprop_cli.exercises.questions.kind import RIGHT, Judgement, Judging, QuestionKind, wrong
from backprop_cli.exercises.questions.number import NUMBER
from backprop_cli.language.question import FORMULA as WORD


class _Formula(QuestionKind):
    """formula(df/dx), or df/dx as a formula."""

    word = WORD
    how = 'a formula in the names of the circuit, "2*q"'
    exercise = "formulas"
    shows_mistakes = True

    def phrase(self, quantity: str) -> str:
        return f"{quantity}, as a formula"

    def key(self, asked: Asked, number: Any, handout: Handout) -> Any:
        """None: it may be written in many ways."""
        return None

    def read(self, raw: Any, asked: Asked, handout: Handout) -> Any:
        return handout.formulas.read(raw)

    def key_text(self, key: Any) -> str:
        return ""

    def judge(self, place: int, judging: Judging) -> Judgement:
        """Right, undecided, or wrong, with the mistakes that give the same formula."""
        handout, read = judging.handout, judging.sheet[place]
        found, explanations = handout.formulas.judge(place, read.value)
        if found.outcome is Outcome.EQUAL and found.witness is None:
            return RIGHT
        if found.outcome is Outcome.EQUAL:
            return RIGHT._replace(why=Why(Reason(ReasonCode.RIGHT_HERE, got=found.reason)))
        if found.outcome is Outcome.UNDECIDED:
            undecided = Reason(ReasonCode.UNDECIDED, got=found.reason)
            return Judgement(Verdict.UNDECIDED, why=Why(undecided))
        said = gradients_said(judging.sheet)
        agreed = [one for one in explanations if handout.predicted.agrees(one, said)]
        if not agreed:
            return wrong(Reason(ReasonCode.OTHER_FORMULA, got=found.reason))
        return Judgement(Verdict.WRONG, why=explained(handout.case, agreed, read.asked.wrt))

    def remark(self, case: Case, asked: Asked, raw: str) -> Reason | None:
        """That a number is no formula."""
        # What stands before an equals sign is the question, written once more.
        number = read_number(raw, case.graph.names)
        if isinstance(number, Unreadable):
            return None
        (key,) = case.answers((asked._replace(kind=NUMBER),))
        is_it = close(number, key, asked.tolerance)
        return Reason(ReasonCode.RIGHT_NUMBER if is_it else ReasonCode.NUMBER_FOR_FORMULA)

    def hints(self, case: Case, asked: Asked, names: list[str]) -> list[str]:
        """As for the number, without the rung in which numbers are in place."""
        return (for_gradient if asked.wrt >= 0 else for_value)(case, asked, names)

    def solution(self, asked: Asked, hints: Sequence[str], right: str) -> str:
        return hints[-1]


FORMULA = _Formula()
