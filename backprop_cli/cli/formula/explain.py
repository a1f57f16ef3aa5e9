"""`backprop explain`: the circuit, both passes, and every chain-rule step of a formula."""

import click

from backprop_cli.cli.formula.display_options import Shown, shown_options
from backprop_cli.cli.formula.folding import Rewriting, compared, rewriting_options
from backprop_cli.cli.formula.formula import FormulaRequest, formula_options, traced
from backprop_cli.cli.formula.formula_command import FormulaCommand
from backprop_cli.cli.formula.output_options import OutputOptions, written_options
from backprop_cli.errors import BackpropError


@click.command(cls=FormulaCommand)
@formula_options
@shown_options
@rewriting_options
@written_options
@click.pass_context
def explain(
    ctx: click.Context,
    question: FormulaRequest,
    shown: Shown,
    rewriting: Rewriting,
    written: OutputOptions,
) -> None:
    """Show how a formula is computed, and how gradients flow back.

    FORMULA is a formula, "(x+y)*z", or a program of named steps,
    "q = x + y; f = q * z"; - reads it from standard input. Each input gets its
    value by its own name: --x -2. A value is a number, 1/3, pi/4, [1,2],
    [[1,2],[3,4]], randn(3,4), uniform(-1,1,3), zeros(3), ones(2,2), or @file
    (.npy, .npz, .json, .csv).

    \b
    Examples:
      backprop explain "(x+y)*z" --x -2 --y 5 --z -4
      backprop explain "q = x + y; f = q * z" --x -2 --y 5 --z -4 --words
      backprop explain "||W @ x||^2" --W "[[0.1,0.5],[-0.3,0.8]]" --x "[0.2,0.4]"
      backprop explain "1/(1+exp(-w*x))" --w 2 --x 1 --fold sigmoid
      backprop explain "||W @ x||^2" --W "ones(2,2)" --x "[1,2]" --element "W[0,1]"
      backprop explain "x*y" --x 3 --y 4 --format json | jq .gradients
      backprop explain "x*y" --x 3 --y 4 -o page.html --open
    """
    chosen = written.chosen(shown)
    shown.contradictions(
        {"--wrt": question.wrt, "--data": question.data, "--upstream": question.upstream}
    )
    if shown.step and written.path is not None:
        raise BackpropError("--step and --output cannot be combined")
    comparison = None
    if rewriting == (None, None):
        run = traced(ctx, question, shown.backwards)
    else:
        comparison = compared(ctx, question, rewriting, shown.backwards)
        run = comparison.now
    wish = written.wish(comparison, "--closed" in shown.sections)
    if chosen is None:
        from backprop_cli.cli.formula.present import present

        present(run, shown, wish, written)
    elif written.opened:
        from backprop_cli.cli.formula.browser import show

        show(chosen, run, wish, written.path)
    else:
        from backprop_cli.cli.formula.write import write

        write(chosen, run, wish, written.path)
