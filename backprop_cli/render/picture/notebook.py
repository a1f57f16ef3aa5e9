"""The picture for a notebook: as SVG, and as an image for HTML; none where it cannot be drawn."""

from base64 import b64encode
from html import escape

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError, inert
from backprop_cli.render.picture.layout import placed
from backprop_cli.render.picture.svg import svg
from backprop_cli.render.picture.theme import THEMES
from backprop_cli.render.text.limits import refuse_more
from backprop_cli.render.text.options import Look

MOST_GATES = 150
"""A notebook draws without being asked to, so it draws what is quickly drawn."""


def notebook_picture(trace: Trace) -> str | None:
    """The SVG of a run; None for a circuit that is large."""
    look = Look()
    try:
        refuse_more(trace.graph.gate_count, "gates", "to draw", MOST_GATES)
        return "".join(svg(trace, placed(trace, look), look, THEMES["light"]))
    except BackpropError:
        return None


def as_image(text: str, trace: Trace) -> str:
    """An SVG as an element of HTML.

    It is an image rather than the SVG itself, so that a notebook keeps it when it cleans the HTML
    of somebody else's cell, and so that nothing in it can reach the page.
    """
    data = b64encode(text.encode()).decode()
    said = escape(inert(f"The circuit of {' '.join(trace.expression.split())[:200]}"))
    style = "max-width:100%"
    return f'<img alt="{said}" style="{style}" src="data:image/svg+xml;base64,{data}">'
