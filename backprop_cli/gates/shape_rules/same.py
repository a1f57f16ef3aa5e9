"""All elements of a line are computed from all others of it, as in softmax."""

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
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.gates.shapes import Index, Shape, check_axis
from backprop_cli.gates.structures import JacobianKind, Structure
from backprop_cli.gates.value import Value


class Same(ShapeRule):
    """The shape of the input, with a symmetric Jacobian."""

    takes_axis = True
    maps_numbers = True
    title = "the shape of its input"
    examples = ("[1, 2, 3]",)

    def example_upstream(self, shape: Shape) -> str:
        """The elements of a softmax add up to 1, so from ones no gradient comes back."""
        return "[1, 0, 0]"

    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """The shape of the input."""
        if axis is not None:
            check_axis(shapes[0], axis)
        return shapes[0], types[0]

    def is_fitted(self, text: str) -> bool:
        """Input and output have one shape."""
        return True

    def tangent(self, gate: GateAtValues, slot: int, tangent: Value) -> Value:
        """The Jacobian is symmetric: it does to a tangent what it does to a gradient."""
        return gate.sent(slot, tangent)

    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """All elements of the line."""
        return tuple(
            None if use.axis in (None, place) else index for place, index in enumerate(position)
        )

    def structure(self, use: GateUse, slot: int, text: str) -> Structure | None:
        """Dense, or a block for each row."""
        shape = use.output
        if use.axis is None or len(shape) == 1:
            return Structure(JacobianKind.DENSE)
        blocks = (shape[0], shape[1], shape[1])
        return Structure(JacobianKind.BLOCKS, blocks) if use.axis == 1 else None

    def entry(self, use: GateUse, slot: int, at: Place, by: Place) -> Entry:
        """What the whole downstream comes to."""
        return Sent()

    def multiplications(self, use: GateUse, slot: int, text: str) -> int:
        """Those of the rule, once an element."""
        return counted(use, text)

    def class_cases(self, inputs: int) -> ClassCases:
        """Two vectors."""
        return {"numbers": ((([1, 3],), [1, 10]), (([2, -1, 4],), [1, 2, 3]))}


SAME = Same()
