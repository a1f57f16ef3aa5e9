"""`backprop explain`: the circuit, both passes, and every chain-rule step of a formula."""

import click

from backprop_cli.commands.contents import Shown, shown_options
from backprop_cli.commands.formats import NAMES, format_named, refuse_others, write
from backprop_cli.commands.formula import Question, formula_options, traced
from backprop_cli.commands.options import FormulaCommand, Whole
from backprop_cli.errors import BackpropError
from backprop_cli.views.formats import Wish

DIGITS = 4


@click.command(cls=FormulaCommand)
@formula_options
@shown_options
@click.option(
    "--digits",
    type=Whole(1, 17),
    help="Significant digits shown, 4 unless told; nothing is rounded inside.",
)
@click.option(
    "--fold",
    "folded",
    metavar="GATE,...",
    help="Write one gate for the formulas that it stands for: sigmoid for 1/(1+exp(-u)), "
    "square, softplus, ..., or all.",
)
@click.option(
    "--unfold",
    "unfolded",
    metavar="GATE,...",
    help="The other way: 1/(1+exp(-u)) for sigmoid(u).",
)
@click.option("--ascii", "only_ascii", is_flag=True, help="Use ASCII characters only.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(NAMES),
    help="A table to read, a picture, or JSON for programs.",
)
@click.option(
    "-o",
    "--output",
    "path",
    metavar="FILE",
    help="Write to a file; its ending (.svg, .png, .json, .txt, ...) says the format.",
)
@click.option(
    "--theme",
    type=click.Choice(["light", "dark"]),
    help="Colours of a picture or a page; light unless told.",
)
@click.option("--open", "opened", is_flag=True, help="Show the picture or the page in the browser.")
@click.pass_context
def explain(
    ctx: click.Context,
    question: Question,
    shown: Shown,
    digits: int | None,
    folded: str | None,
    unfolded: str | None,
    only_ascii: bool,
    format_: str | None,
    path: str | None,
    theme: str | None,
    opened: bool,
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
      backprop explain "x*y" --x 3 --y 4 --format json | jq .gradients
      backprop explain "x*y" --x 3 --y 4 -o circuit.svg --theme dark
    """
    chosen = format_named(format_, path)
    if opened:
        from backprop_cli.commands.opening import format_to_open

        chosen = format_to_open(chosen, asked=bool(format_ or path))
    if chosen is None and theme:
        raise BackpropError("--theme is about pictures and pages, and a table has none")
    if chosen is not None:
        others = {"--digits": digits, "--ascii": only_ascii, "--theme": theme}
        refuse_others(chosen, {**shown.options, **others})
    shown.contradictions()
    if shown.step and path is not None:
        raise BackpropError("--step and --output contradict each other")
    if shown.only == "forward" and (question.wrt or question.upstream):
        name = "--wrt" if question.wrt else "--upstream"
        raise BackpropError(f"{name} is about gradients, and --only forward leaves them out")
    backwards = shown.only != "forward"
    comparison = None
    if folded is None and unfolded is None:
        run = traced(ctx, question, backwards)
    else:
        from backprop_cli.commands.folding import compared

        comparison = compared(ctx, question, folded, unfolded, backwards)
        run = comparison.now
    wish = Wish(digits or DIGITS, comparison, theme or "light")
    if chosen is not None and opened:
        from backprop_cli.commands.opening import show

        show(chosen, run, wish, path)
        return
    if chosen is not None:
        write(chosen, run, wish, path)
        return
    from backprop_cli.commands.present import present

    present(run, shown, wish, only_ascii, path)
