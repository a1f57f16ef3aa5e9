"""A question of the question language, at a step: marked as a sheet with this question alone."""

from collections.abc import Collection, Iterator, Sequence

from backprop_cli.exercises.hints.parts import chalk
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.lessons.asks.ask import Ask, Judged, Known, Spot, mistakes_of
from backprop_cli.lessons.hints.display_names import called

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

    def judge(self, at: Spot, raw: str, known: Known) -> Judged:
        """First the mistakes that the step claims are looked for, then all others."""
        before = at.course.before(at.step, at.place) if known is None else known
        claimed = frozenset(at.step.catches)
        judged = self._judge(at, raw, before, claimed)
        if judged.is_unexplained and claimed:
            judged = self._judge(at, raw, before)
        if judged.is_unexplained and at.course.late(at.step):
            judged = self._judge(at, raw, (), at.course.late(at.step))
        return judged

    def _judge(
        self,
        at: Spot,
        raw: str,
        known: Collection[Asked],
        only: frozenset[str] = frozenset(),
    ) -> Judged:
        """Mark the answer, looking for some mistakes only, or for all."""
        marker = at.course.marker(at.step, self.question, known, only)
        mark = marker.mark("", {self.name: raw}).marks[0]
        if only and mark.together:
            return Judged(mark.verdict, ALONE)
        return Judged(
            mark.verdict, ALONE if mark.why.is_unexplained else mark.why, mistakes_of(mark)
        )

    def remark(self, at: Spot, raw: str) -> Reason | None:
        """What its kind says first."""
        # What stands before an equals sign is the question, written once more.
        return self.question.kind.remark(at.case, self.question, raw.rpartition("=")[2])

    def right(self, at: Spot) -> str:
        """The key."""
        return at.course.scene(at.step.circuit or "").answer(self.question)

    def hints(self, at: Spot, faults: Sequence[str]) -> list[str]:
        """Those of its kind."""
        names = called(at.course, at.step)
        return self.question.kind.hints(at.case, self.question, names)

    def solution(self, at: Spot) -> str:
        """The last hint with the key at its end."""
        made = self.hints(at, ())
        return self.question.kind.solution(self.question, made, self.right(at))

    def problems(self, at: Spot) -> Iterator[str]:
        """A right answer has to be known."""
        if not (at.step.accepts or self.right(at)):
            yield "a formula is asked: give one that is right, as 'accepts'"
