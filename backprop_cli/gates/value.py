"""What flows through a graph: a number, or an array of numbers."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]
    Value: TypeAlias = float | Array
else:
    # NumPy is imported when there is an array: scalar formulas run without it.
    Array = Value = object

Gradient: TypeAlias = Value | None
"""∂output/∂node, in the node's shape; None where there is none."""


def known(gradient: Gradient) -> Value:
    """A gradient of which one knows that it arrived."""
    assert gradient is not None
    return gradient


def number(value: Gradient) -> float:
    """What one knows to be a number."""
    assert isinstance(value, float)
    return value
