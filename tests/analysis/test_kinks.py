"""Kinks: PyTorch's conventions, and never a silence; and what gets no gradient."""

from math import inf, nan
from typing import Any

import numpy as np
import pytest
from helpers import run

from backprop_cli.analysis.notes.kinks import WITH_CONSTANT
from backprop_cli.analysis.notes.notes import notes

TIE = "a tie: the gradient is split evenly"
ROUTED = "the slope is 0 from the left, 1 from the right, for"
ROUTED_DOWN = "the slope is 1 from the left, 0 from the right, for"


@pytest.mark.parametrize(
    ("formula", "inputs", "gradients"),
    [
        ("max(x, y)", {"x": 1, "y": 1}, {"x": 0.5, "y": 0.5}),
        ("max(x, x)", {"x": 1}, {"x": 1}),
        ("max(x, y, z)", {"x": 1, "y": 1, "z": 1}, {"x": 1 / 3, "y": 1 / 3, "z": 1 / 3}),
        ("min(x, y, z)", {"x": 1, "y": 1, "z": 2}, {"x": 0.5, "y": 0.5, "z": 0}),
        ("max(v)", {"v": [1, 3, 3]}, {"v": [0, 0.5, 0.5]}),
        ("relu(x)", {"x": 0}, {"x": 0}),
        ("max(x, 0)", {"x": 0}, {"x": 0}),
        ("max(0, x)", {"x": 0}, {"x": 0}),
        ("min(x, 1 - 1)", {"x": 0}, {"x": 0}),
        ("max(x, 0, y)", {"x": 0, "y": 0}, {"x": 0, "y": 0}),
        ("max(x, -1, y)", {"x": 0, "y": 0}, {"x": 0.5, "y": 0.5}),
        ("max(x, 1, y)", {"x": 2, "y": 1}, {"x": 1, "y": 0}),
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
        # Of many, those that tie are named, and a constant has no slope.
        ("max(x, y, z)", {"x": 1, "y": 3, "z": 3}, f"f is at a kink (y == z): {ROUTED} y or z; {TIE}"),
        ("max(1, x, y)", {"x": 3, "y": 3}, f"f is at a kink (x == y): {ROUTED} x or y; {TIE}"),
        ("max(x, 3)", {"x": 3}, f"f is at a kink (x == 3): {ROUTED} x; {WITH_CONSTANT}"),
        ("max(x, x, y)", {"x": 1, "y": 1}, f"f is at a kink (x == y): {ROUTED} x or y; {TIE}"),
        ("max(x)", {"x": [1, 3, 3]}, f"f is at a kink (x[1] == x[2]): {ROUTED} x[1] or x[2]; {TIE}"),
        ("min(x)", {"x": [3] * 9}, f"f is at a kink (x[0] == x[1] == x[2] and 6 more): {ROUTED_DOWN} any of them; {TIE}"),
        ("sum(max(x, axis=1))", {"x": [[1, 2], [3, 3]]}, f"q is at a kink at 1 of 2 elements (q[1]: x[1,0] == x[1,1]): {ROUTED} x[1,0] or x[1,1]; {TIE}"),
        ("sum(max(x, y, z))", {"x": [1, 3], "y": [2, 3], "z": 0}, f"q is at a kink at 1 of 2 elements (q[1]: x == y): {ROUTED} x or y; {TIE}"),
        ("x^y", {"x": 0, "y": 0}, "f is at a kink (abs(x) + abs(y) == 0): df/dy is undefined from the left, minus infinite from the right; 0^0 takes 0 for both"),
    ],
)  # fmt: skip
def test_what_is_said(formula: str, inputs: dict[str, Any], message: str) -> None:
    assert [n.message for n in notes(run(formula, **inputs)) if n.kind == "kink"] == [message]


@pytest.mark.parametrize(
    ("formula", "inputs"),
    [
        ("max(x, x)", {"x": 1}),
        ("max(x, x, y)", {"x": 1, "y": 0}),
        ("max(x, y, z)", {"x": 0, "y": 1, "z": 1, "wrt": frozenset("x")}),
        ("x^0", {"x": 0}),
        ("max(v)", {"v": [1, 2]}),
    ],
)
def test_where_no_slope_jumps_nothing_is_said(formula: str, inputs: dict[str, Any]) -> None:
    assert notes(run(formula, **inputs)) == []


def test_kinks_without_end_are_cut() -> None:
    said = notes(
        run(
            "; ".join(f"a{k} = relu(x)" for k in range(102))
            + "".join(["; a0"] + [f" + a{k}" for k in range(1, 102)]),
            x=0,
        )
    )
    assert len(said) == 101
    assert said[-1].message == "more gates are at a kink, a100 and after it"


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("a = x + 1; y", ["unused x", "unused a"]),
        ("2*3", ["constant f"]),
        ("x*y", []),
        # A constant step is used like any other, or not.
        ("a = 2; f = a*x", []),
        ("a = 2; b = a; f = 3*x", ["unused a", "unused b"]),
        ("a = x; 3", ["unused x", "unused a"]),
    ],
)
def test_what_gets_no_gradient_is_said(formula: str, said: list[str]) -> None:
    inputs = {name: 1 for name in "xy" if name in formula}
    assert [f"{note.kind} {note.node}" for note in notes(run(formula, **inputs))] == said


def test_an_ordinary_run_says_nothing() -> None:
    assert notes(run("relu(x)*max(x, y)", x=1, y=2)) == []
