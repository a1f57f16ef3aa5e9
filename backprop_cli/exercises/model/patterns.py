"""What a node does to the gradient that flows back through it."""

from backprop_cli.exercises.answers.answers import ADDER
from backprop_cli.graph.graph import Graph


def pattern_of(graph: Graph, node: int) -> str:
    """The pattern of a gate; of an input that is used more than once, a fork's: adder."""
    gate = graph.gates[node]
    return gate.pattern.value if gate else ADDER
