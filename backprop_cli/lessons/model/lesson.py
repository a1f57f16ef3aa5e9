"""A lesson: circuits, and steps that tell something or ask about them. It holds no answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from backprop_cli.exercises.model.exercise import Asked, Drawn, Exercise
from backprop_cli.lessons.asks.ask import Ask


@dataclass(frozen=True)
class LessonStep:
    """A short text, and what is asked after it."""

    name: str
    text: str
    """Markdown; `{= df/dx}` stands for the computed answer of a question."""
    circuit: str | None = None
    given: tuple[Asked, ...] = ()
    """What the picture shows from here on without having been asked."""
    picture: bool = True
    counts: bool = False
    """The answer is a count, and no operation on numbers."""
    asks: tuple[Ask, ...] = ()
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The author's own, before those that the engine makes: by the question that they are about,
    or, where a class is asked, by the code of a reason or the name of a mistake; under "" those
    about every question."""
    catches: tuple[str, ...] = ()
    """The mistakes that the step claims to tell."""
    accepts: tuple[str, ...] = ()
    """Other spellings of the right answer, by which the lesson is checked."""
    after: str = ""
    """What is told when all of the step is answered."""
    place: str = ""
    """Where it stands in the file: `steps[2]`."""

    def hints_for(self, question: str) -> tuple[str, ...]:
        """The author's hints for one of the questions: its own, then those about all."""
        return (*self.hints.get(question, ()), *self.hints.get("", ()))

    def hints_about(self, faults: Sequence[str]) -> tuple[str, ...]:
        """The author's hints for what was found wrong with a class: codes and mistakes."""
        found = [hint for fault in faults if fault for hint in self.hints.get(fault, ())]
        return (*found, *self.hints.get("", ()))


class Fresh(NamedTuple):
    """A problem that is drawn for each learner."""

    level: int | None
    """Of a fresh formula; None where the formula is given."""
    program: str
    drawn: Mapping[str, Drawn]
    ask: tuple[str, ...]
    """Questions, or one of `fresh.WORDS`."""
    place: str = ""


@dataclass(frozen=True, eq=False)
class Lesson:
    """Everything that an author wrote, read and checked."""

    name: str
    title: str
    minutes: int
    summary: str
    circuits: Mapping[str, Exercise]
    """Name -> the circuit, with the questions that steps ask about it."""
    steps: tuple[LessonStep, ...]
    fresh: tuple[Fresh, ...]
    path: str
    """The file, for messages."""
    text: str
    """Its content, for the lines of messages."""
