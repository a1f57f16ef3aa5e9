"""The backward pass: from the output back, every node's gradient."""

from collections.abc import Collection, Mapping, Sequence

from backprop_cli.autodiff.errstate import quiet
from backprop_cli.autodiff.forward import begun, play_forward
from backprop_cli.autodiff.tape import Overwritten, Replaced, Tape, backward_tape
from backprop_cli.gates.kernels import Kernel
from backprop_cli.gates.value import Gradient, Value, known
from backprop_cli.graph.graph import Graph


def backward(
    graph: Graph,
    values: Sequence[Value],
    seed: Value = 1.0,
    wrt: frozenset[str] | None = None,
    rules: Replaced | None = None,
    pins: Mapping[int, Value] | None = None,
    forks: Overwritten | None = None,
    dropped: Collection[int] = (),
) -> list[Gradient]:
    """The gradient of every node.

    A node has none if it is a constant, or if the output does not depend on it.

    Args:
        graph: what was computed.
        values: what `forward` returned.
        seed: the upstream gradient of the output, in its shape.
        wrt: the inputs whose gradients are wanted; None for all.
        rules: local derivatives to run instead of the gates' own: a mistake.
        pins: gradients to go on from instead of what arrived: follow-through.
        forks: nodes at which one contribution is kept instead of their sum.
        dropped: gates that send their local derivative alone, as if their upstream were 1.
    """
    with quiet(graph):
        tape = backward_tape(graph, wrt, rules, forks)
        return _play_backward(graph, tape, values, seed, pins or {}, dropped)


def run(
    graph: Graph,
    inputs: Mapping[str, Value],
    seed: Value = 1.0,
    wrt: frozenset[str] | None = None,
    rules: Replaced | None = None,
    pins: Mapping[int, Value] | None = None,
) -> tuple[list[Value], list[Gradient]]:
    """Values and gradients of every node: `forward`, then `backward`."""
    values = begun(graph, inputs)
    with quiet(graph):
        play_forward(graph, values)
        tape = backward_tape(graph, wrt, rules)
        return values, _play_backward(graph, tape, values, seed, pins or {}, ())


def _play_backward(
    graph: Graph,
    tape: Tape,
    values: Sequence[Value],
    seed: Value,
    pins: Mapping[int, Value],
    dropped: Collection[int],
) -> list[Gradient]:
    gradients: list[Gradient] = [None] * len(graph)
    gradients[graph.output] = seed
    if pins or dropped:
        _play_changed(tape, values, gradients, pins, dropped)
    else:
        for kernel, k, i, j in zip(*tape, strict=True):
            kernel(values, gradients, k, i, j)
    return gradients


def _play_changed(
    tape: Tape,
    values: Sequence[Value],
    gradients: list[Gradient],
    pins: Mapping[int, Value],
    dropped: Collection[int],
) -> None:
    for kernel, k, i, j in zip(*tape, strict=True):
        if k in pins:
            gradients[k] = pins[k]
        play(kernel, values, gradients, k, i, j, k in dropped)
    for node, gradient in pins.items():
        gradients[node] = gradient


def play(
    kernel: Kernel,
    values: Sequence[Value],
    gradients: list[Gradient],
    k: int,
    i: int,
    j: int,
    is_dropped: bool,
) -> None:
    """One gate of the backward pass; its upstream is 1 where it is dropped."""
    arrived = gradients[k]
    if is_dropped:
        gradients[k] = _one_like(known(arrived))
    kernel(values, gradients, k, i, j)
    gradients[k] = arrived


def _one_like(gradient: Value) -> Value:
    """1, or an array of ones in the shape of the gradient."""
    return 1.0 if isinstance(gradient, float) else gradient * 0 + 1
