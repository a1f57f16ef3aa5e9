"""The chain rule in symbols: the gradient of each input, from the rules of the gates."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from backprop_cli.analysis.closed_form.matrices import entry, fitted, matmul, transpose, uncolumn
from backprop_cli.analysis.closed_form.reading import tree_of
from backprop_cli.analysis.closed_form.tree import (
    ONE,
    ExpressionTree,
    TooLargeError,
    column,
    node,
    number,
    onehot_of,
    ones,
    picked,
    product,
    row,
    total,
    with_name,
)
from backprop_cli.autodiff.steps import Step, formula_of
from backprop_cli.gates.compiler import mentions
from backprop_cli.gates.shape_rules.index import INDEX
from backprop_cli.gates.shape_rules.stack import STACK
from backprop_cli.graph.graph import Graph
from backprop_cli.language.parser import parse

MAX_GATES = 60
"""Gates of the largest graph whose gradients are composed."""

MAX_LISTED = 6
"""Elements of the longest list of numbers that a formula writes."""


class ComposedDerivative(NamedTuple):
    """The gradient of an input in symbols."""

    tree: ExpressionTree | None
    """None where it is too large or a gate has no formula."""
    assumed: tuple[ExpressionTree, ...] = ()
    """What must hold."""


def shape_of(graph: Graph, k: int) -> tuple[int, ...]:
    """The shape of a node, where a row is a matrix of one row."""
    shape = graph.shapes[k]
    return (1, *shape) if graph.types[k].is_row else shape


def named_nodes(graph: Graph) -> dict[str, int]:
    """What a formula may mention: inputs, steps that the user named, and labels used as numbers."""
    made = {text: k for k, text in graph.made.items() if text.isidentifier()}
    return {**made, **{name: k for k, name in graph.given.items()}, **graph.inputs}


def label_values(graph: Graph) -> dict[str, Any]:
    """Name of labels -> the whole numbers that they are."""
    found: dict[str, Any] = {}
    for k, name in graph.labels.items():
        several = np.array([graph.positions.get(arg, (0,))[-1] for arg in graph.args[k]])
        found[name] = graph.positions[k][-1] if k in graph.positions else several
    return found


def symbols(graph: Graph, names: Mapping[int, str]) -> list[ExpressionTree | None]:
    """For each node its name, where it has one in `names`, or its formula."""
    found: list[ExpressionTree | None] = []
    for k, gate in enumerate(graph.gates):
        if k in names:
            found.append(ExpressionTree("name", (), names[k], shape_of(graph, k)))
        elif gate is None:
            found.append(_constant(graph, k))
        else:
            found.append(formula(graph, k, found))
    return found


def _constant(graph: Graph, k: int) -> ExpressionTree | None:
    value, shape = graph.constants[k], graph.shapes[k]
    if isinstance(value, float):
        return number(value)
    if k not in graph.made:
        elements = np.asarray(value)
        if elements.ndim != 1 or elements.size > MAX_LISTED:
            return None
        return node("list", tuple(map(number, elements.tolist())), "", shape)
    terms = parse(graph.made[k]).terms
    name, arguments = terms[-1].payload, terms[:-1]
    if name == "ones":
        return ones(shape)
    if any(term.op not in ("number", "name") for term in arguments):
        return None
    args = tuple(
        number(float(t.payload)) if t.op == "number" else ExpressionTree("name", (), str(t.payload))
        for t in arguments
    )
    return node("call", args, str(name), shape)


def formula(graph: Graph, k: int, symbol: Sequence[ExpressionTree | None]) -> ExpressionTree | None:
    """What a gate computes, in the symbols of its arguments; None where that has no formula."""
    gate, args = graph.gates[k], [symbol[arg] for arg in graph.args[k]]
    known = [arg for arg in args if arg is not None]
    if gate is None or len(known) < len(args):
        return None
    try:
        if gate.shape is STACK:
            return _stacked(graph, k, known)
        if gate.shape is INDEX:
            return _taken(graph, k, known[0])
        if gate.variadic:
            return None
        return tree_of(formula_of(graph, k), dict(zip(gate.inputs, known, strict=True)))
    except TooLargeError:
        return None


def _stacked(graph: Graph, k: int, args: list[ExpressionTree]) -> ExpressionTree:
    chosen = labels_of_rows(graph, k)
    if len(args) == 1 and len(args[0].shape) == 1:
        return row(args[0])
    if chosen is None or args[0].op != "index":
        return node("list", tuple(args), "", graph.shapes[k])
    matrix = args[0].args[0]
    return uncolumn(picked(matrix, onehot_of(chosen, matrix.shape)))


def _taken(graph: Graph, k: int, arg: ExpressionTree) -> ExpressionTree:
    places = _places(graph, k)
    if len(places) == 1 and len(arg.shape) == 1:
        return picked(arg, onehot_of(places[0], arg.shape))
    return node("index", (arg, *places), "", graph.shapes[k])


def _places(graph: Graph, k: int) -> list[ExpressionTree]:
    """The indices of an element, the last by its name if it has one."""
    position, shape = graph.positions[k], graph.shapes[graph.args[k][0]]
    found = [number(place % n) for place, n in zip(position, shape, strict=False)]
    # onehot counts from the front only.
    if k in graph.labels and position[-1] >= 0:
        found[-1] = ExpressionTree("name", (), graph.labels[k])
    return found


def labels_of_rows(graph: Graph, k: int) -> ExpressionTree | None:
    """The labels by which a stack takes one element of each row of a matrix, as Z[range(n), y]."""
    elements = graph.args[k]
    sources = {graph.args[element][:1] for element in elements}
    positions = [graph.positions.get(element, ()) for element in elements]
    (source,) = sources.pop() if len(sources) == 1 and () not in sources else (None,)
    if source is None or graph.shapes[source][:-1] != (len(elements),):
        return None
    if any(len(place) != 2 or place[0] != n for n, place in enumerate(positions)):
        return None
    if k in graph.labels and min(place[1] for place in positions) >= 0:
        return ExpressionTree("name", (), graph.labels[k], (len(elements),))
    count = graph.shapes[source][1]
    columns = tuple(number(place[1] % count) for place in positions)
    return node("list", columns, "", (len(elements),))


def composed(graph: Graph, symbol: list[ExpressionTree | None]) -> dict[str, ComposedDerivative]:
    """The gradient of each input that the output depends on, in these symbols."""
    if graph.gate_count > MAX_GATES or graph.shapes[graph.output]:
        return {name: ComposedDerivative(None) for name in graph.inputs}
    arrived: list[list[ExpressionTree | None]] = [[] for _ in graph.gates]
    assumed: list[dict[ExpressionTree, None]] = [{} for _ in graph.gates]
    arrived[graph.output] = [ONE]
    for k in range(graph.output, -1, -1):
        gate = graph.gates[k]
        if gate is None or not arrived[k]:
            continue
        upstream = _summed(arrived[k])
        labels = labels_of_rows(graph, k) if gate.shape is STACK else None
        if labels is not None:
            # One gate for each label, of which nobody would write out the sum.
            matrix = graph.args[graph.args[k][0]][0]
            assumed[matrix].update(assumed[k])
            arrived[matrix].append(_to_labels(upstream, labels, graph.shapes[matrix]))
            continue
        for slot, arg in enumerate(graph.args[k]):
            if arg not in graph.constants:
                assumed[arg].update(assumed[k])
                arrived[arg].append(_sent(graph, symbol, k, slot, upstream, assumed[arg]))
    return {
        name: ComposedDerivative(_summed(arrived[k]), tuple(assumed[k]))
        for name, k in graph.inputs.items()
        if arrived[k]
    }


def _to_labels(
    upstream: ExpressionTree | None, labels: ExpressionTree, shape: tuple[int, ...]
) -> ExpressionTree | None:
    """What arrives at the labels of a matrix, and 0 elsewhere."""
    if upstream is None:
        return None
    try:
        return product(column(upstream), onehot_of(labels, shape))
    except TooLargeError:
        return None


def _summed(trees: list[ExpressionTree | None]) -> ExpressionTree | None:
    known = [tree for tree in trees if tree is not None]
    try:
        return total(*known) if len(known) == len(trees) else None
    except TooLargeError:
        return None


def _sent(
    graph: Graph,
    symbol: list[ExpressionTree | None],
    k: int,
    slot: int,
    upstream: ExpressionTree | None,
    assumed: dict[ExpressionTree, None],
) -> ExpressionTree | None:
    """What gate k sends to one of its inputs; None where that has no formula."""
    gate, shape = graph.gates[k], shape_of(graph, graph.args[k][slot])
    if gate is None or upstream is None:
        return None
    try:
        if gate.shape is STACK:
            return entry(upstream, slot)
        if gate.shape is INDEX:
            return _to_element(graph, k, upstream, shape)
        return _by_rule(graph, symbol, k, slot, upstream, assumed)
    except TooLargeError:
        return None


def _to_element(
    graph: Graph, k: int, upstream: ExpressionTree, shape: tuple[int, ...]
) -> ExpressionTree:
    """What arrives at one element, or at one row, and 0 elsewhere."""
    places = [onehot_of(place, (n,)) for place, n in zip(_places(graph, k), shape, strict=False)]
    if len(places) == 2:
        return product(upstream, matmul(places[0], transpose(places[1])))
    return matmul(places[0], transpose(upstream)) if shape[1:] else product(upstream, places[0])


def _by_rule(
    graph: Graph,
    symbol: list[ExpressionTree | None],
    k: int,
    slot: int,
    upstream: ExpressionTree,
    assumed: dict[ExpressionTree, None],
) -> ExpressionTree | None:
    gate, args = graph.gates[k], graph.args[k]
    if gate is None or gate.variadic:
        return None
    known = dict(zip(gate.inputs, (symbol[arg] for arg in args), strict=True))
    names = {name: tree for name, tree in known.items() if tree is not None}
    names["g"], out = upstream, symbol[k]
    if out is not None:
        names["out"] = out
    names["n"] = number(prod(graph.shapes[args[0]]) / prod(graph.shapes[k]))
    text, shape = gate.local[slot], shape_of(graph, args[slot])
    typed = Step(graph, k, args[slot], slot, 0.0, None, text, None, 0.0).typed
    sent = tree_of(typed, names, assumed)
    if not mentions(text, "g"):
        is_spread = graph.axes.get(k) == 1 and gate.shape.reduces and len(shape) == 2
        sent = product(column(upstream) if is_spread else upstream, sent)
    computed = formula(graph, k, symbol)
    if out is not None and out.op == "name" and computed is not None:
        # -a / b^2 is -out / b.
        sent = with_name(sent, out, computed)
    if gate.shape.is_elementwise:
        # What was copied to every element hears from all of them.
        sent = product(sent, ones(shape_of(graph, k)))
    return fitted(sent, shape)
