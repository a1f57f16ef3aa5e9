"""`backprop hessian`: second derivatives of small cases, each checked."""

import click

from backprop_cli.cli.formula.formula import FormulaRequest, formula_options, traced
from backprop_cli.cli.formula.formula_command import FormulaCommand
from backprop_cli.cli.options import Wished, look_options


@click.command(cls=FormulaCommand, short_help="Show the second derivatives of a small case.")
@formula_options
@look_options()
@click.pass_context
def hessian(ctx: click.Context, question: FormulaRequest, wished: Wished) -> int:
    """Show the second derivatives of a small case: how its gradient changes.

    Rows and columns are the elements of the inputs, at most 64; --wrt names
    fewer. Each number is exact: the rules that run backwards are run once more
    with values that bring their own derivatives along. Each is checked against
    the slope of the gradient, measured a little to both sides; the exit status
    is 1 where one is wrong.

    \b
    Examples:
      backprop hessian "(x+y)*z" --x -2 --y 5 --z -4
      backprop hessian "||W @ x||^2" --W "[[0.1,0.5],[-0.3,0.8]]" --x "[0.2,0.4]" --wrt x
      backprop hessian "100*(y - x^2)^2 + (1 - x)^2" --x 1 --y 1
    """
    from backprop_cli.analysis.hessian import hessian as second_derivatives
    from backprop_cli.cli.terminal import console, look_of, show_lines
    from backprop_cli.render.text.arrays.hessian import hessian_lines

    found = second_derivatives(traced(ctx, question))
    terminal = console()
    show_lines(terminal, hessian_lines(found, look_of(terminal, *wished)))
    return int(found.count("wrong") > 0)
