"""The backward pass: from the output back, every node's gradient."""

from collections.abc import Mapping, Sequence
from typing import Any

from backprop_cli.engine.forward import Value, quiet
from backprop_cli.engine.tape import Replaced, backward_tape
from backprop_cli.graph.graph import Graph


def backward(
    graph: Graph,
    values: Sequence[Value],
    seed: Value = 1.0,
    wrt: frozenset[str] | None = None,
    rules: Replaced | None = None,
    pins: Mapping[int, Value] | None = None,
) -> list[Value]:
    """The gradient of every node: ∂output/∂node in the node's shape; None where there is none.

    A node has no gradient if it is a constant, or if the output does not depend on it.

    Args:
        graph: what was computed.
        values: what `forward` returned.
        seed: the upstream gradient of the output, in its shape.
        wrt: the inputs whose gradients are wanted; None for all.
        rules: local derivatives to run instead of the gates' own: a mistake.
        pins: gradients to go on from instead of what arrived: follow-through.
    """
    gradients: list[Any] = [None] * len(graph)
    tape = backward_tape(graph, wrt, rules or {})
    gradients[graph.output] = seed
    with quiet(graph):
        if pins:
            _play_pinned(tape, values, gradients, pins)
        else:
            for kernel, k, i, j in zip(*tape, strict=True):
                kernel(values, gradients, k, i, j)
    return gradients


def _play_pinned(
    tape: Any, values: Sequence[Value], gradients: list[Value], pins: Mapping[int, Value]
) -> None:
    for kernel, k, i, j in zip(*tape, strict=True):
        if k in pins:
            gradients[k] = pins[k]
        kernel(values, gradients, k, i, j)
    for node, gradient in pins.items():
        gradients[node] = gradient
