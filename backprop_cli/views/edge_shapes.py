"""Shapes on every edge."""

from rich.text import Text

from backprop_cli.trace.trace import Trace
from backprop_cli.views.look import Look
from backprop_cli.views.sections import Asked


def shape_lines(trace: Trace, look: Look, asked: Asked) -> list[Text]:
    """The shape of every node."""
    names = trace.graph.names
    return [Text(f"{names[k]} {trace.graph.shapes[k]}") for k in range(len(names))]
