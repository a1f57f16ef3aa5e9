"""A whole number that a program assigns says how often a loop goes round, and has no gradient."""

import pytest

from backprop_cli import explain
from backprop_cli.errors import BackpropError

LOOP = "n = {}\ns = 0.0\nfor i in range(n):\n    s = s + x*i\nf = s*n"


def test_a_whole_number_counts() -> None:
    found = explain(LOOP.format("3"), x=2)
    assert found.value == 18
    assert (found.gradients["x"], "n" in found.gradients) == (9, False)


def test_another_number_does_not() -> None:
    with pytest.raises(BackpropError, match="bounds of this loop"):
        explain(LOOP.format("3.0"), x=2)
