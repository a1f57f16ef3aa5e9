"""A rule as one would type it."""

import pytest
from helpers import typed_as

from backprop_cli.gates.compiler import rule
from backprop_cli.gates.spelling import along, with_plain_rows
from backprop_cli.language.printer import show


@pytest.mark.parametrize(
    ("text", "axis", "typed"),
    [
        ("a / sum(a)", 1, "a / [sum(a, axis=1)].T"), ("a / sum(a)", 0, "a / sum(a, axis=0)"),
        ("||a|| * out", 1, "[norm(a, axis=1)].T * [out].T"), ("out * a", 0, "out * a"),
        # It has the shape of its input, so it needs no place of its own.
        ("softmax(a) * g", 1, "softmax(a, axis=1) * g"), ("exp(a - out)", 1, "exp(a - [out].T)"),
    ],
)  # fmt: skip
def test_along_an_axis(text: str, axis: int, typed: str) -> None:
    assert show(along(rule(text), axis, {"out"}, spread=True)) == typed


@pytest.mark.parametrize(
    ("text", "axis", "typed"),
    [("||a||^2", 1, "norm(a, axis=1)^2"), ("sum(a)", 0, "sum(a, axis=0)")],
)
def test_a_formula_is_not_spread(text: str, axis: int, typed: str) -> None:
    assert show(along(rule(text), axis)) == typed


@pytest.mark.parametrize(
    ("text", "types", "plain", "result", "typed"),
    [
        ("a.T @ g", "rmr", "ag", False, "a @ g.T"), ("g @ b.T", "rmr", "ag", True, "g @ b.T"),
        ("a.T @ g", "rvs", "a", False, "a * g"), ("g @ b.T", "rvs", "a", True, "g * b"),
        ("a.T @ g", "mmm", "", False, "a.T @ g"), ("g @ b.T", "rvs", "", False, "g * b.T"),
        # A mistake: the transpose was forgotten, and there is no such product.
        ("g @ b", "mvv", "", False, "g @ b"), ("b.T @ g * 2", "mmm", "", False, "b.T @ g * 2"),
    ],
)  # fmt: skip
def test_rows_that_are_written_as_plain_vectors(
    text: str, types: str, plain: str, result: bool, typed: str
) -> None:
    meant = dict(zip("abg", typed_as(types), strict=True))
    assert show(with_plain_rows(rule(text), meant, set(plain), result)) == typed
