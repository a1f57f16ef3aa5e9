"""The terminal: how wide it is, what it can show, and writing lines to it."""

import os
import sys
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from backprop_cli.render.text.lines import fitted
from backprop_cli.render.text.options import Look

PIPE_WIDTH = 80
"""Columns where there is no terminal to ask."""
NARROWEST = 20


def console() -> Console:
    """Standard output, with colour where it is a terminal and NO_COLOR is not set."""
    screen = Console(
        file=sys.stdout,
        width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=True,
    )
    # A terminal that does not know how wide it is says 0.
    screen.width = max(NARROWEST, screen.width or PIPE_WIDTH)
    return screen


def look_of(screen: Console, digits: int, only_ascii: bool) -> Look:
    """The look that fits this terminal."""
    unicode = (sys.stdout.encoding or "ascii").lower().replace("-", "").startswith("utf")
    return Look(screen.width, digits, only_ascii or not unicode)


def show_lines(screen: Console, lines: Iterable[Text]) -> None:
    """Print the lines, none wider than the terminal."""
    for piece in (piece for line in lines for piece in fitted(line, screen.width)):
        if screen.is_terminal:
            screen.print(piece, soft_wrap=True)
        else:
            # Without colour a line is its text, and a hundred thousand of them are no wait.
            screen.file.write(f"{piece.plain}\n")
