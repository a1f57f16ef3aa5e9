"""`backprop check`: every gradient against slopes measured from the forward pass alone."""

import click

from backprop_cli.cli.formula.formula import FormulaRequest, formula_options, traced
from backprop_cli.cli.formula.formula_command import FormulaCommand
from backprop_cli.cli.options import Wished, look_options


@click.command(cls=FormulaCommand)
@formula_options
@click.option("--sweep", is_flag=True, help="Show the error over step sizes from 1e-1 to 1e-12.")
@look_options(6)
@click.pass_context
def check(
    ctx: click.Context,
    question: FormulaRequest,
    sweep: bool,
    wished: Wished,
) -> int:
    """Check the gradients of a formula against measured slopes.

    For every input and every gate: the gradient that backpropagation gives, the
    slopes measured from the left, from the right and across, and their relative
    error |a - n| / max(|a|, |n|). Below 1e-7 is good, above 1e-2 is wrong
    (CS231n). At a kink the two sides differ, and any slope between them will do.

    Of an array, a sample of elements and some random directions are checked.
    The exit status is 1 where a gradient is wrong.

    \b
    Examples:
      backprop check "(x+sigmoid(y))/(sigmoid(x)+(x+y)^2)" --x 3 --y -4
      backprop check "relu(x)" --x 0
      backprop check "exp(x)*y" --x 1 --y 2 --sweep
    """
    from backprop_cli.analysis.check import check as checks
    from backprop_cli.analysis.check import sweep as errors
    from backprop_cli.cli.streams import ignore_closed_output
    from backprop_cli.cli.terminal import console, look_of, show_lines
    from backprop_cli.render.text.checks import check_lines, sweep_lines

    ignore_closed_output()
    run = traced(ctx, question)
    terminal = console()
    look = look_of(terminal, *wished)
    found = checks(run)
    lines = sweep_lines(errors(run), look) if sweep else check_lines(run, found, look)
    show_lines(terminal, lines)
    return int(any(row.verdict == "wrong" for row in found))
