"""The quick way writes what the marker writes, or nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.exercises.marking.mark import load_marker
from backprop_cli.exercises.marking.record import outcome

EXERCISE = b"""
schema = "backprop/exercise/v1"
title = "The chain rule"
formula = "q = x + y; f = q * z"
[inputs]
x = -2
y = 5
z = { from = -9, to = 9 }
[variants]
count = 3
[[questions]]
ask = "q"
[[questions]]
ask = "df/dz"
points = 2
[[questions]]
ask = "df/dx"
digits = 3
"""
MARKER = load_marker(EXERCISE, "exercise.toml")


def right(student: str) -> dict[str, Any]:
    return {mark.question: float(mark.key) for mark in MARKER.mark(student, {}).marks}


SPELLINGS = st.sampled_from(
    [
        float,
        int,
        str,
        lambda n: str(int(n)),
        lambda n: n * (1 + 1e-4),
        lambda n: -n,
        repr,
        lambda n: f" {n}",
    ]
)


@given(st.sampled_from(["ada", "bob", "cyd", "dan"]), st.lists(SPELLINGS, min_size=3, max_size=3))
def test_it_writes_what_the_marker_writes(student: str, spellings: list[Any]) -> None:
    answers = {
        name: spell(key)
        for (name, key), spell in zip(right(student).items(), spellings, strict=True)
    }
    quick = MARKER.quick(MARKER.variant(student), answers)
    slow = MARKER.mark(student, answers)
    assert quick in (None, outcome(slow))
    if quick is not None:
        assert slow.verdicts == "ccc"


def test_plain_right_numbers_are_quick() -> None:
    assert MARKER.quick(MARKER.variant("ada"), right("ada"))


@pytest.mark.parametrize("odd", [True, None, "1/3", [3], "x", float("nan"), "−4", "0x10", "1_0"])
def test_anything_else_is_left_to_the_marker(odd: Any) -> None:
    assert MARKER.quick(MARKER.variant("ada"), {**right("ada"), "q": odd}) is None


def test_missing_and_unknown_questions_are_left_to_the_marker() -> None:
    answers = right("ada")
    assert MARKER.quick(MARKER.variant("ada"), {**answers, "r": 1}) is None
    del answers["q"]
    assert MARKER.quick(MARKER.variant("ada"), answers) is None
    assert MARKER.quick(MARKER.variant("ada"), {**answers, "r": 1}) is None
