"""The slope of a determinant is known where it is 0; its logarithm only where it is above."""

from itertools import product

import numpy as np
import pytest

from backprop_cli import explain
from backprop_cli.gates.arrays import cofactors


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("rank", [0, 1, 2, 3, 4, 5])
def test_cofactors_are_the_signed_minors(n: int, rank: int) -> None:
    draw = np.random.RandomState(n * 10 + rank)
    a = draw.randn(n, min(rank, n)) @ draw.randn(min(rank, n), n)
    minors = np.zeros((n, n))
    for i, j in product(range(n), repeat=2):
        rest = np.delete(np.delete(a, i, axis=0), j, axis=1)
        minors[i, j] = (-1) ** (i + j) * np.linalg.det(rest)
    np.testing.assert_allclose(cofactors(a), minors, atol=1e-10)


def test_a_singular_matrix_has_a_gradient() -> None:
    trace = explain("det(A)", A=[[1, 2], [2, 4]])
    assert trace.gradients["A"].tolist() == [[4, -2], [-2, 1]]


def test_where_the_logarithm_is_nan_that_is_noted_of_its_value() -> None:
    trace = explain("logdet(A)", A=[[1, 2], [3, 4]])
    assert np.isnan(trace.value)
    assert "det(A) > 0" in " ".join(map(str, trace.notes))
