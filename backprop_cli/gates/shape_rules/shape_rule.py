"""What follows from the way in which shapes go through a gate, whatever the gate computes."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from backprop_cli.gates.compiler import mentions, rule
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.gates.shapes import Index, Shape, size
from backprop_cli.gates.structures import Blocks, Structure
from backprop_cli.gates.value import Value

Axes = tuple[int | None, ...]
"""Which elements of an output one element of an input feeds: along each axis the one at this
index, or (None) all of them."""

Place = tuple[int | str, ...]
"""Where an element stands: numbers, or letters such as k."""

MatrixSize = tuple[int, int]

ClassCases = Mapping[str, Sequence[Any]]
"""Kind of inputs (numbers, arrays, broadcast) -> pairs of inputs and upstream, as lists."""


class GateUse(NamedTuple):
    """One use of a gate in a graph: the shapes that meet there."""

    shapes: tuple[Shape, ...]
    """Of the inputs."""
    types: tuple[ValueType, ...]
    """Of the inputs, as they are written."""
    output: Shape
    axis: int | None = None
    """Along which it reduces; None where it takes all elements."""
    position: Index = ()
    """The element that an index takes."""


class GateAtValues(Protocol):
    """One gate of a run, for forward mode."""

    @property
    def use(self) -> GateUse:
        """The shapes that meet there."""

    def local(self, slot: int) -> Value:
        """The local derivative by one input: a number, or for each element."""

    def values(self) -> dict[int, Value]:
        """The values of the inputs, by their slots."""

    def run(self, values: dict[int, Value]) -> Value:
        """What the gate makes of these values of its inputs."""

    def sent(self, slot: int, upstream: Value) -> Value:
        """What its rule sends back to one input."""


class ElementOf(NamedTuple):
    """The entry of a Jacobian is an element of another input."""

    slot: int
    place: Place


class ByRule(NamedTuple):
    """The entry of a Jacobian is what the rule says of these elements of the inputs."""

    places: tuple[Place, ...]


class Sent(NamedTuple):
    """The entry of a Jacobian is what the whole downstream comes to for one upstream of 1."""


class Moved(NamedTuple):
    """The entry of a Jacobian is 1: the element is moved, and no more."""


Entry = ElementOf | ByRule | Sent | Moved
"""What ∂output[at]/∂input[by] is, where the second feeds the first."""


class ShapeRule(ABC):
    """How the shape of a gate's output follows from those of its inputs, and what follows from it.

    A rule has no state, and there is one object of each. A use of a gate is handed to it as
    `GateUse`, the input that is asked about as `slot`, counted from 0.
    """

    is_elementwise = False
    """Whether each element of the output is computed from one of each input, with copies."""
    reduces = False
    """Whether several elements become one, all or along an axis; `n` is how many."""
    takes_axis = False
    picks_elements = False
    """Whether it picks elements, and the rule asks for no value but only for a shape; `p` is
    which."""
    takes_square = False
    """Whether its input is a square matrix, or a number."""
    maps_numbers = False
    """Whether numbers alone always give a number."""
    is_by_local = False
    """Whether any local derivative tells how a tangent goes through, and not only the row's own."""
    local_is_structural = False
    """Whether the entries of the Jacobian follow from the row's own rule alone."""
    shape_hint = ""
    """The sentence that helps with the shape of the output."""

    @property
    @abstractmethod
    def title(self) -> str:
        """The rule in a clause."""

    @property
    @abstractmethod
    def examples(self) -> tuple[str, ...]:
        """Inputs that show a gate at work, as one types them."""

    def example_upstream(self, shape: Shape) -> str:
        """The upstream of the example, for an output of this shape."""
        return f"ones({','.join(map(str, shape))})"

    # The passes

    @abstractmethod
    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """Shape and type of the output.

        Raises:
            Misfit: if the inputs do not fit.
        """

    def meant(
        self, types: tuple[ValueType, ...], output: ValueType
    ) -> tuple[tuple[ValueType, ...], ValueType]:
        """The types of inputs and output as the rules mean them, if they are written otherwise."""
        return types, output

    @abstractmethod
    def is_fitted(self, text: str) -> bool:
        """Whether what the rule `text` sends has the shape of the input without being fitted."""

    @abstractmethod
    def tangent(self, gate: GateAtValues, slot: int, tangent: Value) -> Value:
        """How far the output moves, in its shape, if one input moves along `tangent`."""

    # Analysis

    @abstractmethod
    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """Which elements of the output the element of an input feeds; None where none."""

    @abstractmethod
    def structure(self, use: GateUse, slot: int, text: str) -> Structure | None:
        """The structure of the Jacobian by one input, whose rule is `text`; None without a name."""

    def blocks(self, use: GateUse, slot: int) -> Blocks | None:
        """Where the other factor stands in the Jacobian; None of a gate that is no product."""
        return None

    @abstractmethod
    def entry(self, use: GateUse, slot: int, at: Place, by: Place) -> Entry:
        """What ∂output[at]/∂input[by] is, where the second feeds the first."""

    @abstractmethod
    def multiplications(self, use: GateUse, slot: int, text: str) -> int:
        """Multiplications of a gradient by the local derivative `text`, which is not 1 or -1."""

    def matrix_sizes(self, use: GateUse) -> tuple[MatrixSize, MatrixSize, MatrixSize] | None:
        """Sizes of a, b and the output as matrices; None where its rules are no matrix products."""
        return None

    # Marking

    @abstractmethod
    def class_cases(self, inputs: int) -> ClassCases:
        """On what a class with `forward(self, x, y)` is tried; empty if none can stand for it."""


def is_constant(text: str) -> bool:
    """Whether a local derivative is the same wherever the inputs are, and so never 0 at some."""
    return not any(mentions(text, name) for name in ("a", "b", "out", "all"))


def counted(use: GateUse, text: str) -> int:
    """Multiplications of a rule, an element of the output at a time.

    One by a local derivative; each sign of a rule that is the whole downstream, as of softmax.
    """
    signs = sum(term.op == "*" for term in rule(text).terms) if mentions(text, "g") else 1
    return size(use.output) * signs
