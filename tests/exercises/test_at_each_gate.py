"""A rule at one of two inputs, a value for a gradient or a derivative, and three mistakes at once."""

from typing import Any

import numpy as np
import pytest
from exercise_files import blamed, marked
from test_every_gate import circuit_of, plain

from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import GATES

INPUTS = {"u": 2.5, "v": 0.7, "y": 5, "z": -4}
"""x = 3.2, q = 16, and the upstream at q is -4."""


@pytest.mark.parametrize(
    ("program", "answers", "mistake"),
    [
        # The gradient of x is not switched, that of y is.
        (
            "x = u + v; q = x * y; f = q * z",
            {"df/dy": -12.8, "df/du": -12.8, "df/dv": -12.8},
            "mul-not-switched",
        ),
        (
            "x = u + v; q = x * y; f = q * z",
            {"df/dz": 16, "df/dq": -4, "df/dy": -12.8, "df/dx": -4, "df/du": -4, "df/dv": -4},
            "local-factor-lost",
        ),
        (
            "x = u * v; q = x + y; f = q * z",
            {"df/dz": 6.75, "df/dq": -4, "df/dy": -4, "df/dx": -7, "df/du": -4.9, "df/dv": -17.5},
            "add-scales",
        ),
    ],
)
def test_a_rule_at_one_of_two_inputs_is_named(
    program: str, answers: dict[str, float], mistake: str
) -> None:
    assert blamed(marked(program, INPUTS, answers)) == {(mistake, ("q",))}


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_a_value_for_a_gradient_is_named_at_each_gate(gate: Gate) -> None:
    made = circuit_of(gate)
    graph = made.graph
    inputs = {name: plain(value) for name, value in made.inputs.items()}
    for name in ("q", "a"):
        node = graph.names.index(name)
        value, key = made.values[node], made.arrived[node]
        if key is None or np.shape(value) != np.shape(key) or np.allclose(value, key):
            continue
        found = blamed(marked(graph.source, inputs, {f"df/d{name}": plain(value)}))
        assert ("value-for-gradient", (name,)) in found


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_a_value_for_a_derivative_is_named_at_each_gate(gate: Gate) -> None:
    """The value of f where ∂f/∂x was asked, and of ∂q/∂a that of q or a; of numbers."""
    made = circuit_of(gate)
    graph = made.graph
    inputs = {name: plain(value) for name, value in made.inputs.items()}
    output, node = graph.output, graph.names.index("q")
    for question, value, asked in (
        ("df/da", made.values[output], "a"),
        ("dq/da", made.values[node], "a"),
        ("dq/da", made.inputs.get("a"), "a"),
    ):
        if graph.shapes[graph.names.index(asked)] or np.shape(value):
            continue
        graded = marked(graph.source, inputs, {question: plain(value)})
        if graded.points == graded.possible:
            continue
        named = {mistake for mistake, _ in blamed(graded)}
        # Of a gate whose slope is written with its value, that is the nearer name.
        assert named & {"value-for-derivative", "value-for-slope"}, question


def three(program: str, inputs: dict[str, Any], answers: dict[str, Any]) -> set[Any]:
    return blamed(marked(program, inputs, answers))


def test_three_mistakes_at_three_gates_are_named() -> None:
    """No square below the line at f, straight through at s, not switched at q."""
    inputs = {"x": 1.7, "y": -0.6, "w": 2.3, "c": 3.1}
    q = 1.7 * -0.6
    s = np.tanh(q)
    h = s * 2.3
    d = h + 3.1
    answers = {
        "q": q,
        "s": s,
        "h": h,
        "d": d,
        "f": 1 / d,
        "df/dd": -1 / d,
        "df/dh": -1 / d,
        "df/dc": -1 / d,
        "df/dw": -s / d,
        "df/ds": -2.3 / d,
        "df/dq": -2.3 / d,
        "df/dx": -2.3 / d * 1.7,
        "df/dy": -2.3 / d * -0.6,
    }
    program = "q = x*y; s = tanh(q); h = s*w; d = h + c; f = 1/d"
    found = three(program, inputs, {name: float(value) for name, value in answers.items()})
    assert {
        ("denominator-not-squared", ("f",)),
        ("local-factor-lost", ("s",)),
        ("mul-not-switched", ("q",)),
    } <= found
    assert len(found) == 3
