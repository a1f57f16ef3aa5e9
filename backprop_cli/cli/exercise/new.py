"""`backprop exercise new`: an exercise from a formula, or from a fresh one of some level."""

import re
from collections.abc import Iterator

import click

from backprop_cli.cli.exercise.files import check_new_file, write_exercise_file
from backprop_cli.cli.formula.formula_command import FormulaCommand
from backprop_cli.cli.options import Whole, output_option
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.generate.compose import KINDS, ExerciseRequest, fresh_requests


@click.command(cls=FormulaCommand)
@click.argument("formula", required=False)
@click.option("--level", type=Whole(1, 5), help="Make a fresh formula, from 1 (two gates) to 5.")
@click.option("--seed", default="0", show_default=True, help="Random seed.")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="chain",
    show_default=True,
    help="What is asked: the whole chain, gaps in it, its wrong line, ...",
)
@click.option(
    "--ask",
    default="all",
    show_default=True,
    help="all, values, gradients, or questions: q,df/dx,pattern(q).",
)
@click.option(
    "--shape",
    "shapes",
    multiple=True,
    metavar="NAME=2x3",
    help="The shape of an input that is a vector or a matrix.",
)
@click.option("--same", is_flag=True, help="All students get the same inputs.")
@click.option("--title", default="", help="What the worksheet is headed with.")
@click.option("--points", type=click.FloatRange(0, 1e6), default=1, help="Points of each question.")
@output_option("Write to a file that is not there yet.")
@click.pass_context
def new(
    ctx: click.Context,
    formula: str | None,
    level: int | None,
    seed: str,
    kind: str,
    ask: str,
    shapes: tuple[str, ...],
    same: bool,
    title: str,
    points: float,
    path: str | None,
) -> None:
    """Make an exercise from a formula, or from a fresh one of some level.

    The inputs are drawn for each student, and so that mistakes can be told apart: each
    gives other answers. Inputs that are given, --x -2, are the same for all.

    \b
    Examples:
      backprop exercise new "(x+y)*z" -o chain.toml
      backprop exercise new "q = W @ x; f = ||q||^2" --shape W=2x2 --shape x=2
      backprop exercise new --level 3 --seed monday --kind gaps
    """
    from backprop_cli.exercises.generate.compose import code_text
    from backprop_cli.inputs.bind import read_given

    if level is not None and formula is not None:
        raise BackpropError("--level makes a formula of its own: give one or the other")
    check_new_file(path, "an exercise", ".toml")
    fixed = read_given(ctx.meta["given"], (), 0)
    sizes = dict(_shape(text) for text in shapes)
    request = ExerciseRequest(
        formula or "", kind, ask, title, fixed, None, sizes, points, seed, same
    )
    if level is not None:
        requests = fresh_requests(request, level)
    elif formula is not None:
        requests = iter([request])
    else:
        what = "there is no formula"
        raise BackpropError(what, hint='give one, "(x+y)*z", or --level from 1 to 5')
    write_exercise_file(code_text(next(requests)) if kind == "code" else _composed(requests), path)


def _composed(requests: Iterator[ExerciseRequest]) -> str:
    """The first exercise in which all mistakes can be told apart; if there is none, the best."""
    from backprop_cli.exercises.generate.compose import compose

    best = None
    for request in requests:
        made = compose(request)
        if best is None or made.cost < best.cost:
            best = made
        if best.cost == 0:
            return best.text
    assert best is not None
    click.echo(
        "some mistakes cannot be told apart at some inputs: see backprop exercise check", err=True
    )
    return best.text


def _shape(text: str) -> tuple[str, tuple[int, ...]]:
    match = re.fullmatch(r"(\w+)=([1-9]\d{0,2})(?:[x×]([1-9]\d{0,2}))?", text)
    if not match:
        raise BackpropError(f"--shape takes NAME=3 or NAME=2x3, not '{text}'")
    return match[1], tuple(int(size) for size in match.groups()[1:] if size)
