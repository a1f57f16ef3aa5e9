"""Follow the gradient from the output back: where does it shrink, grow, stop, or break?

The size of a gradient is its largest element. A path back from the output to an input
multiplies factors; those of each kind of gate together say which gates matter most.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import inf, isfinite
from typing import Any, NamedTuple

from backprop_cli.analysis.notes.nonfinite import birth_notes
from backprop_cli.analysis.notes.note import Note
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.compiler import compile_rule
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.gates.shape_rules.value_type import numbers
from backprop_cli.language.style import SOURCE, Style

VANISHED, EXPLODED = 1e-4, 1e4
"""Of the gradient that the pass began with: below the first little is left, above the second it
is out of hand."""

SATURATED = 0.01
"""A slope below this share of the steepest that the gate has."""

MOSTLY = 0.75
"""The share of the elements of a gate from which on it is reported: half is usual in a relu."""

MOST_GATES = 10_000
"""Gates that are looked at for being saturated or blocked: each takes a step of its own."""


MAX_GATE_ROWS = 256
"""Rows of the gate table whose steepest slopes are kept."""


class Factor(NamedTuple):
    """What all gates of one kind on a path do to the gradient together."""

    gate: str
    gates: int
    factor: float


class Path(NamedTuple):
    """The way of the gradient from the output to one input."""

    input: int
    ratio: float
    """Its size at the input, for each unit at the output."""
    factors: list[Factor]
    """By gate, the one that changes it most first."""


class BlockedInput(NamedTuple):
    """A gate that passes nothing on to one of its inputs, though something arrives at it."""

    gate: int
    input: int


class WeakGate(NamedTuple):
    """A gate of which some elements pass nothing or almost nothing on."""

    gate: int
    hits: int
    size: int
    slope: float
    """The largest slope among these elements."""


@dataclass(frozen=True, eq=False)
class Flow:
    """The size of every gradient, and what happens to it."""

    trace: Trace
    nodes: Sequence[int]
    """The nodes that have a gradient, in the order of the backward pass; inputs last."""
    sizes: Sequence[float]
    """For each node of the graph the largest |element| of its gradient; 0 where it has none."""

    @property
    def start(self) -> float:
        """The size that the pass began with."""
        return self.sizes[self.trace.graph.output]

    @cached_property
    def _users(self) -> dict[int, int]:
        """Node -> a gate that it feeds; the only one, where it is no fork."""
        args = self.trace.graph.args
        return {arg: k for k in self.trace.reached for arg in args[k]}

    def _sender(self, node: int) -> int:
        """The gate from which most of a node's gradient comes."""
        if node not in self.trace.forks:
            return self._users[node]
        steps = self.trace.contributions(node)
        return max(steps, key=lambda step: size_of(step.downstream)).output

    @cached_property
    def vanishing(self) -> Path | None:
        """The way to the input that gets least, if that is next to nothing, but not nothing."""
        left = [k for k in self._inputs if 0 < self.sizes[k] < VANISHED * self.start]
        return self._path(min(left, key=self.sizes.__getitem__)) if left else None

    @cached_property
    def exploding(self) -> Path | None:
        """The way to the input that gets most, if that is out of hand, but finite."""
        found = [k for k in self._inputs if self.sizes[k] > EXPLODED * self.start > 0]
        found = [k for k in found if isfinite(self.sizes[k])]
        return self._path(max(found, key=self.sizes.__getitem__)) if found else None

    @property
    def _inputs(self) -> list[int]:
        gates = self.trace.graph.gates
        return [k for k in self.nodes if gates[k] is None]

    def _path(self, node: int) -> Path:
        """The way to a node, through the gates from which most comes."""
        ratio = self.sizes[node] / self.start
        found: dict[str, Factor] = {}
        way = node
        while way != self.trace.graph.output:
            sender = self._sender(way)
            name = self.trace.gate(sender).name
            before = found.get(name, Factor(name, 0, 1.0))
            change = self.sizes[way] / self.sizes[sender] if self.sizes[sender] else 1.0
            found[name] = Factor(name, before.gates + 1, before.factor * change)
            way = sender
        factors = sorted(found.values(), key=lambda one: one.factor, reverse=ratio > 1)
        return Path(node, ratio, factors)

    @cached_property
    def blocks(self) -> list[BlockedInput]:
        """Where the gradient stops: every gate that sends 0 to a node to which nothing else comes.

        Only where it stops first: what follows gets nothing because of it.
        """
        arrived, args = self.trace.arrived, self.trace.graph.args
        return [
            BlockedInput(k, arg)
            for k in self.trace.reached
            if self.sizes[k] > 0
            for arg in dict.fromkeys(args[k])
            if arrived[arg] is not None and self.sizes[arg] == 0
        ]

    @cached_property
    def weak(self) -> list[WeakGate]:
        """Saturated gates, and relus of which some elements are dead."""
        blocked = {block.gate for block in self.blocks}
        found: list[WeakGate] = []
        for k in self.trace.reached[:MOST_GATES]:
            least = _next_to_nothing(self.trace.gate(k))
            if least is not None and k not in blocked and self.sizes[k] > 0:
                (step,) = self.trace.steps_at(k)
                found += _weak(k, least, step.local)
        return found

    def origins(self, style: Style = SOURCE) -> list[Note]:
        """The gates whose result is inf or NaN though their inputs are not."""
        return list(birth_notes(self.trace, style))


