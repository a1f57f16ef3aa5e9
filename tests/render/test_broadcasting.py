"""The equation upstream × local, with what is said of its shape, gives what is sent."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from helpers import run

from backprop_cli.autodiff.steps import Step
from backprop_cli.render.text.explain.broadcasting import broadcast_note, lined_up

SHAPES = [(), (1,), (3,), (1, 1), (1, 3), (2, 1), (2, 3)]
PAIRS = [
    (a, b)
    for a, b in product(SHAPES, SHAPES)
    if all(m == n or 1 in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False))
]


def value(shape: tuple[int, ...], start: float) -> Any:
    return np.arange(start, start + np.prod(shape)).reshape(shape) / 7 if shape else start


def done(step: Step) -> Any:
    """What the equation on the screen comes to, by its own words."""
    number = np.asarray(lined_up(step)) * step.local
    said = broadcast_note(step)
    if said.startswith("summed"):
        axis = {"rows": 0, "columns": 1, "elements": None}[said.split()[-1]]
        return number.sum(axis=axis, keepdims=np.ndim(step.downstream) == number.ndim)
    if said:
        shape = np.shape(step.downstream)
        line = {"row": (1, *shape[1:]), "column": (shape[0], 1)}.get(said.split()[-1], ())
        assert number.size == np.prod(line)
        return np.broadcast_to(number.reshape(line), shape)
    return number


@pytest.mark.parametrize("formula", ["a + b", "a - b", "a * b", "a / b", "max(a, b)", "pow(a, b)"])
@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_of_two_inputs(formula: str, a: Any, b: Any) -> None:
    check(run(f"sum({formula})", a=value(a, 1.0), b=value(b, 2.0)))


@pytest.mark.parametrize("gate", ["sum", "mean", "max", "min", "norm", "logsumexp"])
@pytest.mark.parametrize(
    ("shape", "axis"),
    [
        *product([(3,), (1, 3), (2, 1), (2, 3), (1, 1)], ["", ", axis=0"]),
        *product([(1, 3), (2, 1), (2, 3), (1, 1)], [", axis=1"]),
    ],
)
def test_of_a_reduction(gate: str, shape: tuple[int, ...], axis: str) -> None:
    t = run(f"q = {gate}(a{axis}); sum(q * q)", a=value(shape, 1.0))
    check(t)


@pytest.mark.parametrize("place", ["0", "1, 2"])
def test_of_an_element_or_a_row(place: str) -> None:
    check(run(f"sum(2 * a[{place}])", a=value((2, 3), 1.0)))


def check(t: Any) -> None:
    for step in t.steps:
        if step.local is not None:
            np.testing.assert_allclose(
                np.reshape(done(step), np.shape(step.downstream)), step.downstream
            )


def test_one_number_is_summed_over_elements() -> None:
    by_name = {
        t.graph.names[step.input]: broadcast_note(step)
        for t in (run("sum(a + b)", a=value((2, 1), 1.0), b=1.0),)
        for step in t.steps
    }
    assert by_name == {"q": "copied to each element", "b": "summed over the elements", "a": ""}
