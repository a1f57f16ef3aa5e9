"""Functions that are several gates: their values against NumPy, their gradients against slopes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from backprop_cli import BackpropError, explain
from backprop_cli.graph.composites import COMPOSITES
from backprop_cli.graph.functions import NORMS
from backprop_cli.language.parser import parse

x, y = np.array([0.7, -1.3, 2.1]), np.array([0.4, 1.1, -0.9])
p = np.array([0.2, 0.5, 0.7])
A = np.array([[0.5, -1.2, 0.3], [1.1, 0.2, -0.7], [0.6, 0.9, 1.4]])
B = np.array([[1.5, -0.2], [0.1, 2.2]])
W = np.array([[0.5, -1.2, 0.3], [1.1, 0.2, -0.7]])
INPUTS = {"x": x, "y": y, "p": p, "A": A, "B": B, "W": W}


def softmax(z: Any, axis: int | None = None) -> Any:
    e = np.exp(z)
    return e / e.sum(axis=axis, keepdims=True)


def hot(*labels: int) -> Any:
    return np.eye(3)[list(labels)]


WORKED_OUT: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("trace(A)", lambda v: np.trace(v["A"])),
    ("tr(A @ A)", lambda v: np.trace(v["A"] @ v["A"])),
    ("diag(x)", lambda v: np.diag(v["x"])),
    ("diag(A)", lambda v: np.diag(v["A"])),
    ("norm_1(x)", lambda v: np.abs(v["x"]).sum()),
    ("norm_2(x)", lambda v: np.linalg.norm(v["x"])),
    ("norm_F(A)", lambda v: np.linalg.norm(v["A"])),
    ("elu(x)", lambda v: np.where(v["x"] > 0, v["x"], np.expm1(v["x"]))),
    ("elu(x, 0.5)", lambda v: np.where(v["x"] > 0, v["x"], 0.5 * np.expm1(v["x"]))),
    ("gelu_tanh(x)", lambda v: v["x"] / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (v["x"] + 0.044715 * v["x"] ** 3)))),
    ("where(x > 0, x, y)", lambda v: np.where(v["x"] > 0, v["x"], v["y"])),
    ("var(x)", lambda v: v["x"].var()),
    ("var(x, ddof=1)", lambda v: v["x"].var(ddof=1)),
    ("std(W, axis=1, ddof=1)", lambda v: v["W"].std(axis=1, ddof=1)),
    ("std(W, axis=0)", lambda v: v["W"].std(axis=0)),
    ("mse(x, y)", lambda v: np.mean((v["x"] - v["y"]) ** 2)),
    ("mae(x, y)", lambda v: np.mean(np.abs(v["x"] - v["y"]))),
    ("bce(p, [1, 0, 1])", lambda v: -np.mean(np.log([v["p"][0], 1 - v["p"][1], v["p"][2]]))),
    ("bce_with_logits(x, [1, 0, 1])", lambda v: np.mean(np.log1p(np.exp(v["x"])) - [1, 0, 1] * v["x"])),
    ("hinge(x, [1, 1, -1])", lambda v: np.mean(np.maximum(0, 1 - [1, 1, -1] * v["x"]))),
    ("clip(x, 0.1, 1)", lambda v: np.clip(v["x"], 0.1, 1)),
    ("log_softmax(x)", lambda v: np.log(softmax(v["x"]))),
    ("log_softmax(W, axis=1)", lambda v: np.log(softmax(v["W"], 1))),
    ("silu(x)", lambda v: v["x"] / (1 + np.exp(-v["x"]))),
    ("swish(x)", lambda v: v["x"] / (1 + np.exp(-v["x"]))),
    ("cross_entropy(x, 2)", lambda v: -np.log(softmax(v["x"]))[2]),
    ("cross_entropy(x, [0, 0, 1])", lambda v: -np.log(softmax(v["x"]))[2]),
    ("cross_entropy(x, p)", lambda v: -np.sum(v["p"] * np.log(softmax(v["x"])))),
    ("cross_entropy(W, [2, 0])", lambda v: -np.mean(np.log(softmax(v["W"], 1))[[0, 1], [2, 0]])),
    ("nll(x, 1)", lambda v: -v["x"][1]),
    ("nll(W, [2, 0])", lambda v: -np.mean(v["W"][[0, 1], [2, 0]])),
    ("eye(3) @ x", lambda v: v["x"]),
    ("tril(3) @ x", lambda v: np.cumsum(v["x"])),
    ("ones(3) * x", lambda v: v["x"]),
    ("ones(2, 3) + W", lambda v: v["W"] + 1),
    ("zeros(3) + x", lambda v: v["x"]),
    ("ones_like(x) + x", lambda v: v["x"] + 1),
    ("zeros_like(W) + W", lambda v: v["W"]),
    ("onehot(2, 3) * x", lambda v: v["x"] * [0, 0, 1]),
    ("onehot([1, 0], 3) * W", lambda v: v["W"] * hot(1, 0)),
    ("concat(x, y)", lambda v: np.concatenate([v["x"], v["y"]])),
    ("concat([1, x, y])", lambda v: np.concatenate([[1], v["x"], v["y"]])),
    ("concat(A, W)", lambda v: np.concatenate([v["A"], v["W"]])),
    ("concat(B, W, axis=1)", lambda v: np.concatenate([v["B"], v["W"]], axis=1)),
    ("reshape(W, 3, 2)", lambda v: v["W"].reshape(3, 2)),
    ("reshape(x, [3, 1])", lambda v: v["x"].reshape(3, 1)),
    ("reshape(x, 1, -1)", lambda v: v["x"].reshape(1, -1)),
    ("reshape(W, -1)", lambda v: v["W"].reshape(-1)),
    ("flatten(W)", lambda v: v["W"].flatten()),
    ("prod(x)", lambda v: np.prod(v["x"])),
    ("prod(W)", lambda v: np.prod(v["W"])),
    ("prod(W, axis=0)", lambda v: np.prod(v["W"], axis=0)),
    ("prod(W, axis=1)", lambda v: np.prod(v["W"], axis=1)),
    ("prod(W, axis=1, keepdims=1)", lambda v: np.prod(v["W"], axis=1, keepdims=True)),
    ("cumsum(x)", lambda v: np.cumsum(v["x"])),
    ("cumsum(W)", lambda v: np.cumsum(v["W"])),
    ("cumsum(W, axis=0)", lambda v: np.cumsum(v["W"], axis=0)),
    ("cumsum(W, axis=-1)", lambda v: np.cumsum(v["W"], axis=-1)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "right"), WORKED_OUT, ids=[formula for formula, _ in WORKED_OUT]
)
def test_it_is_what_numpy_says_and_its_gradients_are_slopes(
    formula: str, right: Callable[[dict[str, Any]], Any]
) -> None:
    used = {name: INPUTS[name] for name in parse(formula).free_names()}
    value = right(INPUTS)
    weights = np.random.RandomState(1).uniform(1, 2, np.shape(value))
    run = explain(formula, used, upstream=weights)
    assert np.shape(run.value) == np.shape(value)
    assert np.allclose(run.value, value, rtol=1e-12)
    for name, gradient in run.gradients.items():
        measured = np.zeros_like(INPUTS[name])
        for place in np.ndindex(measured.shape):
            step = np.zeros_like(measured)
            step[place] = 1e-6
            up, down = (
                np.sum(weights * right({**INPUTS, name: INPUTS[name] + sign * step}))
                for sign in (1, -1)
            )
            measured[place] = (up - down) / 2e-6
        assert np.allclose(gradient, measured, atol=1e-7), name


def test_each_has_a_case() -> None:
    cases = " ".join(formula for formula, _ in WORKED_OUT)
    assert not [name for name in (*COMPOSITES, *NORMS) if f"{name}(" not in cases]


def test_a_product_with_a_zero_still_has_its_slope() -> None:
    assert explain("prod(x)", x=[0, 2, 3]).gradients["x"].tolist() == [6, 0, 0]


def test_labels_are_not_differentiated() -> None:
    whole = explain("cross_entropy(z, y)", z=[1, 2, 3], y=1)
    assert list(whole.gradients) == ["z"]
    hot = explain("cross_entropy(z, y)", z=[1, 2, 3], y=[0, 1, 0])
    assert list(hot.gradients) == ["z"]
    assert hot.value == pytest.approx(whole.value)
    soft = explain("cross_entropy(z, y)", z=[1, 2, 3], y=[0.5, 0.25, 0.25])
    assert list(soft.gradients) == ["z", "y"]


@pytest.mark.parametrize(
    ("formula", "inputs", "said"),
    [
        ("cross_entropy(z, y)", {"z": [1, 2], "y": 2}, "no element [2]"),
        ("z[y] * y", {"z": [1, 2], "y": 1}, "'y' chooses elements, and is a number"),
        ("cross_entropy(z, y)", {"z": [1, 2], "y": 0.5}, "labels are whole numbers"),
        ("cross_entropy(Z, y)", {"Z": [[1, 2], [3, 4]], "y": [0, 1, 1]}, "there are 2 rows"),
        ("cross_entropy(z, y)", {"z": 1, "y": 0}, "a score for each class"),
        ("reshape(x, 2, 2)", {"x": [1, 2, 3]}, "x has 3 elements, which are not 2×2"),
        ("reshape(x, 2.5)", {"x": [1, 2, 3]}, "whole number"),
        ("concat(A, x)", {"A": [[1, 2]], "x": [1, 2]}, "put together with matrices only"),
        ("concat(A, B)", {"A": [[1, 2]], "B": [[1]]}, "they need as many columns"),
        ("onehot(3, 3)", {}, "labels from 0 to 2"),
        ("eye(0) + x", {"x": 1}, "a size is a whole number"),
        ("eye(100000) + x", {"x": 1}, "at most"),
        ("var(x, ddof=2)", {"x": [1, 2, 3]}, "ddof is 0 or 1"),
        ("det(A)", {"A": [[1, 2, 3], [4, 5, 6]]}, "a square matrix"),
        ("trace(A)", {"A": [[1, 2, 3], [4, 5, 6]]}, "needs a square matrix"),
    ],
)
def test_what_cannot_be_is_said(formula: str, inputs: dict[str, Any], said: str) -> None:
    with pytest.raises(BackpropError, match=said.replace("[", r"\[")):
        explain(formula, inputs)
