"""What a mistake is: a name, the sentence that helps, and what is done otherwise."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from backprop_cli.exercises.mistakes.rule_trees import Texts
from backprop_cli.exercises.mistakes.table_history import first_table
from backprop_cli.gates.gate import Gate
from backprop_cli.graph.graph import Graph

if TYPE_CHECKING:
    from backprop_cli.exercises.model.case import Case, Changed
    from backprop_cli.exercises.model.exercise import Asked, Exercise

FIELDS = (
    *("node", "formula", "gate", "a", "b", "input", "output", "value"),
    *("slope", "sign", "shares", "route"),
)
"""What stands in braces in a sentence: the node, as a line of the program, and its gate; the
names of its inputs, of that input which leads to what was asked, and of the circuit's output;
a value, where none is asked; and of the gate's own row which local derivative it is about, which
sign that has, what a distributor sends to each input, and where a router sends what arrives."""


class PassChange(ABC):
    """Something that is done otherwise in the backward pass."""

    is_plantable: ClassVar[bool] = False
    """Whether one line of a derivation shows it."""
    practised_on: ClassVar[tuple[str, ...]] = ()
    """Programs of a vector x and a number b in which it can be made, where no fresh formula
    makes it possible."""

    @abstractmethod
    def hypotheses(
        self, graph: Graph, gates: Sequence[int], mistake: "Mistake"
    ) -> Iterator["Hypothesis"]:
        """Where it can be made.

        Args:
            graph: the circuit.
            gates: its gates in the order of the backward pass.
            mistake: the row that it belongs to.
        """

    def rules(self, gate: Gate) -> tuple[Texts, ...]:
        """The wrong rules of a gate, each a way to make it; none where no rule is changed."""
        return ()

    def is_possible(self, hypothesis: "Hypothesis", case: "Case") -> bool:
        """Whether it is looked for in a case."""
        return True


class AnswerChange(ABC):
    """Something else that is answered to one question, where the pass is right."""

    is_plantable: ClassVar[bool] = False
    asks_of_gates: ClassVar[bool] = False
    """Whether it is practised by questions about a gate, ∂q/∂x, and not about the output."""

    @abstractmethod
    def hypotheses(
        self, exercise: "Exercise", asked: "Asked", mistake: "Mistake"
    ) -> Iterator["Hypothesis"]:
        """Where it can be made.

        Args:
            exercise: the exercise.
            asked: one of its questions, about the derivative of one node by another.
            mistake: the row that it belongs to.
        """

    def rules(self, gate: Gate) -> tuple[Texts, ...]:
        """No rule is changed."""
        return ()

    def is_possible(self, hypothesis: "Hypothesis", case: "Case") -> bool:
        """It is always looked for."""
        return True


@dataclass(frozen=True)
class Mistake:
    """A named wrong rule, with the sentence that helps."""

    name: str
    title: str
    """What went wrong, in a few words."""
    says: str
    """What helps, in one sentence, in which `FIELDS` are filled in."""
    change: PassChange | AnswerChange
    """What is done otherwise, and where that can be."""
    at_tie: str = ""
    """What helps instead where the inputs of the gate tie; empty where that changes nothing."""
    since: int = 1
    """The first table that has this row."""
    title_at: str = ""
    """What went wrong at one kind of gate, with `{gate}`; empty where the title is true of all."""
    reveals: tuple[str, ...] = ()
    """The kinds of question, pattern or formula, to which the sentence gives the answer."""

    def since_at(self, gate: str) -> int:
        """The first table in which it is looked for at a gate."""
        return first_table(self.name, gate, self.since)


class Hypothesis(NamedTuple):
    """A mistake at certain nodes, and how the pass changes by it."""

    mistake: Mistake
    gate: str
    """The kind of gate."""
    nodes: tuple[int, ...]
    """Where it was made, in the order of the backward pass."""
    change: Callable[["Case"], "Changed"]
    """For the inputs of a case, what is done otherwise."""
    quoted: int = -1
    """The node whose value the sentence quotes; -1 for the first of `nodes`."""
    says: str = ""
    """What helps, where that is not the sentence of the mistake."""
    answers_only: bool = False
    """One answer is something else, and nothing is done otherwise in the pass."""
    doubt: int = 0
    """How far one answer alone is from being a reason to suppose it: 2 where hardly."""

    @property
    def since(self) -> int:
        """The first table in which it is looked for."""
        return self.mistake.since_at(self.gate)


def always(changed: "Changed") -> Callable[["Case"], "Changed"]:
    """The same change, whatever the inputs are."""
    return lambda case: changed


def gate_at(graph: Graph, node: int) -> str:
    """The kind of gate that a node is."""
    gate = graph.gates[node]
    return gate.name if gate else "input"
