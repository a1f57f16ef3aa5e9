"""Of a wrong vector or matrix it is said which elements are right, and what the others are."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from exercise_files import marked, reasons

from backprop_cli.exercises.diagnosis.arrays import array_slip
from backprop_cli.exercises.diagnosis.precision import Precision
from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.exercises.model.reason import ReasonCode

VECTOR = ("p = x * y; f = dot(c, p)", {"x": [1, -2, 3], "y": [4, 0.5, -5], "c": [2, 7, -3]})
MATRIX = ("q = A @ x; f = dot(c, q)", {"A": "[[1, 2, 3], [4, 5, 7]]", "x": [2, -1, 1], "c": [1, 3]})
"""∂f/∂x is [8, 3.5, 15], and ∂f/∂A is [[2, -1, 1], [6, -3, 3]]."""

TOLD = [
    (VECTOR, "df/dx", "[8, 3.5, -15]", "[0] and [1] are right; [2] has the wrong sign."),
    (VECTOR, "df/dx", "[8, 1, 2]", "[0] is right; [1] and [2] are wrong."),
    (VECTOR, "df/dx", "[8, ?, 15]", "[0] and [2] are right; [1] is blank."),
    (VECTOR, "df/dx", "[8, , 14]", "[0] is right; [2] is wrong; [1] is blank."),
    (VECTOR, "df/dx", "[15, 3.5, 8]", "The elements are right, and stand in the reverse order."),
    (VECTOR, "df/dx", "[3.5, 8, 15]", "The elements are right, and stand in another order."),
    (VECTOR, "df/dx", "[4, 1.75, 7.5]", "Each element is wrong by the same factor."),
    (MATRIX, "df/dA", "[[2, -1, 1], [-6, 3, -3]]", "All is right but row 1. There: each element"),
    (MATRIX, "df/dA", "[[2, -1, 5], [6, -3, 5]]", "All is right but column 2."),
    (
        MATRIX,
        "df/dA",
        "[[6, -3, 3], [2, -1, 1]]",
        "The rows are right, and stand in another order.",
    ),
    (MATRIX, "df/dA", "[[2, -1, 1], [6, -3, 4]]", "[1,2] is wrong; the others are right."),
    (MATRIX, "q", "[[4, 10]]", "[1] is right"),
    (MATRIX, "q", "[10, 3]", "The elements are right, and stand in the reverse order."),
    (MATRIX, "df/dA", "[2, 6]", "It is a vector of 2, and a 2×3 matrix is wanted."),
]


@pytest.mark.parametrize("row", TOLD, ids=lambda row: f"{row[1]} = {row[2]}")
def test_the_elements_are_told_apart(row: tuple[Any, ...]) -> None:
    (program, inputs), question, answer, says = row
    found = marked(program, inputs, {question: answer})
    assert found.marks[0].verdict is Verdict.WRONG
    assert reasons(found)[question].startswith(says)


RIGHT = np.array([[1.5, -2.25, 3.125], [0.75, 6.5, -4.875]])
EXACT = Precision(15)


def said(answer: Any, right: Any = RIGHT) -> str:
    found = array_slip(answer, [right], EXACT)
    return found.got if found else ""


def test_each_element_that_is_called_right_is_right() -> None:
    """All ways to change some elements of a vector, or turn or leave them out."""
    right = RIGHT[0]
    changes = {"right": lambda x: x, "sign": lambda x: -x, "wrong": lambda x: x + 7.77}
    changes["blank"] = lambda x: np.nan
    for made in product(changes, repeat=3):
        answer = np.array([changes[each](x) for each, x in zip(made, right, strict=True)])
        text = said(answer, right)
        if set(made) == {"right"} or set(made) == {"wrong"}:
            assert not text or set(made) == {"right"}
            continue
        if set(made) == {"sign"}:
            assert text == "Each element has the wrong sign, and the rest is right."
            continue
        assert text, made
        for clause in text.rstrip(".").split("; "):
            named = [k for k in range(3) if f"[{k}]" in clause]
            kind = {"t": "right", "n": "sign", "g": "wrong", "k": "blank"}[clause[-1]]
            assert [made[k] for k in named] == [kind] * len(named), (made, text)
            assert made.count(kind) == len(named)


def test_a_transposed_matrix_is_told_with_its_shape_or_without() -> None:
    assert said(RIGHT.T).startswith("It is transposed")
    square = RIGHT[:, :2]
    assert said(square.T, square).startswith("It is transposed")


def test_numbers_are_not_told_apart() -> None:
    assert array_slip(3.0, [4.0], EXACT) is None
    assert array_slip(RIGHT, [4.0], EXACT) is None
    assert array_slip(RIGHT + 1.37, [RIGHT], EXACT) is None


def test_rounding_an_array_is_no_mistake() -> None:
    inputs = {
        "x": [0.123456, -2.34567, 3.33333],
        "y": [4.11111, 0.533333, -5.77777],
        "c": [2, 7, -3],
    }
    found = marked(VECTOR[0], inputs, {"df/dx": "[8.2, 3.7, 17]"})
    assert found.marks[0].code is ReasonCode.ROUNDED


def test_gaps_do_not_spoil_what_follows() -> None:
    program = "h = 2*x; q = x * h; f = dot(c, q)"
    inputs = {"x": [1, -2, 3], "c": [2, 7, -3]}
    found = marked(program, inputs, {"h": "[2, ?, 6]", "q": "[2, 8, 18]"})
    assert [mark.verdict for mark in found.marks] == [Verdict.WRONG, Verdict.CORRECT]
