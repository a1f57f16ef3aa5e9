"""Values of a student's gate: compared, moved, weighed, and spoken."""

from collections.abc import Sequence
from typing import Any

from backprop_cli.gates.shapes import described
from backprop_cli.language.numbers import short_number

RELATIVE, ABSOLUTE = 1e-6, 1e-9
"""How far a value may be from the right one."""

WIDEST = 60
"""Characters of a value, before it is cut."""


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value if isinstance(value, float) else value.tolist()


def way(value: Any) -> Any:
    """The direction in which an input moves: every element by another amount."""
    if isinstance(value, float):
        return 1.0
    import numpy as np

    return np.arange(1.0, value.size + 1).reshape(value.shape) / value.size


def weighted(value: Any, weights: Any) -> float:
    """The sum of the products of the elements."""
    if isinstance(value, float) and isinstance(weights, float):
        return value * weights
    import numpy as np

    with np.errstate(all="ignore"):
        return float(np.sum(value * weights))


def same_shape(got: Any, right: Any) -> bool:
    """Whether two values have one shape; a number has none."""
    return getattr(got, "shape", ()) == getattr(right, "shape", ())


def same(got: Any, right: Any) -> bool:
    """Whether two values of one shape agree; NaN agrees with nothing."""
    if isinstance(got, float) and isinstance(right, float):
        return abs(got - right) <= ABSOLUTE + RELATIVE * abs(right)
    import numpy as np

    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(got - right) <= ABSOLUTE + RELATIVE * np.abs(right)))


def spoken(value: Any) -> str:
    """A number or an array, short."""
    if isinstance(value, float):
        return short_number(value)
    told = str([_rounded(item) for item in value.tolist()]).replace("'", "")
    return told if len(told) <= WIDEST else told[:WIDEST] + "…"


def _rounded(item: Any) -> Any:
    return [_rounded(each) for each in item] if isinstance(item, list) else spoken(item)


def spoken_list(values: Sequence[Any]) -> str:
    """Gradients, as backward returns them."""
    return f"[{', '.join(spoken(value) for value in values)}]"


def kind(value: Any) -> str:
    """What kind of value it is: a number, a vector of 3, a 2×3 matrix."""
    shape = getattr(value, "shape", ())
    return described(shape) if len(shape) <= 2 else f"an array with {len(shape)} axes"
