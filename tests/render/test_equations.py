"""Every equation on the screen is true, and what a gate says in words is, too."""

from typing import Any

import numpy as np
import pytest
from helpers import run

from backprop_cli.autodiff.trace import Trace
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.explain.words import sentences
from backprop_cli.render.text.options import Look

X = [[1, 2], [3, 4]]


def shown(t: Trace, look: Look | None = None, *parts: str, **contents: Any) -> str:
    lines = screen(t, look or Look(80), Contents(parts or ("forward", "backward"), **contents))
    return "\n".join(line.plain for line in lines)


@pytest.mark.parametrize(
    ("formula", "inputs", "equation", "words"),
    [
        (
            "sum(X + b)",
            {"X": X, "b": [1, 2]},
            "[[1, 1], [1, 1]] × 1, summed over the rows = [2, 2]",
            "b was copied to fit, and gets the upstream [[1, 1], [1, 1]] summed over the rows: [2, 2].",
        ),
        (
            "sum(X - b)",
            {"X": X, "b": [[1], [2]]},
            "[[1, 1], [1, 1]] × -1, summed over the columns = [[-2], [-2]]",
            "sign turned: b was copied to fit, and gets [[1, 1], [1, 1]] × -1, summed over the columns = [[-2], [-2]].",
        ),
        (
            "sum(k * X)",
            {"k": 3, "X": X},
            "[[1, 1], [1, 1]] ⊙ [[1, 2], [3, 4]], summed over the elements = 10",
            "k was copied to fit, and gets X's value, [[1, 2], [3, 4]], times the upstream [[1, 1], [1, 1]], summed over the elements: 10.",
        ),
        (
            "sum(X)",
            {"X": X},
            "1 × 1, copied to each element = [[1, 1], [1, 1]]",
            "The sum gate distributes: X gets the upstream 1 copied to each element: [[1, 1], [1, 1]].",
        ),
        (
            "sum(mean(X, axis=0) * v)",
            {"X": X, "v": [2, 4]},
            "[2, 4] × 0.5, copied to each row = [[1, 2], [1, 2]]",
            "X gets [2, 4] × 0.5, copied to each row = [[1, 2], [1, 2]].",
        ),
        (
            "sum(mean(X, axis=1) * v)",
            {"X": X, "v": [2, 4]},
            "[[2], [4]] × 0.5, copied to each column = [[1, 1], [2, 2]]",
            "X gets [[2], [4]] × 0.5, copied to each column = [[1, 1], [2, 2]].",
        ),
        (
            "sum(norm(X, axis=1)^2 * v)",
            {"X": X, "v": [2, 4]},
            "[[2], [4]] ⊙ [[2, 4], [6, 8]] = [[4, 8], [24, 32]]",
            "scales by its slope, 2·X = [[2, 4], [6, 8]]: X gets [[2], [4]] ⊙ [[2, 4], [6, 8]] = [[4, 8], [24, 32]].",
        ),
        (
            "sum(max(X, b))",
            {"X": X, "b": [2, 3]},
            "[[1, 1], [1, 1]] ⊙ [[1, 1], [0, 0]], summed over the rows = [1, 1]",
            "b was copied to fit, and gets [[1, 1], [0, 0]] of the upstream [[1, 1], [1, 1]], summed over the rows: [1, 1].",
        ),
    ],
)
def test_what_was_copied_is_summed_in_sight(
    formula: str, inputs: Any, equation: str, words: str
) -> None:
    t = run(formula, **inputs)
    assert equation in shown(t)
    assert any(words in sentence for sentence in sentences(t, Look(80), None))


