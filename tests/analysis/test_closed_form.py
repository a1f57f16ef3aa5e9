"""The gradient of each input as one formula: the lines that lectures box, and that they are true."""

import re
from typing import Any

import numpy as np
import pytest
from formulas import scalar_programs
from helpers import run
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.analysis.closed_form.closed import Closed, closed_forms
from backprop_cli.analysis.closed_form.simplify import PATTERNS, KnownIdentity
from backprop_cli.api import explain
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.trace import Trace
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse

A = [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]
S = [[1.0, 2.0], [3.0, 4.0]]
STAGED = "sigy = sigmoid(y); num = x + sigy; sigx = sigmoid(x); xpy = x + y; den = sigx + xpy^2; num / den"
V = [1.0, 2.0, 3.0]
P = [[2.0, 1.0], [1.0, 3.0]]
Z = [[0.1, 0.2, 0.7], [1.0, 2.0, 0.5]]
ZY = {"Z": Z, "y": [0, 2]}
WXY = {"W": A, "w": [1, 2], "x": [0.1, -0.2], "y": 1}
INVERSE = "-(inv(X).T @ a @ b.T @ inv(X).T)"
HINGE = "-(X.T @ (y * 1[1 - y * (X @ w) > 0]) / 3)"
SVM = "(1[1 + s - s[y] > 0] - sum(1[1 + s - s[y] > 0]) * onehot(y, 3)) @ x.T"
BOXED: list[tuple[str, dict[str, Any], str, str]] = [
    ("-sum(y * log(softmax(z)))", {"z": [1, 2, 3], "y": [0, 1, 0]}, "z", "softmax(z) - y"),
    ("p = softmax(z); -sum(y * log(p))", {"z": [1, 2, 3], "y": [0, 1, 0]}, "z", "p - y"),
    ("a = sigmoid(z); -(y*log(a) + (1-y)*log(1-a))", {"z": 0.5, "y": 1}, "z", "a - y"),
    ("1/2 * ||A@x - b||^2", {"A": A, "x": [1, 2], "b": [1, 0, 1]}, "x", "A.T @ (A @ x - b)"),
    ("x.T @ A @ x", {"A": S, "x": [1, 2]}, "x", "(A + A.T) @ x"),
    ("||W @ x||^2", {"W": A, "x": [1, 2]}, "W", "2 * (W @ x @ x.T)"),
    (
        "a = sigmoid(X@w); -mean(y*log(a) + (1-y)*log(1-a))",
        {"X": A, "w": [0.1, -0.2], "y": [1, 0, 1]},
        "w",
        "X.T @ (a - y) / 3",
    ),
    ("1 / (1 + exp(-x))", {"x": 0.3}, "x", "sigmoid(x) * (1 - sigmoid(x))"),
    (STAGED, {"x": 3, "y": -4}, "y", "sigy * (1 - sigy) / den - 2 * num * xpy / den^2"),
    (
        STAGED,
        {"x": 3, "y": -4},
        "x",
        "1 / den - num * sigx * (1 - sigx) / den^2 - 2 * num * xpy / den^2",
    ),
    ("logsumexp(z)", {"z": [1, 2, 3]}, "z", "softmax(z)"),
    ("v @ tanh(W@x)", {"v": [1, 2, 3], "W": A, "x": [0.1, 0.2]}, "v", "tanh(W @ x)"),
    ("h = tanh(W@x); v @ h", {"v": [1, 2, 3], "W": A, "x": [0.1, 0.2]}, "x", "W.T @ (v - h^2 * v)"),
    ("sum(X@w + b)", {"X": A, "w": [1, 2], "b": 1}, "w", "sum(X, axis=0)"),
    ("mean((x - mean(x))^2)", {"x": [1, 2, 4]}, "x", "2 * (x - mean(x)) / 3"),
    ("mean((X@w - y)^2)", {"X": A, "w": [1, 2], "y": [1, 0, 1]}, "y", "2 * (y - X @ w) / 3"),
    ("1/2*x.T@S@x - b.T@x", {"S": S, "x": [1, 2], "b": [1, 3]}, "x", "(S + S.T) @ x / 2 - b"),
    (
        "max(0, 1 - y*(w@x + b))",
        {"y": 1, "w": [1, 2], "x": [0.1, 0.2], "b": 0.1},
        "w",
        "-(y * 1[1 - y * (b + w @ x) > 0] * x)",
    ),
    ("x^y", {"x": 3, "y": 2}, "x", "y * x^(y - 1)"),
    ("log(exp(x) + 1)", {"x": 1}, "x", "sigmoid(x)"),
    ("a = sigmoid(w@x); -(y*log(a) + (1-y)*log(1-a))", WXY, "w", "(a - y) * x"),
    # The step that both gradients divide by has the name that the run gives it.
    (
        "(x + sigmoid(y)) / (sigmoid(x) + (x + y)^2)",
        {"x": 3, "y": -4},
        "y",
        "sigmoid(y) * (1 - sigmoid(y)) / q6 - 2 * (x + sigmoid(y)) * (x + y) / q6^2",
    ),
    # Labels
    ("-log(softmax(z)[y])", {"z": V, "y": 1}, "z", "softmax(z) - onehot(y, 3)"),
    ("p = softmax(z); -log(p[y])", {"z": V, "y": 1}, "z", "p - onehot(y, 3)"),
    ("p = softmax(z); -log(p[2])", {"z": V}, "z", "p - onehot(2, 3)"),
    ("-log_softmax(z)[y]", {"z": V, "y": -1}, "z", "softmax(z) - onehot(2, 3)"),
    ("cross_entropy(z, y)", {"z": V, "y": 0}, "z", "softmax(z) - onehot(y, 3)"),
    ("cross_entropy(z, t)", {"z": V, "t": [0, 1, 0]}, "z", "softmax(z) - t"),
    ("cross_entropy(W@x, y)", WXY, "x", "W.T @ (softmax(W @ x) - onehot(y, 3))"),
    ("z[y]", {"z": V, "y": 1}, "z", "onehot(y, 3)"),
    ("s = W@x; s[y]", WXY, "x", "W[y]"),
    ("W[y] @ x", WXY, "W", "onehot(y, 3) @ x.T"),
    ("softmax(z)[0]", {"z": V}, "z", "softmax(z) * (onehot(0, 3) - softmax(z)[0])"),
    ("x[0] * x[1]", {"x": [1, 2]}, "x", "[x[1], x[0]]"),
    ("prod(x)", {"x": V}, "x", "[x[1] * x[2], x[0] * x[2], x[0] * x[1]]"),
    ("cross_entropy(Z, y)", ZY, "Z", "(softmax(Z, axis=1) - onehot(y, 3)) / 2"),
    (
        "P = softmax(Z, axis=1); -mean(log(P[[0, 1], y]))",
        ZY,
        "Z",
        "(P - onehot(y, 3)) / 2",
    ),
    (
        "cross_entropy(X@W + b, y)",
        {"X": A, "W": [[0.1, 0.2], [0.3, 0.1]], "b": [1, 2], "y": [0, 1, 1]},
        "b",
        "sum(softmax(b + X @ W, axis=1) - onehot(y, 2), axis=0) / 3",
    ),
    (
        "P = softmax(Z, axis=1); -mean(sum(T*log(P), axis=1))",
        {"Z": Z, "T": [[0, 1, 0], [1, 0, 0]]},
        "Z",
        "(P - T) / 2",
    ),
    # Traces, inverses and determinants
    ("trace(A@X)", {"A": S, "X": S}, "X", "A.T"),
    ("tr(X.T@X)", {"X": A}, "X", "2 * X"),
    ("tr(X.T@S@X)", {"X": S, "S": S}, "X", "(S + S.T) @ X"),
    ("tr(A@inv(X))", {"A": S, "X": S}, "X", "-(inv(X).T @ A.T @ inv(X).T)"),
    ("tr(A@X)^2", {"A": S, "X": S}, "X", "2 * tr(A @ X) * A.T"),
    ("det(X)", {"X": S}, "X", "det(X) * inv(X).T"),
    ("logdet(X)", {"X": P}, "X", "inv(X).T"),
    ("log(det(X))", {"X": P}, "X", "inv(X).T"),
    ("a.T@inv(X)@b", {"a": [1, 2], "X": S, "b": [3, 1]}, "X", INVERSE),
    # Sums along axes, and what they copy
    ("sum(W@x)", {"W": A, "x": [1, 2]}, "W", "ones(3) @ x.T"),
    ("sum(X, axis=0) @ v", {"X": A, "v": [1, 2]}, "X", "ones(3) @ v.T"),
    ("sum(mean(X, axis=1) * v)", {"X": A, "v": V}, "X", "v @ ones(2).T / 2"),
    ("sum(logsumexp(Z, axis=1))", {"Z": Z}, "Z", "softmax(Z, axis=1)"),
    ("sum(var(X, axis=0))", {"X": A}, "X", "2 * (X - mean(X, axis=0)) / 3"),
    ("outer(u, v) @ w @ u", {"u": V, "v": [1, 2], "w": [1, 3]}, "v", "u.T @ u * w"),
    # Losses with a margin, and batch norm
    ("mean(max(0, 1 - y*(X@w)))", {"X": A, "w": [0.1, 0.2], "y": [1, -1, 1]}, "w", HINGE),
    ("s = W@x; sum(max(0, s - s[y] + 1)) - 1", WXY, "W", SVM),
    ("max(x, y)", {"x": 3, "y": 2}, "x", "1[x > y]"),
    ("where(x > 0, x, y)", {"x": 3, "y": 2}, "y", "1[x <= 0]"),
    (
        "m = mean(x); v = mean((x - m)^2); h = (x - m)/sqrt(v + 1); sum(g*h)",
        {"x": [1, 2, 4], "g": [1, 0, 2]},
        "x",
        "(g - sum(g) / 3 - sum(g * h) * h / 3) / sqrt(1 + v)",
    ),
    (
        "h = (X - mean(X, axis=0))/sqrt(var(X, axis=0) + 1); sum(G*h)",
        {"X": A, "G": [[1, 2], [0, 1], [3, 1]]},
        "X",
        "(G - sum(G, axis=0) / 3 - h * sum(G * h, axis=0) / 3) / sqrt(1 + mean(q6, axis=0))",
    ),
]


