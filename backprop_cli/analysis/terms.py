"""One element's gradient: a sum over all elements that it feeds, of which most terms vanish."""

from collections.abc import Iterator
from itertools import islice, product
from math import prod
from typing import NamedTuple

from backprop_cli.autodiff.elements import at, one_at
from backprop_cli.autodiff.steps import Step
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.shape_rules.shape_rule import Axes
from backprop_cli.gates.shapes import Index
from backprop_cli.graph.graph import Graph


class PathTerm(NamedTuple):
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
    terms: list[PathTerm]
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


def _term(trace: Trace, step: Step, k: Index, position: Index) -> PathTerm:
    """One term: what the gate's own rule sends if the upstream is 1 at `k` and 0 elsewhere."""
    alone = trace.steps_alone(step.output, step.input, one_at(trace.graph.shapes[step.output], k))
    (same,) = [other for other in alone if other.slot == step.slot]
    upstream, local = at(step.upstream, k), at(same.downstream, position)
    return PathTerm(k, upstream, local, upstream * local)


def axes_fed(graph: Graph, k: int, slot: int, position: Index) -> Axes | None:
    """Which elements of gate `k` the element at `position` of its input `slot` feeds."""
    gate = graph.gates[k]
    assert gate is not None
    return gate.shape.fed(graph.use(k), slot, position)


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
