"""Show a trace as a table: on the terminal, in a file, or step by step."""

import sys

from rich.console import Console
from rich.text import Text

from backprop_cli.autodiff.trace import Trace
from backprop_cli.cli.formula.display_options import Shown
from backprop_cli.cli.formula.output_options import OutputOptions
from backprop_cli.cli.terminal import console, look_of, show_lines
from backprop_cli.errors import BackpropError
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.text.explain.passes import MAX_GATES_SHOWN
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.options import Look


def present(run: Trace, shown: Shown, wish: FormatOptions, written: OutputOptions) -> None:
    """Print the screen, write it to a file, or walk through it."""
    terminal = console()
    look = look_of(terminal, wish.digits, written.only_ascii)
    contents = _contents(run, shown, wish, look, written.path is not None)
    if shown.step:
        _walk(terminal, run, look, contents)
    elif written.path is not None:
        from backprop_cli.render.export import write_file

        write_file(written.path, (f"{line.plain}\n" for line in screen(run, look, contents)))
    else:
        show_lines(terminal, screen(run, look, contents))


def _contents(run: Trace, shown: Shown, wish: FormatOptions, look: Look, to_file: bool) -> Contents:
    # A file has room for everything.
    most = None if shown.everything or to_file else MAX_GATES_SHOWN
    contents = Contents(
        shown.parts, shown.words, most, comparison=wish.comparison, sections=shown.sections
    )
    if not shown.checked or run.seed is None:
        return contents
    from backprop_cli.analysis.slopes import input_slopes, local_slopes

    return contents._replace(
        locals_measured={at: look.number(s) for at, s in local_slopes(run, most).items()},
        gradients_measured={name: look.number(s) for name, s in input_slopes(run).items()},
    )


def _walk(terminal: Console, run: Trace, look: Look, contents: Contents) -> None:
    """One step at each Enter; b goes back, q quits."""
    from backprop_cli.render.text.explain.stepper import stages

    if not sys.stdin.isatty():
        raise BackpropError("--step needs a terminal, and standard input is not a terminal")
    pages = stages(run, look, contents)
    place = 0
    while place < len(pages):
        show_lines(terminal, pages[place])
        last = place == len(pages) - 1
        if last:
            return
        key = _ask(
            terminal,
            f"step {place + 1} of {len(pages)}: press Enter to continue, b to go back, q to quit ",
        )
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
