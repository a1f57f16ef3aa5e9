"""A run as LaTeX: both passes in `align*`, to compile as it is or to be part of a paper."""

from collections.abc import Iterator

from backprop_cli.analysis.notes.notes import notes
from backprop_cli.autodiff.trace import Trace
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.latex.document import document, environment, heading
from backprop_cli.render.latex.equations import formula_rows, parts, refuse_large
from backprop_cli.render.latex.escape import text_latex
from backprop_cli.render.latex.notation import LatexNotation
from backprop_cli.render.text.options import Look


def latex_view(trace: Trace, wish: FormatOptions) -> Iterator[str]:
    """The document."""
    refuse_large(trace)
    notation = LatexNotation(trace.graph, wish.digits, objective=trace.objective)
    formula = environment("gather", formula_rows(trace, wish, notation))
    return document([*formula, *passes(trace, notation, wish.closed)])


def passes(trace: Trace, notation: LatexNotation, closed: bool = False) -> Iterator[str]:
    """Forward pass, backward pass, gradients and notes, with headings."""
    for part in parts(trace, notation, closed):
        yield heading(part.title, part.aside)
        yield from environment("align", part.rows)
    found = notes(trace, Look().style)
    if found:
        yield heading("Notes")
        yield from (f"{text_latex(note.message)}\\par" for note in found)
