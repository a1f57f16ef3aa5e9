"""One element's gradient: a sum over all elements that it feeds, of which most terms vanish."""

from collections.abc import Iterator
from itertools import islice, product
from math import prod
from typing import NamedTuple

from backprop_cli.autodiff.elements import at, one_at
from backprop_cli.autodiff.steps import Step
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.gate import Shape as Rule
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.shapes import Index, Shape, copied_along, padded

Axes = tuple[int | None, ...]
"""Which elements of a gate's output one element of an input feeds: along each axis the one
at this index, or (None) all of them."""


class Term(NamedTuple):
    """One term of the sum: ∂f/∂q_k · ∂q_k/∂x."""

    position: Index
    """k."""
    upstream: float
    local: float
    product: float


class Contribution(NamedTuple):
    """What arrives at one element from one gate that uses it."""

    step: Step
    axes: Axes | None
    """None where the gate does not use this element."""
    terms: list[Term]
    """The first of the terms that need not vanish."""
    fed: int
    """How many of them there are."""
    total: float


def contribution(trace: Trace, step: Step, position: Index, most: int) -> Contribution:
    """What a gate sends to the element at `position` of its input, with `most` of the terms."""
    axes = axes_fed(trace.graph, step.output, step.slot, position)
    total = at(step.downstream, position)
    if axes is None:
        return Contribution(step, None, [], 0, total)
    shape = trace.graph.shapes[step.output]
    places = [range(n) if index is None else (index,) for n, index in zip(shape, axes, strict=True)]
    first = islice(product(*places), most)
    terms = [_term(trace, step, k, position) for k in first]
    return Contribution(step, axes, terms, prod(map(len, places)), total)


def _term(trace: Trace, step: Step, k: Index, position: Index) -> Term:
    """One term: what the gate's own rule sends if the upstream is 1 at `k` and 0 elsewhere."""
    alone = trace.steps_alone(step.output, step.input, one_at(trace.graph.shapes[step.output], k))
    (same,) = [other for other in alone if other.slot == step.slot]
    upstream, local = at(step.upstream, k), at(same.downstream, position)
    return Term(k, upstream, local, upstream * local)


def axes_fed(graph: Graph, k: int, slot: int, position: Index) -> Axes | None:
    """Which elements of gate `k` the element at `position` of its input `slot` feeds."""
    gate, shape = graph.gates[k], graph.shapes[k]
    assert gate is not None
    match gate.shape:
        case Rule.ELEMENTWISE:
            return _copied(graph.shapes[graph.args[k][slot]], shape, position)
        case Rule.REDUCE | Rule.DOT:
            axis = graph.axes.get(k)
            return () if axis is None else position[:axis] + position[axis + 1 :]
        case Rule.MATMUL:
            return _of_product(graph, k, slot, position)
        case Rule.TRANSPOSE:
            return position[::-1]
        case Rule.INDEX:
            sizes = graph.shapes[graph.args[k][0]]
            taken = tuple(i % n for i, n in zip(graph.positions[k], sizes, strict=False))
            return position[len(taken) :] if position[: len(taken)] == taken else None
        case Rule.STACK:
            return (slot, *position)
        case Rule.SQUARE:
            return (None,) * len(shape)
        case Rule.SAME:
            axis = graph.axes.get(k)
            return tuple(
                None if axis in (None, place) else index for place, index in enumerate(position)
            )


def _copied(shape: Shape, into: Shape, position: Index) -> Axes:
    """Where broadcasting copies an element to: all along the axes that it has not, or of size 1."""
    along = copied_along(shape, into)
    places = padded(position, len(into))
    return tuple(None if axis in along else index for axis, index in enumerate(places))


def _of_product(graph: Graph, k: int, slot: int, position: Index) -> Axes:
    """Of a product: the row of an element on the left, the column of one on the right."""
    left, right = graph.args[k]
    if graph.types[right] == "r":
        return (position[0], None) if slot == 0 else (None, position[0])
    is_row = len(graph.shapes[left]) == 1
    columns = len(graph.shapes[right]) - 1
    if slot == 0:
        return (() if is_row else position[:1]) + (None,) * columns
    return (() if is_row else (None,)) + position[1:]


def chain(trace: Trace, node: int, position: Index, most: int) -> Iterator[tuple[Step, Index]]:
    """The steps from an element on towards the output, while it feeds one element through one gate.

    Yields each step with the element of the gate's output. Where it ends, `∂f/∂` of the
    last of these elements is a sum of several terms, or it is the output.
    """
    for _ in range(most):
        steps = trace.contributions(node)
        if len(steps) != 1:
            return
        axes = axes_fed(trace.graph, steps[0].output, steps[0].slot, position)
        if axes is None or None in axes:
            return
        node, position = steps[0].output, tuple(index for index in axes if index is not None)
        yield steps[0], position
