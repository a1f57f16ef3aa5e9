"""The mistakes that no rule of one gate expresses: each as a change of a whole pass."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from backprop_cli.autodiff.forward import Value
from backprop_cli.autodiff.tape import dependent, kind
from backprop_cli.exercises.diagnosis.mistakes import Change, Mistake
from backprop_cli.exercises.model.case import Case, Changed
from backprop_cli.gates.compiler import compile_rule, mentions
from backprop_cli.gates.gate import Shape
from backprop_cli.graph.graph import Graph


class Suspect(NamedTuple):
    """A mistake at certain nodes, and how the pass changes by it."""

    mistake: Mistake
    gate: str
    """The kind of gate."""
    nodes: tuple[int, ...]
    """Where it was made, in the order of the backward pass."""
    change: Callable[[Case], Changed]
    """For the inputs of a case, what is done otherwise."""
    said: int = -1
    """The node whose value the sentence quotes; -1 for the first of `nodes`."""
    says: str = ""
    """What helps, where that is not the sentence of the mistake."""
    answers_only: bool = False
    """One answer is something else, and nothing is done otherwise in the pass."""
    doubt: int = 0
    """How far one answer alone is from being a reason to suspect it: 2 where hardly."""


def always(changed: Changed) -> Callable[[Case], Changed]:
    """The same change, whatever the inputs are."""
    return lambda case: changed


def suspects_of(graph: Graph, gates: Sequence[int], mistake: Mistake) -> Iterator[Suspect]:
    """Where a mistake that changes the whole pass can be made.

    Args:
        graph: the circuit.
        gates: its gates in the order of the backward pass.
        mistake: one that has a `change`.
    """
    assert mistake.change is not None
    found: Iterator[Suspect] = _CHANGES[mistake.change](graph, gates, mistake)
    return found


def _dropped(graph: Graph, gates: Sequence[int], mistake: Mistake) -> Iterator[Suspect]:
    for k in gates:
        if k != graph.output:
            yield Suspect(mistake, gate_at(graph, k), (k,), always(Changed(dropped=frozenset({k}))))


def _overwritten(graph: Graph, gates: Sequence[int], mistake: Mistake) -> Iterator[Suspect]:
    uses: dict[int, int] = {}
    for k in gates:
        for arg in graph.args[k]:
            uses[arg] = uses.get(arg, 0) + 1
    wanted = dependent(graph)
    for node, count in uses.items():
        if count > 1 and wanted[node]:
            for keep in ("last", "first"):
                yield Suspect(mistake, "fork", (node,), always(Changed(forks={node: keep})))


def _base(graph: Graph, gates: Sequence[int], mistake: Mistake) -> Iterator[Suspect]:
    """The output's gradient taken as its own value, or as that of a node that feeds it."""
    output = graph.output

    def change(node: int) -> Callable[[Case], Changed]:
        return lambda case: Changed(pins={output: case.values[node]})

    def answer(node: int) -> Callable[[Case], Changed]:
        return lambda case: Changed(said={output: case.values[node]})

    if gates and gates[0] == output and not graph.shapes[output]:
        for node in dict.fromkeys((output, *graph.args[output])):
            if not graph.shapes[node]:
                gate, at = gate_at(graph, output), (output,)
                yield Suspect(mistake, gate, at, change(node), node, doubt=2)
                # Its own value as the answer only is a value given for a gradient.
                if node != output:
                    yield Suspect(mistake, gate, at, answer(node), node)


def _value(graph: Graph, gates: Sequence[int], mistake: Mistake) -> Iterator[Suspect]:
    """A node's value in place of its gradient: as the answer only, or gone on with."""

    def change(node: int, goes_on: bool) -> Callable[[Case], Changed]:
        def changed(case: Case) -> Changed:
            value = {node: case.values[node]}
            return Changed(pins=value) if goes_on else Changed(said=value)

        return changed

    wanted = dependent(graph)
    for node in (*gates, *graph.inputs.values()):
        if wanted[node]:
            gate = gate_at(graph, node)
            yield Suspect(mistake, gate, (node,), change(node, False))
            if graph.gates[node] is not None and node != graph.output:
                on = change(node, True)
                yield Suspect(mistake, gate, (node,), on, says=_GONE_ON, doubt=2)


