"""Shapes: their sizes and names, what broadcasting copies, and why two of them do not fit."""

from math import prod
from typing import Any, TypeVar

Shape = tuple[int, ...]

Index = tuple[int, ...]
"""The place of an element; empty for a number."""

MAX_ELEMENTS = 2**26
"""Elements of all values of a formula together: half a GiB of doubles, and as much of gradients."""


class Misfit(Exception):
    """These shapes cannot go into this gate.

    Attributes:
        code: why, as a key of `graph.misfits`, which words it.
        fields: what the sentence needs to know.
    """

    def __init__(self, code: str, **fields: Any) -> None:
        super().__init__(code, fields)
        self.code = code
        self.fields = fields


def check_axis(shape: Shape, axis: int) -> None:
    """See that a value of this shape has the axis.

    Raises:
        Misfit: if it has not.
    """
    if axis >= len(shape):
        raise Misfit("no-axis", axis=axis, shape=shape)


def spelt(shape: Shape, row: bool = False) -> str:
    """A shape as one says it: `a number`, `3`, `2×3`; a row of a vector is `1×3`."""
    if row:
        return f"1×{shape[0]}"
    return "×".join(map(str, shape)) if shape else "a number"


def size(shape: Shape) -> int:
    """How many elements a value of this shape has."""
    return prod(shape)


def broadcast(first: Shape, second: Shape) -> Shape | None:
    """The common shape after NumPy's broadcasting, or None where there is none."""
    length = max(len(first), len(second))
    result = []
    for a, b in zip(padded(first, length), padded(second, length), strict=True):
        if a != b and 1 not in (a, b):
            return None
        result.append(b if a == 1 else a)
    return tuple(result)


def padded(shape: Shape, axes: int) -> Shape:
    """The shape with so many axes, the missing ones in front, as NumPy lines shapes up."""
    return (1,) * (axes - len(shape)) + shape


def copied_along(shape: Shape, into: Shape) -> list[int]:
    """The axes of `into` along which broadcasting copies: those that are new, and from length 1."""
    missing = len(into) - len(shape)
    return [
        axis
        for axis, (n, whole) in enumerate(zip(padded(shape, len(into)), into, strict=True))
        if axis < missing or n != whole
    ]


Place = TypeVar("Place", int, int | str)


def copied_from(shape: Shape, index: tuple[Place, ...]) -> tuple[Place, ...]:
    """The element of a value of this shape that broadcasting copies to `index`."""
    own = index[len(index) - len(shape) :]
    return tuple([place if n > 1 else 0 for place, n in zip(own, shape, strict=True)])


def element_name(name: str, index: Index) -> str:
    """W[0,1], or the plain name of a number."""
    return f"{name}[{','.join(map(str, index))}]" if index else name


def element(shape: Shape, position: Index) -> Shape:
    """The shape of `value[position]`.

    Raises:
        Misfit: if there is no such element.
    """
    if len(position) > len(shape):
        raise Misfit("too-many-indices", shape=shape, position=position)
    for index, n in zip(position, shape, strict=False):
        if not -n <= index < n:
            raise Misfit("no-such-element", shape=shape, position=position)
    return shape[len(position) :]


def described(shape: Shape, row: bool = False) -> str:
    """What has this shape: `a number`, `a vector of 3`, `a 2×3 matrix`, `a row of 3`."""
    if not shape:
        return "a number"
    if len(shape) == 1:
        return f"a {'row' if row else 'vector'} of {shape[0]}"
    return f"a {spelt(shape)} matrix"
