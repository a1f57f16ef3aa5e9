"""A run as Markdown, with mathematics that GitHub, GitLab and Jupyter render.

GitHub reads Markdown first and mathematics afterwards, so a formula holds no backslash before a
sign (`\\cr` ends a row), no `<`, and nothing that could open an emphasis. What was typed stands
in code blocks, where nothing means anything.
"""

import re
from collections.abc import Iterable, Iterator

from backprop_cli.analysis.notes.notes import notes
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.latex.equations import formula_rows, parts, refuse_large
from backprop_cli.render.latex.notation import LatexNotation
from backprop_cli.render.text.options import Look

LONGEST = 2000
"""Characters of the longest formula that is repeated as it was typed."""

_AT_ONCE = 30
"""Rows of one block: a renderer gives up on a very long one."""


def markdown_view(trace: Trace, wish: FormatOptions) -> Iterator[str]:
    """The page."""
    refuse_large(trace)
    notation = LatexNotation(trace.graph, wish.digits, markdown=True, objective=trace.objective)
    lines = [*_page(trace, wish, notation)]
    return (f"{line}\n" for line in lines)


def _page(trace: Trace, wish: FormatOptions, notation: LatexNotation) -> Iterator[str]:
    source = trace.expression
    source = source if len(source) <= LONGEST else source[:LONGEST] + "…"
    yield from _code(source.splitlines())
    yield from _math("gathered", formula_rows(trace, wish, notation))
    for part in parts(trace, notation, wish.closed):
        yield from _heading(part.title)
        yield from (f"{part.aside.capitalize()}.", "") if part.aside else ()
        yield from _math("aligned", part.rows)
    found = notes(trace, Look().style)
    if found:
        yield from _heading("Notes")
        yield from _code(note.message for note in found)


def _heading(text: str) -> tuple[str, str]:
    return f"## {text}", ""


def _code(lines: Iterable[str]) -> Iterator[str]:
    """A block of code, between fences that are longer than any in it."""
    shown = [inert(line) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}text", *shown, fence, "")


def _math(environment: str, rows: Iterable[str]) -> Iterator[str]:
    """Blocks of mathematics, each rendered on its own."""
    lines = [row.replace(" < ", r" \lt ").replace(" > ", r" \gt ") for row in rows]
    for start in range(0, len(lines), _AT_ONCE):
        yield from ("$$", rf"\begin{{{environment}}}")
        yield " \\cr\n".join(lines[start : start + _AT_ONCE])
        yield from (rf"\end{{{environment}}}", "$$", "")