def of(formula: str, name: str, **inputs: Any) -> Closed:
    used = {name: value for name, value in inputs.items() if re.search(rf"\b{name}\b", formula)}
    return {form.input: form for form in closed_forms(explain(formula, used))}[name]


@pytest.mark.parametrize(("formula", "inputs", "name", "expected"), BOXED)
def test_the_line_that_the_lecture_boxes(
    formula: str, inputs: dict[str, Any], name: str, expected: str
) -> None:
    assert of(formula, name, **inputs).text == expected


def test_a_condition_is_said_and_nothing_shorter_is_shown_without_it() -> None:
    formula = "-sum(y * log(softmax(z)))"
    form = of(formula, "z", z=[1, 2, 3], y=[0, 1, 0])
    assert form.conditions == ("sum(y) == 1",)
    assert form.used == ("the gradient of softmax + cross-entropy",)
    other = of(formula, "z", z=[1, 2, 3], y=[0, 1, 2])
    assert other.conditions == ()
    assert other.text == "sum(y) * softmax(z) - y"


@pytest.mark.parametrize("wrong", ["sigmoid(u)", "sigmoid(u) * (1 + sigmoid(u))", "sigmoid(-u)"])
def test_what_a_wrong_pattern_finds_is_not_shown(wrong: str) -> None:
    broken = (KnownIdentity(PATTERNS[0].text, wrong, "a wrong pattern"),)
    forms = closed_forms(run("1 / (1 + exp(-x))", x=0.3), broken, steps=False)
    assert [form.text for form in forms] == [None]


