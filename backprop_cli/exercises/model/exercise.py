"""An exercise: a program, the inputs that students get, and what is asked of the run."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from backprop_cli.exercises.mistakes.mistake import Mistake
from backprop_cli.exercises.model.tolerance import Tolerance
from backprop_cli.gates.value import Value
from backprop_cli.graph.graph import Graph
from backprop_cli.language.question import Form, Question


class Drawn(NamedTuple):
    """How an input is drawn: a multiple of `step` between two bounds, both included."""

    low: float
    high: float
    step: float
    shape: tuple[int, ...] = ()


class Planted(NamedTuple):
    """A mistake that the engine makes on purpose in a derivation, to be found."""

    mistake: str | None
    """The name of a row of the table; None draws one for each variant."""
    at: str | None
    """The node at which; None draws one."""


class CodeGate(NamedTuple):
    """A gate that students write themselves."""

    class_name: str
    gate: str
    """The name of a row of the gate table."""
    points: float
    leave_out: frozenset[str] = frozenset()
    """Checks that are not made, such as broadcast."""


class Asked(NamedTuple):
    """One question of an exercise, and what its answer earns."""

    question: Question
    of: int
    """The node of `question.of`; -1 where a line is asked for."""
    wrt: int
    """The node of `question.wrt`; -1 where it is not a gradient."""
    points: float
    tolerance: Tolerance
    follow: float
    """The share of the points that a right step on a wrong value earns."""
    given: bool
    """It is shown to the student, and not asked."""
    prompt: str
    """What the worksheet says instead of the question itself; empty for that."""

    @property
    def name(self) -> str:
        """The question in its one spelling."""
        return self.question.text


@dataclass(frozen=True, eq=False)
class Exercise:
    """Everything that a teacher wrote, read and checked."""

    title: str
    text: str
    program: str
    """The formula as written; empty where only code is asked."""
    graph: Graph | None
    """None where only code is asked."""
    upstream: Value | None
    fixed: Mapping[str, Value]
    """Input -> the value that every student gets."""
    drawn: Mapping[str, Drawn]
    """Input -> how each student's own value is drawn."""
    variants: int
    """How many sets of inputs are drawn; students share them by their names."""
    seed: str
    asked: tuple[Asked, ...]
    mistakes: tuple[Mistake, ...]
    """Those that are looked for."""
    claimed: frozenset[str]
    """Mistakes that the exercise promises to tell apart; empty where it promises nothing."""
    planted: Planted | None
    code: tuple[CodeGate, ...]
    digest: bytes
    """The hash of the file."""
    table: int = 1
    """The table of mistakes that its sets of inputs tell apart; later rows do not change them."""
    known: frozenset[tuple[int, int]] | None = None
    """At a step of a lesson, (q, x) of each ∂q/∂x that the learner has right already: what was done
    before it explains nothing that comes after it. None for a sheet, which is marked as a whole."""
    named: frozenset[int] = frozenset()
    """Nodes whose names were seen, besides those that the program or a question names."""

    @cached_property
    def questions(self) -> tuple[Asked, ...]:
        """What is asked, without what is given."""
        return tuple([asked for asked in self.asked if not asked.given])

    @property
    def possible(self) -> float:
        """The points of all questions and code gates."""
        return sum(asked.points for asked in self.questions) + sum(g.points for g in self.code)

    @property
    def kind(self) -> str:
        """What kind of exercise it is, in a word or two."""
        if self.code and not self.asked:
            return "code gates"
        if self.planted:
            return "find the wrong line"
        if any(asked.given for asked in self.asked):
            return "fill the gaps"
        forms = {asked.question.form for asked in self.questions}
        only = {
            Form.SHAPE: "shapes",
            Form.PATTERN: "patterns",
            Form.FORMULA: "formulas",
        }
        return only.get(next(iter(forms)), "chain") if len(forms) == 1 else "chain"
