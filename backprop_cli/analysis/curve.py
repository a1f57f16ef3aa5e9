"""The output as one number of the inputs moves, the others standing still, and its tangent."""

from typing import NamedTuple

from backprop_cli.autodiff.elements import Element, at
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.value import Value

POINTS = 161
LEAST = 2.0
"""How far to both sides at the least; farther where the number itself is larger."""


class TangentAt(NamedTuple):
    """A curve, and its tangent where the run was."""

    x: float
    value: float
    slope: float
    curve: list[tuple[float, float]]
    """x and output; inf and NaN where there is no number."""
    tangent: list[tuple[float, float]]


def tangent_at(trace: Trace, element: Element) -> TangentAt:
    """The output of a run along one number of its inputs: an output that is a number."""
    graph, inputs = trace.graph, trace.inputs
    x, value = at(inputs[element.input], element.place), at(trace.value, ())
    gradient = trace.gradients[element.input]
    slope = 0.0 if gradient is None else at(gradient, element.place)
    reach = max(LEAST, abs(x))
    # An odd number of points: one of them is where the run was.
    moves = [reach * (k / (POINTS // 2) - 1) for k in range(POINTS)]
    curve = []
    for move in moves:
        changed = {**inputs, element.input: _put(inputs[element.input], element, x + move)}
        curve.append((x + move, at(forward(graph, changed)[graph.output], ())))
    return TangentAt(x, value, slope, curve, [(x + move, value + slope * move) for move in moves])


def _put(value: Value, element: Element, number: float) -> Value:
    """A value with another number in one place."""
    if isinstance(value, float):
        return number
    changed = value.copy()
    changed[element.place] = number
    return changed
