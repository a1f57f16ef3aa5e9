"""What is accepted of mutated text has the value that Python's own reader gives it."""

import os
from random import Random
from typing import Any

import numpy as np
import pytest
from fuzzing.mutation import mutated
from fuzzing.second_reader import NotCompared, second_value

from backprop_cli.autodiff.forward import forward
from backprop_cli.errors import BackpropError
from backprop_cli.graph.reading import Notation
from backprop_cli.inputs.understand import understand

INPUTS: dict[str, Any] = {"x": 0.7, "y": -1.3, "z": 2.1, "a": 1.5, "b": -0.4, "w": 0.9, "t": 0.25}
INPUTS |= {"X": np.array([[1.0, 2, -1], [0.5, 0, 2]]), "W": np.array([[0.3, -1, 2], [1, 0.5, 0]])}
INPUTS |= {"u": np.array([0.4, -1.1, 0.9]), "v": np.array([-0.3, 0.8, 1.7])}

SEEDS = {
    Notation.PYTHON: (
        "1 / (1 + np.exp(-(w * x + b)))", "x ** 2 - 3 * x * y + y ** 3", "np.maximum(0, 1 - y * (w*x + b))",
        "-t * np.log(a) - (1 - t) * np.log(1 + a)", "(a - t) ** 2 / 2", "math.tanh(w * x) * -b", "np.sqrt(x**2 + y**2)",
        "max(x, y, z) - min(x, y)", "abs(x - y) / (z + 1e-3)", "2 ** -x ** 2", "x - y - z / a / b", "+x - -y",
        "np.sum(np.maximum(0, X @ u + b))", "(X * W).sum(axis=1) - W.max(axis=1)", "X.dot(v).mean()", "(u - v).dot(u) / 2",
        "X / X.sum(axis=1, keepdims=True)", "X[0] * v", "X[:, 1:].T @ W", "((X - X.mean(axis=0)) ** 2).mean()", "u[1] * v[-1] - v[0:2].sum()",
        "np.exp(W).sum(axis=0) ** 2", "X.reshape(3, 2)", "v.var() + u.std()", "X * v + W", "X - W[1]", "np.sum(X, axis=0)",
    ),
    Notation.FORMULA: (
        "1/(1 + e^(-(w*x + b)))", "x² − 3x*y + y³", "max(0, 1 − y·(w*x + b))", "-t*log(a) - (1 - t)*log(1 + a)",
        "(a - t)^2/2", "tanh(w*x)*(-b)", "sqrt(x^2 + y^2)", "2^-x^2", "x - y - z/a/b", "3(a + b*z)", "-x^2 + -y", "2x + 4(y)",
    ),
    Notation.LATEX: (
        r"\frac{1}{1 + e^{-(w \cdot x + b)}}", r"x^2 - 3 \cdot x \cdot y + y^{3}", r"\sqrt{x^2 + y^2}", r"\frac{(a - t)^2}{2}",
        r"-t \cdot \log(a) - (1 - t) \cdot \log(1 + a)", r"\sin(x) \cdot \exp(-y)", r"x - y - \frac{z}{a}", r"\left(x + y\right) \cdot z",
        r"e^{-x^2}", r"\sigma(w \cdot x) - \frac{\frac{x}{y}}{z}", r"-x^2 + -y", r"2^{-x^{2}}",
    ),
}  # fmt: skip
TRIES = 10_000 if "BACKPROP_ALL_TESTS" in os.environ else 250


def compared(notation: Notation, tries: int, seed: object = 0) -> tuple[int, list[str]]:
    """How many of so many mutated texts were compared, and those that have another value."""
    draw, seeds = Random(f"{notation} {seed}"), [text.encode() for text in SEEDS[notation]]
    count, other = 0, []
    for _ in range(tries):
        text = mutated(draw.choice(seeds), seeds, draw).decode("utf-8", "replace")
        given = {name: value for name, value in INPUTS.items() if name in text}
        try:
            expected = second_value(text, given, notation)
        except NotCompared:
            continue
        found = _value(text, given, notation)
        if found is None:
            continue
        count += 1
        same = np.shape(found) == np.shape(expected)
        if not same or not np.allclose(found, expected, rtol=1e-9, atol=1e-12, equal_nan=True):
            other.append(f"{text!r}: {found}, and by Python {expected}")
    return count, other


def _value(text: str, given: dict[str, Any], notation: Notation) -> Any:
    """What the product reads; inputs that the text does not need are left out."""
    given = dict(given)
    while True:
        try:
            found = understand(text, given, "--{} VALUE".format, notation)
            graph = found.graph()
            return forward(graph, found.values)[graph.output]
        except BackpropError as error:
            error.report()
            unknown = [name for name in given if f"has no input '{name}'" in error.message]
            if not unknown:
                return None
            del given[unknown[0]]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("notation", Notation)
def test_no_mutated_text_gives_another_number(notation: Notation) -> None:
    count, other = compared(notation, TRIES)
    assert not other, "\n".join(other[:20])
    assert count > TRIES / 20


def test_the_second_reader_is_no_echo() -> None:
    assert second_value("-x**2", {"x": 3.0}, Notation.PYTHON) == -9
    assert second_value("2x − y²", {"x": 3.0, "y": 1.0}, Notation.FORMULA) == 5
    assert second_value(r"\frac{x}{2} \cdot 3", {"x": 4.0}, Notation.LATEX) == 6
