"""Forward mode: move one input a little, and each gate tells the next how far it moves.

The tangent of a node is how fast it changes along a direction of the inputs. It is made of
the same local derivatives as a gradient, met from the other end: tangent × local, and where
several inputs of a gate move, the sum.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from backprop_cli.autodiff.elements import one_at, places
from backprop_cli.autodiff.errstate import without_warnings
from backprop_cli.autodiff.steps import downstream, rule_arguments
from backprop_cli.autodiff.tape import kind, rule_texts
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.compiler import compile_rule, mentions
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.kernels import Kind, forward_kernel
from backprop_cli.gates.shape_rules.shape_rule import GateUse
from backprop_cli.gates.value import Gradient, Value, number

Tangent = Gradient
"""∂node/∂direction in the node's shape, or None where the node does not move."""


def tangents(trace: Trace, direction: Mapping[str, Value]) -> list[Tangent]:
    """The tangent of every node, as the inputs move along `direction`.

    Args:
        trace: a run; its values are those at which everything moves.
        direction: input -> how fast it moves, in its shape; the others stand still.
    """
    graph = trace.graph
    found: list[Tangent] = [None] * len(graph)
    for name, tangent in direction.items():
        found[graph.inputs[name]] = tangent
    with without_warnings(graph):
        for k, gate in enumerate(graph.gates):
            if gate is not None:
                found[k] = _tangent(_GateOfRun(trace, gate, k, kind(graph, k)), found)
    return found


class _GateOfRun(NamedTuple):
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

    @property
    def use(self) -> GateUse:
        """The shapes that meet there."""
        return self.trace.graph.use(self.node)

    def local(self, slot: int) -> Value:
        """The local derivative by one input: a number, or for each element."""
        graph, values = self.trace.graph, self.trace.values
        names, types, found = rule_arguments(graph, self.gate, self.about, values, self.node, slot)
        local: Value = compile_rule(self.text(slot), names, types, self.about.axis).run(*found)
        return local

    def values(self) -> dict[int, Value]:
        """The values of the inputs, by their slots."""
        return {slot: self.trace.values[arg] for slot, arg in enumerate(self.args)}

    def run(self, values: dict[int, Value]) -> Value:
        """What the gate makes of these values of its inputs."""
        made = dict(values)
        inputs = tuple(range(len(self.args))) if self.gate.variadic else 0
        forward_kernel(self.gate, self.about)(made, -1, inputs, 1)
        return made[-1]

    def sent(self, slot: int, upstream: Value) -> Value:
        """What the rule sends back to one input."""
        texts = rule_texts(self.gate, self.node, self.trace.rules or {})
        values = self.trace.values
        return downstream(
            self.gate, self.about, values, upstream, self.node, self.args, slot, texts
        )


def _tangent(use: _GateOfRun, found: list[Tangent]) -> Tangent:
    total: Tangent = None
    for slot, arg in enumerate(use.args):
        tangent = found[arg]
        if tangent is not None:
            moved = _moved(use, slot, tangent)
            total = moved if total is None else total + moved
    return total


def _moved(use: _GateOfRun, slot: int, tangent: Value) -> Value:
    """How a tangent goes through a gate from one of its inputs."""
    text, shape = use.text(slot), use.gate.shape
    own = text == use.gate.local[0 if use.gate.variadic else slot]
    if own or (shape.is_by_local and not mentions(text, "g")):
        return shape.tangent(use, slot, tangent)
    return _turned(use, slot, tangent)


def factors(trace: Trace, found: Sequence[Tangent], k: int) -> list[tuple[float, float]]:
    """Of a gate of numbers: the tangent of each input that moves, and the local derivative.

    None where a rule says no local derivative: the transpose of a number just hands it on.
    """
    use = _GateOfRun(trace, trace.gate(k), k, kind(trace.graph, k))
    moving = [slot for slot, arg in enumerate(use.args) if found[arg] is not None]
    if any(mentions(use.text(slot), "g") for slot in moving):
        return []
    return [(number(found[use.args[slot]]), number(use.local(slot))) for slot in moving]


def _turned(use: _GateOfRun, slot: int, tangent: Value) -> Value:
    """What follows from a rule that is not the row's own, whatever it is.

    A rule says only what is sent back. So an element of the output moves by what it sends
    back alone, times the tangent: its row of the Jacobian.
    """
    shape = use.trace.graph.shapes[use.node]
    rows = [use.sent(slot, one_at(shape, place)) * tangent for place in places(shape)]
    if not shape:
        return rows[0] if isinstance(rows[0], float) else float(rows[0].sum())
    import numpy as np

    return np.array([np.sum(row) for row in rows]).reshape(shape)
