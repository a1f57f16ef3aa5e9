"""What is asked of a learner at a step: how it is shown, judged, hinted at and solved."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from backprop_cli.exercises.marking.result import Mark, Verdict
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.reason import NO_REASON, Reason
from backprop_cli.exercises.wording import worded

if TYPE_CHECKING:
    from backprop_cli.lessons.asks.code import CodeAsk
    from backprop_cli.lessons.model.course import Course
    from backprop_cli.lessons.model.lesson import LessonStep


class Judged(NamedTuple):
    """What an answer is."""

    verdict: Verdict
    why: Reason = NO_REASON
    mistakes: tuple[str, ...] = ()
    """The names of the mistakes that explain it."""

    @property
    def reason(self) -> str:
        """Why, in a sentence or two."""
        return worded(self.why)

    @property
    def faults(self) -> tuple[str, ...]:
        """What an author's hints may be about: the code of the reason, and the mistakes."""
        return (self.why.code.value, *self.mistakes)

    @property
    def is_unexplained(self) -> bool:
        """Whether it is wrong, and no mistake explains it."""
        return self.verdict is Verdict.WRONG and not self.mistakes


class Spot(NamedTuple):
    """Where something is asked: a place among the questions of a step."""

    course: "Course"
    step: "LessonStep"
    place: int

    @property
    def case(self) -> Case:
        """The circuit of the step with the learner's inputs."""
        return self.course.scene(self.step.circuit or "").case


Known = Collection[Asked] | None
"""What of the circuit the learner has right already; None for all that was asked before."""


def mistakes_of(mark: Mark) -> tuple[str, ...]:
    """The mistakes that explain an answer, each once."""
    return tuple(dict.fromkeys(blame.mistake for blame in mark.blames))


class Ask(ABC):
    """Something that is asked at a step."""

    name: str
    """As it was written, or in its one spelling."""
    key: ClassVar[str] = "ask"
    """The key of the step under which it stands in the file."""

    @property
    def asked(self) -> Asked | None:
        """The question of the question language that it is, if it is one."""
        return None

    @property
    def number(self) -> Asked | None:
        """That question, where numbers answer it."""
        return self.asked if self.asked and self.asked.kind.is_number else None

    @property
    def questions(self) -> tuple[Asked, ...]:
        """What is computed of the circuit to answer it."""
        return () if self.asked is None else (self.asked,)

    @property
    def options(self) -> tuple[str, ...]:
        """What the learner may choose, where there is a choice."""
        return ()

    @property
    def code(self) -> "CodeAsk | None":
        """The class that is to be written in a file; None where the answer is typed."""
        return None

    @property
    @abstractmethod
    def prompt(self) -> str:
        """What stands before the place where the learner types."""

    @abstractmethod
    def judge(self, at: Spot, raw: str, known: Known) -> Judged:
        """What an answer is, and why; see `Course.judge`."""

    def remark(self, at: Spot, raw: str) -> Reason | None:
        """What to say of a wrong answer before all that the marking says, if anything."""
        return None

    @abstractmethod
    def right(self, at: Spot) -> str:
        """The right answer as one types it; empty where it may be written in many ways."""

    def authors_hints(self, at: Spot, faults: Sequence[str]) -> tuple[str, ...]:
        """The hints that the author wrote."""
        return at.step.hints_for(self.name)

    @abstractmethod
    def hints(self, at: Spot, faults: Sequence[str]) -> list[str]:
        """The hints that are made, from where to look to the step with its numbers.

        Args:
            at: where it is asked.
            faults: what was wrong with the class that was checked last: codes and mistakes.
        """

    @abstractmethod
    def solution(self, at: Spot) -> str:
        """The whole way to the answer, with the answer at its end."""

    def written(self) -> str:
        """A class that is right, where one is asked and easily written."""
        return ""

    def problems(self, at: Spot) -> Iterator[str]:
        """What keeps it from being answered."""
        return iter(())
