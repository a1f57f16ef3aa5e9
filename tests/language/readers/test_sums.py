"""A written sum goes over the terms that it names, whether or not these are the whole array."""

import pytest

from backprop_cli import explain

W, X = [1.0, 2.0, 4.0], [3.0, 5.0, 7.0]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("Σ_i w_i x_i", 41),
        ("Σ_{i=1}^{3} w_i x_i", 41),
        ("Σ_{i=1}^{2} w_i x_i", 13),
        ("Σ_{i=2}^{3} w_i x_i", 38),
        ("Σ_{i=0}^{2} w_i x_i", 41),
        ("Σ_{i≠2} w_i x_i", 31),
    ],
)
def test_the_terms_that_are_named(formula: str, value: float) -> None:
    assert explain(formula, w=W, x=X).value == value
