"""Kinks, and where inf and NaN are born: PyTorch's conventions, and never a silence."""

from math import inf, nan
from typing import Any

import numpy as np
import pytest
from helpers import run

from backprop_cli.trace.notes import notes


@pytest.mark.parametrize(
    ("formula", "inputs", "gradients"),
    [
        ("max(x, y)", {"x": 1, "y": 1}, {"x": 0.5, "y": 0.5}),
        ("max(x, x)", {"x": 1}, {"x": 1}),
        ("max(x, y, z)", {"x": 1, "y": 1, "z": 1}, {"x": 1 / 3, "y": 1 / 3, "z": 1 / 3}),
        ("min(x, y, z)", {"x": 1, "y": 1, "z": 2}, {"x": 0.5, "y": 0.5, "z": 0}),
        ("max(v)", {"v": [1, 3, 3]}, {"v": [0, 0.5, 0.5]}),
        ("relu(x)", {"x": 0}, {"x": 0}),
        ("max(x, 0)", {"x": 0}, {"x": 0.5}),
        ("abs(x)", {"x": 0}, {"x": 0}),
        ("sqrt(x)", {"x": 0}, {"x": inf}),
        ("log(x)", {"x": 0}, {"x": inf}),
        ("sqrt(x)", {"x": -1}, {"x": nan}),
        ("log(x)", {"x": -1}, {"x": -1}),
        ("x^y", {"x": 0, "y": 0}, {"x": 0, "y": 0}),
        ("x^y", {"x": -2, "y": 3}, {"x": 12, "y": nan}),
        ("||v||", {"v": [0, 0]}, {"v": [0, 0]}),
        ("1/x", {"x": 0}, {"x": -inf}),
        ("1/(1+exp(-x))", {"x": -1000}, {"x": nan}),
        ("relu(x) - relu(-x)", {"x": 0}, {"x": 0}),
    ],
)
def test_what_is_taken(formula: str, inputs: dict[str, Any], gradients: dict[str, Any]) -> None:
    found = run(formula, **inputs).gradients
    for name, expected in gradients.items():
        np.testing.assert_array_equal(found[name], expected)


@pytest.mark.parametrize(
    ("formula", "inputs", "message"),
    [
        ("relu(x)", {"x": 0}, "f is at a kink (x == 0): df/dx is 0 from the left, 1 from the right; relu takes 0, the smallest slope between the two"),
        ("max(x, y)", {"x": 1, "y": 1}, "f is at a kink (x == y): the slope is 0 from the left, 1 from the right, for x or y; a tie: the gradient is split evenly"),
        ("sum(abs(v))", {"v": [0, 1]}, "q is at a kink at 1 of 2 elements (v == 0): dq/dv is -1 from the left, 1 from the right; abs takes 0, the smallest slope between the two"),
        ("log(x)", {"x": -1}, "f is nan: born in the forward pass, log(x) needs x > 0 and x = -1"),
        ("exp(x) * 2", {"x": 1000}, "q is inf: born in the forward pass, exp(x) is larger than a double can hold (1.8e308)"),
        ("1/(1+exp(-x))", {"x": -1000}, "df/dq1 is nan: born in the backward pass at the exp gate, where upstream × local is -0 × inf"),
        ("x + 1", {"x": inf}, "x is inf from the start"),
    ],
)  # fmt: skip
def test_what_is_said(formula: str, inputs: dict[str, Any], message: str) -> None:
    assert message in [note.message for note in notes(run(formula, **inputs))]


@pytest.mark.parametrize(
    ("formula", "inputs", "born"),
    [
        # value or gradient, and the gate that gave it; forwards first
        ("1/(x - x)", {"x": 1}, ["inf f"]),
        ("(x/y) * 0", {"x": 1, "y": 0}, ["inf q", "nan y"]),
        ("exp(x*y)", {"x": 1000, "y": 1}, ["inf f", "inf q"]),
        ("sqrt(x*y)", {"x": 0, "y": 1}, ["inf q"]),
        ("sqrt(x)^2", {"x": 0}, ["nan x"]),
        ("x^y", {"x": -2, "y": 3}, ["nan y"]),
        ("x + 1", {"x": nan}, ["nan x"]),
        ("sum(log(v))", {"v": [1, -1]}, ["nan q"]),
    ],
)
def test_where_inf_and_nan_are_born(formula: str, inputs: dict[str, Any], born: list[str]) -> None:
    """The first node, not all that follow; kinks and what is unused are said elsewhere."""
    said = [f"{n.kind} {n.node}" for n in notes(run(formula, **inputs)) if n.kind in ("inf", "nan")]
    assert said[: len(born)] == born


@pytest.mark.parametrize(
    ("formula", "said"),
    [("a = x + 1; y", ["unused x", "unused a"]), ("2*3", ["constant f"]), ("x*y", [])],
)
def test_what_gets_no_gradient_is_said(formula: str, said: list[str]) -> None:
    inputs = {name: 1 for name in "xy" if name in formula}
    assert [f"{note.kind} {note.node}" for note in notes(run(formula, **inputs))] == said


def test_an_ordinary_run_says_nothing() -> None:
    assert notes(run("relu(x)*max(x, y)", x=1, y=2)) == []
