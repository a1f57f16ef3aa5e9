"""What is asked of a section of the screen, and what every section gives."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from backprop_cli.autodiff.trace import Trace
from backprop_cli.render.text.options import Look

if TYPE_CHECKING:
    # Whoever asks for no section needs no Rich.
    from rich.text import Text


class SectionRequest(NamedTuple):
    """What was asked of a section."""

    argument: str = ""
    """The value of its option; empty for a flag."""
    most: int | None = None
    """Rows of the longest table; None for no limit."""


View = Callable[[Trace, Look, SectionRequest], "list[Text]"]
"""The lines of a section, with its title.

Raises:
    BackpropError: if there is not what was asked for.
"""
