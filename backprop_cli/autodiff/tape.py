"""The tape of a graph: for each gate its kernel and where it reads, ready to be played.

A tape is made once for a graph and a question (which inputs, which rules) and then
played for as many values as one likes. Playing is one call for each gate.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from backprop_cli.gates.gate import Gate
from backprop_cli.gates.kernels import (
    Kernel,
    Kind,
    Rules,
    backward_kernel,
    forward_kernel,
    variadic_backward_kernel,
)
from backprop_cli.gates.shape_rules.value_type import largest
from backprop_cli.graph.graph import Graph

Replaced = Mapping[tuple[str | int, int], str]
"""Rules to run instead of the gates' own: (name of a gate, or a node; input) -> text."""

Overwritten = Mapping[int, str]
"""Forks at which contributions are not added: node -> which one is kept, `first` or `last`."""


class Tape(NamedTuple):
    """What to call, in order: `kernels[n](..., nodes[n], first[n], second[n])`.

    `first` and `second` are the nodes of a gate's inputs, -1 where there is no second;
    for a variadic gate, all its inputs and what the kernel wants to know of them.
    """

    kernels: list[Kernel]
    nodes: list[int]
    first: list[Any]
    second: list[Any]


def forward_tape(graph: Graph) -> Tape:
    """The tape of the forward pass."""
    tape: Tape | None = graph.memo.get("forward")
    if tape is None:
        tape = graph.remember("forward", _record_forward(graph))
    return tape


def backward_tape(
    graph: Graph,
    wrt: frozenset[str] | None,
    rules: Replaced | None,
    forks: Overwritten | None = None,
) -> Tape:
    """The tape of the backward pass from the output to the inputs `wrt` (None for all)."""
    key = (
        wrt,
        frozenset(rules.items()) if rules else None,
        frozenset(forks.items()) if forks else None,
    )
    tape: Tape | None = graph.memo.get(key)
    if tape is None:
        tape = graph.remember(key, _record_backward(graph, wrt, rules or {}, forks or {}))
    return tape


def kind(graph: Graph, node: int) -> Kind:
    """What the kernels of `node` must know of it."""
    gate, args = graph.gates[node], graph.args[node]
    types, shapes = graph.types, graph.shapes
    own, out = tuple([types[arg] for arg in args]), types[node]
    if gate is not None and gate.variadic:
        own = (largest(own),)
    elif gate is not None:
        own, out = gate.shape.meant(own, out)
    same = all(shapes[arg] == shapes[node] for arg in args)
    return Kind((*own, out), same, graph.axes.get(node), graph.positions.get(node, ()))


def _record_forward(graph: Graph) -> Tape:
    tape = Tape([], [], [], [])
    plain: dict[Gate, Kernel] = {}
    scalar = graph.is_scalar
    for k, (gate, args) in enumerate(zip(graph.gates, graph.args, strict=True)):
        if gate is None:
            continue
        if scalar and not gate.variadic:
            kernel = plain.get(gate) or plain.setdefault(gate, forward_kernel(gate, kind(graph, k)))
        else:
            kernel = forward_kernel(gate, kind(graph, k))
        tape.kernels.append(kernel)
        tape.nodes.append(k)
        tape.first.append(args if gate.variadic else args[0])
        tape.second.append(args[1] if len(args) == 2 else -1)
    return tape


def dependent(graph: Graph, wrt: frozenset[str] | None = None) -> list[bool]:
    """For each node, whether it depends on one of the inputs `wrt` (None for all)."""
    depends = [False] * len(graph)
    for name, node in graph.inputs.items():
        depends[node] = wrt is None or name in wrt
    for k, args in enumerate(graph.args):
        for arg in args:
            if depends[arg]:
                depends[k] = True
                break
    return depends


def _record_backward(
    graph: Graph, wrt: frozenset[str] | None, rules: Replaced, forks: Overwritten
) -> Tape:
    """Only what lies between the output and the wanted inputs is on the tape."""
    tape = Tape([], [], [], [])
    wanted = dependent(graph, wrt)
    reached = [False] * len(graph)
    reached[graph.output] = wanted[graph.output]
    kernels: dict[Any, Kernel] = {}
    scalar = graph.is_scalar
    for k in range(graph.output, -1, -1):
        gate = graph.gates[k]
        if gate is None or not reached[k]:
            continue
        args = graph.args[k]
        texts = rule_texts(gate, k, rules)
        if gate.variadic:
            places = tuple(p for p, arg in enumerate(args) if wanted[arg])
            kernel = variadic_backward_kernel(gate, kind(graph, k), texts[0])
            if forks:
                places = _kept(args, places, reached, forks)
                kernel = _overwriting(kernel, {args[p] for p in places if args[p] in forks})
            for arg in args:
                reached[arg] = reached[arg] or wanted[arg]
            first, second = args, places
        else:
            wants, firsts = _arrivals(args, wanted, reached, forks)
            if not any(wants):
                continue
            key = (gate, texts, wants, firsts, None if scalar else kind(graph, k))
            kernel = kernels.get(key)  # type: ignore[assignment]
            if kernel is None:
                kernel = backward_kernel(gate, kind(graph, k), Rules(texts, wants, firsts))
                kernels[key] = kernel
            first, second = args[0], args[1] if len(args) == 2 else -1  # type: ignore[assignment]
        tape.kernels.append(kernel)
        tape.nodes.append(k)
        tape.first.append(first)
        tape.second.append(second)
    return tape


def _arrivals(
    args: tuple[int, ...], wanted: list[bool], reached: list[bool], forks: Overwritten
) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Which inputs want a gradient, and for which it is the first to arrive; last input first.

    At an overwritten fork every contribution comes as if it were the first, or none after it.
    """
    wants = [wanted[arg] for arg in args]
    firsts = [False] * len(args)
    for slot in range(len(args) - 1, -1, -1):
        arg = args[slot]
        if wants[slot] and not reached[arg]:
            reached[arg] = firsts[slot] = True
        elif wants[slot] and arg in forks:
            firsts[slot] = forks[arg] == "last"
            wants[slot] = firsts[slot]
    return tuple(wants), tuple(firsts)


def _kept(
    args: tuple[int, ...], places: tuple[int, ...], reached: list[bool], forks: Overwritten
) -> tuple[int, ...]:
    """The inputs of a variadic gate to which something is sent that is not overwritten."""
    sent: dict[int, int] = {}
    for place in reversed(places):
        keep = forks.get(args[place])
        if keep == "last" or (keep == "first" and args[place] not in sent):
            sent[args[place]] = place
    return tuple(
        place
        for place in places
        if args[place] not in forks
        or (
            sent[args[place]] == place
            and not (forks[args[place]] == "first" and reached[args[place]])
        )
    )


def _overwriting(kernel: Kernel, nodes: set[int]) -> Kernel:
    """The kernel of a variadic gate, which adds, made to forget what had arrived at `nodes`."""

    def forgetful(values: Any, gradients: Any, k: int, i: Any, j: Any) -> None:
        for node in nodes:
            gradients[node] = None
        kernel(values, gradients, k, i, j)

    return forgetful


def rule_texts(gate: Gate, node: int, rules: Replaced) -> tuple[str, ...]:
    """The local derivatives of a gate at a node, with what is replaced there or everywhere."""
    if not rules:
        return gate.local
    return tuple(
        rules.get((node, slot)) or rules.get((gate.name, slot)) or own
        for slot, own in enumerate(gate.local)
    )
