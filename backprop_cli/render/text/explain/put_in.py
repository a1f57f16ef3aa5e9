"""The rule of a matrix gate with its numbers: the operands, and the inner sum worked out."""

from typing import Any

from backprop_cli.autodiff.errstate import without_warnings
from backprop_cli.autodiff.steps import Step, array_names
from backprop_cli.autodiff.trace import Trace
from backprop_cli.language.printer import show
from backprop_cli.language.syntax import Expression
from backprop_cli.render.text.explain.rounding import EQUAL, rule_sign
from backprop_cli.render.text.options import Look

SHOWN = ("matmul", "softmax", "outer")
"""The gates whose rules are short enough to be written with numbers."""

INNER = "inner"


def put_in_rule(trace: Trace, step: Step, look: Look) -> tuple[str, str]:
    """The rule with numbers, nothing where there is no room, and the sign after it."""
    graph, k = trace.graph, step.output
    if step.gate.name not in SHOWN or k in graph.axes or step.gate.variadic:
        return "", EQUAL
    places = {**dict(zip(step.gate.inputs, graph.args[k], strict=True)), "out": k}
    names = {
        name: look.value(trace.values[node], look.room, graph.types[node].is_row)
        for name, node in places.items()
    }
    names["g"] = look.value(step.upstream, look.room, graph.types[k].is_row)
    formula = step.typed
    if step.gate.name == "softmax":
        formula = _without_inner_sum(formula)
        with without_warnings(graph):
            names[INNER] = look.number(float(_total(step.upstream * trace.values[k])))
    text = show(formula, names, look.style, arrays=array_names(graph, k))
    if look.dots in text or len(text) > look.width - 8:
        return "", EQUAL
    if step.gate.name == "softmax":
        return text, look.said("≈")
    return text, look.said(rule_sign(trace, step, look))


def _total(value: Any) -> float:
    return float(value.sum())


def _without_inner_sum(formula: Expression) -> Expression:
    """The rule with a name in the place of its sum."""
    terms = [
        term._replace(op="name", payload=INNER, args=())
        if term.op == "call" and term.payload == "sum"
        else term
        for term in formula.terms
    ]
    return formula._replace(terms=tuple(terms))
