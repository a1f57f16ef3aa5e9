"""The circuit in a page: the picture, with room for numbers that grow."""

from typing import Any

from backprop_cli.autodiff.trace import Trace
from backprop_cli.render.picture.layout import placed
from backprop_cli.render.picture.svg import svg
from backprop_cli.render.picture.theme import THEMES
from backprop_cli.render.text.options import Look

LONGEST = 7
"""Columns that are kept free for a number, which grows when somebody changes an input."""


class Roomy(Look):
    """A look in which every value has room to grow."""

    def value(self, value: Any, width: int = 40, row: bool = False) -> str:
        """The text in the middle of its room."""
        return super().value(value, width, row).center(LONGEST)


def circuit(trace: Trace, look: Look, live: bool) -> str:
    """The drawing, whose colours and numbers are then the page's.

    Raises:
        BackpropError: if the circuit is too large.
    """
    shown = Look(digits=look.digits)
    drawing = placed(trace, Roomy(digits=look.digits) if live else shown)
    return "".join(svg(trace, drawing, shown, THEMES["light"], interactive=True))
