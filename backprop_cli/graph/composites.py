"""Functions that are several gates: trace, diag, where, var, silu, and those of other files."""

from math import pi, prod, sqrt

from backprop_cli.graph.composite import Composite, CompositeCall, keep_axis
from backprop_cli.graph.constant_arrays import CONSTANT_ARRAYS
from backprop_cli.graph.losses import LOSSES
from backprop_cli.graph.rearranging import REARRANGING


def _trace(use: CompositeCall) -> int:
    (matrix,) = use.args
    return use.gate("sum", use.gate("mul", matrix, use.identity(use.square(matrix))))


def _diag(use: CompositeCall) -> int:
    """The diagonal matrix of a vector, and the diagonal of a matrix."""
    (node,) = use.args
    shape = use.shape(node)
    if len(shape) == 1:
        return use.gate("mul", use.identity(shape[0]), use.gate("transpose", node))
    return use.gate("sum", use.gate("mul", node, use.identity(use.square(node))), axis=1)


def _where(use: CompositeCall) -> int:
    """The first value where the condition holds, plus the second where it does not."""
    condition, yes, no = use.args
    otherwise = use.gate("sub", use.number(1.0), condition)
    return use.gate("add", use.gate("mask", condition, yes), use.gate("mask", otherwise, no))


def _elu(use: CompositeCall) -> int:
    """The value where it is positive, else exp(a) - 1, or that times a number."""
    value, *scale = use.args
    condition = use.gate("greater", value, use.number(0.0))
    otherwise = use.gate("sub", use.number(1.0), condition)
    below = use.gate("expm1", value)
    below = use.gate("mul", *scale, below) if scale else below
    below = use.gate("mask", otherwise, below)
    return use.gate("add", use.gate("mask", condition, value), below)


def _tanh_gelu(use: CompositeCall) -> int:
    """The gelu of GPT-2: x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³)))."""
    (value,) = use.args
    cubic = use.gate("mul", use.number(0.044715), use.gate("pow", value, use.number(3.0)))
    inside = use.gate("mul", use.number(sqrt(2 / pi)), use.gate("add", value, cubic))
    near_one = use.gate("add", use.number(1.0), use.gate("tanh", inside))
    return use.gate("mul", use.gate("mul", use.number(0.5), value), near_one)


def _variance(use: CompositeCall) -> int:
    """The mean square of what is apart from the mean; with ddof=1 the sum of squares by n - 1."""
    (node,) = use.args
    mean = use.gate("mean", node, axis=use.axis)
    apart = use.gate("sub", node, keep_axis(use, mean))
    spread = use.gate("mean", use.gate("square", apart), axis=use.axis)
    if not use.option("ddof"):
        return spread
    shape = use.shape(node)
    count = prod(shape) if use.axis is None else shape[use.axis]
    if use.option("ddof") != 1 or count < 2:
        use.fail("ddof is 0 or 1, and with 1 there are at least two numbers")
    return use.gate("mul", use.number(count / (count - 1)), spread)


def _clip(use: CompositeCall) -> int:
    value, low, high = use.args
    return use.gate("min", use.gate("max", value, low), high)


def _log_softmax(use: CompositeCall) -> int:
    (node,) = use.args
    total = use.gate("logsumexp", node, axis=use.axis)
    return use.gate("sub", node, keep_axis(use, total))


_COLUMNS = "‖A‖₁ of a matrix is its largest column sum: for the sum of all write sum(abs(A))"

COMPOSITES: dict[str, Composite] = {
    **CONSTANT_ARRAYS,
    **LOSSES,
    **REARRANGING,
    "trace": Composite(1, _trace),
    "tr": Composite(1, _trace),
    "diag": Composite(1, _diag),
    "norm_1": Composite(1, lambda use: use.gate("sum", use.gate("abs", use.vector(_COLUMNS)))),
    "elu": Composite(1, _elu, most=2),
    "gelu_tanh": Composite(1, _tanh_gelu),
    "where": Composite(3, _where),
    "var": Composite(1, _variance, axis=True, options=("ddof",)),
    "std": Composite(1, lambda use: use.gate("sqrt", _variance(use)), axis=True, options=("ddof",)),
    "clip": Composite(3, _clip),
    "log_softmax": Composite(1, _log_softmax, axis=True, keeps=True),
    "silu": Composite(1, lambda use: use.gate("mul", use.args[0], use.gate("sigmoid", *use.args))),
    "swish": Composite(1, lambda use: use.gate("mul", use.args[0], use.gate("sigmoid", *use.args))),
}
"""Name of a function -> the gates that it stands for."""
