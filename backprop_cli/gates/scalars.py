"""Functions of plain floats that never raise: they return what IEEE 754 says.

Python raises where NumPy returns inf or NaN (1/0, exp(1000), log(-1)). Here inf and
NaN are values to teach with, so each function answers as NumPy does, without NumPy.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import copysign, inf, nan

Function = Callable[..., float]

MAX_FUNCTIONS = 256
"""Names that are kept with the function that they mean, or None."""

IN_MATH = frozenset(
    [
        "acos",
        "acosh",
        "asin",
        "asinh",
        "atan",
        "atanh",
        "cbrt",
        "cos",
        "cosh",
        "exp",
        "exp2",
        "expm1",
        "sin",
        "sinh",
        "sqrt",
        "tan",
        "tanh",
    ]
)
"""The functions of one real number that `math` and NumPy share and rules may call."""


def total(function: Function) -> Function:
    """`function` with inf for an overflow and NaN outside its domain, instead of an exception."""

    def answer(a: float) -> float:
        try:
            return function(a)
        except OverflowError:
            # The sign that it has on this side of zero: sinh(-1000) is -inf.
            return copysign(inf, function(copysign(1.0, a)))
        except ValueError:
            return nan

    return answer


def with_pole(function: Function, pole: float) -> Function:
    """A logarithm, which is -inf at its pole and NaN below it."""
    elsewhere = total(function)
    return lambda a: -inf if a == pole else elsewhere(a)


def div(a: float, b: float) -> float:
    """A / b; ±inf for a / 0, NaN for 0 / 0."""
    try:
        return a / b
    except ZeroDivisionError:
        return nan if a == 0 or a != a else copysign(inf, a) * copysign(1.0, b)


def power(a: float, b: float) -> float:
    """a^b; NaN for a root of a negative number."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -inf if a < 0 and b % 2 == 1 else inf
    except ValueError:
        if a != 0:
            return nan
        return copysign(inf, a) if b % 2 == 1 else inf


def log(a: float) -> float:
    """The natural logarithm; -inf at 0, NaN below."""
    return math.log(a) if a > 0 else -inf if a == 0 else nan


def sigmoid(a: float) -> float:
    """1 / (1 + exp(-a)), from the side that cannot overflow."""
    if a >= 0:
        return 1.0 / (1.0 + math.exp(-a))
    e = math.exp(a)
    return e / (1.0 + e)


def softplus(a: float) -> float:
    """log(1 + exp(a)), without overflow."""
    return (a if a > 0 else 0.0) + math.log1p(math.exp(-abs(a))) if a == a else a


def relu(a: float) -> float:
    """A where it is positive, else 0; NaN stays NaN."""
    return a if a > 0 or a != a else 0.0


def sign(a: float) -> float:
    """-1, 0 or 1; NaN stays NaN."""
    return 1.0 if a > 0 else -1.0 if a < 0 else a * 0.0


def maximum(*values: float) -> float:
    """The largest; NaN if one is NaN."""
    return nan if any(a != a for a in values) else max(values)


def minimum(*values: float) -> float:
    """The smallest; NaN if one is NaN."""
    return nan if any(a != a for a in values) else min(values)


def ties(values: Sequence[float], out: float) -> float:
    """How many of the values are `out`."""
    return float(sum(a == out for a in values))


def erf(a: float) -> float:
    """The error function: 2/√π times the integral of exp(-t²) from 0 to a."""
    return math.erf(a)


def gelu(a: float) -> float:
    """A times the probability that a standard normal number is below it."""
    return a * 0.5 * (1.0 + math.erf(a / math.sqrt(2.0))) if abs(a) < inf else max(a, 0.0)


def leaky_relu(a: float) -> float:
    """A where it is positive, else a hundredth of it."""
    return a if a > 0 or a != a else 0.01 * a


def reciprocal(a: float) -> float:
    """1 / a, the inverse of a matrix of one number."""
    return div(1.0, a)


def itself(a: float) -> float:
    """The sum, mean or largest element of one number."""
    return a


def one(a: float) -> float:
    """The softmax of one number; NaN stays NaN."""
    return 1.0 if abs(a) < inf else nan


def product(a: float, b: float) -> float:
    """The dot product of two numbers."""
    return a * b


FUNCTIONS: dict[str, Function] = {
    "abs": abs,
    "atan2": math.atan2,
    "cofactors": lambda a: 1.0 if a == a else nan,
    "det": itself,
    "div": div,
    "dot": product,
    "erf": erf,
    "gelu": gelu,
    "inv": reciprocal,
    "leaky_relu": leaky_relu,
    "log": log,
    "log10": with_pole(math.log10, 0.0),
    "log1p": with_pole(math.log1p, -1.0),
    "logdet": log,
    "log2": with_pole(math.log2, 0.0),
    "logsumexp": itself,
    "max": maximum,
    "mean": itself,
    "min": minimum,
    "norm": abs,
    "power": power,
    "relu": relu,
    "sigmoid": sigmoid,
    "sign": sign,
    "softmax": one,
    "softplus": softplus,
    "sum": itself,
    "ties": ties,
}


@lru_cache(maxsize=MAX_FUNCTIONS)
def function(name: str) -> Function | None:
    """The function of floats called `name`, or None where there is none."""
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    found = getattr(math, name, None) if name in IN_MATH else None
    return total(found) if found else None
