"""How the gradient itself changes: every second derivative of a small case.

The backward pass is run once more with dual numbers: each value brings along how fast it
changes as one element of the inputs moves. What comes out beside the gradient is how fast
*it* changes, which is a row of second derivatives, as exact as the gradient.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from backprop_cli.autodiff.backward import backward
from backprop_cli.autodiff.dual import Dual, dual, tangent_of
from backprop_cli.autodiff.elements import Element, count_elements, elements, flat, unit
from backprop_cli.autodiff.errstate import quiet
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.forward_mode import tangents
from backprop_cli.autodiff.tape import backward_tape
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.gates.value import known

MOST_ELEMENTS = 64
MOST_WORK = 100_000
"""Elements times gates: each element takes some twenty passes over the whole graph."""

MAX_STEPS = 256
"""Steps along an element whose gradients are kept."""

Row = list[float]


def second_derivatives(trace: Trace) -> list[Row]:
    """Row i holds how fast the gradient of each element changes as element i moves.

    Of a vector or a matrix, those of its sum weighted by the upstream.

    Raises:
        BackpropError: if the case is too large, if there is no gradient, or if a rule uses a
            function that is no gate.
    """
    _check_size(trace)
    return [_row(trace, element) for element in elements(trace)]


def _check_size(trace: Trace) -> None:
    count, gates = count_elements(trace), len(trace.reached)
    hint = "name fewer inputs: --wrt x"
    if not count:
        raise BackpropError("there is no variable, so there are no derivatives")
    if count > MOST_ELEMENTS:
        what = f"{count:,} elements have {count**2:,} second derivatives"
        raise BackpropError(f"{what}: this is for at most {MOST_ELEMENTS} elements", hint=hint)
    if count * gates > MOST_WORK:
        what = f"{count:,} elements through {gates:,} gates are too many for second derivatives"
        raise BackpropError(f"{what}: at most {MOST_WORK:,} in all", hint=hint)


def _row(trace: Trace, element: Element) -> Row:
    """How the gradient of every element changes as one moves."""
    graph = trace.graph
    # Values move as they do, whatever rules say that gradients are.
    moving = tangents(replace(trace, rules=None), {element.input: unit(trace, element)})
    values = [
        value if tangent is None else Dual(value, tangent)
        for value, tangent in zip(trace.values, moving, strict=True)
    ]
    gradients: list[Any] = [None] * len(graph)
    gradients[graph.output] = trace.seed
    with quiet(graph):
        for kernel, k, i, j in zip(*backward_tape(graph, trace.wrt, trace.rules), strict=True):
            dual(kernel)(values, gradients, k, i, j)
    return flat(trace, {name: tangent_of(gradients[k]) for name, k in graph.inputs.items()})


def gradient_along(trace: Trace, element: Element) -> Callable[[float], Sequence[float]]:
    """The gradient of every element, as one is moved by a step; each step is run once."""
    graph, inputs = trace.graph, trace.inputs
    way = unit(trace, element)

    @lru_cache(maxsize=MAX_STEPS)
    def at(h: float) -> Sequence[float]:
        with quiet(graph):
            moved = inputs | {element.input: inputs[element.input] + h * way}
            values = forward(graph, moved, trace.held)
            gradients = backward(graph, values, known(trace.seed), trace.wrt, trace.rules)
        return flat(trace, {name: gradients[k] for name, k in graph.inputs.items()})

    return at
