"""An exercise: a program, the inputs that students get, and what is asked of the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from backprop_cli.exercises.mistakes.mistake import Mistake
from backprop_cli.exercises.model.tolerance import USUAL, Tolerance
from backprop_cli.gates.value import Value
from backprop_cli.graph.graph import Graph
from backprop_cli.language.question import Question

if TYPE_CHECKING:
    from backprop_cli.exercises.questions.kind import QuestionKind


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
    kind: "QuestionKind"
    of: int
    """The node of `question.of`; -1 where a line is asked for."""
    wrt: int
    """The node of `question.wrt`; -1 where it is not a gradient."""
    points: float = 1.0
    tolerance: Tolerance = USUAL
    follow: float = 0.0
    """The share of the points that a right step on a wrong value earns."""
    given: bool = False
    """It is shown to the student, and not asked."""
    prompt: str = ""
    """What the worksheet says instead of the question itself; empty for that."""
    everywhere: bool = False
    """A formula must hold for all inputs, not only for those that are drawn."""

    @property
    def name(self) -> str:
        """The question in its one spelling."""
        return self.question.text

    @property
    def about(self) -> int:
        """The node whose shape the answer has."""
        return self.of if self.wrt < 0 else self.wrt


@dataclass(frozen=True, eq=False)
class Circuit:
    """A program with its inputs, as students get them."""

    program: str
    """The formula as written."""
    graph: Graph
    upstream: Value | None
    fixed: Mapping[str, Value]
    """Input -> the value that every student gets."""
    drawn: Mapping[str, Drawn] = field(default_factory=dict)
    """Input -> how each student's own value is drawn."""
    variants: int = 1
    """How many sets of inputs are drawn; students share them by their names."""
    seed: str = ""

    def fixed_at(self, inputs: Mapping[str, Value]) -> "Circuit":
        """The circuit with one set of inputs for all."""
        return replace(self, fixed=inputs, drawn={}, variants=1)


class LookedFor(NamedTuple):
    """Mistakes that wrong answers are compared with."""

    mistakes: tuple[Mistake, ...]
    claimed: frozenset[str] = frozenset()
    """Mistakes that the exercise promises to tell apart; empty where it promises nothing."""
    table: int = 1
    """The table of mistakes that its sets of inputs tell apart; later rows do not change them."""


class AtStep(NamedTuple):
    """What a learner at a step of a lesson has right already, and what they have seen."""

    known: frozenset[tuple[int, int]] = frozenset()
    """(q, x) of each ∂q/∂x that is known: what was done before explains nothing after it."""
    values: frozenset[int] = frozenset()
    """Nodes whose values are known."""
    named: frozenset[int] = frozenset()
    """Nodes whose names were seen, besides those that the program or a question names."""
    called: tuple[str, ...] = ()
    """What each node is called in sentences; empty where that is its name."""
    later: tuple[Asked, ...] = ()
    """The formulas that are asked of the circuit later on: no sentence gives the answer to them."""
    is_count: bool = False
    """Things are counted: nobody mistakes one operation for another."""


class Heading(NamedTuple):
    """What stands at the head of a file, and which file it is."""

    title: str = ""
    text: str = ""
    digest: bytes = b""
    """The hash of the file."""


NO_HEADING = Heading()


@dataclass(frozen=True, eq=False)
class Exercise:
    """What is asked, of which circuit, and what is looked for in the answers."""

    circuit: Circuit | None
    """None where only code is asked."""
    looked_for: LookedFor
    asked: tuple[Asked, ...] = ()
    planted: Planted | None = None
    code: tuple[CodeGate, ...] = ()
    heading: Heading = NO_HEADING
    step: AtStep | None = None
    """None for a sheet, which is marked as a whole."""

    @property
    def the_circuit(self) -> Circuit:
        """The circuit of an exercise that has one.

        Raises:
            ValueError: if only code is asked.
        """
        if self.circuit is None:
            raise ValueError("an exercise of code gates has no run")
        return self.circuit

    @property
    def graph(self) -> Graph:
        """The graph of the circuit, where there is one."""
        return self.the_circuit.graph

    def fixed_at(self, inputs: Mapping[str, Value]) -> "Exercise":
        """The exercise with one set of inputs for all."""
        return replace(self, circuit=self.the_circuit.fixed_at(inputs))

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
        kinds = {asked.kind for asked in self.questions}
        planted = [kind.exercise for kind in kinds if kind.needs_planted]
        if planted:
            return planted[0]
        if any(asked.given for asked in self.asked):
            return "fill the gaps"
        return kinds.pop().exercise if len(kinds) == 1 else "chain"
