"""A reduction: many elements become one, all of them or those along an axis."""

from collections.abc import Sequence

from backprop_cli.gates.compiler import mentions
from backprop_cli.gates.shape_rules.shape_rule import (
    Axes,
    ByRule,
    ClassCases,
    Entry,
    GateAtValues,
    GateUse,
    Place,
    ShapeRule,
    counted,
    is_constant,
)
from backprop_cli.gates.shape_rules.value_type import ValueType, type_of
from backprop_cli.gates.shapes import Index, Shape, check_axis, size
from backprop_cli.gates.structures import JacobianKind, Structure
from backprop_cli.gates.value import Value


class Reduce(ShapeRule):
    """One number, or one for each row or column."""

    reduces = True
    takes_axis = True
    maps_numbers = True
    is_by_local = True
    title = "one number, or one for each row or column along an axis"
    examples = ("[1, 2, 3]",)

    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """The shape without the axis."""
        (shape,) = shapes
        if axis is None:
            return (), ValueType.NUMBER
        check_axis(shape, axis)
        rest = shape[:axis] + shape[axis + 1 :]
        return rest, type_of(rest)

    def is_fitted(self, text: str) -> bool:
        """A sum along an axis sends g itself, which is shorter than what was summed."""
        return mentions(text, "a")

    def tangent(self, gate: GateAtValues, slot: int, tangent: Value) -> Value:
        """The sum of tangent × local over the elements that were reduced to one."""
        moved = tangent * gate.local(slot)
        if isinstance(moved, float):
            return moved
        total = moved.sum(axis=gate.use.axis)
        return total if gate.use.output else float(total)

    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """The one element that it is reduced to."""
        axis = use.axis
        return () if axis is None else position[:axis] + position[axis + 1 :]

    def structure(self, use: GateUse, slot: int, text: str) -> Structure | None:
        """One entry in each column."""
        return Structure(
            JacobianKind.ONE_A_COLUMN, factor=float(text == "1"), every=is_constant(text)
        )

    def entry(self, use: GateUse, slot: int, at: Place, by: Place) -> Entry:
        """The rule, of the element that is reduced."""
        return ByRule((by,))

    def multiplications(self, use: GateUse, slot: int, text: str) -> int:
        """One for each element that has a slope of its own."""
        has_own_slopes = mentions(text, "a") and not mentions(text, "g")
        return size(use.shapes[slot]) if has_own_slopes else counted(use, text)

    def class_cases(self, inputs: int) -> ClassCases:
        """Two vectors."""
        return {"numbers": ((([1, 3],), 1), (([2, -1, 4],), 5))}


REDUCE = Reduce()
