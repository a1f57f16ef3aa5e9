"""Calls whose arguments say more than values: axes, slopes, which norm, library defaults."""

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from backprop_cli.language.readers.python.calls.call import Call
from backprop_cli.language.readers.python.calls.einsum import einsum
from backprop_cli.language.readers.python.calls.shape_calls import SHAPE_CALLS

if TYPE_CHECKING:
    pass


FROM_THE_END = ("torch", "F", "nn", "jax", "tf", "tensorflow", "functional", "keras")
"""Libraries whose softmax goes along the last axis where none is named."""


def _clip(call: Call) -> int:
    """np.clip(x, 0, 1), x.clamp(min=0): one bound may be missing."""
    call.known("min", "max", "a_min", "a_max")
    low, high = (
        next((found for found in (call.keywords.get(w) for w in words) if found), None)
        or (call.args[place] if place < len(call.args) else None)
        for place, words in ((1, ("min", "a_min")), (2, ("max", "a_max")))
    )
    term = call.value(0)
    for name, bound in (("max", low), ("min", high)):
        if bound is not None and not (isinstance(bound, ast.Constant) and bound.value is None):
            term = call.term(name, term, call.values.value(bound))
    return term


def _norm(call: Call) -> int:
    """np.linalg.norm(x, 1): the second argument is which norm."""
    call.known("ord", "p", "axis", "dim", "keepdims", "keepdim")
    told = call.option("ord", 1) or call.keywords.get("p")
    which = told.value if isinstance(told, ast.Constant) else told
    name = _NORMS.get(str(which))
    if name is None:
        raise call.values.fail(told or call.node, "this norm is not read", "write 1, 2 or 'fro'")
    axis = call.axis(2)
    keep = call.keywords.get("keepdims") or call.keywords.get("keepdim")
    if axis is None:
        return call.term(name, call.value(0))
    if name == "norm_1":
        raise call.values.fail(call.node, "write np.abs(x).sum(axis=…) for it")
    aside = [call.keyword("axis", axis)]
    if isinstance(keep, ast.Constant) and keep.value:
        aside.append(call.keyword("keepdims", 1))
    return call.term("norm", call.value(0), *aside)


_NORMS = {"None": "norm", "2": "norm_2", "1": "norm_1", "fro": "norm_F"}


def _linear(call: Call) -> int:
    """F.linear(x, W, b) is x Wᵀ + b."""
    call.known("bias")
    turned = call.term("transpose", call.value(1))
    product = call.term("@", call.value(0), turned)
    bias = call.option("bias", 2)
    return product if bias is None else call.term("+", product, call.values.value(bias))


def _leaky_relu(call: Call) -> int:
    """A slope of its own, F.leaky_relu(x, 0.2), makes it where(x > 0, x, 0.2*x)."""
    call.known("negative_slope", "alpha")
    slope = call.option("negative_slope", 1) or call.keywords.get("alpha")
    own = {"tf": 0.2, "tensorflow": 0.2, "keras": 0.3}.get(call.library)
    value = call.value(0)
    if slope is None and own is None:
        return call.term("leaky_relu", value)
    values = call.values
    factor = values.number(own or 0, call.node) if slope is None else values.value(slope)
    zero = values.number(0, call.node)
    positive = values.add("compare", (value, zero), ">", call.node)
    return call.term("where", positive, value, call.term("*", factor, value))


def _elu(call: Call) -> int:
    call.known("alpha")
    alpha = call.option("alpha", 1)
    value = call.value(0)
    return call.term("elu", value, *([] if alpha is None else [call.values.value(alpha)]))


def _gelu(call: Call) -> int:
    """With the error function, or with tanh: JAX takes tanh where nothing is said."""
    call.known("approximate")
    told = call.option("approximate", 1)
    said = ast.literal_eval(told) if isinstance(told, ast.Constant) else None
    if told is not None and said not in (True, False, "none", "tanh"):
        raise call.values.fail(told, "this form of gelu is not known", "write tanh or none")
    near = said in (True, "tanh") or (told is None and call.library == "jax")
    return call.term("gelu_tanh" if near else "gelu", call.value(0))


def _softmax(call: Call) -> int:
    call.known("axis", "dim")
    axis = call.axis(1)
    if axis is None and call.library in FROM_THE_END:
        shape = call.values.shape_of(call.args[0]) if call.args else None
        axis = None if shape is not None and len(shape) < 2 else -1.0
    aside = [] if axis is None else [call.keyword("axis", axis)]
    return call.term(call.name, call.value(0), *aside)


def _spread(call: Call) -> int:
    """np.var divides by n, torch.var by n - 1, where nothing is said."""
    words = ("ddof", "correction", "unbiased")
    call.known("axis", "dim", "keepdims", "keepdim", *words)
    given = next((call.keywords[word] for word in words if word in call.keywords), None)
    if given is None:
        is_torch = call.library == "torch" or (not call.library and call.values.has_torch)
        ddof = float(is_torch)
    elif isinstance(given, ast.Constant) and isinstance(given.value, int) and 0 <= given.value <= 1:
        ddof = float(given.value)
    else:
        raise call.values.fail(given, "this must be 0 or 1")
    aside = [] if call.axis(1) is None else [call.keyword("axis", call.axis(1) or 0.0)]
    keep = call.keywords.get("keepdims") or call.keywords.get("keepdim")
    if isinstance(keep, ast.Constant) and keep.value:
        aside.append(call.keyword("keepdims", 1))
    if ddof:
        aside.append(call.keyword("ddof", ddof))
    return call.term(call.name, call.value(0), *aside)


def _labelled(call: Call) -> int:
    """A loss of scores and labels: its mean, as where nothing else is said."""
    call.known("reduction", "target", "input")
    told = call.keywords.get("reduction")
    if told is not None and not (isinstance(told, ast.Constant) and told.value == "mean"):
        raise call.values.fail(told, "only reduction='mean' is read", "multiply the mean by n")
    target = call.keywords.get("target")
    second = call.value(1) if target is None else call.values.value(target)
    return call.term(call.name, call.value(0), second)


SPECIAL: dict[str, Callable[[Call], int]] = {
    **SHAPE_CALLS,
    "einsum": einsum,
    "norm": _norm,
    "clip": _clip,
    "linear": _linear,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "gelu": _gelu,
    "softmax": _softmax,
    "log_softmax": _softmax,
    "var": _spread,
    "std": _spread,
    **dict.fromkeys(("mse", "mae", "bce", "bce_with_logits", "nll", "cross_entropy"), _labelled),
}
"""Name of a function in the language of formulas -> who reads a call of it."""
