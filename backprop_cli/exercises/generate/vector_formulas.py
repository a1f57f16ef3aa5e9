"""Small formulas of vectors and matrices: a layer, a distance, a neuron, and what comes of them."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.model.exercise import Drawn
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import show
from backprop_cli.language.style import SOURCE

BOARD = SOURCE._replace(times="*", divide="/")
"""How fresh formulas are written: x*y + z."""


class FreshFormula(NamedTuple):
    """A program, and how its inputs are drawn."""

    program: str
    inputs: Mapping[str, Drawn]


def filled(phrase: str, operands: Mapping[str, str]) -> str:
    """The phrase with operands for its letters, each in parentheses."""
    return _LETTER.sub(lambda letter: f"({operands.get(letter[0], letter[0])})", phrase)


_LETTER = re.compile(r"\b[a-z]\b")


def written(text: str) -> str:
    """The formula in as few parentheses as it needs."""
    return show(parse(text), style=BOARD)


_FIRST = ("W @ x", "W @ x", "W @ x + b", "W @ x + b", "W @ x - y", "W.T @ y", "x - z", "w*x", "x*z")
"""What a layer does to its input: a vector."""

_THEN = (
    "q", "q", "relu(q)", "relu(q)", "sigmoid(q)", "sigmoid(q)", "tanh(q)", "q^2",
    "1/(1 + exp(-q))",
)  # fmt: skip
"""What is done to each of its elements."""

_LAST = (
    "sum(h)", "||h||^2", "0.5*||h||^2", "dot(v, h)", "v @ h", "mean(h)", "sum(v*h)", "max(h)",
    "sigmoid(dot(v, h))", "(dot(v, h) - t)^2", "t*sum(h)", "||h - t*v||^2", "log(1 + ||h||^2)",
    "||h|| + t^2", "logsumexp(h)", "t*||h||", "mean(h^2)",
)  # fmt: skip
"""How a number is made of a vector."""

_LINEAR = ("sum(h)", "mean(h)")
"""Too little for a vector that nothing else was done to."""

_NEURONS = (
    "sigmoid(dot(w, x) + b)", "(sigmoid(w @ x + b) - t)^2", "t*tanh(w @ x)", "relu(w @ x + b)^2",
    "log(1 + exp(-t*dot(w, x)))", "(w @ x - t)^2 + ||w||^2", "sigmoid(w @ x)*(1 - t)",
    "max(0, 1 - t*dot(w, x))", "(dot(w, x) + b - t)^2", "0.5*(w @ x - t)^2",
    "t*exp(-||x - w||^2/8)", "dot(w, x)/(1 + ||w||^2)",
)  # fmt: skip
"""Formulas of two vectors and numbers."""


def layer(random: StableRandom) -> FreshFormula | None:
    """A program of vectors; None where what was drawn is too simple."""
    rows, columns = random.integer(2, 3), random.integer(2, 3)
    if random.below(4) == 0:
        text = written(random.choice(_NEURONS))
        return FreshFormula(text, _drawn(text, rows, columns, columns))
    first, then, last = random.choice(_FIRST), random.choice(_THEN), random.choice(_LAST)
    if (then == "q" and last in _LINEAR) or (then == "q^2" and "^2" in last):
        return None
    out = rows if first.startswith("W @") else columns
    text = _joined(first, then, last, random.below(3))
    return FreshFormula(text, _drawn(text, rows, columns, out))


def _joined(first: str, then: str, last: str, named: int) -> str:
    """The three phrases with `named` of their steps named."""
    if then == "q" and named:
        return f"q = {written(first)}; f = {written(filled(last, {'h': 'q'}))}"
    if then == "q":
        return written(filled(last, {"h": first}))
    if named == 2:
        return f"q = {written(first)}; h = {written(then)}; f = {written(last)}"
    activated = written(filled(then, {"q": first}))
    return (
        f"h = {activated}; f = {written(last)}"
        if named
        else written(filled(last, {"h": activated}))
    )


def _drawn(program: str, rows: int, columns: int, out: int) -> dict[str, Drawn]:
    """How the inputs are drawn; W is a matrix of `rows`×`columns`, and v weighs `out` elements."""
    names = parse(program).free_names()
    shapes: dict[str, tuple[int, ...]] = {"W": (rows, columns), "y": (rows,), "v": (out,)}
    shapes |= dict.fromkeys("xwz", (columns,))
    if "W" in names:
        shapes["b"] = (rows,)
    ends = {name: 1.0 if name in "Wwvb" else 1.5 for name in names}
    return {name: Drawn(-ends[name], ends[name], 0.5, shapes.get(name, ())) for name in names}
