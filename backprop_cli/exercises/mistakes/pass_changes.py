"""The mistakes that no rule of one gate expresses: each is a change of the whole backward pass."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from backprop_cli.autodiff.tape import dependent, kind
from backprop_cli.exercises.mistakes.mistake import (
    Hypothesis,
    Mistake,
    PassChange,
    always,
    gate_at,
)
from backprop_cli.exercises.model.case import Case, Changed
from backprop_cli.gates.compiler import compile_rule, mentions
from backprop_cli.gates.value import Value, number
from backprop_cli.graph.graph import Graph


class UpstreamDropped(PassChange):
    """Only the local derivatives of a gate are sent on."""

    def hypotheses(
        self, graph: Graph, gates: Sequence[int], mistake: Mistake
    ) -> Iterator[Hypothesis]:
        """Every gate but the output, whose upstream is 1."""
        for k in gates:
            if k != graph.output:
                changed = Changed(dropped=frozenset({k}))
                yield Hypothesis(mistake, gate_at(graph, k), (k,), always(changed))


class ForkOverwritten(PassChange):
    """Of a value that is used twice only one contribution is kept."""

    is_plantable = True

    def hypotheses(
        self, graph: Graph, gates: Sequence[int], mistake: Mistake
    ) -> Iterator[Hypothesis]:
        """Every fork; the last or the first contribution is kept."""
        wanted = dependent(graph)
        for node, count in _uses(graph, gates).items():
            if count > 1 and wanted[node]:
                for keep in ("last", "first"):
                    change = always(Changed(forks={node: keep}))
                    yield Hypothesis(mistake, "fork", (node,), change)


def _uses(graph: Graph, gates: Sequence[int]) -> Counter[int]:
    """How often each node is used, in the order of the backward pass."""
    return Counter(arg for k in gates for arg in graph.args[k])


class BaseCase(PassChange):
    """The output's gradient taken as its own value, or as that of a node that feeds it."""

    is_plantable = True

    def hypotheses(
        self, graph: Graph, gates: Sequence[int], mistake: Mistake
    ) -> Iterator[Hypothesis]:
        """The output, where it is a number, with the value of each number that it is made of."""
        output = graph.output
        if not gates or gates[0] != output or graph.shapes[output]:
            return
        gate = gate_at(graph, output)
        for node in dict.fromkeys((output, *graph.args[output])):
            if not graph.shapes[node]:
                on = _pinned(output, node)
                yield Hypothesis(mistake, gate, (output,), on, node, doubt=2)
                # Its own value as the answer only is a value given for a gradient.
                if node != output:
                    yield Hypothesis(mistake, gate, (output,), _answered(output, node), node)

    def is_possible(self, hypothesis: Hypothesis, case: Case) -> bool:
        """At a step of a lesson the value of an inner node explains only the base case itself."""
        output = case.graph.output
        if case.exercise.step is None or hypothesis.quoted == output:
            return True
        return any(asked.wrt == output for asked in case.exercise.asked)


def _pinned(node: int, other: int) -> Callable[[Case], Changed]:
    """The value of another node is taken for a node's gradient, and gone on with."""
    return lambda case: Changed(pins={node: case.values[other]})


def _answered(node: int, other: int) -> Callable[[Case], Changed]:
    """The value of another node is answered for a node's gradient."""
    return lambda case: Changed(said={node: case.values[other]})


class ValueForGradient(PassChange):
    """A node's value in place of its gradient: as the answer only, or gone on with."""

    def hypotheses(
        self, graph: Graph, gates: Sequence[int], mistake: Mistake
    ) -> Iterator[Hypothesis]:
        """Every node that has a gradient."""
        wanted = dependent(graph)
        for node in (*gates, *graph.inputs.values()):
            if wanted[node]:
                gate = gate_at(graph, node)
                yield Hypothesis(mistake, gate, (node,), _answered(node, node))
                if graph.gates[node] is not None and node != graph.output:
                    on = _pinned(node, node)
                    yield Hypothesis(mistake, gate, (node,), on, says=_USED_FURTHER, doubt=2)


