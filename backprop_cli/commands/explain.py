"""`backprop explain`: the circuit, both passes, and every chain-rule step of a formula."""

from typing import TYPE_CHECKING

import click

from backprop_cli.commands.formula import Question, formula_options, traced
from backprop_cli.commands.options import FormulaCommand, Whole
from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.trace.trace import Trace

if TYPE_CHECKING:
    from backprop_cli.trace.rewritten import Comparison

PARTS = ("formula", "folded", "circuit", "forward", "backward", "gradients", "notes")
FORMATS = ("table", "json")
DIGITS = 4
_BESIDE = {
    "forward": ("folded", "notes"),
    "backward": ("folded", "notes"),
    "gradients": ("folded", "notes"),
    "circuit": ("folded",),
}
"""What is shown beside the one part that was asked for."""
_ENDINGS = {".json": "json", ".txt": "table"}


@click.command(cls=FormulaCommand)
@formula_options
@click.option(
    "--only",
    type=click.Choice(["forward", "backward", "gradients", "circuit"]),
    help="Show one part only.",
)
@click.option(
    "--no",
    "without",
    multiple=True,
    metavar=f"[{'|'.join(PARTS)}]",
    callback=lambda ctx, param, given: _parts(given),
    help="Leave parts out: --no circuit,forward.",
)
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
@click.option("--step", is_flag=True, help="One step at each Enter; b goes back, q quits.")
@click.option("--words", is_flag=True, help="A sentence for each step.")
@click.option("--check", "checked", is_flag=True, help="Add the measured slope to each row.")
@click.option("--all", "everything", is_flag=True, help="Show every gate of a large graph.")
@click.option("--ascii", "only_ascii", is_flag=True, help="Use ASCII characters only.")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="A table to read, or JSON for programs."
)
@click.option(
    "-o", "--output", "path", metavar="FILE", help="Write to a file; .json or .txt says the format."
)
@click.pass_context
def explain(
    ctx: click.Context,
    question: Question,
    only: str | None,
    without: tuple[str, ...],
    digits: int | None,
    folded: str | None,
    unfolded: str | None,
    step: bool,
    words: bool,
    checked: bool,
    everything: bool,
    only_ascii: bool,
    format_: str | None,
    path: str | None,
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
    """
    chosen = _format(format_, path)
    if chosen == "json":
        _no_views(
            {
                "--only": only,
                "--no": without,
                "--step": step,
                "--words": words,
                "--check": checked,
                "--digits": digits,
                "--all": everything,
                "--ascii": only_ascii,
            }
        )
    _contradictions(only, without, step, words, checked)
    if step and path is not None:
        raise BackpropError("--step and --output contradict each other")
    if only == "forward" and (question.wrt or question.upstream):
        name = "--wrt" if question.wrt else "--upstream"
        raise BackpropError(f"{name} is about gradients, and --only forward leaves them out")
    comparison = None
    if folded is None and unfolded is None:
        run = traced(ctx, question, backwards=only != "forward")
    else:
        from backprop_cli.commands.folding import compared

        comparison = compared(ctx, question, folded, unfolded, backwards=only != "forward")
        run = comparison.now
    if chosen == "json":
        _write_json(run, comparison, path)
        return
    from backprop_cli.commands.present import Choice, present

    parts = tuple(part for part in PARTS if part not in without)
    if only:
        parts = tuple(part for part in (only, *_BESIDE[only]) if part in parts)
    if "folded" in parts and ("gradients" in parts or "backward" in parts):
        parts = (*parts, "both")
    shown = digits or DIGITS
    present(
        run, Choice(parts, shown, step, words, checked, everything, only_ascii, path, comparison)
    )


def _parts(given: tuple[str, ...]) -> tuple[str, ...]:
    """The parts that are left out: of `--no circuit,forward` two."""
    parts = tuple([part.strip() for text in given for part in text.split(",")])
    for part in parts:
        if part not in PARTS:
            hint = did_you_mean(part, list(PARTS)) or f"there are {', '.join(PARTS)}"
            raise BackpropError(f"--no: there is no part '{part}'", hint=hint)
    return parts


def _format(format_: str | None, path: str | None) -> str:
    """The format that was asked for, or that the file's ending says."""
    from pathlib import Path

    ending = _ENDINGS.get(Path(path).suffix.lower()) if path else None
    if path is not None and format_ is None and ending is None:
        known = ", ".join(_ENDINGS)
        raise BackpropError(
            f"the ending of '{path}' says no format", hint=f"use {known} or --format"
        )
    return format_ or ending or "table"


def _contradictions(
    only: str | None, without: tuple[str, ...], step: bool, words: bool, checked: bool
) -> None:
    """Two options that cannot both be meant are an error, not a silent choice."""
    if only and only in without:
        raise BackpropError(f"--only {only} and --no {only} contradict each other")
    if words and only in ("forward", "gradients", "circuit"):
        raise BackpropError(f"--words tells the backward pass, and --only {only} leaves it out")
    if words and "backward" in without:
        raise BackpropError("--words tells the backward pass, and --no backward leaves it out")
    if checked and only in ("forward", "circuit"):
        raise BackpropError(f"--check measures slopes, and --only {only} leaves them out")
    if step and only:
        raise BackpropError("--step and --only contradict each other")


def _no_views(options: dict[str, object]) -> None:
    """Options that choose what a table shows have nothing to say about JSON."""
    for name, given in options.items():
        if given:
            raise BackpropError(f"{name} and JSON contradict each other: JSON holds everything")


def _write_json(run: Trace, comparison: "Comparison | None", path: str | None) -> None:
    from backprop_cli.views.json import explain_json

    if path is not None:
        from backprop_cli.views.export import write_file

        write_file(path, explain_json(run, comparison))
    else:
        for piece in explain_json(run, comparison):
            click.echo(piece, nl=False)
