"""Rows become columns."""

from collections.abc import Sequence

from backprop_cli.gates.shape_rules.rearrangement import Rearrangement
from backprop_cli.gates.shape_rules.shape_rule import Axes, ClassCases, GateUse
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.gates.shapes import Index, Shape
from backprop_cli.gates.structures import JacobianKind, Structure


class Transpose(Rearrangement):
    """Elements change places."""

    maps_numbers = True
    title = "rows become columns"
    examples = ("[[1, 2], [3, 4]]",)

    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """The sizes in reverse; a vector is stored as it was."""
        return shapes[0][::-1], types[0].transposed

    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """The one element that it becomes."""
        return position[::-1]

    def structure(self, use: GateUse, slot: int, text: str) -> Structure | None:
        """A permutation; of a vector nothing moves."""
        flat = len(use.output) == 1
        return Structure(JacobianKind.IDENTITY if flat else JacobianKind.PERMUTATION)

    def class_cases(self, inputs: int) -> ClassCases:
        """One matrix."""
        return {"numbers": ((([[1, 2], [-3, 4]],), [[1, -1], [2, 3]]),)}


TRANSPOSE = Transpose()