_GONE_ON = "The value of {node} was taken for its gradient."


def _of_derivatives(graph: Graph, gates: Sequence[int], mistake: Mistake) -> Iterator[Suspect]:
    """f'·g' at a mul gate whose two inputs depend on a common input, or f'/g' at a div gate."""
    name = "mul" if mistake.change is Change.PRODUCT_OF_DERIVATIVES else "div"
    for k in gates:
        if gate_at(graph, k) == name and graph.is_scalar:
            common = [node for node in graph.inputs.values() if _on_both_ways(graph, k, node)]
            if common:
                change = _combined(k, common, name == "mul")
                yield Suspect(mistake, name, (k,), change)


def _on_both_ways(graph: Graph, k: int, node: int) -> bool:
    depends = {node}
    for later in range(node + 1, k):
        if any(arg in depends for arg in graph.args[later]):
            depends.add(later)
    return all(arg in depends for arg in graph.args[k])


def _combined(k: int, common: Sequence[int], multiplied: bool) -> Callable[[Case], Changed]:
    def change(case: Case) -> Changed:
        a, b = case.graph.args[k]
        above, below = case.values[a], case.values[b]
        upstream = case.gradients[k]
        from_a, from_b = case.backward(a), case.backward(b)
        pins: dict[int, Value] = {}
        for node in common:
            da = 1.0 if node == a else from_a[node]
            db = 1.0 if node == b else from_b[node]
            try:
                right = (
                    below * da + above * db if multiplied else (da / below - above * db / below**2)
                )
                wrong = da * db if multiplied else da / db
            except (ZeroDivisionError, OverflowError):
                continue
            pins[node] = case.gradients[node] + upstream * (wrong - right)
        return Changed(pins=pins)

    return change


def _unsummed(graph: Graph, gates: Sequence[int], mistake: Mistake) -> Iterator[Suspect]:
    """An input that was copied by broadcasting, whose gradient keeps the shape of the copies."""
    uses: dict[int, int] = {}
    for k in gates:
        for arg in graph.args[k]:
            uses[arg] = uses.get(arg, 0) + 1
    inputs = set(graph.inputs.values())
    for k in gates:
        gate = graph.gates[k]
        if gate is None or gate.shape is not Shape.ELEMENTWISE or gate.variadic:
            continue
        for slot, arg in enumerate(graph.args[k]):
            if arg in inputs and uses[arg] == 1 and graph.shapes[arg] != graph.shapes[k]:
                yield Suspect(mistake, gate.name, (k,), _copies(k, slot), arg)


def _copies(k: int, slot: int) -> Callable[[Case], Changed]:
    def change(case: Case) -> Changed:
        import numpy as np

        graph, gate = case.graph, case.graph.gates[k]
        assert gate is not None
        text = gate.local[slot]
        names = (*gate.inputs, "out", "g")
        types = kind(graph, k).types + graph.types[k]
        given = [case.values[arg] for arg in graph.args[k]]
        upstream = case.gradients[k]
        local = compile_rule(text, names, types).run(*given, case.values[k], upstream)
        sent = local if mentions(text, "g") else upstream * local
        copies = np.broadcast_to(sent, graph.shapes[k]) * 1.0
        return Changed(said={graph.args[k][slot]: copies})

    return change


def gate_at(graph: Graph, node: int) -> str:
    """The kind of gate that a node is."""
    gate = graph.gates[node]
    return gate.name if gate else "input"


_CHANGES: dict[Change, Any] = {
    Change.UPSTREAM_DROPPED: _dropped,
    Change.FORK_OVERWRITTEN: _overwritten,
    Change.BASE_CASE: _base,
    Change.VALUE_FOR_GRADIENT: _value,
    Change.PRODUCT_OF_DERIVATIVES: _of_derivatives,
    Change.QUOTIENT_OF_DERIVATIVES: _of_derivatives,
    Change.COPIES_NOT_SUMMED: _unsummed,
}
