"""The formats in which `explain` writes a run: one format, one row."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from backprop_cli.trace.trace import Trace

if TYPE_CHECKING:
    from backprop_cli.trace.rewritten import Comparison


class Wish(NamedTuple):
    """What a format may need to know beside the run."""

    digits: int = 4
    """Significant digits shown; what is computed is never rounded."""
    comparison: "Comparison | None" = None
    """The formula as typed, where the run is of what it was folded or unfolded to."""
    theme: str = "light"
    """Of pictures: light or dark."""
    style: str = "numpy"
    """Of code: the library or the way in which it is written."""


View = Callable[[Trace, Wish], Iterable[str] | bytes]
"""Text in pieces, or the bytes of a file that is no text.

Raises:
    BackpropError: if the run cannot be written in this format, or what it needs is missing.
"""


class Format(NamedTuple):
    """One way to write a run down."""

    name: str
    endings: tuple[str, ...]
    where: str
    """The view, as `module:function` of `backprop_cli.views`; imported when it is asked for."""
    takes: tuple[str, ...] = ()
    """The options about looks that it heeds; any other contradicts it."""
    why: str = ""
    """Why it heeds no others, for the message that says so."""

    @property
    def view(self) -> View:
        """The function that writes it."""
        module, name = self.where.split(":")
        view: View = getattr(import_module(f"backprop_cli.views.{module}"), name)
        return view


FORMATS: tuple[Format, ...] = (
    Format("json", (".json",), "json:json_view", why="JSON holds everything"),
    Format(
        "html",
        (".html", ".htm"),
        "page.page:page_view",
        ("--digits", "--theme"),
        "a page shows all",
    ),
    Format("svg", (".svg",), "picture.svg:svg_view", takes=("--digits", "--theme")),
    Format("png", (".png",), "picture.png:png_view", takes=("--digits", "--theme")),
    Format("dot", (".dot", ".gv"), "picture.dot:dot_view", takes=("--digits", "--theme")),
    Format("mermaid", (".mmd",), "picture.mermaid:mermaid_view", takes=("--digits",)),
)
BY_NAME = {format_.name: format_ for format_ in FORMATS}
