"""Where inf and NaN are born: the first of each, the element, and the true reason."""

from math import inf, nan, prod
from typing import Any

import numpy as np
import pytest
from helpers import run
from hypothesis import given
from hypothesis import strategies as st
from one_gate import names_of, uses

from backprop_cli.analysis.notes.notes import notes
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import GATES
from backprop_cli.language.style import CHALK


@pytest.mark.parametrize(
    ("formula", "inputs", "born"),
    [
        # value or gradient, and the gate that gave it; forwards first
        ("1/(x - x)", {"x": 1}, ["inf f"]),
        ("(x/y) * 0", {"x": 1, "y": 0}, ["inf q", "nan f", "nan y"]),
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


FORWARD = "born in the forward pass,"
BACKWARD = "born in the backward pass at the"
OVERFLOWS = "is larger than a double can hold (1.8e308)"


@pytest.mark.parametrize(
    ("formula", "inputs", "messages"),
    [
        ("x + 1", {"x": inf}, ["x is inf from the start"]),
        ("v + 1", {"v": [0, nan]}, ["v[1] is nan from the start"]),
        ("log(x)", {"x": -1}, [f"f is nan: {FORWARD} log(x) needs x > 0 and x = -1"]),
        ("x/xy", {"x": 1, "xy": 0}, [f"f is inf: {FORWARD} x / xy needs xy != 0 and xy = 0"]),
        ("sum(log(v))", {"v": [1, -1]}, [f"q[1] is nan: {FORWARD} log(v) needs v > 0 and v[1] = -1"]),
        ("sum(log(v))", {"v": [0, 1, -1]}, [f"q[0] is -inf: {FORWARD} log(v) needs v > 0 and v[0] = 0", f"q[2] is nan: {FORWARD} log(v) needs v > 0 and v[2] = -1"]),
        ("sum(A/v)", {"A": [[1, 2], [3, 4]], "v": [1, 0]}, [f"q[0,1] is inf: {FORWARD} A / v needs v != 0 and v[1] = 0"]),
        # A power is not bound to its domain: a whole exponent takes it elsewhere.
        ("x^-1", {"x": 0}, [f"f is inf: {FORWARD} x^-1 with x = 0"]),
        ("x^309", {"x": -10}, [f"f is -inf: {FORWARD} x^309 {OVERFLOWS}"]),
        ("x^0.5", {"x": -10}, [f"f is nan: {FORWARD} x^0.5 needs x > 0 and x = -10"]),
        ("exp(x)", {"x": 1000}, [f"f is inf: {FORWARD} exp(x) {OVERFLOWS}"]),
        ("mean(v)", {"v": [1e308, 1e308]}, [f"f is inf: {FORWARD} mean(v) overflows on the way"]),
        ("logdet(X)", {"X": [[1, 2], [3, 4]]}, [f"f is nan: {FORWARD} logdet(X) needs det(X) > 0"]),
        ("exp(x) - exp(x)", {"x": 1000}, [f"q1 is inf: {FORWARD} exp(x) {OVERFLOWS}", f"f is nan: {FORWARD} q1 - q2 is inf - inf"]),
        ("max(x, y, z) * 0", {"x": inf, "y": 0, "z": 1}, ["x is inf from the start", f"f is nan: {FORWARD} q * 0 is inf * 0"]),
        ("sum(v)", {"v": [inf, -inf]}, ["v[0] is inf from the start", f"f is nan: {FORWARD} sum(v) with inf and -inf"]),
    ],
)  # fmt: skip
def test_why_a_value(formula: str, inputs: dict[str, Any], messages: list[str]) -> None:
    said = [n.message for n in notes(run(formula, **inputs)) if n.kind in ("inf", "nan")]
    assert [text for text in said if "backward" not in text] == messages


@pytest.mark.parametrize(
    ("formula", "inputs", "messages"),
    [
        ("1/(1+exp(-x))", {"x": -1000}, [f"df/dq1 is nan: {BACKWARD} exp gate, where upstream * local is 0 * inf"]),
        ("sum([1,0]*sqrt(v))", {"v": [1, 0]}, [f"df/dv[1] is nan: {BACKWARD} sqrt gate, where upstream * local is 0 * inf"]),
        ("(x*y)*z", {"x": 1e-200, "y": 1e200, "z": 1e200}, [f"df/dx is inf: {BACKWARD} mul gate, where upstream * local, 1e+200 * 1e+200, {OVERFLOWS}"]),
        ("x*y + x*z", {"x": 0.1, "y": 1e308, "z": 1e308}, [f"df/dx is inf: {BACKWARD} fork x, where 1e+308 + 1e+308 {OVERFLOWS}"]),
        ("exp(x) - exp(x)", {"x": 1000}, [f"a contribution to df/dx is -inf: {BACKWARD} exp gate, where the local derivative, q2, is inf", f"df/dx is nan: {BACKWARD} fork x, where -inf + inf is nan"]),
        ("sum(x*v)", {"x": 0.1, "v": [1e308, 1e308]}, [f"df/dx is inf: {BACKWARD} mul gate, where the sum over the copies of a value {OVERFLOWS}"]),
        ("sum(max(A, axis=1)*y)", {"A": [[0, 1], [1, 2]], "y": [1, inf]}, [f"df/dq1[1] is inf: {BACKWARD} mul gate, where the local derivative, y, is inf", f"df/dA[1,0] is nan: {BACKWARD} max_in gate, where upstream * local is inf * 0"]),
        ("sum((W@x)*y)", {"W": [[1e200, 1]], "x": [1e-100, 1], "y": [1e200]}, [f"df/dx[0] is inf: {BACKWARD} matmul gate, where W.T @ df/dq1 overflows"]),
    ],
)  # fmt: skip
def test_why_a_gradient(formula: str, inputs: dict[str, Any], messages: list[str]) -> None:
    said = [n.message for n in notes(run(formula, **inputs)) if n.kind in ("inf", "nan")]
    assert [text for text in said if "backward" in text] == messages


def test_signs_are_those_of_the_style() -> None:
    for t in (run("0*sqrt(x)", x=0), run("x*y", x=1e200, y=inf, seed=1e200)):
        assert all(note.message.isascii() for note in notes(t))
    assert "upstream × local is 0 × inf" in notes(run("0*sqrt(x)", x=0), CHALK)[-1].message


EDGES = [0.0, -1.0, 1.0, 2.5, 1e-200, 1e200, -1e308, 1e308, inf, -inf, nan]


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
@given(data=st.data())
def test_each_kind_is_told_once_and_never_in_vain(gate: Gate, data: st.DataObject) -> None:
    formula, chosen = data.draw(uses(gate))
    inputs = {
        name: np.reshape(data.draw(st.lists(st.sampled_from(EDGES), min_size=n, max_size=n)), shape)
        for name, shape in zip(names_of(gate), chosen, strict=True)
        for n in [prod(shape)]
    }
    t = run(f"{formula}; sum(f*f)", **inputs)
    told = [(n.kind, "backward" in n.message) for n in notes(t, CHALK) if n.kind in ("inf", "nan")]
    assert len(set(told)) == len(told)
    for backward, values in enumerate((t.values, [g for g in t.arrived if g is not None])):
        for kind, test in (("inf", np.isinf), ("nan", np.isnan)):
            there = any(np.any(test(value)) for value in values)
            # An inf may become NaN where contributions add up, and is told all the same.
            if there or not backward:
                assert ((kind, bool(backward)) in told) == there
