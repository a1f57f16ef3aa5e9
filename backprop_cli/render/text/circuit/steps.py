"""A circuit at the level of its named steps: all that computes h1 = sigmoid(w*x + b) is one box."""

from collections import Counter
from typing import Any

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.graph.graph import Graph
from backprop_cli.render.text.circuit.labels import WIDEST_SENT, Labels
from backprop_cli.render.text.options import Look

_LONGEST = 8
"""Letters of a step's formula that are written in its box."""


def stepped(trace: Trace, plain: Labels, look: Look) -> Labels:
    """The same circuit with a box for each named step; one gate alone stays a gate.

    Args:
        trace: the run.
        plain: what is written in the circuit of all gates.
        look: how numbers are written.
    """
    graph = trace.graph
    owner = _owners(graph, plain)
    inside: dict[int, list[int]] = {}
    for k in plain.signs:
        inside.setdefault(owner[k], []).append(k)
    boxes = frozenset(step for step, gates in inside.items() if len(gates) > 1)
    args = {step: _feeding(graph, plain, gates) for step, gates in inside.items()}
    args |= {step: plain.args[step] for step in inside if step not in boxes}
    used = {arg for feeding in args.values() for arg in feeding}
    nodes = [
        k
        for k in plain.args
        if k in args or (not plain.args[k] and (k in used or k not in graph.constants))
    ]
    args = {k: args.get(k, ()) for k in nodes}
    signs = {k: _sign(graph, k, look) if k in boxes else plain.signs[k] for k in nodes if args[k]}
    slots = {k: tuple(range(len(args[k]))) if k in boxes else plain.slots[k] for k in nodes}
    sent = _sent(trace, args, inside, look) if plain.with_sent else {}
    return plain._replace(args=args, signs=signs, slots=slots, sent=sent, boxed=boxes)


def _owners(graph: Graph, plain: Labels) -> dict[int, int]:
    """For each gate the named step that alone needs it, or itself."""
    users: dict[int, set[int]] = {k: set() for k in plain.args}
    owner: dict[int, int] = {}
    for k in reversed(list(plain.signs)):
        owners = {owner[user] for user in users[k]}
        alone = len(owners) == 1 and k not in graph.given and k not in graph.outputs
        owner[k] = owners.pop() if alone else k
        for arg in plain.args[k]:
            users[arg].add(k)
    return owner


def _feeding(graph: Graph, plain: Labels, gates: list[int]) -> tuple[int, ...]:
    """What comes into a box, each once, in the order of use; constants are inside."""
    found = [arg for k in gates for arg in plain.args[k]]
    return tuple(
        [arg for arg in dict.fromkeys(found) if arg not in gates and arg not in graph.constants]
    )


def _sign(graph: Graph, k: int, look: Look) -> str:
    """[w1*i1+w2*…]: the beginning of what the step is typed as."""
    span = graph.span(k)
    text = "".join(graph.source[span[0] : span[1]].split()) if span else ""
    text = inert(text)
    return f"[{text if len(text) <= _LONGEST else text[:_LONGEST] + look.dots}]"


def _sent(
    trace: Trace, args: dict[int, tuple[int, ...]], inside: dict[int, list[int]], look: Look
) -> dict[tuple[int, int], str]:
    """What each box sends back to a value with several uses: the sum of what its gates send."""
    uses = Counter(arg for feeding in args.values() for arg in feeding)
    known = {k for k, count in uses.items() if count > 1 and trace.arrived[k] is not None}
    found: dict[tuple[int, int], str] = {}
    for step, gates in inside.items():
        if known.isdisjoint(args[step]):
            continue
        sums: dict[tuple[int, int], Any] = {}
        for k in gates:
            for sent in trace.steps_at(k) if trace.arrived[k] is not None else ():
                # The operands of one gate are told apart; a box has one wire for each value.
                key = sent.input, sent.slot if len(gates) == 1 else 0
                sums[key] = sums[key] + sent.downstream if key in sums else sent.downstream
        for place, arg in enumerate(args[step]):
            slots = [slot for node, slot in sums if node == arg]
            slot = slots[min(args[step][:place].count(arg), len(slots) - 1)] if slots else 0
            if arg in known and (arg, slot) in sums:
                row = trace.graph.types[arg].is_row
                found[step, place] = look.value(sums[arg, slot], WIDEST_SENT, row)
    return found
