"""A tolerance holds at its limit on both sides, and a tiny key is not taken for 0."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.exercises.model.tolerance import USUAL, Tolerance, close

KEYS = st.decimals(-(10**6), 10**6, allow_nan=False, allow_infinity=False, places=4)
REACHES = st.decimals("0.0001", "100", allow_nan=False, allow_infinity=False, places=4)
TINY = st.floats(1e-11, 1e-6) | st.floats(-1e-6, -1e-11)


@given(KEYS, REACHES, st.sampled_from([1, -1]))
def test_an_absolute_tolerance_holds_at_its_limit(key: Decimal, reach: Decimal, side: int) -> None:
    tolerance = Tolerance(relative=0.0, absolute=float(reach))
    assert close(float(key + side * reach), float(key), tolerance)
    beyond = reach + Decimal("0.000001")
    assert not close(float(key + side * beyond), float(key), tolerance)


@given(KEYS.filter(bool), st.sampled_from([1, -1]))
def test_a_relative_tolerance_holds_at_its_limit(key: Decimal, side: int) -> None:
    tolerance = Tolerance(relative=0.01, absolute=0.0)
    assert close(float(key + side * key / 100), float(key), tolerance)
    assert not close(float(key + side * key * Decimal("0.010001")), float(key), tolerance)


@given(TINY)
def test_a_tiny_key_is_not_zero(key: float) -> None:
    for answer in (0.0, -key, 2 * key, key / 2, key * 1.02):
        assert not close(answer, key, USUAL)
    for digits in (3, 4, 6, 17):
        assert close(float(f"{key:.{digits}g}"), key, USUAL)


@given(TINY)
def test_a_tiny_answer_is_not_a_key_of_ordinary_size(answer: float) -> None:
    assert not close(answer, 0.0393, USUAL)
