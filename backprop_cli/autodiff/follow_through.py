"""Follow a learner: at each node, what follows from what they said of the nodes before it."""

from collections.abc import Collection, Mapping
from typing import Any

from backprop_cli.autodiff.backward import play
from backprop_cli.autodiff.errstate import without_warnings
from backprop_cli.autodiff.forward import begun
from backprop_cli.autodiff.tape import Overwritten, Replaced, backward_tape, forward_tape
from backprop_cli.gates.value import Gradient, Value
from backprop_cli.graph.graph import Graph


def follow(
    graph: Graph,
    inputs: Mapping[str, Value],
    said_values: Mapping[int, Value],
    said_gradients: Mapping[int, Value],
    seed: Value = 1.0,
    rules: Replaced | None = None,
    forks: Overwritten | None = None,
    dropped: Collection[int] = (),
) -> tuple[list[Value], list[Gradient]]:
    """The value and the gradient of every node, each worked out from what was said before.

    Args:
        graph: what is to be computed.
        inputs: a value for each input.
        said_values: node -> the value that they go on with, right or wrong.
        said_gradients: node -> the gradient that they go on with.
        seed: the upstream gradient of the output.
        rules: local derivatives to run instead of the gates' own: a mistake.
        forks: nodes at which one contribution is kept instead of their sum.
        dropped: gates that send their local derivative alone.

    Returns:
        For a node of which something was said, what should have been said; so each answer
        can be compared with what follows from the others.
    """
    gradients: list[Any] = [None] * len(graph)
    gradients[graph.output] = seed
    with without_warnings(graph):
        values, followed = _values(graph, inputs, said_values)
        arrived: dict[int, Gradient] = {}
        for backward, k, i, j in zip(*backward_tape(graph, None, rules, forks), strict=True):
            if k in said_gradients:
                arrived[k], gradients[k] = gradients[k], said_gradients[k]
            play(backward, values, gradients, k, i, j, k in dropped)
    for node, value in followed.items():
        values[node] = value
    for node, gradient in arrived.items():
        gradients[node] = gradient
    return values, gradients


def _values(
    graph: Graph, inputs: Mapping[str, Value], said: Mapping[int, Value]
) -> tuple[list[Value], dict[int, Value]]:
    """The values that they go on with; and of what was said, what should have been."""
    values = begun(graph, inputs)
    followed: dict[int, Value] = {}
    for forward, k, i, j in zip(*forward_tape(graph), strict=True):
        forward(values, k, i, j)
        if k in said:
            followed[k], values[k] = values[k], said[k]
    return values, followed
