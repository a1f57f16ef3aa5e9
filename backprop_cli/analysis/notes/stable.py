"""The stable form of a formula that overflowed: the same function, written so that it does not."""

from typing import NamedTuple

from backprop_cli.autodiff.trace import Trace, trace
from backprop_cli.gates.table import GATES
from backprop_cli.graph.build import build
from backprop_cli.graph.rewriting.patterns import BY_GATE, GateForm
from backprop_cli.graph.rewriting.rewrite import Rewrite, fold
from backprop_cli.language.numbers import is_finite
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import show_program

FOLDED: tuple[GateForm, ...] = tuple([BY_GATE[g.name] for g in GATES if g.is_stable])
"""The forms of gates that are worked out so that nothing on the way overflows."""

WRITTEN: tuple[GateForm, ...] = (
    GateForm("softplus", "-softplus(-u)", ("log(sigmoid(u))", "log(1/(1 + exp(-u)))")),
    GateForm("logsumexp", "u - logsumexp(u)", ("log(softmax(u))", "log(exp(u)/sum(exp(u)))")),
)
"""What no gate alone stands for: it must be written by hand."""


class Advice(NamedTuple):
    """Formulas to write otherwise, and what comes of it."""

    rewrites: tuple[Rewrite, ...]
    program: str
    """The whole formula so written."""
    by_hand: bool
    """Whether `--fold` cannot write it."""
    cured: bool
    """Whether value and gradients are then all finite; else only more of them are."""


def advice(run: Trace) -> Advice | None:
    """What to write instead, if something on the way is not finite and it helps: it is tried."""
    odd = _odd(run)
    if not odd:
        return None
    expression = parse(run.graph.source)
    for by_hand, forms in ((True, WRITTEN), (False, FOLDED)):
        found = fold(expression, forms, run.inputs)
        if not found.rewrites:
            continue
        shapes = {name: run.graph.shapes[node] for name, node in run.graph.inputs.items()}
        now = trace(build(found.expression, shapes), run.inputs, run.seed, run.wrt)
        left = _odd(now)
        if left < odd:
            program = show_program(found.expression)
            return Advice(found.rewrites, program, by_hand, not left)
    return None


def _odd(run: Trace) -> int:
    """How many of the value and the gradients of the inputs are not finite."""
    return sum(not is_finite(found) for found in (run.value, *run.gradients.values()))
