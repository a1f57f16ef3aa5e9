"""A square matrix gives one number, which depends on all of its elements, as its determinant."""

from collections.abc import Sequence

from backprop_cli.gates.shape_rules.shape_rule import (
    Axes,
    ClassCases,
    Entry,
    GateAtValues,
    GateUse,
    Place,
    Sent,
    ShapeRule,
    counted,
)
from backprop_cli.gates.shape_rules.square import check_square
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.gates.shapes import Index, Shape
from backprop_cli.gates.structures import JacobianKind, Structure
from backprop_cli.gates.value import Value


class Determinant(ShapeRule):
    """One number of a square matrix, or of a number."""

    takes_square = True
    maps_numbers = True
    is_by_local = True
    title = "a square matrix gives a number"
    examples = ("[[2, 1], [1, 3]]",)

    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """A number."""
        check_square(shapes[0])
        return (), ValueType.NUMBER

    def is_fitted(self, text: str) -> bool:
        """The local derivative has the shape of the input."""
        return True

    def tangent(self, gate: GateAtValues, slot: int, tangent: Value) -> Value:
        """The sum of tangent × local over all elements."""
        moved = tangent * gate.local(slot)
        return moved if isinstance(moved, float) else float(moved.sum())

    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """The number."""
        return ()

    def structure(self, use: GateUse, slot: int, text: str) -> Structure | None:
        """One row, which is dense."""
        return Structure(JacobianKind.DENSE)

    def entry(self, use: GateUse, slot: int, at: Place, by: Place) -> Entry:
        """What the whole downstream comes to: it is worked out from all elements at once."""
        return Sent()

    def multiplications(self, use: GateUse, slot: int, text: str) -> int:
        """One for each element of the matrix."""
        return counted(use._replace(output=use.shapes[slot]), text)

    def class_cases(self, inputs: int) -> ClassCases:
        """No class is asked for."""
        return {}


DETERMINANT = Determinant()
