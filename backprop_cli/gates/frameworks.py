"""What other frameworks return where a derivative does not exist.

Measured in float64 with PyTorch 2.13, JAX 0.10.2, TensorFlow (nightly 2.23),
autograd 1.9.1 and MyGrad 2.5; None where it was not tried.
"""

from typing import NamedTuple

FRAMEWORKS = ("PyTorch", "JAX", "TensorFlow", "autograd", "MyGrad")


class Returned(NamedTuple):
    """One point, and the gradient that each of `FRAMEWORKS` gives there."""

    at: str
    returns: tuple[str | None, ...]


_POLE = ("inf",) * 5

# One for each row of the gate table that has such a point.
AT_MAX = (
    Returned("a = b", (".5 .5", ".5 .5", "1 0", ".5 .5", "0 0")),
    Returned("max(a, 0) at a = 0", (".5", ".5", "1", ".5", "0")),
)
AT_MAX_IN = (Returned("a = [1, 3, 3]", ("0 .5 .5", "0 .5 .5", "0 .5 .5", "0 .5 .5", "0 1 0")),)
AT_RELU = (Returned("a = 0", ("0", "0", "0", None, "0")),)
AT_ABS = (Returned("a = 0", ("0", "1", "0", "0", "0")),)
AT_SQRT = (Returned("a = 0", _POLE), Returned("a = -1", ("nan",) * 5))
AT_LOG = (Returned("a = 0", _POLE), Returned("a = -1, where the value is nan", ("-1",) * 5))
AT_POW = (
    Returned("0^0", ("0 0", "nan 0", "nan 0", "0 0", "0 0")),
    Returned("(-2)^3, for the exponent", ("nan", "nan", "-0", "nan", "nan")),
)
AT_NORM = (Returned("a = [0, 0]", ("0 0", "nan", "0 0", "nan", "nan")),)
AT_RECIPROCAL = (Returned("a = 0", ("-inf",) * 5),)
