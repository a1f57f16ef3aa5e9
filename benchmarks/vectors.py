"""How fast do vectors and matrices run, against NumPy written by hand?"""

from collections.abc import Callable
from typing import Any

import numpy as np
from common import Table, at_most, in_turn, show

from backprop_cli.autodiff.backward import run
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse

NOTE = """\
Forward and backward, microseconds. The hand-written side computes the same values and gradients
with the fewest NumPy calls. At n = 64 a call of NumPy costs as much as its arithmetic, so there
our own cost of a gate shows."""

HEAD = ("formula", "by hand", "ours", "ours / by hand", "bound")
NETWORK = "h = relu(X@W1 + b1); Z = h@W2 + b2; mean(logsumexp(Z, axis=1)) - sum(Y*Z)/64"
WEIGHTS = frozenset(("W1", "b1", "W2", "b2"))
_RANDOM = np.random.RandomState(0)


def table(most: int = 1_000_000) -> Table:
    squares = [
        (n, bound) for n, bound in ((64, 1.5), (1024, 1.1), (4096, 1.1)) if n * n <= 17 * most
    ]
    return Table(HEAD, [*(_square(n, bound) for n, bound in squares), _network()])


def _square(n: int, bound: float) -> tuple[str, ...]:
    W, x = _RANDOM.randn(n, n), _RANDOM.randn(n)

    def by_hand() -> Any:
        q = W @ x
        dq = 2 * q
        return (q**2).sum(), np.outer(dq, x), W.T @ dq

    ours = _ours("||W @ x||^2", {"W": W, "x": x}, None)
    np.testing.assert_allclose(ours()[1][0], by_hand()[1])
    return _row(f"‖W·x‖², n = {n}", by_hand, ours, bound, calls=max(1, 200_000 // n**2 * 10))


def _network() -> tuple[str, ...]:
    X, Y = _RANDOM.randn(64, 784), np.eye(10)[_RANDOM.randint(0, 10, 64)]
    W1, W2 = 0.05 * _RANDOM.randn(784, 512), 0.05 * _RANDOM.randn(512, 10)
    b1, b2 = np.zeros(512), np.zeros(10)

    def by_hand() -> Any:
        a = X @ W1 + b1
        h = np.maximum(a, 0)
        Z = h @ W2 + b2
        top = Z.max(axis=1, keepdims=True)
        e = np.exp(Z - top)
        total = e.sum(axis=1, keepdims=True)
        loss = (np.log(total) + top).mean() - (Y * Z).sum() / 64
        dZ = (e / total - Y) / 64
        da = (dZ @ W2.T) * (a > 0)
        return loss, X.T @ da, da.sum(axis=0), h.T @ dZ, dZ.sum(axis=0)

    inputs = {"X": X, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "Y": Y}
    ours = _ours(NETWORK, inputs, WEIGHTS)
    np.testing.assert_allclose(ours()[1][1], by_hand()[1])
    return _row("network 784–512–10, batch 64", by_hand, ours, 1.1, calls=5)


def _ours(
    formula: str, inputs: dict[str, Any], wrt: frozenset[str] | None
) -> Callable[[], tuple[list[Any], list[Any]]]:
    graph = build(parse(formula), {name: value.shape for name, value in inputs.items()})
    return lambda: run(graph, inputs, wrt=wrt)


def _row(
    name: str, by_hand: Callable[[], Any], ours: Callable[[], Any], bound: float, calls: int
) -> tuple[str, ...]:
    hand, mine = in_turn((by_hand, ours), rounds=15, calls=calls)
    return (name, f"{hand * 1e6:,.1f}", f"{mine * 1e6:,.1f}", *at_most(mine / hand, bound))


if __name__ == "__main__":
    show(table)
