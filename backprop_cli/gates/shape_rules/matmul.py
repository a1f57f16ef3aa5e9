"""The matrix product: a vector is a column, its transpose a row, and two vectors give a number."""

from collections.abc import Sequence
from math import prod

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
from backprop_cli.gates.shape_rules.value_type import ValueType, type_of
from backprop_cli.gates.shapes import Index, Misfit, Shape, size
from backprop_cli.gates.structures import Blocks, JacobianKind, Structure


class Matmul(Product):
    """Rows times columns."""

    local_is_structural = True
    shape_hint = "A matrix product has the rows of the left factor and the columns of the right."
    title = "the matrix product; a vector is a column, its transpose a row"
    examples = ("[[1, 2], [3, 4]]", "[5, 6]")

    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """A vector is a column and its transpose a row, so `q @ x.T` is the outer product.

        Two plain vectors give their dot product, as in NumPy.
        """
        (left, right), (left_type, right_type) = shapes, types
        if ValueType.NUMBER in types:
            raise Misfit("matmul-number")
        if left_type is ValueType.VECTOR and right_type is ValueType.ROW:
            return (left[0], right[0]), ValueType.MATRIX
        if right_type is ValueType.ROW:
            raise Misfit("matmul-row")
        if left[-1] != right[0]:
            raise Misfit("matmul-inner", left=left[-1], right=right[0])
        shape = left[:-1] + right[1:]
        is_row = left_type is ValueType.ROW and right_type is ValueType.MATRIX
        return shape, ValueType.ROW if is_row else type_of(shape)

    def meant(
        self, types: tuple[ValueType, ...], output: ValueType
    ) -> tuple[tuple[ValueType, ...], ValueType]:
        """A plain vector on the left of @ is meant as a row, as in NumPy."""
        left, right = types
        if left is not ValueType.VECTOR or right is ValueType.ROW:
            return types, output
        made = ValueType.ROW if output is ValueType.VECTOR else output
        return (ValueType.ROW, right), made

    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """The row of an element on the left, the column of one on the right."""
        if use.types[1].is_row:
            return (position[0], None) if slot == 0 else (None, position[0])
        left, right = use.shapes
        is_row = len(left) == 1
        if slot == 0:
            return (() if is_row else position[:1]) + (None,) * (len(right) - 1)
        return (() if is_row else (None,)) + position[1:]

    def structure(self, use: GateUse, slot: int, text: str) -> Structure | None:
        """By the left factor a block for each of its rows; by the right one multiples of 1."""
        m, k, n = _sizes(use)
        if slot == 0:
            many = m > 1
            return Structure(JacobianKind.BLOCKS, (m, n, k)) if many else _DENSE
        return Structure(JacobianKind.SCALED_BLOCKS) if n > 1 else _DENSE

    def blocks(self, use: GateUse, slot: int) -> Blocks | None:
        """The other matrix, transposed where it stands on the right."""
        m, _, n = _sizes(use)
        if slot == 1:
            return Blocks(0, identity=n if n > 1 else 0)
        return Blocks(1, transposed=True, row="row" if m > 1 else "")

    def entry(self, use: GateUse, slot: int, at: Place, by: Place) -> Entry:
        """The element of the other matrix by which this one is multiplied."""
        if use.types[1].is_row:
            return ElementOf(1 - slot, at[1:] if slot == 0 else at[:1])
        is_row = len(use.shapes[0]) == 1
        if slot == 0:
            return ElementOf(1, (*by[-1:], *(at if is_row else at[1:])))
        return ElementOf(0, (*(() if is_row else at[:1]), *by[:1]))

    def multiplications(self, use: GateUse, slot: int, text: str) -> int:
        """Those of a product of two matrices."""
        return prod(_sizes(use))

    def matrix_sizes(self, use: GateUse) -> tuple[MatrixSize, MatrixSize, MatrixSize] | None:
        """m×k, k×n and m×n."""
        m, k, n = _sizes(use)
        return (m, k), (k, n), (m, n)

    def class_cases(self, inputs: int) -> ClassCases:
        """A column and a matrix on the right."""
        return {
            "numbers": (
                (([[1, 2], [3, 4]], [[5], [6]]), [[1], [10]]),
                (
                    ([[1, 2, 3], [4, 5, 6]], [[1, -1], [2, 4], [3, 1]]),
                    [[1, 2], [3, 5]],
                ),
            )
        }


def _sizes(use: GateUse) -> tuple[int, int, int]:
    """m, k, n of a product of m×k and k×n; a plain vector on the left is a row."""
    left, right = use.shapes
    if use.types[1].is_row:
        return left[0], 1, right[0]
    m = left[0] if len(left) == 2 else 1
    return m, left[-1], size(right) // left[-1]


_DENSE = Structure(JacobianKind.DENSE)

MATMUL = Matmul()
