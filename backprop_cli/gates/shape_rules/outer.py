"""The outer product: every element of one vector times every element of another, a matrix."""

from collections.abc import Sequence

from backprop_cli.gates.shape_rules.product import Product
from backprop_cli.gates.shape_rules.shape_rule import (
    Axes,
    ClassCases,
    ElementOf,
    Entry,
    GateUse,
    MatrixSize,
    Place,
)
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.gates.shapes import Index, Misfit, Shape, size
from backprop_cli.gates.structures import Blocks, JacobianKind, Structure


class Outer(Product):
    """Two vectors give a matrix, a row for each element of the first."""

    local_is_structural = True
    shape_hint = (
        "An outer product has a row for each element of the left vector and a column for each "
        "of the right."
    )
    title = "two vectors give a matrix: a row for each element of a, a column for each of b"
    examples = ("[1, 2]", "[3, 4, 5]")

    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """As many rows as a has elements, as many columns as b has."""
        wanted = (ValueType.VECTOR, ValueType.VECTOR)
        if tuple(types) != wanted:
            raise Misfit("types", wanted=wanted, given=tuple(types))
        return (shapes[0][0], shapes[1][0]), ValueType.MATRIX

    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """A row of the matrix by the first vector, a column by the second."""
        return (position[0], None) if slot == 0 else (None, position[0])

    def structure(self, use: GateUse, slot: int, text: str) -> Structure | None:
        """By a, b once for each of its elements; by b, multiples of the identity."""
        m, n = use.output
        if slot == 0:
            many = m > 1
            return Structure(JacobianKind.BLOCKS, (m, n, 1)) if many else _DENSE
        return Structure(JacobianKind.SCALED_BLOCKS) if n > 1 else _DENSE

    def blocks(self, use: GateUse, slot: int) -> Blocks | None:
        """The other vector itself, or its elements times the identity."""
        m, n = use.output
        if slot == 1:
            return Blocks(0, identity=n if n > 1 else 0)
        return Blocks(1, row="element" if m > 1 else "")

    def entry(self, use: GateUse, slot: int, at: Place, by: Place) -> Entry:
        """The element of the other vector by which this one is multiplied."""
        return ElementOf(1 - slot, at[1:] if slot == 0 else at[:1])

    def multiplications(self, use: GateUse, slot: int, text: str) -> int:
        """One for each element of the matrix."""
        return size(use.output)

    def matrix_sizes(self, use: GateUse) -> tuple[MatrixSize, MatrixSize, MatrixSize] | None:
        """Both vectors are columns."""
        m, n = use.output
        return (m, 1), (n, 1), (m, n)

    def class_cases(self, inputs: int) -> ClassCases:
        """Vectors of one length and of two."""
        return {
            "numbers": (
                (([1, 2], [3, 4]), [[1, 10], [2, 3]]),
                (([2, -1], [3, 4, 5]), [[1, -1, 2], [3, 1, 4]]),
            )
        }


_DENSE = Structure(JacobianKind.DENSE)

OUTER = Outer()
