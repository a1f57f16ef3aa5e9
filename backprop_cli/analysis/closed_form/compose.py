"""The chain rule in symbols: the gradient of each input, from the rules of the gates."""

from math import prod
from typing import NamedTuple

from backprop_cli.analysis.closed_form.terms import tree_of
from backprop_cli.analysis.closed_form.tree import (
    ONE,
    TooLargeError,
    Tree,
    number,
    ones,
    product,
    sum_of,
    total,
)
from backprop_cli.autodiff.steps import Step
from backprop_cli.gates.compiler import mentions, rule
from backprop_cli.graph.graph import Graph

MAX_GATES = 60
"""Gates of the largest graph whose gradients are composed."""


class Composed(NamedTuple):
    """The gradient of an input in symbols."""

    tree: Tree | None
    """None where it is too large or a gate has no formula."""
    assumed: tuple[Tree, ...] = ()
    """What must not be 0."""


def shape_of(graph: Graph, k: int) -> tuple[int, ...]:
    """The shape of a node, where a row is a matrix of one row."""
    shape = graph.shapes[k]
    return (1, *shape) if graph.types[k].is_row else shape


def symbols(graph: Graph) -> list[Tree | None]:
    """For each node its name, where the user gave it one, or its formula."""
    found: list[Tree | None] = []
    named = {**{node: name for name, node in graph.inputs.items()}, **graph.given}
    for k, gate in enumerate(graph.gates):
        shape = shape_of(graph, k)
        if k in named:
            found.append(Tree("name", (), named[k], shape))
        elif gate is None:
            value = graph.constants[k]
            found.append(number(value) if isinstance(value, float) else None)
        else:
            args = [found[arg] for arg in graph.args[k]]
            found.append(_formula(graph, k, args))
    return found


def _formula(graph: Graph, k: int, args: list[Tree | None]) -> Tree | None:
    gate = graph.gates[k]
    if gate is None or gate.variadic or k in graph.axes or None in args:
        return None
    names = {name: arg for name, arg in zip(gate.inputs, args, strict=True) if arg is not None}
    try:
        return tree_of(rule(gate.text), names)
    except TooLargeError:
        return None


def composed(graph: Graph) -> dict[str, Composed]:
    """The gradient of each input that the output depends on."""
    if graph.gate_count > MAX_GATES or graph.shapes[graph.output]:
        return {name: Composed(None) for name in graph.inputs}
    symbol = symbols(graph)
    arrived: list[list[Tree | None]] = [[] for _ in graph.gates]
    assumed: list[dict[Tree, None]] = [{} for _ in graph.gates]
    arrived[graph.output] = [ONE]
    for k in range(graph.output, -1, -1):
        gate = graph.gates[k]
        if gate is None or not arrived[k]:
            continue
        upstream = _summed(arrived[k])
        for slot, arg in enumerate(graph.args[k]):
            if arg not in graph.constants:
                assumed[arg].update(assumed[k])
                arrived[arg].append(_sent(graph, symbol, k, slot, upstream, assumed[arg]))
    return {
        name: Composed(_summed(arrived[node]), tuple(assumed[node]))
        for name, node in graph.inputs.items()
        if arrived[node]
    }


def _summed(trees: list[Tree | None]) -> Tree | None:
    known = [tree for tree in trees if tree is not None]
    try:
        return total(*known) if len(known) == len(trees) else None
    except TooLargeError:
        return None


def _sent(
    graph: Graph,
    symbol: list[Tree | None],
    k: int,
    slot: int,
    upstream: Tree | None,
    assumed: dict[Tree, None],
) -> Tree | None:
    """What gate k sends to one of its inputs; None where that has no formula."""
    gate, args = graph.gates[k], [symbol[arg] for arg in graph.args[k]]
    if gate is None or gate.variadic or k in graph.axes or upstream is None:
        return None
    if gate.shape.picks_elements:
        return None
    shape = shape_of(graph, graph.args[k][slot])
    known = {**dict(zip(gate.inputs, args, strict=True)), "out": symbol[k], "g": upstream}
    names = {name: tree for name, tree in known.items() if tree is not None}
    names["n"] = number(prod(graph.shapes[graph.args[k][0]]))
    text = gate.local[slot]
    try:
        typed = Step(graph, k, graph.args[k][slot], slot, 0.0, None, text, None, 0.0).typed
        local = tree_of(typed, names, assumed)
        sent = local if mentions(text, "g") else product(upstream, local)
        if not shape:
            # A number that was used for every element gets the sum of their gradients.
            whole = shape_of(graph, k)
            return sum_of(product(sent, ones(whole)) if whole else sent)
        if sent.shape in ((), shape):
            return product(sent, ones(shape))
    except (TooLargeError, ValueError):
        return None
    return None
