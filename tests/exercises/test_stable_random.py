"""What is drawn must never change: it is pinned here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.exercises.generate.stable_random import StableRandom


def test_the_draws_are_these_for_ever() -> None:
    random = StableRandom("chain", 7)
    assert [random.integer(-5, 5) for _ in range(12)] == PINNED
    assert StableRandom("chain", 7).number(-1, 1, 0.1) == PINNED_NUMBER
    assert "".join(StableRandom("a").shuffled("abcdefgh")) == PINNED_ORDER


PINNED = [3, -1, -1, 3, -2, 5, 3, -1, 5, -4, 1, 3]
PINNED_NUMBER = 0.1
PINNED_ORDER = "fgdhabec"


def test_keys_are_told_apart() -> None:
    assert (
        len({StableRandom(*keys).below(2**60) for keys in [("a", "b"), ("ab",), (1,), ("1",)]}) == 4
    )


@given(st.integers(1, 50), st.integers())
def test_every_number_below_the_bound_and_no_other(bound: int, key: int) -> None:
    random = StableRandom(key)
    assert {random.below(bound) for _ in range(60 * bound)} <= set(range(bound))


@pytest.mark.parametrize("step", [1, 0.5, 0.1, 0.05])
def test_a_number_is_a_multiple_of_the_step_between_the_bounds(step: float) -> None:
    random = StableRandom("steps")
    for _ in range(200):
        number = random.number(-3, 3, step)
        assert -3 <= number <= 3
        assert round(number / step, 6).is_integer()
        assert str(number) != "-0.0"


def test_all_faces_come_up() -> None:
    random = StableRandom("die")
    counts = [0] * 6
    for _ in range(6000):
        counts[random.below(6)] += 1
    assert min(counts) > 850
