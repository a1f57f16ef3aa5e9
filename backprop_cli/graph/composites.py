"""Functions that are several gates: trace, diag, var, cross_entropy, and what keepdims asks for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from backprop_cli.gates.table import BY_NAME
from backprop_cli.language.syntax import Term

if TYPE_CHECKING:
    from backprop_cli.graph.build import Builder


class Use(NamedTuple):
    """A call that is being built."""

    builder: "Builder"
    term: Term
    place: int
    args: tuple[int, ...]
    """The nodes of its arguments."""
    axis: int | None

    def gate(self, name: str, *args: int, axis: int | None = None) -> int:
        """One more gate, which stands where the call stands."""
        return self.builder.gate(BY_NAME[name], args, self.place, axis)

    def number(self, value: float) -> int:
        """A number that nobody typed."""
        return self.builder.number(value)

    def shape(self, node: int) -> tuple[int, ...]:
        """The shape of a node."""
        return self.builder.graph.shapes[node]

    def identity(self, n: int) -> int:
        """The n×n identity matrix."""
        import numpy as np

        return self.builder.constant(np.eye(n), -1, (n, n))

    def square(self, node: int) -> int:
        """The size of a square matrix.

        Raises:
            BackpropError: if it is none.
        """
        shape = self.shape(node)
        if len(shape) != 2 or shape[0] != shape[1]:
            sizes = self.builder.sizes(self.args, self.term)
            self.builder.fail(self.term, f"{sizes}: {self.term.payload} needs a square matrix")
        return shape[0]

    def vector(self, hint: str) -> int:
        """The only argument, which must be a vector or a number.

        Raises:
            BackpropError: if it is a matrix, for which the name means something else.
        """
        (node,) = self.args
        if len(self.shape(node)) > 1:
            sizes = self.builder.sizes(self.args, self.term)
            self.builder.fail(self.term, f"{sizes}: {hint}")
        return node


def keep_axis(use: Use, node: int) -> int:
    """What was reduced along an axis, with that axis back at length 1."""
    if use.axis is None:
        return node
    row = use.gate("stack", node)
    is_column = use.axis == 1
    return use.gate("transpose", row) if is_column else row


def _trace(use: Use) -> int:
    (matrix,) = use.args
    return use.gate("sum", use.gate("mul", matrix, use.identity(use.square(matrix))))


def _diag(use: Use) -> int:
    """The diagonal matrix of a vector, and the diagonal of a matrix."""
    (node,) = use.args
    shape = use.shape(node)
    if len(shape) == 1:
        return use.gate("mul", use.identity(shape[0]), use.gate("transpose", node))
    return use.gate("sum", use.gate("mul", node, use.identity(use.square(node))), axis=1)


def _where(use: Use) -> int:
    """The first value where the condition holds, plus the second where it does not."""
    condition, yes, no = use.args
    otherwise = use.gate("sub", use.number(1.0), condition)
    return use.gate("add", use.gate("mask", condition, yes), use.gate("mask", otherwise, no))


def _elu(use: Use) -> int:
    """The value where it is positive, else exp(a) - 1."""
    (value,) = use.args
    condition = use.gate("greater", value, use.number(0.0))
    otherwise = use.gate("sub", use.number(1.0), condition)
    below = use.gate("mask", otherwise, use.gate("expm1", value))
    return use.gate("add", use.gate("mask", condition, value), below)


def _variance(use: Use) -> int:
    (node,) = use.args
    mean = use.gate("mean", node, axis=use.axis)
    apart = use.gate("sub", node, keep_axis(use, mean))
    return use.gate("mean", use.gate("square", apart), axis=use.axis)


def _mean_square(use: Use) -> int:
    return use.gate("mean", use.gate("square", use.gate("sub", *use.args)))


def _binary_cross_entropy(use: Use) -> int:
    """-mean(y·log a + (1 - y)·log(1 - a))."""
    probability, label = use.args
    one = use.number(1.0)
    yes = use.gate("mul", label, use.gate("log", probability))
    no = use.gate("log", use.gate("sub", one, probability))
    no = use.gate("mul", use.gate("sub", one, label), no)
    return use.gate("neg", use.gate("mean", use.gate("add", yes, no)))


def _hinge(use: Use) -> int:
    """max(0, 1 - y·s)."""
    score, label = use.args
    margin = use.gate("sub", use.number(1.0), use.gate("mul", label, score))
    return use.gate("mean", use.gate("relu", margin))


def _clip(use: Use) -> int:
    value, low, high = use.args
    return use.gate("min", use.gate("max", value, low), high)


def _log_softmax(use: Use) -> int:
    (node,) = use.args
    total = use.gate("logsumexp", node, axis=use.axis)
    return use.gate("sub", node, keep_axis(use, total))


class Composite(NamedTuple):
    """A function of several gates."""

    inputs: int
    build: Callable[[Use], int]
    axis: bool = False
    """Whether it goes along an axis."""
    keeps: bool = False
    """Whether its result has the shape of its input."""


_SPECTRAL = (
    "‖A‖₂ of a matrix is its largest singular value: for the root of all squares write ‖A‖_F"
)
_COLUMNS = "‖A‖₁ of a matrix is its largest column sum: for the sum of all write sum(abs(A))"

COMPOSITES: dict[str, Composite] = {
    "trace": Composite(1, _trace),
    "tr": Composite(1, _trace),
    "diag": Composite(1, _diag),
    "norm_1": Composite(1, lambda use: use.gate("sum", use.gate("abs", use.vector(_COLUMNS)))),
    "elu": Composite(1, _elu),
    "where": Composite(3, _where),
    "var": Composite(1, _variance, axis=True),
    "std": Composite(1, lambda use: use.gate("sqrt", _variance(use)), axis=True),
    "mse": Composite(2, _mean_square),
    "bce": Composite(2, _binary_cross_entropy),
    "hinge": Composite(2, _hinge),
    "clip": Composite(3, _clip),
    "log_softmax": Composite(1, _log_softmax, axis=True, keeps=True),
    "silu": Composite(1, lambda use: use.gate("mul", use.args[0], use.gate("sigmoid", *use.args))),
    "swish": Composite(1, lambda use: use.gate("mul", use.args[0], use.gate("sigmoid", *use.args))),
}
"""Name of a function -> the gates that it stands for."""

NORMS = {"norm_2": _SPECTRAL, "norm_F": ""}
"""Norms that are the gate of the norm -> why a matrix has none of the name."""