def test_a_gate_without_a_formula_and_a_large_graph_are_said() -> None:
    assert of("cumsum(x)[1] * diag(x) @ x @ x", "x", x=[1, 2]).text is None
    assert of(" + ".join(["x * x"] * 100), "x", x=2).text is None


def test_a_number_that_a_float_cannot_hold_is_not_shown() -> None:
    assert of("(" * 58 + "x" + ")^2" * 58, "x", x=0.3).text is None


def test_nested_gates_are_walked_whatever_their_depth() -> None:
    assert of("sigmoid(" * 59 + "x" + ")" * 59, "x", x=0.3).text is None


def assert_true(trace: Trace) -> int:
    """Every closed form that is shown is the engine's gradient; how many there are."""
    graph = trace.graph
    named = {name: k for k, name in enumerate(graph.names) if k not in graph.constants}
    shown = 0
    for form in closed_forms(trace):
        if form.text is None:
            continue
        shown += 1
        closed = build(parse(form.text), {name: graph.shapes[k] for name, k in named.items()})
        values = forward(closed, {name: trace.values[k] for name, k in named.items()})
        right = np.asarray(trace.arrived[graph.inputs[form.input]])
        ours = np.broadcast_to(np.asarray(values[closed.output]), right.shape)
        np.testing.assert_allclose(ours, right, rtol=1e-6, atol=1e-6 * max(1, np.abs(right).max()))
    return shown


ARRAYS = {"A": S, "B": [[0.5, -1.0], [2.0, 1.0]], "x": [1.0, -2.0], "z": [0.3, 0.7]}


@st.composite
def vector_formulas(draw: st.DrawFn) -> str:
    """A number from vectors and matrices."""
    vector = draw(st.sampled_from(["x", "z", "x + z", "x * z", "sigmoid(x)", "softmax(z)"]))
    for _ in range(draw(st.integers(0, 3))):
        way = draw(
            st.sampled_from(["A @ ({})", "B.T @ ({})", "({}) * z", "tanh({})", "2*({}) - x"])
        )
        vector = way.format(vector)
    return draw(
        st.sampled_from(["||{0}||^2", "({0}).T @ ({0})", "sum({0})", "x.T @ ({0})"])
    ).format(vector)


@given(vector_formulas())
@settings(max_examples=40, deadline=None)
def test_closed_forms_of_matrices_are_the_gradients(formula: str) -> None:
    names = parse(formula).free_names()
    assert_true(run(formula, **{name: ARRAYS[name] for name in names}))


@given(scalar_programs(), st.floats(-3, 3), st.floats(-0.9, 3))
@settings(max_examples=40, deadline=None)
def test_closed_forms_of_numbers_are_the_gradients(program: str, x: float, y: float) -> None:
    # A divisor of 2 + a step is never 0, since each step is a tanh.
    names = parse(program).free_names()
    inputs = {"x": x, "y": y}
    assert_true(run(program, **{name: inputs[name] for name in names}))


def test_the_property_has_something_to_look_at() -> None:
    assert assert_true(run("tanh(x * y) + x / (2 + y)", x=0.5, y=1.5)) == 2
