"""Forward mode: move one input a little, and each gate tells the next how far it moves.

The tangent of a node is how fast it changes along a direction of the inputs. It is made of
the same local derivatives as a gradient, met from the other end: tangent × local, and where
several inputs of a gate move, the sum.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from backprop_cli.autodiff.elements import one_at, places
from backprop_cli.autodiff.errstate import quiet
from backprop_cli.autodiff.steps import downstream, rule_arguments
from backprop_cli.autodiff.tape import kind, rule_texts
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.compiler import compile_rule, mentions
from backprop_cli.gates.gate import Gate, Shape
from backprop_cli.gates.kernels import Kind, forward_kernel

Tangent = Any
"""∂node/∂direction in the node's shape, or None where the node does not move."""


def tangents(trace: Trace, direction: Mapping[str, Any]) -> list[Tangent]:
    """The tangent of every node, as the inputs move along `direction`.

    Args:
        trace: a run; its values are those at which everything moves.
        direction: input -> how fast it moves, in its shape; the others stand still.
    """
    graph = trace.graph
    found: list[Tangent] = [None] * len(graph)
    for name, tangent in direction.items():
        found[graph.inputs[name]] = tangent
    with quiet(graph):
        for k, gate in enumerate(graph.gates):
            if gate is not None:
                found[k] = _tangent(_Use(trace, gate, k, kind(graph, k)), found)
    return found


class _Use(NamedTuple):
    """One gate of a run."""

    trace: Trace
    gate: Gate
    node: int
    about: Kind

    @property
    def args(self) -> tuple[int, ...]:
        """The nodes of its inputs."""
        return self.trace.graph.args[self.node]

    def text(self, slot: int) -> str:
        """The rule for one of its inputs."""
        texts = rule_texts(self.gate, self.node, self.trace.rules or {})
        return texts[0 if self.gate.variadic else slot]


def _tangent(use: _Use, found: list[Tangent]) -> Tangent:
    moving = {slot: found[arg] for slot, arg in enumerate(use.args) if found[arg] is not None}
    total: Tangent = None
    for slot, tangent in moving.items():
        moved = _along(use, slot)(use, slot, tangent)
        total = moved if total is None else total + moved
    return total


def factors(trace: Trace, found: list[Tangent], k: int) -> list[tuple[float, float]]:
    """Of a gate of numbers: the tangent of each input that moves, and the local derivative.

    None where a rule says no local derivative: the transpose of a number just hands it on.
    """
    use = _Use(trace, trace.gate(k), k, kind(trace.graph, k))
    moving = [slot for slot, arg in enumerate(use.args) if found[arg] is not None]
    if any(mentions(use.text(slot), "g") for slot in moving):
        return []
    return [(found[use.args[slot]], _local(use, slot)) for slot in moving]


def _local(use: _Use, slot: int) -> Any:
    """The local derivative by one input: a number, or for each element."""
    graph, values = use.trace.graph, use.trace.values
    names, types, found = rule_arguments(graph, use.gate, use.about, values, use.node, slot)
    return compile_rule(use.text(slot), names, types, use.about.axis).run(*found)


def _scaled(use: _Use, slot: int, tangent: Tangent) -> Tangent:
    """Tangent × local, element by element, copied where the input is."""
    moved = tangent * _local(use, slot)
    shape = use.trace.graph.shapes[use.node]
    if use.gate.shape is not Shape.ELEMENTWISE or not shape:
        return moved
    from numpy import broadcast_to

    return broadcast_to(moved, shape)


def _summed(use: _Use, slot: int, tangent: Tangent) -> Tangent:
    """The sum of tangent × local over the elements that were reduced to one."""
    moved = _scaled(use, slot, tangent)
    if isinstance(moved, float):
        return moved
    total = moved.sum(axis=use.about.axis)
    return total if use.trace.graph.shapes[use.node] else float(total)


def _multilinear(use: _Use, slot: int, tangent: Tangent) -> Tangent:
    """A product: what it gives for the tangent in the place of one factor."""
    return _run(use, {s: use.trace.values[arg] for s, arg in enumerate(use.args)} | {slot: tangent})


def _linear(use: _Use, slot: int, tangent: Tangent) -> Tangent:
    """A rearrangement: it does to a tangent what it does to a value; the others stand still."""
    return _run(use, {s: use.trace.values[arg] * 0.0 for s, arg in _others(use)} | {slot: tangent})


def _others(use: _Use) -> list[tuple[int, int]]:
    return list(enumerate(use.args)) if len(use.args) > 1 else []


def _run(use: _Use, values: dict[int, Any]) -> Any:
    """What the gate makes of these values."""
    places = tuple(range(len(use.args)))
    forward_kernel(use.gate, use.about)(values, -1, places if use.gate.variadic else 0, 1)
    return values[-1]


def _symmetric(use: _Use, slot: int, tangent: Tangent) -> Tangent:
    """The Jacobian of softmax is symmetric: it does to a tangent what it does to a gradient."""
    return _sent(use, slot, tangent)


def _turned(use: _Use, slot: int, tangent: Tangent) -> Tangent:
    """What follows from a rule that is not the row's own, whatever it is.

    A rule says only what is sent back. So an element of the output moves by what it sends
    back alone, times the tangent: its row of the Jacobian.
    """
    shape = use.trace.graph.shapes[use.node]
    rows = [_sent(use, slot, one_at(shape, place)) * tangent for place in places(shape)]
    if not shape:
        return rows[0] if isinstance(tangent, float) else float(rows[0].sum())
    import numpy as np

    return np.array([np.sum(row) for row in rows]).reshape(shape)


def _sent(use: _Use, slot: int, upstream: Any) -> Any:
    """What the rule sends back to one input."""
    texts = rule_texts(use.gate, use.node, use.trace.rules or {})
    values = use.trace.values
    return downstream(use.gate, use.about, values, upstream, use.node, use.args, slot, texts)


def _along(use: _Use, slot: int) -> Callable[[_Use, int, Tangent], Tangent]:
    """How a tangent goes through a gate from one of its inputs."""
    text, shape = use.text(slot), use.gate.shape
    own = text == use.gate.local[0 if use.gate.variadic else slot]
    by_local = shape in (Shape.ELEMENTWISE, Shape.REDUCE) and not mentions(text, "g")
    return _ALONG[shape] if own or by_local else _turned


_ALONG: dict[Shape, Callable[[_Use, int, Tangent], Tangent]] = {
    Shape.ELEMENTWISE: _scaled,
    Shape.REDUCE: _summed,
    Shape.SAME: _symmetric,
    Shape.SQUARE: _turned,
    Shape.MATMUL: _multilinear,
    Shape.DOT: _multilinear,
    Shape.TRANSPOSE: _linear,
    Shape.INDEX: _linear,
    Shape.STACK: _linear,
}
