"""Is it a number, a vector (a column), a row or a matrix? A type says nothing about sizes."""

from collections.abc import Iterable
from enum import IntEnum

Shape = tuple[int, ...]


class ValueType(IntEnum):
    """What a value is, from the smallest to the largest."""

    NUMBER = 0
    VECTOR = 1
    ROW = 2
    MATRIX = 3

    @property
    def is_number(self) -> bool:
        """Whether it has no axes."""
        return self is ValueType.NUMBER

    @property
    def is_row(self) -> bool:
        """Whether it is the transpose of a vector, which is stored as the vector is."""
        return self is ValueType.ROW

    @property
    def is_matrix(self) -> bool:
        """Whether it has rows and columns."""
        return self is ValueType.MATRIX

    @property
    def transposed(self) -> "ValueType":
        """The type of its transpose."""
        return _TRANSPOSED.get(self, self)

    @property
    def stored(self) -> "ValueType":
        """The type without its direction: a row and a column are stored alike."""
        return ValueType.VECTOR if self.is_row else self

    @property
    def element(self) -> "ValueType":
        """The type of what stands at one index: of a matrix a row of it, stored as a vector."""
        return ValueType.VECTOR if self.is_matrix else ValueType.NUMBER

    @property
    def stacked(self) -> "ValueType":
        """The type of several of them in a list."""
        return ValueType.VECTOR if self.is_number else ValueType.MATRIX


_TRANSPOSED = {ValueType.VECTOR: ValueType.ROW, ValueType.ROW: ValueType.VECTOR}
_BY_AXES = (ValueType.NUMBER, ValueType.VECTOR, ValueType.MATRIX)

Types = tuple[ValueType, ...]


def type_of(shape: Shape) -> ValueType:
    """The type of a value of this shape, where nothing makes it a row."""
    return _BY_AXES[len(shape)]


def numbers(count: int) -> Types:
    """The types of so many numbers."""
    return (ValueType.NUMBER,) * count


def largest(types: Iterable[ValueType]) -> ValueType:
    """The type of an elementwise result: the largest of the types; a number of none."""
    return max(types, default=ValueType.NUMBER)


def is_outer(left: ValueType, right: ValueType) -> bool:
    """Whether the matrix product of the two is an outer product."""
    return left is ValueType.VECTOR and right is ValueType.ROW


def is_inner(left: ValueType, right: ValueType) -> bool:
    """Whether the matrix product of the two is a dot product."""
    return left is ValueType.ROW and right is ValueType.VECTOR


def product(left: ValueType, right: ValueType) -> ValueType | None:
    """The type of a matrix product; None where the two have none."""
    return _PRODUCT.get((left, right))


_PRODUCT = {
    (ValueType.MATRIX, ValueType.MATRIX): ValueType.MATRIX,
    (ValueType.MATRIX, ValueType.VECTOR): ValueType.VECTOR,
    (ValueType.ROW, ValueType.MATRIX): ValueType.ROW,
    (ValueType.VECTOR, ValueType.ROW): ValueType.MATRIX,
    (ValueType.ROW, ValueType.VECTOR): ValueType.NUMBER,
}