def test_a_row_is_marked() -> None:
    t = run("q = x.T; x @ q", x=[-1, 2], seed=np.array([[1.0, 2.0], [3.0, 4.0]]))
    text = shown(t)
    assert "  q = xᵀ                         = [-1, 2]ᵀ\n" in text
    assert "= [-1, 2] @ [-1, 2]ᵀ = [[1, -2], [-2, 4]]" in text
    assert "∂L/∂q = xᵀ @ ∂L/∂f   = [-1, 2]ᵀ @ [[1, 2], [3, 4]] = [5, 6]ᵀ\n" in text
    assert "∂L/∂x += (∂L/∂q)ᵀ    = [5, 6]\n" in text
    assert "[-1, 2].T = [[1, -2], [-2, 4]]" in shown(t, Look(80, ascii=True))
    scaled = " ".join(shown(run("sum(y * x.T)", x=[1, 3], y=2)).split())
    assert "[1, 1]ᵀ × 2 = [2, 2]ᵀ" in scaled
    assert "[1, 1]ᵀ ⊙ [1, 3]ᵀ, summed over the elements = 4" in scaled
    squared = run("q = x.T; sum(q * q)", x=[1, 3])
    assert "fork at q, gradient adder: ∂f/∂q = [1, 3]ᵀ + [1, 3]ᵀ = [2, 6]ᵀ" in shown(squared)


def test_values_are_written_in_full_where_there_are_lines_for_them() -> None:
    inputs = {"X": [[1, 2], [3, 4], [0.3, 1.2]], "w": [0.5, -0.25], "y": [1, 2, 3]}
    for width in (40, 60, 80, 200):
        look = Look(width)
        t = run("mean((X@w-y)^2)", **inputs)
        lines = shown(t, look, "forward", "backward", "gradients").splitlines()
        # The heading of a gate is cut, a value is not.
        assert not any("…" in line for line in lines if " gate, " not in line)
        assert "[…]" not in shown(t, look, "circuit")
        assert "…" not in shown(t, look, "backward", words=True)
        assert all(len(line) <= width for line in shown(t, look).splitlines())
    assert "        [0.3333, 0.3333, 0.3333] ⊙ [-2, -3, -6.3] ≈ [-0.6667, -1, -2.1]\n" in shown(
        t, Look(80)
    )
    assert "(100)" in shown(run("sum(x)", x=np.arange(100.0)), Look(80))


@pytest.mark.parametrize(
    ("formula", "name"),
    [("max(x, y)", "max"), ("max(x, y, z)", "max"), ("min([x, y])", "min"), ("x*y", "mul")],
)
def test_a_gate_is_called_as_the_learner_calls_it(formula: str, name: str) -> None:
    t = run(
        formula,
        **{n: v for n, v in {"x": 1, "y": 2, "z": 3}.items() if n in formula.replace("max", "")},
    )
    assert f"The {name} gate " in "\n".join(sentences(t, Look(80), None))
    assert f"  {name} gate, " in shown(t)


def test_a_minus_of_a_minus_and_a_copy() -> None:
    assert "f = -x = -(-2) = 2" in shown(run("-x", x=-2))
    assert "  f = b             = 3\n" in shown(run("b = x + y; f = b", x=1, y=2))
    assert "  f = [x, y] = [1, 2]" in shown(run("f = [x, y]", x=1, y=2, seed=np.ones(2)))


def test_a_list_is_not_broken_where_it_fits_on_a_line() -> None:
    t = run("sum(k*X)", k=3, X=[[1, 2], [3, 4]])
    for words in (True, False):
        for width in range(30, 90):
            for line in shown(t, Look(width), "backward", words=words).splitlines():
                before, _, rest = line.rpartition("[")
                assert "]" in rest or "[" not in line, (width, line, before)


def test_a_wide_list_is_folded_all_the_same() -> None:
    t = run("sum(x)", x=np.arange(12) / 7)
    for words in (True, False):
        text = shown(t, Look(40), "backward", words=words)
        assert max(map(len, text.splitlines())) <= 40


def test_a_gradient_is_written_in_full_up_to_100_elements_whatever_the_width() -> None:
    t = run("sum(X * X) + sum(v^2)", X=np.arange(100.0).reshape(5, 20) / 7, v=np.arange(30.0))
    for width in (30, 80, 400):
        text = shown(t, Look(width), "gradients")
        assert "…" not in text
        assert all(len(line) <= width for line in text.splitlines())
        for number in t.gradients["X"].ravel().tolist() + t.gradients["v"].tolist():
            assert Look().number(number) in text
    large = run("sum(x^2)", x=np.arange(101.0))
    assert "(101)   --all shows every element" in shown(large, Look(80), "gradients")
    assert "…" not in shown(large, Look(80), "gradients", most=None)
