"""Rows become columns."""

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
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.gates.shapes import Index, Shape
from backprop_cli.gates.structures import JacobianKind, Structure
from backprop_cli.gates.value import Value


class Transpose(ShapeRule):
    """Elements change places."""

    maps_numbers = True
    local_is_structural = True
    title = "rows become columns"
    examples = ("[[1, 2], [3, 4]]",)

    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """The sizes in reverse; a vector is stored as it was."""
        return shapes[0][::-1], types[0].transposed

    def is_fitted(self, text: str) -> bool:
        """Transposed again, it has the shape of the input."""
        return True

    def tangent(self, gate: GateAtValues, slot: int, tangent: Value) -> Value:
        """The transpose of the tangent."""
        return linear(gate, slot, tangent)

    def fed(self, use: Use, slot: int, position: Index) -> Axes | None:
        """The one element that it becomes."""
        return position[::-1]

    def structure(self, use: Use, slot: int, text: str) -> Structure | None:
        """A permutation; of a vector nothing moves."""
        flat = len(use.output) == 1
        return Structure(JacobianKind.IDENTITY if flat else JacobianKind.PERMUTATION)

    def entry(self, use: Use, slot: int, at: Place, by: Place) -> Entry:
        """1."""
        return Moved()

    def multiplications(self, use: Use, slot: int, text: str) -> int:
        """None by its own rule."""
        return counted(use, text)

    def class_cases(self, inputs: int) -> ClassCases:
        """One matrix."""
        return {"numbers": ((([[1, 2], [-3, 4]],), [[1, -1], [2, 3]]),)}


TRANSPOSE = Transpose()
