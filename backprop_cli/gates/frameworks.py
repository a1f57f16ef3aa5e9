"""What other frameworks return where a derivative does not exist.

Measured in float64 with PyTorch 2.13, JAX 0.10.2, TensorFlow (nightly 2.23),
autograd 1.9.1 and MyGrad 2.5; None where it was not tried.
"""

from typing import NamedTuple

FRAMEWORKS = ("PyTorch", "JAX", "TensorFlow", "autograd", "MyGrad")


class Case(NamedTuple):
    """One point, and the gradient that each of `FRAMEWORKS` gives there."""

    at: str
    returns: tuple[str | None, ...]


_TIE = Case("a = b", (".5 .5", ".5 .5", "1 0", ".5 .5", "0 0"))
_VECTOR = Case("a = [1, 3, 3]", ("0 .5 .5", "0 .5 .5", "0 .5 .5", "0 .5 .5", "0 1 0"))
_POLE = ("inf",) * 5

AT_KINKS: dict[str, tuple[Case, ...]] = {
    "max": (_TIE, Case("max(a, 0) at a = 0", (".5", ".5", "1", ".5", "0"))),
    "max_in": (_VECTOR,),
    "relu": (Case("a = 0", ("0", "0", "0", None, "0")),),
    "abs": (Case("a = 0", ("0", "1", "0", "0", "0")),),
    "sqrt": (Case("a = 0", _POLE), Case("a = -1", ("nan",) * 5)),
    "log": (Case("a = 0", _POLE), Case("a = -1, where the value is nan", ("-1",) * 5)),
    "pow": (
        Case("0^0", ("0 0", "nan 0", "nan 0", "0 0", "0 0")),
        Case("(-2)^3, for the exponent", ("nan", "nan", "-0", "nan", "nan")),
    ),
    "norm": (Case("a = [0, 0]", ("0 0", "nan", "0 0", "nan", "nan")),),
    "1/x": (Case("a = 0", ("-inf",) * 5),),
}
"""Gate -> the points at which the frameworks were asked."""
