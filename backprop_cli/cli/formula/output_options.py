"""The options by which a run is written down: the format, its looks, and where to."""

from os.path import splitext
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from backprop_cli.cli.options import Whole, grouped, output_option
from backprop_cli.errors import BackpropError
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.formats import BY_NAME, FORMATS, Format
from backprop_cli.render.python.styles import BY_NAME as STYLES

if TYPE_CHECKING:
    from backprop_cli.analysis.rewrite_comparison import RewriteComparison
    from backprop_cli.autodiff.trace import Trace
    from backprop_cli.cli.formula.display_options import Shown
    from backprop_cli.render.text.options import Look

TABLE = "table"
NAMES = (TABLE, *BY_NAME)
ENDINGS = {end: format_.name for format_ in FORMATS for end in format_.endings} | {".txt": TABLE}

_ABOUT = {
    "--theme": ("pictures and pages", "--format svg, or -o FILE.svg"),
    "--row-width": ("pictures", "--format svg, or -o FILE.svg"),
    "--style": ("code", "--format python, or -o FILE.py"),
}
"""What an option is about that a table does not know, and how to get that."""

_WHY_NOT = {"--digits": "every digit is written"}
"""Why a format does not heed an option about looks, where that is not plain."""


class OutputOptions(NamedTuple):
    """How and where a run is to be written down."""

    digits: int | None
    only_ascii: bool
    format_: str | None
    path: str | None
    theme: str | None
    row_width: int | None
    style: str | None
    opened: bool

    def chosen(self, shown: "Shown") -> Format | None:
        """The format; None for the table.

        Raises:
            BackpropError: if there is none, or if an option says nothing to it.
        """
        chosen = format_named(self.format_, self.path)
        if self.opened:
            from backprop_cli.cli.formula.browser import format_to_open

            chosen = format_to_open(chosen, asked=bool(self.format_ or self.path))
        looks: dict[str, object] = {
            "--theme": self.theme,
            "--row-width": self.row_width,
            "--style": self.style,
        }
        if chosen is None:
            for option in [name for name, given in looks.items() if given]:
                what, hint = _ABOUT[option]
                raise BackpropError(f"{option} is about {what}", hint=hint)
            return None
        looks |= {"--digits": self.digits, "--ascii": self.only_ascii, **shown.options}
        for option in [name for name, given in looks.items() if given]:
            if option not in chosen.takes:
                name = "JSON" if chosen.name == "json" else chosen.name
                why = chosen.why if option in shown.options else _WHY_NOT.get(option)
                because = f": {why}" if why else ""
                raise BackpropError(f"{option} and {name} cannot be combined{because}")
        return chosen

    def wish(self, comparison: "RewriteComparison | None", closed: bool = False) -> FormatOptions:
        """What the format needs to know beside the run."""
        plain = FormatOptions(comparison=comparison, closed=closed)
        return plain._replace(
            digits=self.digits or plain.digits,
            theme=self.theme or plain.theme,
            row_width=self.row_width,
            style=self.style or plain.style,
            questions=_questions,
        )


def _questions(trace: "Trace", look: "Look") -> dict[str, Any] | None:
    """What a page asks of a run; nothing else waits for the exercises."""
    from backprop_cli.exercises.diagnosis.predict_mode import questions

    return questions(trace, look)


_OPTIONS = (
    click.option(
        "--digits",
        type=Whole(1, 17),
        help="Significant digits shown (default 4); nothing is rounded inside.",
    ),
    click.option("--ascii", "only_ascii", is_flag=True, help="Use ASCII characters only."),
    click.option(
        "--format",
        "format_",
        type=click.Choice(NAMES),
        help="A table to read (the default); JSON for programs, a picture, a page, mathematics for "
        "papers and handouts, or code.",
    ),
    output_option(f"Write to a file; its ending says the format: {', '.join(ENDINGS)}."),
    click.option("--open", "opened", is_flag=True, help="Show it in the browser."),
    click.option(
        "--theme",
        type=click.Choice(["light", "dark"]),
        help="Colours of a picture or a page. A picture is light by default; a page is as the "
        "reader's system is.",
    ),
    click.option(
        "--row-width",
        type=Whole(200, 100_000),
        help="Points after which a picture goes on in a row below (all in one row by default).",
    ),
    click.option(
        "--style",
        type=click.Choice(list(STYLES)),
        help="Of code: numpy, one line a gate (the default); gates, a class for each gate; "
        "torch or micrograd, to compare with.",
    ),
)

written_options = grouped("written", OutputOptions, _OPTIONS, "How and where it is written")
"""Gives a command the options that make up how a run is `written`."""


def format_named(name: str | None, path: str | None) -> Format | None:
    """The format that was asked for, or that the file's ending says; None for the table."""
    ending = ENDINGS.get(splitext(path)[1].lower()) if path else None
    if path is not None and name is None and ending is None:
        known = ", ".join(ENDINGS)
        raise BackpropError(
            f"the ending of '{path}' says no format", hint=f"use {known} or --format"
        )
    if path is not None and name and ending not in (None, TABLE, name):
        # LaTeX may be set as a PDF, and a PDF's LaTeX be wanted; any other ending would lie.
        both = [BY_NAME.get(one) for one in (name, ending)]
        if not all(one is not None and one.typeset for one in both):
            what = f"--format {name} and the ending of '{path}' cannot be combined"
            raise BackpropError(what, hint="leave --format out, or end the name otherwise")
    return BY_NAME.get(name or ending or TABLE)
