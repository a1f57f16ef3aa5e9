"""What a format may need to know beside the run, and what every format gives."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from backprop_cli.autodiff.trace import Trace

if TYPE_CHECKING:
    from backprop_cli.analysis.rewrite_comparison import RewriteComparison
    from backprop_cli.render.text.options import Look


class FormatOptions(NamedTuple):
    """What a format may need to know beside the run."""

    digits: int = 4
    """Significant digits shown; what is computed is never rounded."""
    comparison: "RewriteComparison | None" = None
    """The formula as typed, where the run is of what it was folded or unfolded to."""
    theme: str | None = None
    """Light or dark; a picture is light by default, and a page is as the reader's system is."""
    questions: "Callable[[Trace, Look], dict[str, Any] | None] | None" = None
    """Of a page: what its predict mode asks of a run, with a reason for each predicted answer."""
    closed: bool = False
    """Whether every gradient is asked for as one formula; else those that are short are written."""
    row_width: int | None = None
    """Of a picture: points after which the circuit goes on in a row below; None for one row."""
    style: str = "numpy"
    """Of code: the library or the way in which it is written."""


View = Callable[[Trace, FormatOptions], Iterable[str] | bytes]
"""Text in pieces, or the bytes of a file that is no text.

Raises:
    BackpropError: if the run cannot be written in this format, or what it needs is missing.
"""
