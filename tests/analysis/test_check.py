"""The check of gradients: it passes what is right, and can fail."""

from itertools import product
from math import inf, isnan, nan
from typing import Any

import numpy as np
import pytest
from formulas import scalar_programs
from helpers import EXAMPLES, run
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.analysis.check import (
    MOST_NODES,
    _is_kink,
    check,
    relative_error,
    sweep,
    unchecked,
)
from backprop_cli.analysis.hessian import hessian
from backprop_cli.analysis.slopes import Slopes
from backprop_cli.autodiff.trace import Trace


def verdicts(formula: str, **options: Any) -> list[str]:
    return [row.verdict for row in check(run(formula, **options))]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_the_worked_examples_are_good(example: dict[str, Any]) -> None:
    assert set(verdicts(example["program"], **example["inputs"])) == {"good"}


@given(scalar_programs(), st.floats(0.1, 2), st.floats(-2, -0.1))
def test_a_true_gradient_is_never_called_wrong(program: str, x: float, y: float) -> None:
    assert not {"wrong", "doubtful"} & set(verdicts(program, x=x, y=y))


@pytest.mark.parametrize("rule", ["a", "2*b", "0", "b + 0.1", "-b"])
def test_a_wrong_rule_is_called_wrong(rule: str) -> None:
    rows = check(run("x*y", x=3.0, y=4.0, rules={("mul", 0): rule}))
    assert [row.verdict for row in rows[:2]] == ["wrong", "good"]
    assert not isnan(rows[0].error)


@pytest.mark.parametrize(
    ("formula", "inputs", "verdict"),
    [
        ("relu(x)", {"x": 0}, "kink"), ("abs(x)", {"x": 0}, "kink"),
        ("max(x, y)", {"x": 1, "y": 1}, "kink"), ("||v||", {"v": [0, 0]}, "kink"),
        # Each gate's convention is sound and their sum is not: this is x, and its slope is 1.
        ("relu(x) - relu(-x)", {"x": 0}, "convention"),
        ("relu(x) - 2*relu(-x)", {"x": 0}, "convention"),
        ("max(min(x, 1), x)", {"x": 1}, "convention"),
        ("relu(2*x) - relu(-2*x)", {"x": 0}, "convention"),
        # Beside a kink is not at it, and wild is no kink.
        ("relu(x)", {"x": 1e-12}, "good"), ("max(x, 1e-3)", {"x": 1e-3}, "kink"),
        ("max(x, 1e-8) + 1e3", {"x": 1e-8}, "kink"),
        ("sin(1/x)", {"x": 1e-3}, "good"), ("1/x", {"x": 1e-5}, "good"),
        # Steps of 1e-7 would leave the domain.
        ("sqrt(x)", {"x": 1e-8}, "good"), ("log(x)", {"x": 1e-30}, "good"),
        ("sqrt(v)[0]", {"v": [1e-8, 4]}, "good"),
        ("sqrt(x - 1)", {"x": 1 + 1e-12}, "unmeasured"), ("x^x", {"x": 0}, "unmeasured"),
        ("log(x)", {"x": 0}, "undefined"), ("1/x", {"x": 0}, "undefined"),
        ("sqrt(x)", {"x": 0}, "undefined"), ("exp(x)", {"x": 1000}, "undefined"),
        # No step is small enough: each passes over whole periods, or the slope has no end.
        ("cos(x)", {"x": 1e308}, "unmeasured"), ("sin(x)", {"x": 1e20}, "unmeasured"),
        ("norm(abs(x)^x)", {"x": 0}, "unmeasured"),
        ("x^3", {"x": 0}, "good"), ("1e-9*x", {"x": 1}, "good"), ("x + 1e9", {"x": 1}, "good"),
    ],
)  # fmt: skip
def test_a_kink_is_no_mistake(formula: str, inputs: dict[str, Any], verdict: str) -> None:
    assert verdicts(formula, **inputs)[0] == verdict


@pytest.mark.parametrize("formula", ["relu(x)", "abs(x)", "max(x, 0)", "sum(max([x, 0]))"])
def test_at_a_kink_a_slope_outside_both_sides_is_a_mistake(formula: str) -> None:
    for slope, verdict in {"1": "kink", "1.01": "wrong", "-1.01": "wrong"}.items():
        rules = {(gate, 0): slope for gate in ("relu", "abs", "max", "max_in")}
        assert verdicts(formula, x=0, rules=rules)[0] == verdict


@pytest.mark.parametrize("rule", ["0.5", "1.01"])
def test_another_rule_at_a_kink_is_no_convention(rule: str) -> None:
    """Only the gates' own rules are documented."""
    rules = {("relu", 0): rule}
    assert (
        verdicts("relu(x) - relu(-x) + x", x=0, rules=rules)[0] == ("wrong", "good")[rule == "0.5"]
    )


@pytest.mark.parametrize("x", [1e-4, 1e-8, 1e-28, 1e-100])
def test_a_wrong_slope_of_a_small_value_is_wrong(x: float) -> None:
    assert verdicts("sqrt(x)", x=x)[0] == "good"
    assert verdicts("sqrt(x)", x=x, rules={("sqrt", 0): "1/out"})[0] == "wrong"


