"""Element by element: what is too short is copied, and what was copied hears from every copy."""

from collections.abc import Sequence

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
from backprop_cli.gates.shapes import (
    Index,
    Misfit,
    Shape,
    broadcast,
    copied_along,
    copied_from,
    padded,
)
from backprop_cli.gates.structures import JacobianKind, Structure
from backprop_cli.gates.value import Value

_ONE_INPUT: ClassCases = {
    "numbers": (((2,), 1), ((2,), 5), ((3,), -2), ((-2,), 3), ((0.5,), 1)),
    "arrays": ((([2, -3],), [1, 10]), (([[1, 2], [-3, 4]],), [[1, -1], [2, 3]])),
}
# The upstream is 1 first, then one that shows whether it is used.
_TWO_INPUTS: ClassCases = {
    "numbers": (((2, 3), 1), ((2, 3), 5), ((3, -4), -2), ((-2, 5), 3), ((4, 2), 1)),
    "arrays": (
        (([2, 3], [4, -5]), [1, 10]),
        (([[1, 2], [3, 4]], [[5, -6], [7, 2]]), [[1, -1], [2, 3]]),
    ),
    "broadcast": (
        ((2, [3, 4, -5]), [1, 10, 100]),
        (([[1, 2], [3, 4]], [5, -6]), [[1, 10], [2, 3]]),
        (([[2], [3]], [[4, -5]]), [[1, 10], [2, 3]]),
    ),
}


class Elementwise(ShapeRule):
    """Each element of the output is computed from one of each input."""

    is_elementwise = True
    maps_numbers = True
    is_by_local = True
    title = "element by element, with NumPy's broadcasting"
    examples = ("2", "-1")

    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """The common shape; a column does not meet a row."""
        if ValueType.VECTOR in types and ValueType.ROW in types:
            raise Misfit("column-with-row")
        shape = shapes[0]
        for other in shapes[1:]:
            common = broadcast(shape, other)
            if common is None:
                raise Misfit("broadcast")
            shape = common
        is_row = ValueType.ROW in types and len(shape) == 1
        return shape, ValueType.ROW if is_row else type_of(shape)

    def is_fitted(self, text: str) -> bool:
        """What is sent has the shape of the output, which an input may be copied to."""
        return False

    def tangent(self, gate: GateAtValues, slot: int, tangent: Value) -> Value:
        """Tangent × local, copied where the input is."""
        moved = tangent * gate.local(slot)
        if not gate.use.output:
            return moved
        from numpy import broadcast_to

        return broadcast_to(moved, gate.use.output)

    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """All elements along the axes that broadcasting copies along."""
        along = copied_along(use.shapes[slot], use.output)
        places = padded(position, len(use.output))
        return tuple(None if axis in along else index for axis, index in enumerate(places))

    def structure(self, use: GateUse, slot: int, text: str) -> Structure | None:
        """One entry in each row, where the input is copied; none where its slope is always 0."""
        if text == "0":
            return Structure(JacobianKind.ZERO)
        return Structure(JacobianKind.ONE_A_ROW, factor=float(text == "1"), every=is_constant(text))

    def entry(self, use: GateUse, slot: int, at: Place, by: Place) -> Entry:
        """The rule, of the elements that meet at one place."""
        return ByRule(tuple(copied_from(shape, at) for shape in use.shapes))

    def multiplications(self, use: GateUse, slot: int, text: str) -> int:
        """One for each element of the output."""
        return counted(use, text)

    def class_cases(self, inputs: int) -> ClassCases:
        """Numbers, arrays, and for two inputs arrays that are copied."""
        return _ONE_INPUT if inputs == 1 else _TWO_INPUTS


ELEMENTWISE = Elementwise()
