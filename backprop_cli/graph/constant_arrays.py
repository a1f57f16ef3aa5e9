"""Arrays that a formula makes of whole numbers: eye(3), ones(2, 3), onehot(y, 10)."""

from collections.abc import Callable
from math import prod
from typing import Any

from backprop_cli.gates.shapes import MAX_ELEMENTS
from backprop_cli.graph.composite import Composite, CompositeCall
from backprop_cli.graph.indexing import key


def sizes(use: CompositeCall) -> tuple[int, ...]:
    """The whole numbers of a call, each at least 1.

    Raises:
        BackpropError: if they are not, or make too large an array.
    """
    found = tuple(key(use.builder, place) for place in use.rest)
    if not all(isinstance(n, int) and n > 0 for n in found):
        use.fail("a size is a whole number, at least 1")
    if prod(found) > MAX_ELEMENTS:
        use.fail(f"an array has at most {MAX_ELEMENTS:,} elements")
    return found


def _identity(use: CompositeCall) -> int:
    (n,) = sizes(use)
    if n * n > MAX_ELEMENTS:
        use.fail(f"an array has at most {MAX_ELEMENTS:,} elements")
    return use.identity(n)


def _filled(value: float) -> Callable[[CompositeCall], int]:
    def build(use: CompositeCall) -> int:
        import numpy as np

        shape = sizes(use)
        name = "ones" if value else "zeros"
        return use.constant(np.full(shape, value), f"{name}({', '.join(map(str, shape))})")

    return build


def _filled_like(value: float) -> Callable[[CompositeCall], int]:
    def build(use: CompositeCall) -> int:
        import numpy as np

        shape = use.shape(use.args[0])
        if not shape:
            return use.number(value)
        name = "ones" if value else "zeros"
        return use.constant(np.full(shape, value), f"{name}({', '.join(map(str, shape))})")

    return build


def _one_hot(use: CompositeCall) -> int:
    """1 at the place of the label, 0 elsewhere; a row for each label."""
    import numpy as np

    labels = key(use.builder, use.rest[0])
    (count,) = sizes(use._replace(rest=use.rest[1:]))
    outside = np.any(np.asarray(labels) >= count) or np.any(np.asarray(labels) < 0)
    if isinstance(labels, slice) or outside or np.ndim(labels) > 1:
        use.fail(f"onehot(y, {count}) needs labels from 0 to {count - 1}")
    if np.size(labels) * count > MAX_ELEMENTS:
        use.fail(f"an array has at most {MAX_ELEMENTS:,} elements")
    text = use.builder.operand(use.rest[0])
    return use.constant(np.eye(count)[labels], f"onehot({text}, {count})")


def below_diagonal(n: int) -> Any:
    """The n×n matrix of ones on and below the diagonal."""
    import numpy as np

    return np.tril(np.ones((n, n)))


def _lower(use: CompositeCall) -> int:
    (n,) = sizes(use)
    return lower(use, n)


def lower(use: CompositeCall, n: int) -> int:
    """The matrix that adds up: its product with a vector is the running sums."""
    if n > MAX_LOWER:
        use.fail(f"running sums are of at most {MAX_LOWER:,} numbers")
    return use.constant(below_diagonal(n), f"tril({n})")


MAX_LOWER = 1000

CONSTANT_ARRAYS: dict[str, Composite] = {
    "eye": Composite(1, _identity, values=0),
    "tril": Composite(1, _lower, values=0),
    "ones": Composite(1, _filled(1.0), most=2, values=0),
    "zeros": Composite(1, _filled(0.0), most=2, values=0),
    "ones_like": Composite(1, _filled_like(1.0)),
    "zeros_like": Composite(1, _filled_like(0.0)),
    "onehot": Composite(2, _one_hot, values=0),
}
"""Name of a function of whole numbers -> the array that it makes."""
