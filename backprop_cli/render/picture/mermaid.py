"""The circuit as a Mermaid flowchart, which GitHub draws in a Markdown file."""

from collections.abc import Iterator

from backprop_cli.autodiff.trace import Trace
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.picture.content import Content, NodeBox, Wired, content, marked_up
from backprop_cli.render.picture.drawing import GATE
from backprop_cli.render.text.limits import refuse_more
from backprop_cli.render.text.options import Look

MOST_WIRES, MOST_LETTERS = 500, 50_000
"""Where Mermaid stops, unless a site has given it other limits."""


def mermaid_view(trace: Trace, wish: FormatOptions) -> Iterator[str]:
    """The flowchart, a line for each node and each wire."""
    # Each gate has a wire, so that what is far too large is not even begun.
    refuse_more(trace.graph.gate_count, "gates", "for Mermaid", MOST_WIRES)
    drawn = content(trace, Look(digits=wish.digits))
    refuse_more(len(drawn.wires), "wires", "for Mermaid", MOST_WIRES)
    lines = list(_lines(drawn))
    refuse_more(sum(map(len, lines)), "letters", "for Mermaid", MOST_LETTERS)
    return iter(lines)


def _lines(drawn: Content) -> Iterator[str]:
    yield "flowchart LR\n"
    yield from map(_node, drawn.boxes)
    for number, (wire, start, end) in enumerate(drawn.joined()):
        if end == f"s{number}":
            yield f'  {end}((" ")):::fork\n'
        yield f"  {start} --{_label(wire)} {end}\n"
    # Colours that are read on white and on black alike: a flowchart is shown in the reader's theme.
    yield "  classDef gate stroke:#6e7781,stroke-width:2px\n"
    yield "  classDef name fill:none,stroke:none\n"
    yield "  classDef fork fill:#6e7781,stroke:none\n"


def _node(box: NodeBox) -> str:
    text = escaped(box.text)
    if box.kind == GATE:
        return f'  n{box.node}(("{text}")):::gate\n'
    return f'  {box.id}["{text}"]:::name\n'


def _label(wire: Wired) -> str:
    """The value, and below it the gradient."""
    text = marked_up(wire, _GREEN, _RED, escaped)
    return f' "{text}" ---' if text else "-"


_GREEN, _RED = "#2da44e", "#e5534b"


def escaped(text: str) -> str:
    """A text as Mermaid's numbered entities wherever it is not plainly a letter or a digit.

    Its labels are Markdown and HTML at once, and `end`, quotes, brackets and semicolons have
    a meaning of their own.
    """
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in text)


_PLAIN = " .,="
