"""The formula of a gate as one would type it, in the names that the learner knows."""

from backprop_cli.errors import BackpropError
from backprop_cli.gates.compiler import rule
from backprop_cli.gates.spelling import along
from backprop_cli.graph.graph import Graph
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import show
from backprop_cli.language.style import SOURCE


def formula(graph: Graph, node: int, names: dict[str, str]) -> str:
    """The formula of a gate with something in place of the names, as one would type it."""
    gate = graph.gates[node]
    assert gate is not None
    text = rule(gate.text)
    if node in graph.axes:
        text = along(text, graph.axes[node])
    return tidy(show(text, names, SOURCE))


def tidy(text: str) -> str:
    """A formula in as few parentheses as it needs; what is none stays as it is."""
    try:
        return show(parse(text), style=SOURCE)
    except BackpropError:
        return text