def test_a_kink_elsewhere_excuses_nothing() -> None:
    t = run("relu(x)*0 + y*y", x=0, y=3)
    wrong = Trace(t.graph, t.values, [g and 2 * g for g in t.arrived], t.seed)
    found = {row.name: row.verdict for row in check(wrong)}
    assert found["y"] == "wrong"


def test_across_a_pole_nothing_is_measured() -> None:
    for formula in ("1/x", "1/x^2", "log(x)", "exp(1000 + x)"):
        (row, *_) = check(run(formula, x=0))
        assert isnan(row.central), formula
        assert isnan(row.error), formula


@pytest.mark.filterwarnings("error")
def test_inf_is_measured_without_a_warning() -> None:
    A, C = [[0, 0, 1, 1], [1, 1, 1, 1]], [[1, -1, 1, 1], [1, 1, 1, 1]]
    assert "undefined" in verdicts("sum(sqrt(A)*C)", A=A, C=C)


def test_only_what_could_be_checked_is_counted() -> None:
    names = [f"x{k}" for k in range(250)]
    values = dict.fromkeys(names, 1)
    for wrt, nodes in (({"x0"}, 1 + 249), (set(names), 250 + 249)):
        t = run(" + ".join(names), wrt=frozenset(wrt), **values)
        assert unchecked(t) == nodes - MOST_NODES
    assert unchecked(run("x", x=1)) == 0


def test_arrays_are_checked_by_element_and_along_directions() -> None:
    rows = check(run("sum((W@x)^2)", W=np.ones((3, 4)), x=[1, 2, 3, 4]))
    names = [row.name for row in rows]
    assert {"W along d1", "W along d2", "x[0]", "x[3]"} <= set(names)
    assert {row.verdict for row in rows} == {"good"}


def test_the_check_sees_one_wrong_element() -> None:
    wrong = {("matmul", 0): "2 * (g @ b.T)"}
    rows = check(run("sum((W@x)^2)", W=np.ones((3, 4)), x=[1, 2, 3, 4], rules=wrong))
    assert {row.verdict for row in rows if row.name.startswith("W")} == {"wrong"}
    assert {row.verdict for row in rows if not row.name.startswith("W")} == {"good"}


def test_relative_error_is_that_of_cs231n() -> None:
    for a, n in product([0.0, 1.0, -2.0, 1e-300], repeat=2):
        largest = max(abs(a), abs(n))
        assert relative_error(a, n) == (abs(a - n) / largest if largest else 0.0)
    assert isnan(relative_error(0.0, nan))


def test_a_sweep_falls_with_the_step_and_rises_with_rounding() -> None:
    ((errors, verdict),) = sweep(run("sin(x)", x=1.0)).values()
    assert verdict == "good"
    best = errors.index(min(errors))
    assert 2 < best < 9
    assert errors[0] > errors[1] > errors[2]
    assert errors[-1] > errors[best] * 100
    assert max(errors) < inf


def at_steps(near: tuple[float, float], far: tuple[float, float]) -> tuple[Slopes, Slopes]:
    return Slopes(1e-7, *near, sum(near) / 2), Slopes(1e-5, *far, sum(far) / 2)


@pytest.mark.parametrize(
    ("near", "far", "found"),
    [
        ((0, 1), (0, 1), True),
        # A bend: left and right differ less and less; a quarter is the limit.
        ((0, 1e-3), (0, 1e-1), False), ((0, 0.24), (0, 1), False), ((0, 0.26), (0, 1), True),
        # On both sides the same, or nearly, next to the slopes themselves.
        ((1, 1), (0, 1), False), ((1e4, 1e4 + 0.05), (0, 0), False), ((-1e4, 0.9 - 1e4), (0, 0), False),
        ((-1e4, 1.1 - 1e4), (0, 0), True),
        # A jump below what rounding makes up.
        ((0, 1), (0, 1e-9), True),
    ],
)  # fmt: skip
def test_a_kink_is_a_jump_that_stays(
    near: tuple[float, float], far: tuple[float, float], found: bool
) -> None:
    assert _is_kink(*at_steps(near, far), 1.0) is found
    assert _is_kink(*at_steps(near[::-1], far[::-1]), 1.0) is found


def test_a_jump_that_rounding_makes_up_is_no_kink() -> None:
    assert _is_kink(*at_steps((0, 1), (0, 1)), 1e3)
    assert not _is_kink(*at_steps((0, 1), (0, 1)), 1e12)


STEEP = "a = sigmoid(w*x); b = sigmoid(w*(a - 0.5)); c = sigmoid(w*(b - 0.5)); sigmoid(w*(c - 0.5))"


@pytest.mark.parametrize("x", [0, 1e-9, 1e-8, 1e-7, 3e-7])
def test_right_slopes_of_a_steep_chain_are_not_called_wrong(x: float) -> None:
    t = run(STEEP, w=100, x=x)
    assert {row.verdict for row in check(t)} <= {"good", "fine", "unmeasured"}
    said = {verdict for row in hessian(t).verdicts for verdict in row}
    assert said <= {"good", "fine", "unmeasured"}
    assert "good" in said


def test_a_wrong_slope_of_a_steep_chain_is() -> None:
    rows = check(run(STEEP, w=100, x=1e-9, rules={("sigmoid", 0): "out"}))
    assert rows[1].verdict == "wrong"
