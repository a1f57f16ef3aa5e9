"""What a pass costs: multiplications by local derivatives, and numbers that must be kept.

Both modes multiply by the same local derivatives, one from each end of the circuit. So what
a gate costs is counted once, from its rule and its shapes; the modes differ in how often
they come by, and in what they must not forget.
"""

from collections.abc import Iterator

from backprop_cli.autodiff.tape import Replaced, rule_texts
from backprop_cli.gates.compiler import mentions
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.gates.shapes import size
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.rewriting.subgraph import feeding


def multiplications(graph: Graph, k: int, slot: int, rules: Replaced | None = None) -> int:
    """Multiplications of a gradient, or of a tangent, by the local derivative for one input.

    Those that the structure of the Jacobian needs: an entry for each element where it is
    diagonal, all where it is a matrix product, none where its entries are 0, 1 and -1.
    """
    gate = graph.gates[k]
    assert gate is not None
    place = 0 if gate.variadic else slot
    text = rule_texts(gate, k, rules or {})[place]
    routes = gate.pattern is Pattern.ROUTER and text == gate.local[place]
    if routes or text in ("1", "-1"):
        return 0
    return gate.shape.multiplications(graph.use(k), slot, text)


def remembered(
    graph: Graph, gates: list[int], wanted: list[bool], rules: Replaced | None = None
) -> list[int]:
    """The nodes whose values the rules ask for on the way back; constants are never forgotten."""
    found: dict[int, None] = {}
    for k in gates:
        for node in _asked(graph, k, wanted, rules or {}):
            if node not in graph.constants:
                found[node] = None
    return sorted(found)


def _asked(graph: Graph, k: int, wanted: list[bool], rules: Replaced) -> Iterator[int]:
    """The nodes that the rules of one gate ask for."""
    gate, args = graph.gates[k], graph.args[k]
    assert gate is not None
    if gate.shape.picks_elements:
        # It asks for the shape only.
        return
    texts = rule_texts(gate, k, rules)
    for slot, arg in enumerate(args):
        if wanted[arg]:
            yield from _named(gate, texts[0 if gate.variadic else slot], args, k, slot)


def _named(gate: Gate, text: str, args: tuple[int, ...], k: int, slot: int) -> Iterator[int]:
    if mentions(text, "out"):
        yield k
    if gate.variadic:
        if mentions(text, "a"):
            yield args[slot]
        if mentions(text, "all"):
            yield from args
        return
    for name, arg in zip(gate.inputs, args, strict=True):
        if mentions(text, name):
            yield arg


def peak(graph: Graph, moves: list[bool]) -> int:
    """The most numbers that a pass forwards has in hand at one time.

    A value is dropped after its last use, and with it its tangent, if it moves.
    """
    use = feeding(graph)
    last = {arg: k for k, args in enumerate(graph.args) if use[k] for arg in args}
    held = [
        size(shape) * (2 if move else 1) for shape, move in zip(graph.shapes, moves, strict=True)
    ]
    now = sum(held[node] for node in graph.inputs.values() if use[node])
    most = now
    for k, args in enumerate(graph.args):
        if use[k] and graph.gates[k] is not None:
            now += held[k]
            most = max(most, now)
            now -= sum(
                held[a] for a in dict.fromkeys(args) if last[a] == k and a not in graph.constants
            )
    return most