def flow(trace: Trace) -> Flow:
    """The sizes of all gradients of a run."""
    graph, arrived = trace.graph, trace.arrived
    sizes = [size_of(gradient) for gradient in arrived]
    gates = [k for k in [graph.output, *trace.reached] if arrived[k] is not None]
    inputs = [k for k in graph.inputs.values() if arrived[k] is not None]
    return Flow(trace, list(dict.fromkeys([*gates, *inputs])), sizes)


def size_of(gradient: Any) -> float:
    """The largest |element|; nan if one is; 0 where there is no gradient."""
    if gradient is None:
        return 0.0
    if isinstance(gradient, float):
        return abs(gradient)
    return float(abs(gradient).max())


@lru_cache(maxsize=MAX_GATE_ROWS)
def steepest(gate: Gate) -> float | None:
    """The slope at 0 of a gate that saturates, as sigmoid does; None of any other.

    It is what the rule of its row says: far out on both sides there is no slope left.
    """
    if not gate.shape.is_elementwise or len(gate.inputs) > 1 or gate.variadic:
        return None
    value = compile_rule(gate.forward, ("a",), numbers(1)).run
    slope = compile_rule(gate.local[0], ("a", "out"), numbers(2)).run
    at_0, *far = (abs(slope(a, value(a))) for a in (0.0, -inf, inf))
    return float(at_0) if far == [0, 0] and 0 < at_0 < inf else None


def may_die(gate: Gate) -> bool:
    """Whether a gate lets each element through or does not, as relu does."""
    return (
        gate.pattern is Pattern.ROUTER
        and gate.shape.is_elementwise
        and len(gate.inputs) == 1
        and not gate.variadic
    )


def _next_to_nothing(gate: Gate) -> float | None:
    """The slope up to which a gate is dead or saturated; None where it can be neither."""
    if may_die(gate):
        return 0.0
    most = steepest(gate)
    return None if most is None else SATURATED * most


def _weak(k: int, least: float, local: Any) -> Iterator[WeakGate]:
    """What is said of one gate, if most of its elements pass next to nothing."""
    slopes = abs(local)
    small = slopes <= least
    if isinstance(local, float):
        if small:
            yield WeakGate(k, 1, 1, slopes)
    elif small.mean() >= MOSTLY:
        yield WeakGate(k, int(small.sum()), small.size, float(slopes[small].max()))
