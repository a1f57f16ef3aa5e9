"""An answer is called rounded only if somebody would have rounded the key to it."""

import pytest

from backprop_cli.exercises.diagnosis.values import is_rounded


@pytest.mark.parametrize(
    ("answer", "key", "found"),
    [
        (0.33, 1 / 3, True), (0.3333, 1 / 3, True), (-0.33, -1 / 3, True), (0.34, 1 / 3, False),
        # One digit: only where it is within a twentieth of the key.
        (0.2, 0.2096, True), (0.2, 0.2104, True), (0.2, 0.2106, False), (0.2, 0.17, False),
        (-0.2, -0.2104, True), (-0.2, -0.2106, False),
        # Five digits are no rounding, nor are short keys, nor 0.
        (0.33333, 1 / 3, False), (40.0, 41.0, False), (1000.0, 1001.0, True), (0.0, 0.001, False),
        (1230.0, 1234.0, True), (999.0, 999.0, False),
    ],
)  # fmt: skip
def test_who_rounds_what(answer: float, key: float, found: bool) -> None:
    assert is_rounded(answer, key) is found
