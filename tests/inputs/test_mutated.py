"""Formulas with slips in them, in every notation: an answer or a message, and never a traceback."""

import random

import pytest
from mutated import STARTS, mutated

from backprop_cli import BackpropError, explain


def read_all(seed: int, count: int) -> int:
    """How many of so many mutated formulas were read."""
    chance = random.Random(seed)
    understood = 0
    for _ in range(count):
        start = chance.choice(STARTS)
        try:
            explain(mutated(start.text, chance), start.inputs)
            understood += 1
        except BackpropError as error:
            error.report()
    return understood


def test_a_slip_is_an_answer_or_a_message() -> None:
    assert 0 < read_all(seed=1, count=600) < 600


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_ten_thousand_slips_are(seed: int) -> None:
    assert 0 < read_all(seed, count=1_000) < 1_000
