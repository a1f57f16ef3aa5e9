"""A condition of a gate's row, asked of one node: where it holds, and how it reads there."""

from collections.abc import Mapping
from typing import Any

from backprop_cli.engine.quiet import quiet
from backprop_cli.engine.tape import kind
from backprop_cli.gates.compiler import compile_condition, condition
from backprop_cli.language.printer import Style, show
from backprop_cli.trace.steps import rule_arguments
from backprop_cli.trace.trace import Trace

Index = tuple[int, ...]
"""The place of an element; empty for a number."""


def holds(trace: Trace, k: int, text: str) -> Any:
    """1 where the condition holds at gate `k`, else 0: a float, or an array."""
    graph = trace.graph
    about = kind(graph, k)
    names, types, arguments = rule_arguments(graph, trace.gate(k), about, trace.values, k, 0)
    with quiet(graph):
        return compile_condition(text, names, types, about.axis).run(*arguments)


def mentioned(text: str) -> set[str]:
    """The names in a condition."""
    return {str(term.payload) for term in condition(text).terms if term.op == "name"}


def written(text: str, names: Mapping[str, str] | None, style: Style) -> str:
    """A condition in the names of the graph, or in those of the row."""
    expression = condition(text)
    whole = expression.terms[expression.statements[-1].term]
    return show(expression, names, style, root=whole.args[1])


def first(hits: Any) -> Index | None:
    """The first place of a number or an array that is not 0, or None."""
    if isinstance(hits, int | float):
        return () if hits else None
    import numpy as np

    places = np.argwhere(hits)
    return tuple(map(int, places[0])) if len(places) else None


def source(value: Any, index: Index) -> Index:
    """The element of an input that went, by broadcasting, into element `index` of a result."""
    shape = getattr(value, "shape", ())
    own = index[len(index) - len(shape) :]
    return tuple(place if n > 1 else 0 for place, n in zip(own, shape, strict=True))


def element(value: Any, index: Index) -> float:
    """What an input has at element `index` of a result."""
    return float(value[source(value, index)]) if getattr(value, "shape", ()) else float(value)


def element_name(name: str, index: Index) -> str:
    """W[0,1], or the plain name of a number."""
    return f"{name}[{','.join(map(str, index))}]" if index else name
