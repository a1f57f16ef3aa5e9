"""A class that the learner writes in a file of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.exercises.model.exercise import CodeGate
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.lessons.asks.ask import Ask, Judged, Known, Spot, mistakes_of
from backprop_cli.lessons.hints.code import for_code, written_class, written_gate


@dataclass(frozen=True)
class CodeAsk(Ask):
    """A class that is a gate."""

    name: str
    """What the class is called."""
    gate: CodeGate
    starter: str
    """What the file begins with: a class with the usual faults, to be mended."""

    @property
    def code(self) -> "CodeAsk":
        """Itself."""
        return self

    @property
    def prompt(self) -> str:
        """The file is checked, and nothing typed."""
        return f"{self.name}: Enter checks the file > "

    def judge(self, at: Spot, raw: str, known: Known) -> Judged:
        """What the checks of the class found; a file that cannot be read is wrong."""
        if at.course.run_code is None:
            return Judged(Verdict.UNREADABLE, Reason(ReasonCode.NOT_RUN))
        mark = at.course.run_code(self.gate, raw.encode("utf-8", "surrogateescape"))
        verdict = Verdict.WRONG if mark.verdict is Verdict.UNREADABLE else mark.verdict
        return Judged(verdict, Reason(mark.code, got=mark.reason), mistakes_of(mark))

    def right(self, at: Spot) -> str:
        """None is typed."""
        return ""

    def authors_hints(self, at: Spot, faults: Sequence[str]) -> tuple[str, ...]:
        """Those for what was wrong with the class."""
        return at.step.hints_about(faults)

    def hints(self, at: Spot, faults: Sequence[str]) -> list[str]:
        """What forward and backward give, and the rule."""
        return for_code(self, faults)

    def solution(self, at: Spot) -> str:
        """What the class must compute."""
        return written_gate(self)

    def written(self) -> str:
        """The class."""
        return written_class(self)
