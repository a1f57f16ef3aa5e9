"""Every hint leads to something: what it suggests, typed, is accepted and means what was meant."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from backprop_cli import BackpropError, explain

W = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
S = [[0.5, -1.0], [2.0, 0.25]]
X = [1.0, -2.0]
SQUARE, TALL = np.array(S), np.array(W)
PER_ROW = np.exp(SQUARE) / np.exp(SQUARE).sum(axis=1, keepdims=True)
PER_COLUMN = np.exp(SQUARE) / np.exp(SQUARE).sum(axis=1)

READ: list[tuple[str, dict[str, Any], Any]] = [
    ("W.dot(x)", {"W": W, "x": X}, TALL @ X),
    ("np.dot(W, x)", {"W": W, "x": X}, TALL @ X),
    ("torch.matmul(W, x)", {"W": W, "x": X}, TALL @ X),
    ("np.linalg.norm(x)", {"x": [3, 4]}, 5),
    ("np.maximum(0, x)", {"x": X}, [1, 0]),
    ("x.pow(2).sum()", {"x": X}, 5),
    ("nn.ReLU()(x)", {"x": X}, [1, 0]),
    ("elu(x)", {"x": -1}, np.expm1(-1)),
    ("gelu(x)", {"x": 1}, 0.8413447460685429),
    ("inv(S)", {"S": S}, np.linalg.inv(SQUARE)),
    ("sign(x)", {"x": -3}, -1),
    ("cosh(x)", {"x": 1}, np.cosh(1)),
    ("arctan(x)", {"x": 1}, np.arctan(1)),
    ("log2(x)", {"x": 8}, 3),
    ("tr(A@B)", {"A": S, "B": S}, np.trace(SQUARE @ SQUARE)),
    ("sum(x, axis=1, keepdims=True)", {"x": S}, SQUARE.sum(axis=1, keepdims=True)),
    ("sum(x, axis=1, keepdims=1)", {"x": S}, SQUARE.sum(axis=1, keepdims=True)),
    ("softmax(x, dim=1)", {"x": S}, PER_ROW),
    ("sum(x, axis=-1)", {"x": S}, SQUARE.sum(axis=-1)),
    ("c += c + 1", {"c": 2}, 5),
    ("f(x,y) = x y", {"x": 2, "y": 3}, 6),
    ("W x + b", {"W": W, "x": X, "b": [1, 1, 1]}, TALL @ X + 1),
    ("⟨a, b⟩", {"a": X, "b": X}, 5),
    ("x.sum() / x.shape[0]", {"x": X}, -0.5),
    ("np.sum(x, 1)", {"x": S}, SQUARE.sum(axis=1)),
    ("np.exp(s)/np.sum(np.exp(s), axis=1)", {"s": S}, PER_COLUMN),
]


@pytest.mark.parametrize(("text", "inputs", "value"), READ, ids=lambda part: str(part)[:40])
def test_it_is_simply_read(text: str, inputs: Mapping[str, Any], value: Any) -> None:
    assert np.allclose(explain(text, inputs).value, value, rtol=1e-12)


SELU = "1.0507 * where(x > 0, x, 1.67326*(exp(x) - 1))"
TYPED: list[tuple[str, str, dict[str, Any], Any]] = [
    ("argmax(x)", "max(x)", {"x": X}, 1),
    ("np.argmax(x)", "max(x)", {"x": X}, 1),
    ("x.argmax()", "max(x)", {"x": X}, 1),
    ("argmin(x)", "min(x)", {"x": X}, -2),
    ("dropout(x)", "m * x", {"x": X, "m": [0, 1]}, [0, -2]),
    ("F.dropout(x)", "m * x", {"x": X, "m": [0, 1]}, [0, -2]),
    ("selu(x)", SELU, {"x": -1}, 1.0507 * 1.67326 * np.expm1(-1)),
    ("relu6(x)", "clip(x, 0, 6)", {"x": 7}, 6),
    ("hardtanh(x)", "clip(x, -1, 1)", {"x": -7}, -1),
    ("heaviside(x)", "1[x > 0]", {"x": 3}, 1),
    ("softmin(x)", "softmax(-x)", {"x": [0, 0]}, [0.5, 0.5]),
    ("logit(x)", "log(x/(1 - x))", {"x": 0.5}, 0),
    ("sech(x)", "1/cosh(x)", {"x": 0}, 1),
    ("cot(x)", "1/tan(x)", {"x": 1}, 1 / np.tan(1)),
    ("sgn(x)", "sign(x)", {"x": -3}, -1),
    ("tg(x)", "tan(x)", {"x": 1}, np.tan(1)),
    ("arctg(x)", "arctan(x)", {"x": 1}, np.arctan(1)),
    ("average(x)", "mean(x)", {"x": X}, -0.5),
    ("x % y", "x - n*y", {"x": 5, "y": 3, "n": 1}, 2),
    ("∛x", "cbrt(x)", {"x": 8}, 2),
    ("x ⊗ y", "outer(x, y)", {"x": X, "y": X}, np.outer(X, X)),
    ("sum(x, 1)", "sum(x, axis=1)", {"x": S}, SQUARE.sum(axis=1)),
    ("softmax(x, 1)", "softmax(x, axis=1)", {"x": S}, np.exp(SQUARE) / np.exp(SQUARE).sum(1)[:, None]),
    ("var(x, 0)", "var(x, axis=0)", {"x": S}, SQUARE.var(axis=0)),
    ("x/2y", "(x/2)*y", {"x": 3, "y": 5}, 7.5),
    ("x/2y", "x/(2*y)", {"x": 3, "y": 5}, 0.3),
    ("a^[1]", "a_1", {"a_1": 2}, 2),
    ("exp(s)/sum(exp(s), axis=1)", "sum(exp(s), axis=1, keepdims=1)", {"s": W}, np.exp(TALL).sum(1)[:, None]),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "suggested", "inputs", "value"), TYPED)
def test_what_is_suggested_is_accepted(
    typed: str, suggested: str, inputs: Mapping[str, Any], value: Any
) -> None:
    with pytest.raises(BackpropError) as caught:
        explain(typed, inputs)
    assert suggested in (caught.value.hint or "")
    assert np.allclose(explain(suggested, inputs).value, value, rtol=1e-12)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("floor(x)", "it has no gradient: give its value as an input"),
        ("foobar(x)", None),
        ("reul(x)", "did you mean 'relu'?"),
        ("sigmiod(x)", "did you mean 'sigmoid'?"),
        ("x.shape", "a shape is no part of a formula: write its number"),
    ],
)
def test_a_hint_is_by_meaning_or_of_a_real_slip(typed: str, hint: str | None) -> None:
    with pytest.raises(BackpropError) as caught:
        explain(typed, x=1)
    assert caught.value.hint == hint


def test_where_rows_are_as_many_as_columns_it_is_asked() -> None:
    with pytest.raises(BackpropError) as caught:
        explain("exp(s)/sum(exp(s), axis=1)", s=S)
    rows, columns = "sum(exp(s), axis=1, keepdims=1)", "sum(exp(s), axis=1).T"
    assert caught.value.hint == f"for each row its own write {rows}, for each column {columns}"
    assert np.allclose(explain(f"exp(s)/{rows}", s=S).value, PER_ROW)
    assert np.allclose(explain(f"exp(s)/{columns}", s=S).value, PER_COLUMN)


def test_it_is_asked_of_a_named_step_too() -> None:
    with pytest.raises(BackpropError) as caught:
        explain("t = sum(s, axis=1); s/t", s=S)
    assert "write keepdims=1 where t is worked out" in (caught.value.hint or "")


SQUARED = "A ** 2 of a matrix is element by element in Python only"


@pytest.mark.parametrize(
    ("typed", "said", "spellings"),
    [
        ("A*x", "'*' could mean two products", ["A @ x", "A ⊙ x"]),
        (r"A \times x", r"'\times' could mean two products", ["A @ x", "A ⊙ x"]),
        (r"A \cdot x", r"'\cdot' could mean two products", ["A @ x", "A ⊙ x"]),
        ("sum(A*x) + b", "'*' could mean two products", ["A @ x", "A ⊙ x"]),
        ("A**2", SQUARED, ["square(A)", "A @ A"]),
        ("A**3", "A ** 3 of a matrix", ["pow(A, 3)", "A^3"]),
        ("|A|", "could be the determinant", ["det(A)", "abs(A)"]),
        (r"\left|A\right|", "could be the determinant", ["det(A)", "abs(A)"]),
    ],
)
def test_a_matrix_of_which_two_things_could_be_meant(
    typed: str, said: str, spellings: list[str]
) -> None:
    inputs = {"A": S, "x": X, "b": 1.0}
    with pytest.raises(BackpropError, match=re.escape(said)) as caught:
        explain(
            typed, {name: inputs[name] for name in inputs if name in typed.replace("times", "")}
        )
    for spelling in spellings:
        assert spelling in (caught.value.hint or "")
        explain(spelling, {name: inputs[name] for name in "Ax" if name in spelling})


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("A / A.sum(axis=1)", "A / sum(A, axis=1).T"),
        ("s = A.sum(axis=1)\nA - s", "s = sum(A, axis=1); A - s.T"),
        ("np.multiply(A, x)", "A * x.T"),
        ("A.dot(x) * x", "A @ x * x"),
        (r"A \odot x", "A * x.T"),
    ],
)
def test_what_numpy_broadcasts_is_written_so_that_it_reads_back(typed: str, read_as: str) -> None:
    inputs = {"A": S, "x": X} if "x" in typed.replace("axis", "") else {"A": S}
    run = explain(typed, inputs)
    assert run.graph.read_as == read_as
    assert np.allclose(explain(read_as, inputs).value, run.value, rtol=1e-12)


def test_sizes_that_do_not_fit_say_which_would() -> None:
    with pytest.raises(BackpropError) as caught:
        explain("W x + b", W=W, x=[1, 2, 3], b=[1, 2, 3])
    assert caught.value.hint == "x must have 2 elements, as many as W has columns"
