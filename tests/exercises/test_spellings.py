"""The spellings that simulated students use are what they claim: one value, one formula."""

import numpy as np
import pytest
from spellings import formulas, spellings
from test_equality import shapely

from backprop_cli.exercises.answers.equality import Comparison, Outcome, compare
from backprop_cli.inputs.values import read_value


@pytest.mark.parametrize(
    "value", [-4.0, 3.0, 0.0, 1 / 3, -2 / 7, 0.1966, -0.5, 1e-7, 12345.678, -1e20, 2.5]
)
def test_numbers(value: float) -> None:
    texts = [*spellings(value)]
    assert len(set(texts)) == len(texts) >= 10
    for text in texts:
        assert read_value("x", text) == pytest.approx(value, rel=1e-11, abs=0), text


def test_what_students_write_is_there() -> None:
    assert {"-4", "-4.0", "−4.0", "-4e0", "-4.0*1", "  -4.0 "} <= {*spellings(-4.0)}
    assert {"1/3", "1 / 3", "3/9", "0.333333333333"} <= {*spellings(1 / 3)}
    assert {"[1.0, -2.0]", "[1.0,-2.0]", "[1.0, −2.0]", "[ 1.0, -2.0 ]"} <= {*spellings([1, -2])}


@pytest.mark.parametrize("value", [[1.0, -2.0, 0.5], [[1 / 3, 0.0], [-3.0, 4e-5]], [7.0]])
def test_lists(value: list[float]) -> None:
    texts = [*spellings(np.array(value))]
    assert len(set(texts)) >= 5
    for text in texts:
        np.testing.assert_allclose(read_value("x", text), value, rtol=1e-11)


@pytest.mark.parametrize("text", ["2*q*x.T", "2*q @ x.T - q @ x.T + q @ x.T", "-(-2*q) @ x.T"])
def test_formulas_of_vectors(text: str) -> None:
    samples = shapely(lambda q, x, **_: 2 * np.outer(q, x))
    texts = [*formulas(text, scalar=False)]
    assert len(texts) > 15
    for answer in texts:
        found = compare(answer, samples)
        assert found == Comparison(Outcome.EQUAL), (answer, found)
