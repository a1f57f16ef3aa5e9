"""Numbers are put together to a vector, vectors to the rows of a matrix."""

from collections.abc import Sequence

from backprop_cli.gates.shape_rules.rearrangement import Rearrangement
from backprop_cli.gates.shape_rules.shape_rule import Axes, ClassCases, GateUse
from backprop_cli.gates.shape_rules.value_type import ValueType, type_of
from backprop_cli.gates.shapes import Index, Misfit, Shape
from backprop_cli.gates.structures import JacobianKind, Structure


class Stack(Rearrangement):
    """Any number of inputs of one shape, one above the other."""

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

    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """The element at its place."""
        return (slot, *position)

    def structure(self, use: GateUse, slot: int, text: str) -> Structure | None:
        """One 1 in each column."""
        return Structure(JacobianKind.ONE_A_COLUMN)

    def class_cases(self, inputs: int) -> ClassCases:
        """None: it takes any number of inputs."""
        return {}


STACK = Stack()
