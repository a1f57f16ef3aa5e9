"""The circuit in the DOT language, with colours and signs, for those who lay it out themselves."""

import re
from collections.abc import Iterator
from html import escape

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.picture.content import NodeBox, Wired, content, marked_up
from backprop_cli.render.picture.drawing import GATE
from backprop_cli.render.picture.theme import Theme, theme_named
from backprop_cli.render.text.limits import refuse_more
from backprop_cli.render.text.options import Look

MOST_GATES = 20_000


def dot_view(trace: Trace, wish: FormatOptions) -> Iterator[str]:
    """The graph, a line for each node and each wire."""
    refuse_more(trace.graph.gate_count, "gates", "to draw", MOST_GATES)
    drawn = content(trace, Look(digits=wish.digits))
    theme = theme_named(wish.theme)
    yield f"digraph {_quoted(trace.expression[:_LONGEST])} {{\n"
    yield f'  graph [rankdir=LR, bgcolor="{theme.ground}", fontname="Helvetica"];\n'
    yield (
        f'  node [shape=plaintext, fontname="Helvetica", fontcolor="{theme.ink}", '
        f'color="{theme.ink}", fillcolor="{theme.gate}"];\n'
    )
    yield f'  edge [fontname="Helvetica", color="{theme.ink}", arrowhead=none];\n'
    yield from (_node(trace, box) for box in drawn.boxes)
    for number, (wire, start, end) in enumerate(drawn.joined()):
        if end == f"s{number}":
            shape = "point, width=0.08" if wire.splits is not None else "none, width=0, height=0"
            yield f"  {end} [shape={shape}];\n"
        yield f"  {start} -> {end}{_label(wire, theme)};\n"
    yield "}\n"


_LONGEST = 2_000
"""Letters of the formula that are written at its head."""


def _node(trace: Trace, box: NodeBox) -> str:
    if box.kind == GATE:
        pattern = trace.gate(box.node).pattern.value
        look = f'shape=ellipse, style=filled, tooltip="{pattern}", label={_quoted(box.text)}'
        return f"  n{box.node} [{look}];\n"
    return f"  {box.id} [label={_quoted(box.text)}];\n"


def _label(wire: Wired, theme: Theme) -> str:
    """The value in green and below it the gradient in red and slanted, in a label like HTML."""
    text = marked_up(wire, theme.value, theme.gradient, escape)
    return f" [label=<{text}>]" if text else ""


def _quoted(text: str) -> str:
    r"""A string of DOT. A backslash would begin one of its escapes (\N is the node's name)."""
    line = inert(" ".join(text.split()))
    return '"' + re.sub(r'["\\]', lambda found: "\\" + found[0], line) + '"'
