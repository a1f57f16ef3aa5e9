"""The forward pass: every node's value, in order of computation."""

from collections.abc import Mapping
from typing import Any

from backprop_cli.autodiff.errstate import quiet
from backprop_cli.autodiff.tape import forward_tape
from backprop_cli.gates.value import Value
from backprop_cli.graph.graph import Graph


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
    values = begun(graph, inputs)
    with quiet(graph):
        if instead:
            _play_replaced(graph, values, instead)
        else:
            play_forward(graph, values)
    return values


def begun(graph: Graph, inputs: Mapping[str, Value]) -> list[Value]:
    """The values before the first gate: of the inputs and constants; None for the rest."""
    values: list[Any] = [None] * len(graph)
    for name, node in graph.inputs.items():
        values[node] = inputs[name]
    for node, value in graph.constants.items():
        values[node] = value
    return values


def play_forward(graph: Graph, values: list[Value]) -> None:
    """Compute every gate of `values`, which holds the inputs and constants."""
    for kernel, k, i, j in zip(*forward_tape(graph), strict=True):
        kernel(values, k, i, j)


def _play_replaced(graph: Graph, values: list[Value], instead: Mapping[int, Value]) -> None:
    for node, value in instead.items():
        values[node] = value
    for kernel, k, i, j in zip(*forward_tape(graph), strict=True):
        if k not in instead:
            kernel(values, k, i, j)
