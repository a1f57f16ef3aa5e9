"""Shapes: what comes out of a gate, and why two shapes do not fit."""

from collections.abc import Callable, Sequence
from math import prod
from typing import TypeVar

from backprop_cli.gates.gate import Shape as Rule
from backprop_cli.graph.graph import Graph

Shape = tuple[int, ...]

Index = tuple[int, ...]
"""The place of an element; empty for a number."""

MAX_ELEMENTS = 2**26
"""Elements of all values of a formula together: half a GiB of doubles, and as much of gradients."""


class Misfit(Exception):
    """These shapes cannot go into this gate.

    Attributes:
        reason: why, in a clause; `sized` says that it needs the sizes said before it.
        hint: what to write instead.
    """

    def __init__(self, reason: str, hint: str | None = None, sized: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.sized = sized


def spelt(shape: Shape, type_: str = "") -> str:
    """A shape as one says it: `a number`, `3`, `2×3`; a row of a vector is `1×3`."""
    if type_ == "r":
        return f"1×{shape[0]}"
    return "×".join(map(str, shape)) if shape else "a number"


def type_of(shape: Shape) -> str:
    """The type letter of a value of this shape: s, v or m."""
    return "svm"[len(shape)]


def size(shape: Shape) -> int:
    """How many elements a value of this shape has."""
    return prod(shape)


def infer(
    rule: Rule, shapes: Sequence[Shape], types: Sequence[str], axis: int | None
) -> tuple[Shape, str]:
    """Shape and type of a gate's output.

    Raises:
        Misfit: if the inputs do not fit.
    """
    shape, type_ = _RULES[rule](shapes, types, axis)
    if size(shape) > MAX_ELEMENTS:
        what = f"a value of shape {spelt(shape)} is too large: at most {MAX_ELEMENTS:,} elements"
        raise Misfit(what, sized=False)
    return shape, type_


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


def product_sizes(graph: Graph, k: int) -> tuple[int, int, int]:
    """m, k, n of a product of m×k and k×n; a plain vector on the left is a row."""
    left, right = (graph.shapes[arg] for arg in graph.args[k])
    if graph.types[graph.args[k][1]] == "r":
        return left[0], 1, right[0]
    m = left[0] if len(left) == 2 else 1
    return m, left[-1], size(right) // left[-1]


def _elementwise(
    shapes: Sequence[Shape], types: Sequence[str], axis: int | None
) -> tuple[Shape, str]:
    if "v" in types and "r" in types:
        raise Misfit("a vector is a column, its transpose a row")
    shape = shapes[0]
    for other in shapes[1:]:
        common = broadcast(shape, other)
        if common is None:
            raise Misfit("the shapes do not fit")
        shape = common
    return shape, "r" if "r" in types and len(shape) == 1 else type_of(shape)


def _product(shapes: Sequence[Shape], types: Sequence[str], axis: int | None) -> tuple[Shape, str]:
    """A vector is a column and its transpose a row, so `q @ x.T` is the outer product.

    Two plain vectors give their dot product, as in NumPy.
    """
    (left, right), pair = shapes, "".join(types)
    if "s" in pair:
        raise Misfit("@ multiplies vectors and matrices", "for a number write *")
    if pair == "vr":
        return (left[0], right[0]), "m"
    if pair[1] == "r":
        raise Misfit("a row of a vector can stand on the right of a vector only", "drop the .T")
    if left[-1] != right[0]:
        raise Misfit(f"the inner sizes, {left[-1]} and {right[0]}, must be equal")
    shape = left[:-1] + right[1:]
    return shape, "r" if pair == "rm" else type_of(shape)


def _dot(shapes: Sequence[Shape], types: Sequence[str], axis: int | None) -> tuple[Shape, str]:
    if shapes[0] != shapes[1]:
        raise Misfit("dot needs two equal shapes")
    return (), "s"


def _reduce(shapes: Sequence[Shape], types: Sequence[str], axis: int | None) -> tuple[Shape, str]:
    (shape,) = shapes
    if axis is None:
        return (), "s"
    _check_axis(shape, axis)
    rest = shape[:axis] + shape[axis + 1 :]
    return rest, type_of(rest)


def _same(shapes: Sequence[Shape], types: Sequence[str], axis: int | None) -> tuple[Shape, str]:
    if axis is not None:
        _check_axis(shapes[0], axis)
    return shapes[0], types[0]


def _square(shapes: Sequence[Shape], types: Sequence[str], axis: int | None) -> tuple[Shape, str]:
    (shape,) = shapes
    if shape and (len(shape) != 2 or shape[0] != shape[1]):
        raise Misfit("only a square matrix has an inverse")
    return shape, types[0]


def _check_axis(shape: Shape, axis: int) -> None:
    if axis >= len(shape):
        raise Misfit(f"there is no axis {axis} in {described(shape)}", sized=False)


def _transpose(
    shapes: Sequence[Shape], types: Sequence[str], axis: int | None
) -> tuple[Shape, str]:
    return shapes[0][::-1], {"v": "r", "r": "v"}.get(types[0], types[0])


def _stack(shapes: Sequence[Shape], types: Sequence[str], axis: int | None) -> tuple[Shape, str]:
    if len(set(shapes)) > 1:
        raise Misfit("the elements of a list must have one shape", sized=False)
    if len(shapes[0]) > 1:
        raise Misfit("a list holds numbers or vectors, not matrices", sized=False)
    shape = (len(shapes), *shapes[0])
    return shape, type_of(shape)


def element_name(name: str, index: Index) -> str:
    """W[0,1], or the plain name of a number."""
    return f"{name}[{','.join(map(str, index))}]" if index else name


def element(shape: Shape, position: Index) -> Shape:
    """The shape of `value[position]`.

    Raises:
        Misfit: if there is no such element.
    """
    spot = ", ".join(map(str, position))
    if len(position) > len(shape):
        raise Misfit(f"{described(shape)} has no element [{spot}]", sized=False)
    for index, n in zip(position, shape, strict=False):
        if not -n <= index < n:
            what = f"there is no element [{spot}] in {described(shape)}, counted from 0"
            raise Misfit(what, sized=False)
    return shape[len(position) :]


def described(shape: Shape, type_: str = "") -> str:
    """What has this shape: `a number`, `a vector of 3`, `a 2×3 matrix`, `a row of 3`."""
    if not shape:
        return "a number"
    if len(shape) == 1:
        return f"a {'row' if type_ == 'r' else 'vector'} of {shape[0]}"
    return f"a {spelt(shape)} matrix"


Inference = Callable[[Sequence[Shape], Sequence[str], int | None], tuple[Shape, str]]

_RULES: dict[Rule, Inference] = {
    Rule.ELEMENTWISE: _elementwise,
    Rule.MATMUL: _product,
    Rule.REDUCE: _reduce,
    Rule.SAME: _same,
    Rule.SQUARE: _square,
    Rule.DOT: _dot,
    Rule.TRANSPOSE: _transpose,
    Rule.STACK: _stack,
}
