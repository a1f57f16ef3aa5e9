"""Show a trace as a table: on the terminal, in a file, or step by step."""

import sys
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console
from rich.text import Text

from backprop_cli.commands.terminal import console, look_of, show_lines
from backprop_cli.errors import BackpropError
from backprop_cli.trace.trace import Trace
from backprop_cli.views.look import Look
from backprop_cli.views.passes import MOST
from backprop_cli.views.screen import Contents, screen

if TYPE_CHECKING:
    from backprop_cli.trace.rewritten import Comparison


class Choice(NamedTuple):
    """What the user chose to see, and where."""

    parts: tuple[str, ...]
    digits: int
    step: bool
    words: bool
    checked: bool
    everything: bool
    only_ascii: bool
    path: str | None
    comparison: "Comparison | None" = None


def present(run: Trace, choice: Choice) -> None:
    """Print the screen, write it to a file, or walk through it."""
    terminal = console()
    look = look_of(terminal, choice.digits, choice.only_ascii)
    contents = _contents(run, choice, look)
    if choice.step:
        _walk(terminal, run, look, contents)
    elif choice.path is not None:
        from backprop_cli.views.export import write_file

        write_file(choice.path, (f"{line.plain}\n" for line in screen(run, look, contents)))
    else:
        show_lines(terminal, screen(run, look, contents))


def _contents(run: Trace, choice: Choice, look: Look) -> Contents:
    most = None if choice.everything else MOST
    if not choice.checked or run.seed is None:
        return Contents(choice.parts, choice.words, most, comparison=choice.comparison)
    from backprop_cli.trace.slopes import input_slopes, local_slopes

    return Contents(
        choice.parts,
        choice.words,
        most,
        {at: look.number(slope) for at, slope in local_slopes(run, MOST).items()},
        {name: look.number(slope) for name, slope in input_slopes(run).items()},
        choice.comparison,
    )


def _walk(terminal: Console, run: Trace, look: Look, contents: Contents) -> None:
    """One step at each Enter; b goes back, q quits."""
    from backprop_cli.views.stepper import stages

    if not sys.stdin.isatty():
        raise BackpropError("--step waits for keys, and standard input is no terminal")
    pages = stages(run, look, contents)
    place = 0
    while place < len(pages):
        show_lines(terminal, pages[place])
        last = place == len(pages) - 1
        if last:
            return
        key = _ask(terminal, f"step {place + 1} of {len(pages)}: Enter goes on, b back, q quits ")
        if key == "q":
            return
        # Any other key shows the same step again.
        place = max(0, place - 1) if key == "b" else place + (key == "")


def _ask(terminal: Console, question: str) -> str:
    """What was typed; an ended input quits."""
    terminal.print(Text(question, "dim"), end="")
    try:
        return input().strip().lower()[:1]
    except EOFError:
        terminal.print()
        return "q"
