"""Is it a number, a vector (a column), a row or a matrix? A type says nothing about sizes."""

from collections.abc import Iterable
from enum import StrEnum

Shape = tuple[int, ...]


class ValueType(StrEnum):
    """What a value is; the letter stands for it in the keys of kernels."""

    NUMBER = "s"
    VECTOR = "v"
    ROW = "r"
    MATRIX = "m"

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


_TRANSPOSED = {ValueType.VECTOR: ValueType.ROW, ValueType.ROW: ValueType.VECTOR}
_BY_AXES = (ValueType.NUMBER, ValueType.VECTOR, ValueType.MATRIX)


def type_of(shape: Shape) -> ValueType:
    """The type of a value of this shape, where nothing makes it a row."""
    return _BY_AXES[len(shape)]


def largest(types: Iterable[str]) -> ValueType:
    """The type of an elementwise result: the largest of the types; a number of none."""
    return ValueType(max(types, key=rank, default=ValueType.NUMBER))


def rank(type_: str) -> int:
    """The place of a type from number to matrix."""
    return "svrm".index(type_)
