"""`backprop descend`: gradient descent, step by step."""

from math import isfinite
from os.path import splitext
from typing import Any

import click

from backprop_cli.analysis.descent import MOST_STEPS
from backprop_cli.cli.formula.formula import FormulaRequest, formula_options, traced
from backprop_cli.cli.formula.formula_command import FormulaCommand
from backprop_cli.cli.options import Whole, Wished, look_options, output_option
from backprop_cli.errors import BackpropError

ENDINGS = {".txt": "table", ".csv": "csv", ".json": "json"}


def _rate(ctx: click.Context, param: click.Parameter, text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not (isfinite(rate) and rate > 0):
        raise BackpropError(f"--rate takes a number above 0, not '{text}'")
    return rate


@click.command(cls=FormulaCommand, short_help="Go down the gradient, step by step.")
@formula_options
@click.option(
    "--rate",
    metavar="NUMBER",
    default="0.1",
    show_default=True,
    callback=_rate,
    help="How far a step goes, in gradients.",
)
@click.option("--steps", type=Whole(1, MOST_STEPS), default=30, show_default=True, help="How many.")
@click.option("--all", "everything", is_flag=True, help="Show every step.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(ENDINGS.values())),
    help="How it is written (default table).",
)
@output_option(f"Write to a file; its ending says the format: {', '.join(ENDINGS)}.")
@look_options()
@click.pass_context
def descend(
    ctx: click.Context,
    question: FormulaRequest,
    rate: float,
    steps: int,
    everything: bool,
    format_: str | None,
    path: str | None,
    wished: Wished,
) -> int:
    """Go down the gradient: in each step an input loses rate × its gradient.

    All inputs are moved but those that --data names, or only those of --wrt.
    The output is a number. A table has the value, the gradients and the changes,
    curves show the value and, of two numbers, their way, and a sentence says what
    happened: it converges, oscillates, diverges, or a gate lets nothing through.

    \b
    Examples:
      backprop descend "(w*x + b - y)^2" --w 2 --b 0 --x 1.5 --y 1 --data x,y
      backprop descend "x^2 + 10*y^2" --x 4 --y 1 --rate 0.09
      backprop descend "(w*x + b - y)^2" --w 2 --b 0 --x 1 --y 3 --data x,y -o steps.csv
    """
    from backprop_cli.analysis.descent import descend as go_down

    chosen = _format(format_, path)
    if question.upstream is not None:
        what = "--upstream is about an output that is no number, and a descent needs a number"
        raise BackpropError(what, hint="make the output a number: sum(…) or ||…||^2")
    found = go_down(traced(ctx, question), rate, steps)
    if chosen != "table":
        from backprop_cli.render.descent import WRITERS

        return _written(path, WRITERS[chosen](found))
    from backprop_cli.cli.terminal import console, look_of, show_lines
    from backprop_cli.render.text.descent import descent_lines

    terminal = console()
    lines = descent_lines(found, look_of(terminal, *wished), everything or path is not None)
    if path is not None:
        return _written(path, (f"{line.plain}\n" for line in lines))
    show_lines(terminal, lines)
    return 0


def _format(name: str | None, path: str | None) -> str:
    """The format that was asked for, or that the file's ending says."""
    if path is None:
        return name or "table"
    ending = ENDINGS.get(splitext(path)[1].lower())
    if ending is None and name is None:
        raise BackpropError(
            f"the ending of '{path}' says no format",
            hint=f"use {', '.join(ENDINGS)} or --format",
        )
    if name and ending not in (None, name):
        raise BackpropError(f"--format {name} and the ending of '{path}' cannot be combined")
    return name or ending or "table"


def _written(path: str | None, pieces: Any) -> int:
    if path is None:
        for piece in pieces:
            click.echo(piece, nl=False)
        return 0
    from backprop_cli.render.export import write_file

    write_file(path, pieces)
    return 0
