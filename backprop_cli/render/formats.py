"""The formats in which `explain` writes a run: one format, one row."""

from typing import NamedTuple

from backprop_cli.lazy import found
from backprop_cli.render.format_options import View


class Format(NamedTuple):
    """One way to write a run down."""

    name: str
    endings: tuple[str, ...]
    where: str
    """The view, as `module:function`; imported when it is asked for."""
    takes: tuple[str, ...] = ()
    """The options about looks that it heeds; any other contradicts it."""
    why: str = ""
    """Why it heeds no options about what is shown, for the message that says so."""
    typeset: bool = False
    """Whether it is LaTeX, of which a PDF is made where the file's name ends in .pdf."""

    @property
    def view(self) -> View:
        """The function that writes it."""
        view: View = found(self.where)
        return view


_LOOKS = ("--digits", "--theme")
_PICTURE = (*_LOOKS, "--row-width")

FORMATS: tuple[Format, ...] = (
    Format(
        "json",
        (".json",),
        "backprop_cli.render.json:json_view",
        ("--closed",),
        why="JSON holds everything",
    ),
    # Pictures
    Format(
        "html",
        (".html", ".htm"),
        "backprop_cli.render.page.page:page_view",
        (*_LOOKS, "--closed"),
        "a page shows all",
    ),
    Format("svg", (".svg",), "backprop_cli.render.picture.svg:svg_view", _PICTURE),
    Format("png", (".png",), "backprop_cli.render.picture.png:png_view", _PICTURE),
    Format("dot", (".dot", ".gv"), "backprop_cli.render.picture.dot:dot_view", _LOOKS),
    Format("mermaid", (".mmd",), "backprop_cli.render.picture.mermaid:mermaid_view", ("--digits",)),
    # Papers
    Format(
        "latex",
        (".tex",),
        "backprop_cli.render.latex.latex:latex_view",
        ("--digits", "--closed"),
        typeset=True,
    ),
    Format(
        "markdown",
        (".md",),
        "backprop_cli.render.latex.markdown:markdown_view",
        ("--digits", "--closed"),
    ),
    Format(
        "tikz", (".tikz",), "backprop_cli.render.latex.tikz:tikz_view", ("--digits",), typeset=True
    ),
    Format(
        "handout",
        (".pdf",),
        "backprop_cli.render.latex.handout:handout_view",
        ("--digits", "--closed"),
        typeset=True,
    ),
    # Code
    Format("python", (".py",), "backprop_cli.render.python.view:python_view", ("--style",)),
)
BY_NAME = {format_.name: format_ for format_ in FORMATS}
