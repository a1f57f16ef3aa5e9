"""A condition of a gate's row, asked of one node: where it holds, and how it reads there."""

from collections.abc import Callable, Mapping

from backprop_cli.autodiff.errstate import without_warnings
from backprop_cli.autodiff.steps import rule_arguments
from backprop_cli.autodiff.tape import kind
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.compiler import Function, compile_condition, compile_rule, condition
from backprop_cli.gates.shapes import Index, copied_from
from backprop_cli.gates.value import Value
from backprop_cli.language.printer import show
from backprop_cli.language.style import Style


def holds(trace: Trace, k: int, text: str) -> Value:
    """1 where the condition holds at gate `k`, else 0: a float, or an array."""
    return _run(compile_condition, trace, k, text)


def measured(trace: Trace, k: int, text: str) -> Value:
    """What a formula in the names of a row is at gate `k`: a float, or an array."""
    return _run(compile_rule, trace, k, text)


def _run(compiler: Callable[..., Function], trace: Trace, k: int, text: str) -> Value:
    graph = trace.graph
    about = kind(graph, k)
    names, types, arguments = rule_arguments(graph, trace.gate(k), about, trace.values, k, 0)
    with without_warnings(graph):
        found: Value = compiler(text, names, types, about.axis).run(*arguments)
    return found


def mentioned(text: str) -> set[str]:
    """The names in a condition."""
    return {str(term.payload) for term in condition(text).terms if term.op == "name"}


def written(text: str, names: Mapping[str, str] | None, style: Style) -> str:
    """A condition in the names of the graph, or in those of the row."""
    expression = condition(text)
    whole = expression.terms[expression.statements[-1].term]
    return show(expression, names, style, root=whole.args[1])


def first(hits: Value) -> Index | None:
    """The first place of a number or an array that is not 0, or None."""
    if isinstance(hits, int | float):
        return () if hits else None
    import numpy as np

    places = np.argwhere(hits)
    return tuple(map(int, places[0])) if len(places) else None


def element(value: Value, index: Index) -> float:
    """What an input has at element `index` of a result."""
    shape = getattr(value, "shape", ())
    if not shape or isinstance(value, float):
        return float(value)
    return float(value[copied_from(shape, index)])
