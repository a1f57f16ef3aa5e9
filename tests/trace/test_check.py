"""The check of gradients: it passes what is right, and can fail."""

from itertools import product
from math import inf, isnan
from typing import Any

import numpy as np
import pytest
from formulas import scalar_programs
from helpers import EXAMPLES, run
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.trace.check import check, relative_error, sweep


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
        ("relu(x) - relu(-x)", {"x": 0}, "wrong"),
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


def test_a_sweep_falls_with_the_step_and_rises_with_rounding() -> None:
    (errors,) = sweep(run("sin(x)", x=1.0)).values()
    best = errors.index(min(errors))
    assert 2 < best < 9
    assert errors[0] > errors[1] > errors[2]
    assert errors[-1] > errors[best] * 100
    assert max(errors) < inf
