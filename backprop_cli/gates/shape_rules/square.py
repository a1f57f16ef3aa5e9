"""A square matrix gives one of its size, of which each element comes of all, as its inverse."""

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
)
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.gates.shapes import Index, Misfit, Shape, size
from backprop_cli.gates.structures import JacobianKind, Structure
from backprop_cli.gates.value import Value


def check_square(shape: Shape) -> None:
    """See that a shape is that of a square matrix, or of a number.

    Raises:
        Misfit: if it is not.
    """
    if shape and (len(shape) != 2 or shape[0] != shape[1]):
        raise Misfit("not-square")


class Square(ShapeRule):
    """The shape of the input, which is a square matrix or a number."""

    takes_square = True
    maps_numbers = True
    title = "a square matrix gives one of its size"
    examples = ("[[2, 1], [1, 1]]",)

    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """The shape of the input."""
        check_square(shapes[0])
        return shapes[0], types[0]

    def is_fitted(self, text: str) -> bool:
        """Input and output have one shape."""
        return True

    def tangent(self, gate: GateAtValues, slot: int, tangent: Value) -> Value:
        """An element of the output moves by what it sends back alone, times the tangent."""
        shape = gate.use.output
        if not shape:
            return gate.sent(slot, 1.0) * tangent
        import numpy as np

        rows = []
        for place in range(size(shape)):
            upstream = np.zeros(size(shape))
            upstream[place] = 1.0
            rows.append(float(np.sum(gate.sent(slot, upstream.reshape(shape)) * tangent)))
        return np.array(rows).reshape(shape)

    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """All elements."""
        return (None,) * len(use.output)

    def structure(self, use: GateUse, slot: int, text: str) -> Structure | None:
        """Every element depends on every other."""
        return Structure(JacobianKind.DENSE)

    def entry(self, use: GateUse, slot: int, at: Place, by: Place) -> Entry:
        """What the whole downstream comes to."""
        return Sent()

    def multiplications(self, use: GateUse, slot: int, text: str) -> int:
        """Those of two products of matrices."""
        return 2 * size(use.output) * (use.output[0] if use.output else 1)

    def class_cases(self, inputs: int) -> ClassCases:
        """No class is asked for."""
        return {}


SQUARE = Square()
