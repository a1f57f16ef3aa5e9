"""What only rounding left is shown as 0, and said; what was computed stays."""

import json

import numpy as np
import pytest
from helpers import run
from papers import written

from backprop_cli.analysis.notes.notes import notes
from backprop_cli.analysis.notes.rounding_noise import without_noise
from backprop_cli.render.text.explain.screen import screen
from backprop_cli.render.text.options import Look


def test_a_sum_that_cancels_is_shown_as_0_with_a_note() -> None:
    t = run("q = a + b; r = q - c; r * d + d", a=0.1, b=0.2, c=0.3, d=3)
    text = "\n".join(line.plain for line in screen(t, Look(80)))
    assert "r = q - c = 0.3 - 0.3 = 0" in " ".join(text.split())
    assert "  r is 0 up to rounding: 5.551e-17 is left where terms cancel" in text
    assert "e-17" not in written("latex", t)
    values = [node["value"] for node in json.loads(written("json", t))["nodes"]]
    assert 0.1 + 0.2 - 0.3 in values


def test_gradients_that_cancel() -> None:
    t = run("x*a + x*b - x*c", x=2, a=0.1, b=0.2, c=0.3)
    assert abs(t.gradients["x"]) == pytest.approx(0, abs=1e-16)
    assert t.gradients["x"] != 0
    assert without_noise(t).trace.gradients["x"] == 0
    assert "df/dx is 0 up to rounding" in [n.message for n in notes(t)][-1]
    probabilities = run("sum(softmax(z) * k)", z=[0.1, 0.7, -0.3], k=[0.1] * 3)
    np.testing.assert_array_equal(without_noise(probabilities).trace.gradients["z"], 0)


@pytest.mark.parametrize(
    ("formula", "inputs"),
    [
        ("1e-17 * x", {"x": 1}),
        ("x + y", {"x": 1e-20, "y": 1e-20}),
        ("1/(a + b - c)", {"a": 0.1, "b": 0.2, "c": 0.3}),
        ("x - y", {"x": 1.0, "y": 1.0000001}),
        ("sum(x / 0)", {"x": [1.0]}),
        ("sum(A @ x)", {"A": [[1e-20, 0], [0, 1]], "x": [1, 1]}),
    ],
)
def test_what_is_small_but_no_noise_stays(formula: str, inputs: dict[str, float]) -> None:
    t = run(formula, **inputs)
    assert without_noise(t).found == []
    assert without_noise(t).trace is t


@pytest.mark.parametrize("formula", ["std(x)", "var(x)"])
def test_what_a_step_sends_is_0_where_terms_cancel_in_the_sum_over_copies(formula: str) -> None:
    t = run(formula, x=[1.0, 2.0, 4.0])
    cleaned = without_noise(t)
    mean = t.graph.names.index("q1")
    assert [one.node for one in cleaned.found] == [mean]
    assert 0 < abs(t.arrived[mean]) < 1e-15
    for step in cleaned.trace.steps:
        sent = np.abs(np.asarray(step.downstream))
        assert not np.any((sent > 0) & (sent < 1e-15))
