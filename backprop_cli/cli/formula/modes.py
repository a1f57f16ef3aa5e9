"""`backprop modes`: forward mode against reverse mode on the same circuit."""

import click

from backprop_cli.cli.formula.formula import Backwards, FormulaRequest, formula_options, traced
from backprop_cli.cli.formula.formula_command import FormulaCommand
from backprop_cli.cli.options import Wished, look_options
from backprop_cli.errors import BackpropError

ALONG = "--along"


@click.command(cls=FormulaCommand)
@formula_options
@click.option(
    ALONG,
    metavar="X[I,J]",
    help="The input or element that forward mode differentiates along (default the first).",
)
@click.option("--all", "everything", is_flag=True, help="Show every node of a large graph.")
@look_options()
@click.pass_context
def modes(
    ctx: click.Context,
    question: FormulaRequest,
    along: str | None,
    everything: bool,
    wished: Wished,
) -> int:
    """Compare forward mode with reverse mode, and run both.

    For the whole Jacobian: how many passes each needs, how many multiplications
    these make, and how many numbers must be kept. Then one forward pass, node by
    node, whose result is compared with the backward passes; the exit status is 1
    where they differ. The output may be a vector or a matrix.

    \b
    Examples:
      backprop modes "(x+y)*z" --x -2 --y 5 --z -4
      backprop modes "W @ x" --W "[[1,2],[3,4],[5,6]]" --x "[1,-1]" --along "x[1]"
      backprop modes "[sin(t), cos(t), t^2]" --t 0.5
    """
    from backprop_cli.analysis.modes import modes as both
    from backprop_cli.cli.terminal import console, look_of, show_lines
    from backprop_cli.render.text.arrays.modes import mode_lines
    from backprop_cli.render.text.explain.passes import MAX_GATES_SHOWN
    from backprop_cli.render.text.lookup import element_asked

    if question.upstream is not None:
        what = "--upstream makes one number of the output, and modes counts a pass for each"
        raise BackpropError(what, hint="leave it out")
    run = traced(ctx, question, Backwards.NO)
    found = both(run, None if along is None else element_asked(run, along, ALONG))
    terminal = console()
    look = look_of(terminal, *wished)
    show_lines(terminal, mode_lines(found, look, None if everything else MAX_GATES_SHOWN))
    return int(not found.agree)
