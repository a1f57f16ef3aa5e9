"""Numbers are put together to a vector, vectors to the rows of a matrix."""

from collections.abc import Sequence

from backprop_cli.gates.shape_rules.shape_rule import (
    Axes,
    ClassCases,
    Entry,
    GateAtValues,
    Moved,
    Place,
    ShapeRule,
    Use,
    counted,
    linear,
)
from backprop_cli.gates.shape_rules.value_type import ValueType, type_of
from backprop_cli.gates.shapes import Index, Misfit, Shape
from backprop_cli.gates.structures import JacobianKind, Structure
from backprop_cli.gates.value import Value


class Stack(ShapeRule):
    """Any number of inputs of one shape, one above the other."""

    local_is_structural = True
    title = "numbers give a vector, vectors a matrix"
    examples = ("1", "2")

    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """One axis more, in front."""
        if len(set(shapes)) > 1:
            raise Misfit("list-shapes")
        if len(shapes[0]) > 1:
            raise Misfit("list-matrices")
        shape = (len(shapes), *shapes[0])
        return shape, type_of(shape)

    def is_fitted(self, text: str) -> bool:
        """An element of the upstream has the shape of an input."""
        return True

    def tangent(self, gate: GateAtValues, slot: int, tangent: Value) -> Value:
        """The stack of the tangent, where the others stand still."""
        return linear(gate, slot, tangent)

    def fed(self, use: Use, slot: int, position: Index) -> Axes | None:
        """The element at its place."""
        return (slot, *position)

    def structure(self, use: Use, slot: int, text: str) -> Structure | None:
        """One 1 in each column."""
        return Structure(JacobianKind.ONE_A_COLUMN)

    def entry(self, use: Use, slot: int, at: Place, by: Place) -> Entry:
        """1."""
        return Moved()

    def multiplications(self, use: Use, slot: int, text: str) -> int:
        """None by its own rule; one for each element of the output by a mistaken one."""
        return counted(use, text)

    def class_cases(self, inputs: int) -> ClassCases:
        """None: it takes any number of inputs."""
        return {}


STACK = Stack()
