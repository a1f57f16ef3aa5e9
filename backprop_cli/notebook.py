"""In a notebook: a cell that begins with %%backprop is a formula, and shows its picture and steps.

%load_ext backprop_cli

%%backprop --x -2 --y 5 --z -4
(x+y)*z
"""

import shlex
from typing import Any

import click

from backprop_cli.api import Explanation
from backprop_cli.cli.formula.formula import FormulaRequest, formula_options, traced
from backprop_cli.cli.formula.formula_command import FormulaCommand
from backprop_cli.cli.streams import say, say_usage
from backprop_cli.errors import BackpropError


@click.command("%%backprop", cls=FormulaCommand)
@formula_options
@click.pass_context
def _cell(ctx: click.Context, question: FormulaRequest) -> Explanation:
    """Run the formula in the cell forwards and backwards."""
    run = traced(ctx, question)
    return Explanation(run.graph, run.values, run.arrived, run.seed, run.wrt)


def backprop(line: str, cell: str) -> Explanation | None:
    """The magic: options on the first line, as on the command line; the rest is the formula.

    Returns:
        The explanation, which the notebook shows and keeps as `_`; None after an error, which
        is said as on the command line.
    """
    try:
        try:
            options = shlex.split(line)
        except ValueError as error:
            raise BackpropError(f"the options cannot be read: {error}") from None
        found = _cell.main(
            [_formula(cell), *options], prog_name="%%backprop", standalone_mode=False
        )
    except BackpropError as error:
        say(f"error: {error.report()}")
    except click.UsageError as error:
        say_usage(error)
    else:
        return found if isinstance(found, Explanation) else None
    return None


def _formula(cell: str) -> str:
    """The cell as an argument that is no option, nor the "-" that means standard input."""
    return f" {cell}" if cell.startswith("-") else cell


def load_ipython_extension(ipython: Any) -> None:
    """Give a notebook the magic, as `%load_ext backprop_cli` asks."""
    ipython.register_magic_function(backprop, "cell", "backprop")
