"""Follow a learner: at each node, what follows from what they said of the nodes before it."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from backprop_cli.autodiff.backward import play
from backprop_cli.autodiff.errstate import without_warnings
from backprop_cli.autodiff.forward import begun
from backprop_cli.autodiff.tape import Overwritten, Replaced, backward_tape, forward_tape
from backprop_cli.gates.value import Gradient, Value
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.subgraph import users_of


def follow(
    graph: Graph,
    inputs: Mapping[str, Value],
    said_values: Mapping[int, Value],
    said_gradients: Mapping[int, Value],
    seed: Value = 1.0,
) -> tuple[list[Value], list[Gradient]]:
    """The value and the gradient of every node, each worked out from what was said before.

    Args:
        graph: what is to be computed.
        inputs: a value for each input.
        said_values: node -> the value that they go on with, right or wrong.
        said_gradients: node -> the gradient that they go on with.
        seed: the upstream gradient of the output.

    Returns:
        For a node of which something was said, what should have been said; so each answer
        can be compared with what follows from the others.
    """
    with without_warnings(graph):
        values, followed = _values(graph, inputs, said_values)
    gradients = OwnGradients(graph, values, said_gradients, seed).following
    for node, value in followed.items():
        values[node] = value
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


class OwnGradients:
    """The gradients that follow from a learner's own numbers, and those that wrong rules give.

    What a wrong rule changes ends where something was said, so only the gates between are run.
    """

    def __init__(
        self,
        graph: Graph,
        values: Sequence[Value],
        said: Mapping[int, Value],
        seed: Value = 1.0,
    ) -> None:
        """Play the right rules.

        Args:
            graph: what was computed.
            values: the value of each node that they go on with.
            said: node -> the gradient that they go on with.
            seed: the upstream gradient of the output.
        """
        self.graph = graph
        self.values = values
        self.said = said
        self._gone_on: list[Any] = [None] * len(graph)
        self._gone_on[graph.output] = seed
        arrived = self._play(self._gone_on, zip(*backward_tape(graph, None, None), strict=True))
        self.following: list[Gradient] = list(self._gone_on)
        """What should have been said of each node."""
        for node, gradient in arrived.items():
            self.following[node] = gradient

    def under(
        self, rules: Replaced, forks: Overwritten, dropped: Collection[int] = ()
    ) -> dict[int, Gradient]:
        """What should have been said under wrong rules, of the nodes that these can change.

        Args:
            rules: local derivatives to run at gates instead of their own: a mistake.
            forks: nodes at which one contribution is kept instead of their sum.
            dropped: gates that send their local derivative alone.
        """
        output = self.graph.output
        wrong = {node for node, _ in rules if isinstance(node, int)} | set(dropped)
        first = [arg for k in wrong if k <= output for arg in self.graph.args[k]]
        touched = self._touched([*first, *(node for node in forks if node < output)])
        tape = backward_tape(self.graph, None, rules, forks)
        users = {k for node in touched for k in users_of(self.graph)[node]}
        # The tape runs from the output back, so its nodes fall.
        places = [(k, bisect_left(tape.nodes, -k, key=int.__neg__)) for k in sorted(users)[::-1]]
        there = [p for k, p in places if p < len(tape.nodes) and tape.nodes[p] == k]
        gradients = list(self._gone_on)
        for node in touched:
            gradients[node] = None
        arrived = self._play(gradients, ([part[p] for part in tape] for p in there), dropped)
        return {node: arrived.get(node, gradients[node]) for node in touched}

    def _touched(self, first: Iterable[int]) -> set[int]:
        """Nodes, and what is before them up to the next of which something was said."""
        found: set[int] = set()
        waiting = list(first)
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting += () if node in self.said else self.graph.args[node]
        return found

    def _play(
        self, gradients: list[Any], tape: Iterable[Sequence[Any]], dropped: Collection[int] = ()
    ) -> dict[int, Gradient]:
        """Play gates, each from what was said of it; what arrived at these is returned."""
        arrived: dict[int, Gradient] = {}
        with without_warnings(self.graph):
            for kernel, k, i, j in tape:
                if k in self.said:
                    arrived[k], gradients[k] = gradients[k], self.said[k]
                play(kernel, self.values, gradients, k, i, j, k in dropped)
        return arrived
