"""A question of the question language, at a step: marked as a sheet with this question alone."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from backprop_cli.exercises.hints.parts import chalk
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.lessons.asks.ask import Ask, Judged, mistakes_of
from backprop_cli.lessons.hints.display_names import called

if TYPE_CHECKING:
    from backprop_cli.lessons.model.course import Course
    from backprop_cli.lessons.model.lesson import Step

ALONE = Reason(ReasonCode.UNEXPLAINED_ALONE)


class QuestionAsk(Ask):
    """A question about the circuit of a step."""

    def __init__(self, question: Asked) -> None:
        self.name = question.name
        self.question = question

    @property
    def asked(self) -> Asked:
        """The question."""
        return self.question

    @property
    def prompt(self) -> str:
        """The question in words: the shape of ∂f/∂x."""
        return f"{self.question.kind.phrase(chalk(self.question.question.quantity))} = "

    def judge(
        self,
        course: "Course",
        step: "Step",
        place: int,
        raw: str,
        known: Collection[Asked] | None,
    ) -> Judged:
        """First the mistakes that the step claims are looked for, then all others."""
        before = course.before(step, place) if known is None else known
        judged = self._judge(course, step, raw, before, frozenset(step.catches))
        if judged.is_unexplained and step.catches:
            judged = self._judge(course, step, raw, before)
        if judged.is_unexplained and course.late(step):
            judged = self._judge(course, step, raw, (), course.late(step))
        return judged

    def _judge(
        self,
        course: "Course",
        step: "Step",
        raw: str,
        known: Collection[Asked],
        only: frozenset[str] = frozenset(),
    ) -> Judged:
        """Mark the answer, looking for some mistakes only, or for all."""
        marker = course.marker(step, self.question, known, only)
        mark = marker.mark("", {self.name: raw}).marks[0]
        if only and mark.together:
            return Judged(mark.verdict, ALONE)
        return Judged(
            mark.verdict, ALONE if mark.why.is_unexplained else mark.why, mistakes_of(mark)
        )

    def remark(self, course: "Course", step: "Step", raw: str) -> Reason | None:
        """What its kind says first."""
        case = course.scene(step.circuit or "").case
        # What stands before an equals sign is the question, written once more.
        return self.question.kind.remark(case, self.question, raw.rpartition("=")[2])

    def right(self, course: "Course", step: "Step") -> str:
        """The key."""
        return course.scene(step.circuit or "").answer(self.question)

    def hints(self, course: "Course", step: "Step", faults: Sequence[str]) -> list[str]:
        """Those of its kind."""
        case = course.scene(step.circuit or "").case
        return self.question.kind.hints(case, self.question, called(course, step))

    def solution(self, course: "Course", step: "Step") -> str:
        """The last hint with the key at its end."""
        made = self.hints(course, step, ())
        return self.question.kind.solution(self.question, made, self.right(course, step))

    def problems(self, course: "Course", step: "Step") -> Iterator[str]:
        """A right answer has to be known."""
        if not (step.accepts or self.right(course, step)):
            yield "a formula is asked: give one that is right, as 'accepts'"
