"""The forward pass: every node's value, in order of computation."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from backprop_cli.engine.tape import forward_tape
from backprop_cli.graph.graph import Graph

Value = Any
"""A float, or an array of float64 with one or two axes."""


def forward(
    graph: Graph, inputs: Mapping[str, Value], instead: Mapping[int, Value] | None = None
) -> list[Value]:
    """The value of every node.

    Args:
        graph: what to compute.
        inputs: a value of the right shape for each of `graph.inputs`.
        instead: values to take for some nodes instead of computing them, as a
            numerical slope needs them: node -> value.
    """
    values: list[Value] = [None] * len(graph)
    for name, node in graph.inputs.items():
        values[node] = inputs[name]
    for node, value in graph.constants.items():
        values[node] = value
    with quiet(graph):
        if instead:
            values = _with_replaced(graph, values, instead)
        else:
            for kernel, k, i, j in zip(*forward_tape(graph), strict=True):
                kernel(values, k, i, j)
    return values


def _with_replaced(
    graph: Graph, values: list[Value], instead: Mapping[int, Value]
) -> list[Value]:
    for node, value in instead.items():
        values[node] = value
    for kernel, k, i, j in zip(*forward_tape(graph), strict=True):
        if k not in instead:
            kernel(values, k, i, j)
    return values


@contextmanager
def _numpy_quiet() -> Iterator[None]:
    """inf and NaN are values to teach with: no warning on standard error."""
    import numpy as np

    with np.errstate(all="ignore"):
        yield


def quiet(graph: Graph) -> Any:
    """A context in which arithmetic on arrays does not warn; nothing where there are none."""
    return nullcontext() if graph.is_scalar else _numpy_quiet()
