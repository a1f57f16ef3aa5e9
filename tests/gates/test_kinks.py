"""Where a derivative jumps: each row's own statement, against one-sided differences."""

from collections.abc import Iterator
from math import copysign, inf, isfinite, isnan, nan
from typing import Any

import numpy as np
import pytest
from one_gate import formula_of, graph_of, holds, names_of

from backprop_cli.analysis.notes.notes import notes
from backprop_cli.autodiff.backward import backward
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.trace import trace
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import GATES

KINKED = [gate for gate in GATES if gate.kink]
H = 2.0**-40


def kinks(gate: Gate) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Points at which all inputs are one number and the row says that there is a kink."""
    for number in (-1.0, 0.0, 1.0, 2.0):
        value = np.full(3, number) if gate.shape.reduces else number
        inputs = dict.fromkeys(names_of(gate), value)
        graph = graph_of(gate, formula_of(gate), inputs)
        if holds(graph, forward(graph, inputs), gate.kink.at):
            yield graph, inputs


def one_sided(graph: Any, inputs: dict[str, Any], name: str, h: float) -> float:
    """The slope from here to a point at h: infinite if it is steep, nan if nothing is there."""
    there = inputs[name] + h * (np.eye(3)[0] if np.ndim(inputs[name]) else 1.0)
    f = graph.output
    beside = forward(graph, inputs | {name: there})[f]
    if not isfinite(beside):
        return nan
    slope = (beside - forward(graph, inputs)[f]) / h
    return copysign(inf, slope) if abs(slope) > 1e5 else slope


@pytest.mark.parametrize("gate", KINKED, ids=lambda gate: gate.name)
def test_a_row_states_the_slopes_on_both_sides(gate: Gate) -> None:
    points = list(kinks(gate))
    assert points
    for graph, inputs in points:
        for slot, name in enumerate(inputs):
            stated = 0 if gate.variadic else slot
            measured = one_sided(graph, inputs, name, -H), one_sided(graph, inputs, name, H)
            expected = float(gate.kink.left[stated]), float(gate.kink.right[stated])
            np.testing.assert_allclose(measured, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("gate", KINKED, ids=lambda gate: gate.name)
def test_what_is_taken_lies_between_the_two_sides(gate: Gate) -> None:
    for graph, inputs in kinks(gate):
        gradients = backward(graph, forward(graph, inputs))
        for slot, node in enumerate(graph.inputs.values()):
            stated = 0 if gate.variadic else slot
            sides = [float(text[stated]) for text in (gate.kink.left, gate.kink.right)]
            # Where there is nothing on one side, that side sets no bound.
            low = min(-inf if isnan(side) else side for side in sides)
            high = max(inf if isnan(side) else side for side in sides)
            assert np.all((low <= gradients[node]) & (gradients[node] <= high))


@pytest.mark.parametrize("gate", KINKED, ids=lambda gate: gate.name)
def test_a_run_that_lands_on_a_kink_says_so(gate: Gate) -> None:
    for graph, inputs in kinks(gate):
        said = [note.message for note in notes(trace(graph, inputs)) if note.kind == "kink"]
        assert len(said) == 1
        assert gate.kink.convention in said[0]
        for side in ("from the left", "from the right"):
            assert side in said[0]


def test_ties_share_the_gradient() -> None:
    """The minimum-norm sub-gradient: it sums to 1 and is the same for all that tie."""
    for gate in KINKED:
        if gate.kink.tie:
            for graph, inputs in kinks(gate):
                gradients = backward(graph, forward(graph, inputs))
                shares = np.hstack([gradients[node] for node in graph.inputs.values()])
                np.testing.assert_allclose(shares, 1 / shares.size)
