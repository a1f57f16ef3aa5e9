"""Everything that one run did: values, gradients, and every chain-rule step between them.

A run keeps values and gradients only. Locals, downstreams, contributions and notes
follow from these and the rules, and are worked out when somebody looks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import NamedTuple

from backprop_cli.autodiff.backward import run
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.steps import Step, steps_of
from backprop_cli.autodiff.tape import Replaced, backward_tape, dependent, rule_texts
from backprop_cli.gates.compiler import mentions
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.value import Gradient, Value, known
from backprop_cli.graph.graph import Graph
from backprop_cli.language.style import Style


class Node(NamedTuple):
    """One use of a gate, an input or a constant."""

    name: str
    gate: str
    """The gate's name, or input, or constant."""
    inputs: tuple[str, ...]
    shape: tuple[int, ...]
    value: Value
    gradient: Gradient
    """None where there is none: for constants, and where the output does not depend on it."""
    span: tuple[int, int] | None
    """Where it stands in the source; None for an input never used, a number never typed."""


class OrderedStep(NamedTuple):
    """One step, as the backward pass is told."""

    step: Step
    completes: bool
    """Whether its receiver is a fork of which all contributions have now arrived."""


@dataclass(frozen=True, eq=False, repr=False)
class Trace:
    """One run of a graph, forwards and backwards."""

    graph: Graph
    values: Sequence[Value]
    """The value of each node."""
    arrived: Sequence[Gradient]
    """The gradient of each node, in its shape; None where there is none."""
    seed: Value | None
    """The upstream gradient of the output; None where there was none to start from."""
    wrt: frozenset[str] | None = None
    """The inputs whose gradients were asked for; None for all."""
    rules: Replaced | None = None
    pins: Mapping[int, Value] | None = None
    sent: Mapping[tuple[int, int], Value] | None = None
    """(gate, slot) -> what the step sends, where that is shown without its rounding noise."""

    @property
    def expression(self) -> str:
        """The formula as typed."""
        return self.graph.source.strip()

    @property
    def output(self) -> str:
        """The name of the output."""
        return self.graph.names[self.graph.output]

    @property
    def is_seeded_by_one(self) -> bool:
        """Whether the backward pass starts from ∂f/∂f = 1, and from no upstream that was given."""
        return isinstance(self.seed, float) and self.seed == 1.0

    @property
    def objective(self) -> str:
        """Of what all gradients are: of the output, or under an upstream of a name that is free.

        With an upstream ∂f/∂x would be another thing: of an array f it is the Jacobian.
        """
        if self.seed is None or self.is_seeded_by_one:
            return self.output
        taken = {*self.graph.names, *self.graph.inputs}
        return next(name for name in _objectives() if name not in taken)

    @property
    def value(self) -> Value:
        """The value of the output."""
        return self.values[self.graph.output]

    @property
    def inputs(self) -> dict[str, Value]:
        """Input -> its value."""
        return {name: self.values[node] for name, node in self.graph.inputs.items()}

    @property
    def held(self) -> dict[int, Value]:
        """The values that count as constants, which a measured slope holds."""
        gates = enumerate(self.graph.gates)
        return {k: self.values[k] for k, gate in gates if gate is not None and gate.is_held}

    @property
    def gradients(self) -> dict[str, Gradient]:
        """Input -> ∂output/∂input in the input's shape, for the inputs asked for.

        None where the output does not depend on the input, or nothing was run backwards.
        """
        return {
            name: self.arrived[node]
            for name, node in self.graph.inputs.items()
            if self.wrt is None or name in self.wrt
        }

    @property
    def nodes(self) -> list[Node]:
        """Every node, in order of computation."""
        return [self.node(k) for k in range(len(self.graph))]

    def node(self, k: int) -> Node:
        """Node number `k`."""
        graph = self.graph
        gate = graph.gates[k]
        what = gate.name if gate else "constant" if k in graph.constants else "input"
        return Node(
            graph.names[k],
            what,
            tuple([graph.names[arg] for arg in graph.args[k]]),
            graph.shapes[k],
            self.values[k],
            self.arrived[k],
            graph.span(k),
        )

    @cached_property
    def steps(self) -> list[Step]:
        """Every chain-rule step, in the order of the backward pass."""
        return list(self.each_step())

    def each_step(self) -> Iterator[Step]:
        """The steps one by one, without keeping them."""
        for k in self.reached:
            yield from self.steps_at(k)

    def steps_in_order(self, most: int | None = None) -> Iterator[OrderedStep]:
        """The steps of the first `most` gates, and after which of them a fork is complete."""
        missing = dict(self.forks)
        for k in self.reached[:most]:
            for step in self.steps_at(k):
                left = missing[step.input] = missing.get(step.input, 0) - 1
                yield OrderedStep(step, left == 0)

    @property
    def reached(self) -> list[int]:
        """The gates that the backward pass went through, in its order."""
        if self.seed is None:
            return []
        return backward_tape(self.graph, self.wrt, self.rules).nodes

    def steps_at(self, k: int) -> list[Step]:
        """The steps of one gate: what it sends to each input, last input first."""
        gate = self.graph.gates[k]
        assert gate is not None
        texts = rule_texts(gate, k, self.rules or {})
        steps = steps_of(self.graph, self.values, known(self.arrived[k]), k, texts, self._wanted)
        sent = self.sent or {}
        return [s._replace(downstream=sent.get((k, s.slot), s.downstream)) for s in steps]

    def steps_alone(self, k: int, wrt: int, upstream: Value) -> list[Step]:
        """What gate `k` would send to one of its inputs, which may be in several of its places."""
        texts = rule_texts(self.gate(k), k, self.rules or {})
        wanted = {arg: arg == wrt for arg in self.graph.args[k]}
        return steps_of(self.graph, self.values, upstream, k, texts, wanted)

    def whole_rule(self, k: int, slot: int, style: Style, upstream: str) -> str | None:
        """The rule of a gate where it says all that is sent; None where it says a local derivative.

        Args:
            k: a gate.
            slot: which of its inputs the rule is for.
            style: how it is spelt.
            upstream: what to write for the upstream gradient.
        """
        text = rule_texts(self.gate(k), k, self.rules or {})[0 if self.gate(k).variadic else slot]
        if not mentions(text, "g"):
            return None
        nothing = Step(self.graph, k, self.graph.args[k][slot], slot, 0.0, None, text, None, 0.0)
        return nothing.rule(style, upstream)

    @cached_property
    def forks(self) -> dict[int, int]:
        """Fork -> how many contributions arrive there: more than one, or it is no fork."""
        counts: dict[int, int] = {}
        for k in self.reached:
            for arg in self.graph.args[k]:
                if self._wanted[arg]:
                    counts[arg] = counts.get(arg, 0) + 1
        return {node: count for node, count in counts.items() if count > 1}

    def contributions(self, node: int) -> list[Step]:
        """The steps that arrive at a node, in the order of the backward pass."""
        users = self._users.get(node, ())
        return [step for k in users for step in self.steps_at(k) if step.input == node]

    @cached_property
    def _users(self) -> dict[int, list[int]]:
        """Node -> the gates that it feeds, in the order of the backward pass."""
        users: dict[int, list[int]] = {}
        for k in self.reached:
            for arg in dict.fromkeys(self.graph.args[k]):
                users.setdefault(arg, []).append(k)
        return users

    @cached_property
    def _wanted(self) -> list[bool]:
        return dependent(self.graph, self.wrt)

    def gate(self, k: int) -> Gate:
        """The gate of node `k`, which must have one."""
        gate = self.graph.gates[k]
        if gate is None:
            raise KeyError(f"node {k} is no gate")
        return gate


def trace(
    graph: Graph,
    inputs: Mapping[str, Value],
    seed: Value | None = 1.0,
    wrt: frozenset[str] | None = None,
    rules: Replaced | None = None,
    pins: Mapping[int, Value] | None = None,
) -> Trace:
    """Run `graph` forwards and backwards, and keep what happened.

    Args:
        graph: what to run.
        inputs: a value for each input, of the shape that the graph was built for.
        seed: the upstream gradient of the output, in its shape; None to run forwards only.
        wrt: the inputs whose gradients are wanted; None for all.
        rules: local derivatives to run instead of the gates' own, as a mistake does.
        pins: gradients of nodes to go on from instead of what arrived there.
    """
    if seed is None:
        return Trace(graph, tuple(forward(graph, inputs)), (None,) * len(graph), None, wrt)
    values, gradients = run(graph, inputs, seed, wrt, rules, pins)
    return Trace(graph, tuple(values), tuple(gradients), seed, wrt, rules, pins)


def _objectives() -> Iterator[str]:
    """Names of what an upstream comes from, the usual one first."""
    yield from ("L", "J", "E")
    yield from (f"L{number}" for number in count(1))
