"""What is written in a circuit: signs in the gates, values above the wires, gradients below."""

from collections import Counter
from typing import NamedTuple

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells, inert
from backprop_cli.gates.compiler import is_commutative, rule
from backprop_cli.gates.gate import Gate
from backprop_cli.graph.graph import Graph
from backprop_cli.render.placement.lines import ValueBox
from backprop_cli.render.text.explain.passes import gradient_of, value_of
from backprop_cli.render.text.options import Look

_WIDEST, _HIGHEST = 24, 4
"""Columns and lines of the largest value that is written at a wire."""
WIDEST_SENT = 16
"""Columns of the largest contribution that is written at a branch."""


class Manner(NamedTuple):
    """How much room a drawing takes: names on the wires, circles round the gates, space."""

    names: bool
    circles: bool
    before: int
    """Columns of wire before a label."""
    after: int
    sent: bool = True
    """Whether each branch of a fork has its contribution beside it."""


class Labels(NamedTuple):
    """The texts of one circuit, for each node that has a wire of its own."""

    args: dict[int, tuple[int, ...]]
    """The nodes that feed it: none for an input; without a constant that stands in a gate."""
    signs: dict[int, str]
    """The sign in the gate's circle; for gates only."""
    above: dict[int, list[str]]
    below: dict[int, list[str]]
    names: dict[int, str]
    """What stands at the end of a wire: the name of an input or of an output."""
    slots: dict[int, tuple[int, ...]]
    """Which of its gate's inputs each of `args` is, from 0."""
    sent: dict[tuple[int, int], str]
    """Gate and place in `args` -> what it sends back into that branch of a fork."""
    with_sent: bool = True
    """Whether that is written."""
    boxed: frozenset[int] = frozenset()
    """Named steps of several gates that are drawn as one box."""

    def boxes(self, graph: Graph) -> dict[int, ValueBox]:
        """The room that everything takes."""
        return {k: self._box(graph, k) for k in self.args}

    def _box(self, graph: Graph, k: int) -> ValueBox:
        gate, feeding = graph.gates[k], self.args[k]
        name = cells(self.names[k])
        return ValueBox(
            feeding,
            ordered=bool(gate and k not in self.boxed and not is_commutative(gate.forward)),
            sign=cells(self.signs.get(k, "")),
            before=name,
            behind=name,
            text=max(map(cells, (*self.above[k], *self.below[k])), default=0),
            above=len(self.above[k]),
            below=len(self.below[k]),
            sent=tuple([cells(self.sent.get((k, slot), "")) for slot in range(len(feeding))]),
        )


def labels(trace: Trace, look: Look, manner: Manner) -> Labels:
    """The texts of the circuit, roomy or tight."""
    graph = trace.graph
    folded = {k: _folded_constants(graph, k) for k in range(len(graph))}
    hidden = _all_folded(graph, folded)
    slots = {
        k: tuple([slot for slot, arg in enumerate(graph.args[k]) if arg not in folded[k]])
        for k in range(len(graph))
        if k not in hidden
    }
    args = {k: tuple([graph.args[k][slot] for slot in used]) for k, used in slots.items()}
    return Labels(
        args,
        {k: _sign(graph, k, folded[k], look, manner) for k in args if args[k]},
        {k: _above(trace, k, look, manner) for k in args},
        {k: _below(trace, k, look) for k in args},
        {k: inert(graph.names[k]) for k in args},
        slots,
        _sent(trace, args, slots, look) if manner.sent else {},
        manner.sent,
    )


def _sign(graph: Graph, k: int, folded: tuple[int, ...], look: Look, manner: Manner) -> str:
    """The sign in the gate's circle: + or *, with a constant +1 or 1/x."""
    gate = graph.gates[k]
    assert gate is not None
    sign = _operator(gate)
    if k in graph.positions:
        sign = f"[{','.join(map(str, graph.positions[k]))}]"
    if folded:
        constant = inert(graph.names[folded[0]])
        constant = constant if cells(constant) <= 12 else look.dots
        before = folded[0] == graph.args[k][0] and not is_commutative(gate.forward)
        space = " " if sign.isalpha() else ""
        sign = f"{constant}{space}{sign}" if before else f"{sign}{space}{constant}"
    return f"({sign})" if manner.circles else sign


def _operator(gate: Gate) -> str:
    """The sign of a gate: its own label, its operator, or its name."""
    if gate.label:
        return gate.label
    *operands, top = rule(gate.text).terms
    is_binary = top.op in "+-*/^@" and [term.op for term in operands] == ["name", "name"]
    return top.op if is_binary else gate.name


def _above(trace: Trace, k: int, look: Look, manner: Manner) -> list[str]:
    """The value, after or below the name of a step; the name alone while there is no value."""
    graph = trace.graph
    known = trace.values[k] is not None
    rows = look.rows(trace.values[k], _WIDEST, _HIGHEST) if known else []
    if len(rows) == 1:
        rows = [value_of(trace, k, look, _WIDEST)]
    if not manner.names or not graph.gates[k] or k == graph.output:
        return rows
    name = inert(graph.names[k])
    return [f"{name}={rows[0]}"] if len(rows) == 1 else [name, *rows]


def _below(trace: Trace, k: int, look: Look) -> list[str]:
    if trace.arrived[k] is None:
        return []
    rows = look.rows(trace.arrived[k], _WIDEST, _HIGHEST)
    return rows if len(rows) > 1 else [gradient_of(trace, k, look, _WIDEST)]


def _sent(
    trace: Trace,
    args: dict[int, tuple[int, ...]],
    slots: dict[int, tuple[int, ...]],
    look: Look,
) -> dict[tuple[int, int], str]:
    """The contributions to the gradients that are known of values with several uses."""
    uses = Counter(arg for feeding in args.values() for arg in feeding)
    forks = {arg for arg, count in uses.items() if count > 1 and trace.arrived[arg] is not None}
    found: dict[tuple[int, int], str] = {}
    for k, feeding in args.items():
        if forks.isdisjoint(feeding) or trace.arrived[k] is None:
            continue
        sent = {step.slot: step for step in trace.steps_at(k)}
        for place, (arg, slot) in enumerate(zip(feeding, slots[k], strict=True)):
            if arg in forks and slot in sent:
                row = trace.graph.types[arg].is_row
                found[k, place] = look.value(sent[slot].downstream, WIDEST_SENT, row)
    return found


def _folded_constants(graph: Graph, k: int) -> tuple[int, ...]:
    """The constant that is written in the gate's circle: the lecture's +1 and *-1 gates."""
    args = graph.args[k]
    numbers = tuple(arg for arg in args if arg in graph.constants and not graph.shapes[arg])
    gate = graph.gates[k]
    if gate is None or gate.variadic or len(numbers) != 1 or len(args) != 2:
        return ()
    return numbers


def _all_folded(graph: Graph, folded: dict[int, tuple[int, ...]]) -> set[int]:
    """Constants that stand only in circles, and need no wire of their own."""
    used = {arg for k in range(len(graph)) for arg in graph.args[k] if arg not in folded[k]}
    return {node for node in graph.constants if node not in used and node != graph.output}
