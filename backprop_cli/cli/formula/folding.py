"""`explain --fold` and `--unfold`: the formula as typed and its other form, run side by side."""

from typing import TYPE_CHECKING, NamedTuple

import click

from backprop_cli.cli.formula.formula import Backwards, FormulaRequest, asked_about, ran
from backprop_cli.cli.options import grouped
from backprop_cli.errors import BackpropError, did_you_mean

if TYPE_CHECKING:
    from backprop_cli.analysis.rewrite_comparison import RewriteComparison
    from backprop_cli.graph.patterns import GateForm

_ALIASES = {"σ": "sigmoid", "all": "all"}


class Rewriting(NamedTuple):
    """Which gates are to be folded or unfolded."""

    folded: str | None
    unfolded: str | None


_OPTIONS = (
    click.option(
        "--fold",
        "folded",
        metavar="GATE,...",
        help="Write one gate for the formulas that it stands for: sigmoid for 1/(1+exp(-u)), "
        "square, softplus, ..., or all.",
    ),
    click.option(
        "--unfold",
        "unfolded",
        metavar="GATE,...",
        help="The other way: 1/(1+exp(-u)) for sigmoid(u).",
    ),
)

rewriting_options = grouped("rewriting", Rewriting, _OPTIONS, "Another form of the formula")
"""Gives a command the options of `rewriting` its formula."""


def compared(
    ctx: click.Context, question: FormulaRequest, rewriting: Rewriting, backwards: Backwards
) -> "RewriteComparison":
    """Both runs of the formula: as typed, and folded or unfolded.

    Raises:
        BackpropError: if anything that was given cannot be used; it points at what was typed.
    """
    from backprop_cli.analysis.rewrite_comparison import RewriteComparison
    from backprop_cli.graph.patterns import BY_GATE
    from backprop_cli.graph.rewrite import fold, unfold

    folded, unfolded = rewriting
    if folded is not None and unfolded is not None:
        raise BackpropError("--fold and --unfold cannot be combined")
    if folded is not None:
        forms, rewrite = _forms("--fold", folded, BY_GATE), fold
    else:
        that_unfold = {name: form for name, form in BY_GATE.items() if form.unfolds}
        forms, rewrite = _forms("--unfold", str(unfolded), that_unfold), unfold
    found = asked_about(ctx, question)
    typed = ran(found, question, backwards)
    rewritten = rewrite(found.resolved().expression, forms, found.values)
    meant = found._replace(reading=found.reading._replace(expression=rewritten.expression))
    now = ran(meant, question, backwards) if rewritten.rewrites else typed
    gates = tuple([form.gate for form in forms])
    return RewriteComparison(folded is not None, gates, rewritten, typed, now)


def _forms(option: str, text: str, known: "dict[str, GateForm]") -> "list[GateForm]":
    """The forms of the gates that were named."""
    names = [_ALIASES.get(name.strip(), name.strip()) for name in text.split(",")]
    for name in names:
        if name not in known and name != "all":
            hint = did_you_mean(name, list(known)) or f"there are {', '.join(known)}, or all"
            raise BackpropError(f"{option}: there is no form of a gate '{name}'", hint=hint)
    return [form for name, form in known.items() if name in names or "all" in names]
