"""Where each mistake could have been made in a circuit: alone, or at all gates of a kind."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from backprop_cli.engine.forward import Value
from backprop_cli.engine.tape import Replaced, backward_tape, dependent, kind
from backprop_cli.gates.compiler import compile_rule, mentions
from backprop_cli.gates.gate import Shape
from backprop_cli.grading.case import Case, Changed
from backprop_cli.grading.mistakes import Change, Mistake
from backprop_cli.graph.graph import Graph

EVERYWHERE = "everywhere"
"""What stands for the kind of gate where a mistake was made at all gates."""


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


def singles(graph: Graph, mistakes: Sequence[Mistake]) -> list[Suspect]:
    """Each mistake at each gate alone, in the order of the backward pass."""
    gates = backward_tape(graph, None, None).nodes
    found: list[Suspect] = []
    for mistake in mistakes:
        if mistake.change is not None:
            found += _CHANGES[mistake.change](graph, gates, mistake)
            continue
        for k in gates:
            gate = graph.gates[k]
            assert gate is not None
            for texts in mistake.rules.get(gate.name, ()):
                rules: Replaced = {(k, slot): text for slot, text in enumerate(texts) if text}
                found.append(Suspect(mistake, gate.name, (k,), _always(Changed(rules=rules))))
    return found


def groups(alone: Sequence[Suspect]) -> list[Suspect]:
    """Each mistake at all gates of one kind, and where it has kinds at all gates together."""
    kinds: dict[tuple[str, str], dict[int, list[Suspect]]] = {}
    for suspect in alone:
        if len(suspect.nodes) == 1:
            for gate in (suspect.gate, EVERYWHERE):
                places = kinds.setdefault((suspect.mistake.name, gate), {})
                places.setdefault(suspect.nodes[0], []).append(suspect)
    found: list[Suspect] = []
    seen: set[tuple[str, tuple[int, ...], int]] = set()
    for (name, gate), places in kinds.items():
        ways = max(map(len, places.values()))
        if len(places) < 2:
            continue
        for way in range(ways):
            # A mistake that can be made in two ways is made in the same way everywhere.
            those = [at[min(way, len(at) - 1)] for at in places.values()]
            nodes = tuple(suspect.nodes[0] for suspect in those)
            if (name, nodes, way) not in seen:
                seen.add((name, nodes, way))
                found.append(Suspect(those[0].mistake, gate, nodes, _all_of(those)))
    return found


MOST_PAIRS = 4000
"""Pairs that are tried; a circuit of 20 gates has about as many."""


def pairs(alone: Sequence[Suspect], most: int = MOST_PAIRS) -> Iterator[tuple[Suspect, Suspect]]:
    """Two mistakes at two places, the likely ones first; `most` and `MOST_PAIRS` at most."""
    count = 0
    for distance in range(1, len(alone)):
        for first, second in zip(alone, alone[distance:], strict=False):
            if first.nodes == second.nodes:
                continue
            count += 1
            if count > min(most, MOST_PAIRS):
                return
            yield first, second


def _always(changed: Changed) -> Callable[[Case], Changed]:
    return lambda case: changed


def _all_of(suspects: Sequence[Suspect]) -> Callable[[Case], Changed]:
    def change(case: Case) -> Changed:
        whole = Changed()
        for suspect in suspects:
            whole |= suspect.change(case)
        return whole

    return change


# The changes of a whole pass


def _dropped(graph: Graph, gates: Sequence[int], mistake: Mistake) -> Iterator[Suspect]:
    for k in gates:
        if k != graph.output:
            yield Suspect(mistake, _gate(graph, k), (k,), _always(Changed(dropped=frozenset({k}))))


def _overwritten(graph: Graph, gates: Sequence[int], mistake: Mistake) -> Iterator[Suspect]:
    uses: dict[int, int] = {}
    for k in gates:
        for arg in graph.args[k]:
            uses[arg] = uses.get(arg, 0) + 1
    wanted = dependent(graph)
    for node, count in uses.items():
        if count > 1 and wanted[node]:
            for keep in ("last", "first"):
                yield Suspect(mistake, "fork", (node,), _always(Changed(forks={node: keep})))


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
                yield Suspect(mistake, _gate(graph, output), (output,), change(node), node)
                # Its own value as the answer only is a value given for a gradient.
                if node != output:
                    yield Suspect(mistake, _gate(graph, output), (output,), answer(node), node)


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
            yield Suspect(mistake, _gate(graph, node), (node,), change(node, False))
            if graph.gates[node] is not None and node != graph.output:
                yield Suspect(mistake, _gate(graph, node), (node,), change(node, True))


def _of_derivatives(graph: Graph, gates: Sequence[int], mistake: Mistake) -> Iterator[Suspect]:
    """f'·g' at a mul gate whose two inputs depend on a common input, or f'/g' at a div gate."""
    name = "mul" if mistake.change is Change.PRODUCT_OF_DERIVATIVES else "div"
    for k in gates:
        if _gate(graph, k) == name and graph.is_scalar:
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


def _gate(graph: Graph, node: int) -> str:
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
