"""A run as LaTeX: both passes in `align*`, to compile as it is or to be part of a paper."""

from collections.abc import Iterator

from backprop_cli.trace.notes import notes
from backprop_cli.trace.trace import Trace
from backprop_cli.views.document import align, document, gather, heading
from backprop_cli.views.equations import (
    backward_rows,
    formula_rows,
    forward_rows,
    gradient_rows,
    refuse_large,
)
from backprop_cli.views.formats import Wish
from backprop_cli.views.look import Look
from backprop_cli.views.notation import Notation
from backprop_cli.views.tex import text_latex


def latex_view(trace: Trace, wish: Wish) -> Iterator[str]:
    """The document."""
    refuse_large(trace)
    notation = Notation(trace.graph, wish.digits)
    return document([*gather(formula_rows(trace, wish, notation)), *passes(trace, notation)])


def passes(trace: Trace, notation: Notation) -> Iterator[str]:
    """Forward pass, backward pass, gradients and notes, with headings."""
    yield heading("Forward pass")
    yield from align(forward_rows(trace, notation))
    if trace.seed is not None:
        yield heading(r"Backward pass: upstream $\times$ local $=$ downstream")
        yield from align(backward_rows(trace, notation))
        yield heading("Gradients")
        yield from align(gradient_rows(trace, notation))
    found = notes(trace, Look().style)
    if found:
        yield heading("Notes")
        yield from (f"{text_latex(note.message)}\\par" for note in found)
