"""The formats in which `explain` writes a run: one format, one row."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from backprop_cli.late import found
from backprop_cli.trace.trace import Trace

if TYPE_CHECKING:
    from backprop_cli.trace.rewritten import Comparison


class Wish(NamedTuple):
    """What a format may need to know beside the run."""

    digits: int = 4
    """Significant digits shown; what is computed is never rounded."""
    comparison: "Comparison | None" = None
    """The formula as typed, where the run is of what it was folded or unfolded to."""
    theme: str | None = None
    """Light or dark; a picture is light unless told, and a page is as the reader's system is."""
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
    """Why it heeds no options about what is shown, for the message that says so."""
    typeset: bool = False
    """Whether it is LaTeX, of which a PDF is made where the file's name ends in .pdf."""

    @property
    def view(self) -> View:
        """The function that writes it."""
        view: View = found(f"backprop_cli.views.{self.where}")
        return view


_LOOKS = ("--digits", "--theme")

FORMATS: tuple[Format, ...] = (
    Format("json", (".json",), "json:json_view", why="JSON holds everything"),
    # Pictures
    Format("html", (".html", ".htm"), "page.page:page_view", _LOOKS, "a page shows all"),
    Format("svg", (".svg",), "picture.svg:svg_view", _LOOKS),
    Format("png", (".png",), "picture.png:png_view", _LOOKS),
    Format("dot", (".dot", ".gv"), "picture.dot:dot_view", _LOOKS),
    Format("mermaid", (".mmd",), "picture.mermaid:mermaid_view", ("--digits",)),
    # Papers
    Format("latex", (".tex",), "latex:latex_view", ("--digits",), typeset=True),
    Format("markdown", (".md",), "markdown_math:markdown_view", ("--digits",)),
    Format("tikz", (".tikz",), "tikz:tikz_view", ("--digits",), typeset=True),
    Format("handout", (".pdf",), "handout:handout_view", ("--digits",), typeset=True),
    # Code
    Format("python", (".py",), "code.styles:python_view", ("--style",)),
)
BY_NAME = {format_.name: format_ for format_ in FORMATS}
