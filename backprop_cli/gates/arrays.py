"""The functions of `scalars.py` for vectors and matrices, on NumPy.

Along an `axis` a reduction keeps the axis with length 1 where `keep` is set, so that
inside a rule the result lines up with what was reduced.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, reduce

import numpy as np

from backprop_cli.gates.scalars import IN_MATH, MAX_FUNCTIONS
from backprop_cli.gates.value import Array, Value


def _number_if(value: Value) -> Value:
    """A plain float for a result without axes, the array itself for any other."""
    return float(value) if np.ndim(value) == 0 else value


def fit(gradient: Value, like: Value) -> Value:
    """`gradient` in the shape of `like`: copied where `like` is larger, summed where it is smaller.

    A value that was broadcast forwards was copied, and hears from every copy, so its
    gradients add; a value that was summed sends its gradient to every element.
    """
    if not isinstance(like, np.ndarray):
        return float(np.sum(gradient))
    shape, sent = like.shape, np.asarray(gradient)
    if sent.shape == shape:
        return gradient
    extra = sent.ndim - len(shape)
    if extra > 0:
        sent = sent.sum(axis=tuple(range(extra)))
    have = sent.shape
    axes = tuple(
        axis for axis, n in enumerate(shape[-len(have) :] if have else ()) if n < have[axis]
    )
    if axes:
        sent = sent.sum(axis=axes, keepdims=True)
    return np.ascontiguousarray(np.broadcast_to(sent, shape))


def relu(a: Array) -> Array:
    """The positive part."""
    return np.maximum(a, 0.0)


def sigmoid(a: Array) -> Array:
    """1 / (1 + exp(-a)), from the side that cannot overflow."""
    e = np.exp(-np.abs(a))
    return np.where(a >= 0, 1.0, e) / (1.0 + e)


def softplus(a: Array) -> Array:
    """log(1 + exp(a)), without overflow."""
    return np.logaddexp(0.0, a)


def dot(a: Array, b: Array) -> float:
    """The sum of the products of the elements."""
    return float(np.vdot(a, b))


def onehot(a: Array, position: tuple[int, ...]) -> Array:
    """1 at `position`, 0 elsewhere, in the shape of `a`."""
    mask = np.zeros_like(a)
    mask[position] = 1.0
    return mask


def erf(a: Array) -> Array:
    """The error function, element by element: NumPy has none."""
    return np.array([math.erf(x) for x in a.ravel()]).reshape(a.shape)


def gelu(a: Array) -> Array:
    """A times the probability that a standard normal number is below it."""
    return np.where(np.isfinite(a), a * 0.5 * (1.0 + erf(a / math.sqrt(2.0))), np.maximum(a, 0.0))


def leaky_relu(a: Array) -> Array:
    """A where it is positive, else a hundredth of it."""
    return np.where(a > 0, a, 0.01 * a)


def inv(a: Array) -> Array:
    """The inverse of a square matrix, NaN where it has none; of a number 1 / a."""
    if a.ndim < 2:
        return 1.0 / a
    try:
        return np.asarray(np.linalg.inv(a), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full(a.shape, np.nan)


def det(a: Array) -> float:
    """The determinant of a square matrix."""
    return float(np.linalg.det(a))


def cofactors(a: Array) -> Array:
    """The slope of the determinant, `det(a) * inv(a).T`, where the matrix is singular too.

    Of two and three rows by the minors; of more each singular value is left out in turn, so that
    nothing is divided by 0.
    """
    if len(a) == 2:
        return np.array([[a[1, 1], -a[1, 0]], [-a[0, 1], a[0, 0]]])
    if len(a) == 3:
        return np.cross(a[[1, 2, 0]], a[[2, 0, 1]])
    if not np.isfinite(a).all():
        return np.full(a.shape, np.nan)
    left, sizes, right = np.linalg.svd(a)
    others = [np.prod(np.delete(sizes, place)) for place in range(len(sizes))]
    turned = np.linalg.det(left) * np.linalg.det(right)
    return np.asarray(round(turned) * (left * others) @ right, dtype=np.float64)


def logdet(a: Array) -> float:
    """The logarithm of a determinant that is positive, without overflow; NaN of any other."""
    sign, size = np.linalg.slogdet(a)
    return float(size) if sign > 0 else -math.inf if sign == 0 else math.nan


def stack(values: Sequence[Value]) -> Array:
    """Numbers as a vector, vectors as the rows of a matrix."""
    return np.array(values, dtype=float)


def maximum(*values: Value) -> Array:
    """The largest, element by element; NaN if one is NaN."""
    return reduce(np.maximum, values)  # type: ignore[arg-type]


def minimum(*values: Value) -> Array:
    """The smallest, element by element; NaN if one is NaN."""
    return reduce(np.minimum, values)  # type: ignore[arg-type]


def ties(values: Sequence[Value], out: Value) -> Value:
    """How many of the values are `out`, element by element."""
    return sum((np.equal(a, out).astype(float) for a in values), start=np.zeros_like(out))


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "abs": np.abs,
    "atan2": np.arctan2,
    "cofactors": cofactors,
    "det": det,
    "dot": dot,
    "erf": erf,
    "gelu": gelu,
    "inv": inv,
    "leaky_relu": leaky_relu,
    "log": np.log,
    "log10": np.log10,
    "log1p": np.log1p,
    "log2": np.log2,
    "logdet": logdet,
    "max": maximum,
    "min": minimum,
    "onehot": onehot,
    "relu": relu,
    "sigmoid": sigmoid,
    "sign": np.sign,
    "softplus": softplus,
    "stack": stack,
    "ties": ties,
}


def _sum(a: Array, axis: int | None, keep: bool) -> Value:
    return _number_if(np.sum(a, axis=axis, keepdims=keep and axis is not None))


def _mean(a: Array, axis: int | None, keep: bool) -> Value:
    return _number_if(np.mean(a, axis=axis, keepdims=keep and axis is not None))


def _max(a: Array, axis: int | None, keep: bool) -> Value:
    return _number_if(np.max(a, axis=axis, keepdims=keep and axis is not None))


def _min(a: Array, axis: int | None, keep: bool) -> Value:
    return _number_if(np.min(a, axis=axis, keepdims=keep and axis is not None))


def _norm(a: Array, axis: int | None, keep: bool) -> Value:
    # Scaled by the largest element, so that squares neither overflow nor vanish.
    top = np.max(np.abs(a), axis=axis, keepdims=True)
    scale = np.where((top > 0) & np.isfinite(top), top, 1.0)
    length = scale * np.sqrt(np.sum(np.square(a / scale), axis=axis, keepdims=True))
    return _squeeze(length, axis, keep)


def _logsumexp(a: Array, axis: int | None, keep: bool) -> Value:
    # The largest is taken out first, so that no exponential overflows.
    top = np.max(a, axis=axis, keepdims=True)
    finite = np.where(np.isfinite(top), top, 0.0)
    result = np.log(np.sum(np.exp(a - finite), axis=axis, keepdims=True)) + finite
    return _squeeze(result, axis, keep)


def _softmax(a: Array, axis: int | None, keep: bool) -> Array:
    e = np.exp(a - np.max(a, axis=axis, keepdims=True))
    result: Array = e / np.sum(e, axis=axis, keepdims=True)
    return result


def _squeeze(a: Array, axis: int | None, keep: bool) -> Value:
    if axis is None:
        return float(a.reshape(()))
    return a if keep else np.squeeze(a, axis=axis)


ALONG_AXIS: dict[str, Callable[[Array, int | None, bool], Value]] = {
    "logsumexp": _logsumexp,
    "max": _max,
    "mean": _mean,
    "min": _min,
    "norm": _norm,
    "softmax": _softmax,
    "sum": _sum,
}
"""The functions that run along an axis: (array, axis or None for all, keep) -> value."""


@lru_cache(maxsize=MAX_FUNCTIONS)
def function(name: str) -> Callable[..., Value] | None:
    """The function of arrays called `name`, or None where there is none."""
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    if name not in IN_MATH:
        return None
    # NumPy calls it arccos, and acos too only since 2.0.
    return getattr(np, f"arc{name[1:]}" if name.startswith("a") else name, None)
