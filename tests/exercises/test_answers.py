"""Answers are read in every spelling that students use, and refused with a reason otherwise."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spellings import spellings

from backprop_cli.exercises.answers.answers import is_blank, read_number, shown
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.model.tolerance import (
    USUAL,
    Tolerance,
    apart,
    close,
    digits_wanted,
    said_digits,
)
from backprop_cli.exercises.questions.pattern import read_pattern
from backprop_cli.exercises.questions.shape import read_shape, same_shape
from backprop_cli.exercises.questions.wrong_line import read_line
from backprop_cli.exercises.wording import worded

NAMES = ("x", "q", "f", "e")


def number(raw: Any) -> Any:
    read = read_number(raw, NAMES)
    return read.tolist() if hasattr(read, "tolist") else read


NUMBERS = st.floats(-1e9, 1e9).filter(lambda value: value == 0 or abs(value) > 1e-9)


@given(NUMBERS)
def test_a_number_in_any_spelling_is_that_number(value: float) -> None:
    for text in spellings(value):
        assert close(number(text), value, Tolerance(1e-11, 1e-15)), text


@given(st.lists(st.lists(NUMBERS, min_size=2, max_size=2), min_size=1, max_size=3))
def test_a_matrix_in_any_spelling_is_that_matrix(rows: list[list[float]]) -> None:
    for text in spellings(rows):
        for row, wanted in zip(number(text), rows, strict=True):
            for one, other in zip(row, wanted, strict=True):
                assert close(one, other, Tolerance(1e-11, 1e-15)), text


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (3, 3.0),
        (-0.0, 0.0),
        ("−4", -4.0),
        ("+-+-4", 4.0),
        ("= 3", 3.0),
        ("≈ 0.39", 0.39),
        ("pi/2", math.pi / 2),
        ("sqrt(2)", math.sqrt(2)),
        ("3 # a note", 3.0),
        ("-inf", -math.inf),
        ("[1, 1/2]", [1.0, 0.5]),
        ([1, "1/2"], [1.0, 0.5]),
        ([[1], [2]], [1.0, 2.0]),
        ("[[1], [2]]", [1.0, 2.0]),
        ([[1, 2]], [[1.0, 2.0]]),
    ],
)
def test_what_is_read(raw: Any, value: Any) -> None:
    assert number(raw) == value


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (True, "not true or false"),
        ({"a": 1}, "a number or a list is wanted"),
        ((1, 2), "a number or a list is wanted"),
        (10**400, "too large"),
        ("3,5", "written with a point: 3.5"),
        ("x", "'x' is a name"),
        ("e", "'e' is a name"),
        ("2*q", "'q' is a name"),
        ("f = 3", "without a name"),
        ("3; 4", "without a name"),
        ("sqrt(3", "never closed"),
        ("1 2", "a list is written"),
        ("1e400", "too large"),
        ("1" * 2001, "longer than 2,000 characters"),
        ("1" + "+1" * 999, "more than 500 terms"),
        ("sgmoid(1)", "unknown function"),
        ("[[1, 2], [3]]", "a list is written"),
        ([[1, 2], [3]], "different lengths"),
        ([True], "not true or false"),
        ([None], "a number or a list"),
        ([[[1]]], "a list of numbers or of rows"),
        (["x"], "'x' is a name"),
        ([1] * 20_001, "more than 20,000 numbers"),
        ([[1] * 200] * 101, "more than 20,000 numbers"),
        ("\x1b[2J", "control character"),
    ],
)
def test_what_is_refused_says_why(raw: Any, reason: str) -> None:
    read = number(raw)
    assert isinstance(read, Unreadable)
    assert reason in read.reason
    assert "\x1b" not in shown(raw)


def test_a_bomb_is_a_number_or_is_refused() -> None:
    assert number("9^9^9^9") == math.inf
    assert math.isnan(number("0/0"))
    deep: Any = []
    for _ in range(1000):
        deep = [deep]
    assert isinstance(number(deep), Unreadable)
    assert len(shown(deep)) <= 200
    assert isinstance(number("(" * 900 + "1" + ")" * 900), (float, Unreadable))
    assert isinstance(number("[" * 999), Unreadable)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text() | st.integers(), st.lists))
def test_whatever_is_answered_is_read_or_refused(raw: Any) -> None:
    for read in (
        number(raw),
        read_shape(raw),
        read_pattern(raw, "mul"),
        read_line(raw, ["df/df", "df/dx"]),
    ):
        assert read is not None
    assert shown(raw).isprintable()


@pytest.mark.parametrize("raw", [None, "", "  ", "-", "—", "?", "...", "N/A", []])
def test_blank_is_blank(raw: Any) -> None:
    assert is_blank(raw)


@pytest.mark.parametrize("raw", [0, "0", False, "none", [0]])
def test_zero_is_an_answer(raw: Any) -> None:
    assert not is_blank(raw)


# Tolerances


@pytest.mark.parametrize(
    ("answer", "key", "tolerance", "right"),
    [
        (0.393, 0.39322386648, Tolerance(), True),
        (0.3932, 0.39322386648, Tolerance(), True),
        (0.39, 0.39322386648, Tolerance(), False),
        (0.39, 0.39322386648, Tolerance(digits=2), True),
        (0.4, 0.39322386648, Tolerance(digits=2), False),
        (0.4, 0.39322386648, Tolerance(digits=1), True),
        (0.385, 0.39322386648, Tolerance(digits=2), False),
        (-0.39, 0.39322386648, Tolerance(digits=2), False),
        (1000.0, 996.0, Tolerance(digits=2), True),
        (12.5, 12.45, Tolerance(digits=3), True),
        (0.0, 0.0, Tolerance(digits=3), True),
        (-0.0, 0.0, Tolerance(), True),
        (1e-10, 0.0, Tolerance(), True),
        (1e-8, 0.0, Tolerance(), False),
        (0.4, 0.0, Tolerance(absolute=0.5), True),
        (1.1, 1.0, Tolerance(relative=0.1), True),
        (1.2, 1.0, Tolerance(relative=0.1), False),
        (5.0, 5.0, Tolerance(0.0, 0.0), True),
        (math.nan, math.nan, Tolerance(1.0, 1e9), False),
        (math.nan, 1.0, Tolerance(1.0, 1e9), False),
        (1.0, math.nan, Tolerance(1.0, 1e9), False),
        (math.inf, math.inf, Tolerance(), True),
        (math.inf, -math.inf, Tolerance(1.0, 1e9), False),
        (1e308, math.inf, Tolerance(digits=1), False),
        (math.inf, 1e308, Tolerance(1.0, 1e9), False),
        (3.0, math.inf, Tolerance(), False),
        (math.inf, math.inf, Tolerance(digits=3), True),
        (5e-324, 5e-324, Tolerance(digits=15), True),
    ],
)
def test_tolerances(answer: float, key: float, tolerance: Tolerance, right: bool) -> None:
    assert close(answer, key, tolerance) is right


@given(st.floats(-1e300, 1e300), st.integers(1, 15))
def test_the_key_rounded_to_the_digits_is_right(key: float, digits: int) -> None:
    assert close(float(f"{key:.{digits - 1}e}"), key, Tolerance(digits=digits))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_what_is_apart_is_never_close(one: float, other: float) -> None:
    for tolerance in (Tolerance(), Tolerance(digits=2), Tolerance(0.1, 0.1)):
        assert not (apart(one, other, tolerance) and close(one, other, tolerance))
        assert not apart(one, one, tolerance)


# Words


@pytest.mark.parametrize(
    "raw", ["2×3", "2x3", "2 * 3", "(2, 3)", "(2,3)", "[2, 3]", "2 by 3", " 2 X 3 ", [2, 3], "2,3"]
)
def test_spellings_of_a_shape(raw: Any) -> None:
    assert read_shape(raw) == (2, 3)


@pytest.mark.parametrize("raw", ["()", "a number", "Scalar", "(1)", "1x1", 1])
def test_spellings_of_a_number_s_shape(raw: Any) -> None:
    read = read_shape(raw)
    assert isinstance(read, tuple)
    assert same_shape(read, ())


@pytest.mark.parametrize("raw", [3, "3", "(3,)", "3×1", "[3]", [3]])
def test_spellings_of_a_vector_s_shape(raw: Any) -> None:
    read = read_shape(raw)
    assert isinstance(read, tuple)
    assert same_shape(read, (3,))
    assert not same_shape(read, (3, 3))


def test_a_row_is_no_column() -> None:
    assert not same_shape((1, 3), (3,))
    assert not same_shape((3, 2), (2, 3))


@pytest.mark.parametrize("raw", ["big", "2×", "2×x", True, 2.5, [2.0], {}, "2×3" * 99, "9" * 50])
def test_what_is_no_shape(raw: Any) -> None:
    assert isinstance(read_shape(raw), Unreadable)


@pytest.mark.parametrize(
    ("raw", "pattern"),
    [
        ("distributor", "gradient distributor"),
        ("Distributes", "gradient distributor"),
        ("gradient distributor", "gradient distributor"),
        ("it distributes the gradient", "gradient distributor"),
        ("routes", "gradient router"),
        ("ROUTER.", "gradient router"),
        ("swap multiplier", "gradient switcher"),
        ("switcher", "gradient switcher"),
        ("the gate swaps", "gradient switcher"),
        ("adder", "gradient adder"),
        ("adds", "gradient adder"),
        ("sums the gradients", "gradient adder"),
    ],
)
def test_spellings_of_a_pattern(raw: str, pattern: str) -> None:
    assert read_pattern(raw, "exp") == pattern
    assert read_pattern(raw, "") == pattern


@pytest.mark.parametrize(
    ("raw", "gate"),
    [
        ("add", "add"),
        ("adds", "add"),
        ("an add gate", "add"),
        ("Max", "max"),
        ("mul", "mul"),
        ("multiplier", "mul"),
        ("it multiplies", "mul"),
        ("sigmoid", "sigmoid"),
        ("fork", ""),
    ],
)
def test_the_name_of_the_gate_is_no_pattern_and_is_answered_kindly(raw: str, gate: str) -> None:
    read = read_pattern(raw, gate)
    assert isinstance(read, Unreadable)
    what = "the gate's name" if gate else "what it is"
    assert worded(read.why) == f"That is {what}: what does it do to the gradient?"


def test_the_name_of_another_gate_is_no_pattern_either() -> None:
    for raw, gate in (("max", "add"), ("mul", "max"), ("add", "max"), ("exp", "")):
        assert read_pattern(raw, gate) in (Unreadable(PATTERN_WORDS), "gradient adder")


PATTERN_WORDS = "a pattern is distributor, router, switcher, scaler or adder"


@pytest.mark.parametrize("raw", ["[30 -40]", "[[1 -2], [3, 4]]", "[1.5 -2. +3]"])
def test_a_list_without_commas_is_no_sum(raw: str) -> None:
    read = number(raw)
    assert isinstance(read, Unreadable)
    assert read.reason.startswith("a list is written [1, 2]")


def test_a_difference_in_a_list_is_a_number() -> None:
    assert number("[3 - 4, 2 -1]") == [-1, 1]
    assert number("[30-40]") == [-10]
    assert number("3 -4") == -1


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("ruter", "did you mean"),
        ("router or switcher", "one pattern"),
        ("not a router", "did you mean"),
        ("blue", "a pattern is"),
        ("", "a pattern is"),
        (3, "one word"),
        ("router" * 50, "one word"),
    ],
)
def test_what_is_no_pattern(raw: Any, reason: str) -> None:
    read = read_pattern(raw, "mul")
    assert isinstance(read, Unreadable)
    assert reason in read.reason or "a pattern is" in read.reason


@pytest.mark.parametrize("raw", [2, "2", "line 2", "Line 2.", "df/dx", "∂f/∂x", " d f / d x "])
def test_spellings_of_a_line(raw: Any) -> None:
    assert read_line(raw, ["df/df", "df/dx"]) == 2


@pytest.mark.parametrize("raw", [True, 2.5, "two", "df/dz", "²", "9" * 9, [2]])
def test_what_is_no_line(raw: Any) -> None:
    assert isinstance(read_line(raw, ["df/df", "df/dx"]), Unreadable)


@pytest.mark.parametrize(
    ("tolerance", "said"),
    [
        (USUAL, "Three significant digits are enough."),
        (Tolerance(digits=1), "One significant digit is enough."),
        (Tolerance(relative=1e-3), "Four significant digits are enough."),
        (Tolerance(relative=0.1), "Two significant digits are enough."),
        (Tolerance(relative=0.0), "Give all digits of a number."),
    ],
)
def test_a_sheet_says_how_many_digits_are_wanted(tolerance: Tolerance, said: str) -> None:
    assert said_digits(tolerance) == said
    digits = digits_wanted(tolerance)
    for key in (1.0049, 2.71828, 9.9951, -0.0012345):
        assert close(float(f"{key:.{min(digits, 15)}g}"), key, tolerance)


@pytest.mark.parametrize(
    ("answer", "key", "tolerance", "is_right"),
    [
        (1.0, 1.0049, USUAL, True),
        (1020.0, 1024.0, USUAL, False),
        (0.0, 5e-10, USUAL, False),
        (0.0, 1e-16, USUAL, True),
        (19.85, 19.95, Tolerance(relative=0, absolute=0.1), True),
        (20.05, 19.95, Tolerance(relative=0, absolute=0.1), True),
    ],
)
def test_limits_of_tolerances(
    answer: float, key: float, tolerance: Tolerance, is_right: bool
) -> None:
    assert close(answer, key, tolerance) is is_right
