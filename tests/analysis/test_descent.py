"""Gradient descent does the steps that it says, and names truly what became of it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli import explain
from backprop_cli.analysis.descent import MOST_NUMBERS, Descent, DescentOutcome, descend
from backprop_cli.errors import BackpropError


def of(formula: str, rate: float = 0.1, steps: int = 30, **inputs: Any) -> Descent:
    return descend(explain(formula, inputs), rate, steps)


@given(st.floats(0.01, 0.9), st.floats(-5, 5), st.floats(0.5, 3))
def test_on_a_parabola_every_point_is_known(rate: float, x: float, a: float) -> None:
    found = descend(explain("a*x^2", a=a, x=x, wrt="x"), rate, 10)
    for number, point in enumerate(found.points):
        assert point.inputs["x"] == pytest.approx(x * (1 - 2 * a * rate) ** number, abs=1e-9)
        assert point.value == pytest.approx(a * float(point.inputs["x"]) ** 2)


def test_arrays_move_as_numpy_moves_them() -> None:
    X, y, w = np.array([[1.0, 2], [3, -1], [0, 1]]), np.array([1.0, 0, 2]), np.array([0.3, -0.2])
    found = descend(explain("mean((X@w - y)^2)", X=X, y=y, w=w, data="X,y"), 0.05, 25)
    for _ in range(25):
        w = w - 0.05 * 2 / 3 * X.T @ (X @ w - y)
    assert np.allclose(found.points[-1].inputs["w"], w, rtol=1e-12)


RELU = "(relu(w*x + b) - y)^2"


@pytest.mark.parametrize(
    ("formula", "rate", "inputs", "outcome"),
    [
        ("x^2", 0.2, {"x": 3}, DescentOutcome.ARRIVED),
        ("x^2", 0.001, {"x": 3}, DescentOutcome.FALLS),
        ("x^2", 0.98, {"x": 3}, DescentOutcome.JUMPS_NEARER),
        ("x^2", 1, {"x": 3}, DescentOutcome.JUMPS_ABOUT),
        ("x^2", 1.01, {"x": 3}, DescentOutcome.DIVERGES),
        ("x^2", 1e200, {"x": 3}, DescentOutcome.DIVERGES),
        ("abs(x)", 0.7, {"x": 3.3}, DescentOutcome.JUMPS_ABOUT),
        ("-x^2", 0.1, {"x": 1}, DescentOutcome.FALLS_FASTER),
        ("-exp(x)", 5, {"x": 5}, DescentOutcome.FALLS_FASTER),
        ("x^2", 0.1, {"x": 0}, DescentOutcome.AT_REST),
        ("log(x)", 0.1, {"x": 1}, DescentOutcome.NOT_A_NUMBER),
        (RELU, 0.5, {"w": 1, "x": 2, "b": 1, "y": 1}, DescentOutcome.DEAD),
        # What is left is 0: the relu is dead as well, and that does not matter.
        (RELU, 0.5, {"w": 1, "x": 2, "b": 1, "y": 0}, DescentOutcome.ARRIVED),
        ("relu(x)", 0.1, {"x": -1}, DescentOutcome.DEAD),
    ],
)
def test_how_it_ends(formula: str, rate: float, inputs: Any, outcome: DescentOutcome) -> None:
    data = "x,y" if formula == RELU else None
    found = descend(explain(formula, inputs, data=data), rate, 30)
    assert found.outcome is outcome


@pytest.mark.parametrize("a", [0.5, 1, 4])
def test_the_highest_rate_of_a_parabola(a: float) -> None:
    assert descend(explain("a*x^2", a=a, x=2, wrt="x"), 0.01, 3).highest_rate == pytest.approx(
        1 / a
    )


def test_where_the_curve_is_no_parabola_nothing_is_said_that_is_not_so() -> None:
    assert of("x^2 + sin(30*x)", 0.5, x=1).highest_rate is None
    assert of("-x^2", x=1).highest_rate is None


def test_what_cannot_be_done() -> None:
    with pytest.raises(BackpropError, match="no input that could be moved"):
        of("2 + 3")
    with pytest.raises(BackpropError, match="are more than"):
        of("sum(x)", steps=MOST_NUMBERS, x=[1, 2])