_USED_FURTHER = "The value of {node} was taken for its gradient."


@dataclass(frozen=True)
class DerivativesCombined(PassChange):
    """f'·g' at a product whose two inputs depend on a common input, or f'/g' at a quotient."""

    forward: str
    """What the gate computes."""
    wrong: Callable[[float, float], float]
    """Of the derivatives of both inputs, what is taken for the derivative."""
    right: Callable[[float, float, float, float], float]
    """Of the values of both inputs and their derivatives, the derivative."""

    def hypotheses(
        self, graph: Graph, gates: Sequence[int], mistake: Mistake
    ) -> Iterator[Hypothesis]:
        """Every such gate, in a circuit of numbers."""
        for k in gates if graph.is_scalar else ():
            gate = graph.gates[k]
            if gate is not None and gate.forward == self.forward:
                common = [node for node in graph.inputs.values() if _on_both_ways(graph, k, node)]
                if common:
                    yield Hypothesis(mistake, gate.name, (k,), self._combined(k, common))

    def _combined(self, k: int, common: Sequence[int]) -> Callable[[Case], Changed]:
        def change(case: Case) -> Changed:
            a, b = case.graph.args[k]
            from_a, from_b = case.backward(a), case.backward(b)
            pins: dict[int, Value] = {}
            for node in common:
                da = 1.0 if node == a else number(from_a[node])
                db = 1.0 if node == b else number(from_b[node])
                try:
                    right = self.right(number(case.values[a]), number(case.values[b]), da, db)
                    wrong = self.wrong(da, db)
                except (ZeroDivisionError, OverflowError):
                    continue
                here, of = number(case.gradients[node]), number(case.gradients[k])
                pins[node] = here + of * (wrong - right)
            return Changed(pins=pins)

        return change


PRODUCT_OF_DERIVATIVES = DerivativesCombined(
    "a * b", lambda da, db: da * db, lambda a, b, da, db: b * da + a * db
)
QUOTIENT_OF_DERIVATIVES = DerivativesCombined(
    "a / b", lambda da, db: da / db, lambda a, b, da, db: da / b - a * db / b**2
)


def _on_both_ways(graph: Graph, k: int, node: int) -> bool:
    depends = {node}
    for later in range(node + 1, k):
        if any(arg in depends for arg in graph.args[later]):
            depends.add(later)
    return all(arg in depends for arg in graph.args[k])


class CopiesNotSummed(PassChange):
    """An input that was copied by broadcasting, whose gradient keeps the shape of the copies."""

    practised_on = ("q = x + b; f = sum(q^2)", "q = b*x; f = sum(q^2)")

    def hypotheses(
        self, graph: Graph, gates: Sequence[int], mistake: Mistake
    ) -> Iterator[Hypothesis]:
        """Every input that is used once, by a gate of another shape."""
        uses, inputs = _uses(graph, gates), set(graph.inputs.values())
        for k in gates:
            gate = graph.gates[k]
            if gate is None or not gate.shape.is_elementwise or gate.variadic:
                continue
            for slot, arg in enumerate(graph.args[k]):
                if arg in inputs and uses[arg] == 1 and graph.shapes[arg] != graph.shapes[k]:
                    yield Hypothesis(mistake, gate.name, (k,), _copies(k, slot), arg)


def _copies(k: int, slot: int) -> Callable[[Case], Changed]:
    def change(case: Case) -> Changed:
        import numpy as np

        graph, gate = case.graph, case.graph.gates[k]
        assert gate is not None
        text = gate.local[slot]
        names = (*gate.inputs, "out", "g")
        types = (*kind(graph, k).types, graph.types[k])
        given = [case.values[arg] for arg in graph.args[k]]
        upstream = case.gradients[k]
        local = compile_rule(text, names, types).run(*given, case.values[k], upstream)
        sent = local if mentions(text, "g") else upstream * local
        copies = np.broadcast_to(sent, graph.shapes[k]) * 1.0
        return Changed(said={graph.args[k][slot]: copies})

    return change
