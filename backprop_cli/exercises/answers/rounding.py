"""How far rounding may move a result: nudge every intermediate value, and look what moves.

Where large numbers cancel, a nudge in the last place moves the result visibly, and the
digits that move say nothing.
"""

from collections.abc import Mapping
from math import inf, isfinite
from typing import Any

from backprop_cli.autodiff.errstate import quiet
from backprop_cli.autodiff.tape import forward_tape
from backprop_cli.gates.value import Value
from backprop_cli.graph.graph import Graph

NUDGE = 2.0**-50
"""A few units in the last place."""


def noise_of(graph: Graph, inputs: Mapping[str, Value], result: Value) -> list[float]:
    """How far each element of the output moves when all values before it are nudged."""
    plain = elements(result)
    noise = [0.0] * len(plain)
    with quiet(graph):
        for pattern in (1, 2):
            moved = elements(_nudged(graph, inputs, pattern))
            noise = [
                max(most, abs(a - b)) if isfinite(b) else inf
                for most, a, b in zip(noise, plain, moved, strict=True)
            ]
    return noise


def elements(value: Value) -> list[float]:
    """All elements of a value, row by row."""
    ravel = getattr(value, "ravel", None)
    return [float(value)] if ravel is None else ravel().tolist()


def _nudged(graph: Graph, inputs: Mapping[str, Value], pattern: int) -> Value:
    values: list[Any] = [None] * len(graph)
    for name, node in graph.inputs.items():
        values[node] = _nudge(inputs[name], node, pattern)
    for node, value in graph.constants.items():
        values[node] = value
    for kernel, k, i, j in zip(*forward_tape(graph), strict=True):
        kernel(values, k, i, j)
        values[k] = _nudge(values[k], k, pattern)
    result: Value = values[graph.output]
    return result


def _nudge(value: Value, node: int, pattern: int) -> Value:
    """The value moved up or down; neighbours, in a graph or an array, move apart."""
    if isinstance(value, float):
        return value * (1.0 + NUDGE * (1 - 2 * (node // pattern % 2)))
    import numpy as np

    turns = (np.arange(value.size) // pattern + node) % 2
    moved: Value = value * (1.0 + NUDGE * (1 - 2 * turns.reshape(value.shape)))
    return moved
