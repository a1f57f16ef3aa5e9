"""A class that the learner writes in a file of their own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.exercises.model.exercise import Asked, CodeGate
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.lessons.asks.ask import Ask, Judged, mistakes_of
from backprop_cli.lessons.hints.code import for_code, written_class, written_gate

if TYPE_CHECKING:
    from backprop_cli.lessons.model.course import Course
    from backprop_cli.lessons.model.lesson import Step


@dataclass(frozen=True)
class Code(Ask):
    """A class that is a gate."""

    name: str
    """What the class is called."""
    gate: CodeGate
    starter: str
    """What the file begins with: a class with the usual faults, to be mended."""

    @property
    def code(self) -> "Code":
        """Itself."""
        return self

    @property
    def prompt(self) -> str:
        """The file is checked, and nothing typed."""
        return f"{self.name}: Enter checks the file > "

    def judge(
        self,
        course: "Course",
        step: "Step",
        place: int,
        raw: str,
        known: Collection[Asked] | None,
    ) -> Judged:
        """What the checks of the class found; a file that cannot be read is wrong."""
        if course.run_code is None:
            return Judged(Verdict.UNREADABLE, Reason(ReasonCode.NOT_RUN))
        mark = course.run_code(self.gate, raw.encode("utf-8", "surrogateescape"))
        verdict = Verdict.WRONG if mark.verdict is Verdict.UNREADABLE else mark.verdict
        return Judged(verdict, Reason(mark.code, got=mark.reason), mistakes_of(mark))

    def right(self, course: "Course", step: "Step") -> str:
        """None is typed."""
        return ""

    def authors_hints(self, step: "Step", faults: Sequence[str]) -> tuple[str, ...]:
        """Those for what was wrong with the class."""
        return step.hints_about(faults)

    def hints(self, course: "Course", step: "Step", faults: Sequence[str]) -> list[str]:
        """What forward and backward give, and the rule."""
        return for_code(self, faults)

    def solution(self, course: "Course", step: "Step") -> str:
        """What the class must compute."""
        return written_gate(self)

    def written(self) -> str:
        """The class."""
        return written_class(self)
