"""A submission is marked: right, follow-through, wrong, blank, unreadable, undecided."""

import random
from typing import Any

import pytest
from exercise_files import CHAIN, marked, marker, reasons
from hypothesis import given
from hypothesis import strategies as st
from spellings import spellings

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.marking.mark import Marker
from backprop_cli.exercises.marking.record import outcome
from backprop_cli.exercises.marking.result import Graded


def verdicts(graded: Graded) -> list[str]:
    return [mark.verdict.value for mark in graded.marks]


def points(graded: Graded) -> list[float]:
    return [mark.points for mark in graded.marks]


SWAPPED = {"df/dz": 3, "df/dq": 3, "df/dy": 3, "df/dx": 3}
"""∂f/∂q is wrong, and what comes after follows from it."""


@pytest.mark.parametrize(
    ("policy", "earned"), [('"full"', 1.0), ('"none"', 0.0), ("0.5", 0.5), ("0", 0.0), ("1", 1.0)]
)
def test_the_policy_says_what_a_right_step_earns(policy: str, earned: float) -> None:
    graded = marked("(x+y)*z", CHAIN, SWAPPED, marking=f"follow-through = {policy}")
    assert points(graded) == [1, 0, earned, earned]
    assert verdicts(graded)[2:] == ["follow-through" if earned else "wrong"] * 2
    own = marked("(x+y)*z", CHAIN, SWAPPED, each=f"points = 4\nfollow-through = {policy}")
    assert points(own) == [4, 0, 4 * earned, 4 * earned]


@pytest.mark.parametrize("value", [0, "0", "nan", "inf", "-inf"])
def test_nothing_follows_from_zero_nan_and_infinity(value: Any) -> None:
    answers = {"df/dz": 3, "df/dq": value, "df/dy": value, "df/dx": value}
    graded = marked("(x+y)*z", CHAIN, answers)
    assert points(graded) == [1, 0, 0, 0]


def test_nothing_follows_from_zeros_of_arrays() -> None:
    inputs = {"W": "[[1, 2], [3, 5]]", "x": [2, -1]}
    zeros = {"df/dq": [0, 0], "df/dx": [0, 0], "df/dW": [[0, 0], [0, 0]]}
    assert points(marked("q = W @ x; f = ||q||^2", inputs, zeros)) == [0, 0, 0]
    half = {"df/dq": [3, 0], "df/dx": [3, 6], "df/dW": [[6, -3], [0, 0]]}
    assert points(marked("q = W @ x; f = ||q||^2", inputs, half)) == [0, 1, 1]


def test_elements_follow_from_elements() -> None:
    inputs = {"W": "[[1, 2], [3, 5]]", "x": [2, -1]}
    answers = {"df/dq[0]": 3, "df/dx[0]": 9, "df/dW[0,1]": -3, "df/dW[1,0]": 4}
    graded = marked("q = W @ x; f = ||q||^2", inputs, answers)
    assert verdicts(graded) == ["wrong", "follow-through", "follow-through", "correct"]


def test_values_follow_from_values() -> None:
    answers = {"q": 4, "f": -16, "df/dz": 4, "df/dq": -4}
    assert verdicts(marked("(x+y)*z", CHAIN, answers)) == [
        "wrong",
        "follow-through",
        "follow-through",
        "correct",
    ]
    vectors = {"q": [3, 9], "f": [6, 18]}
    graded = marked("q = x*y; f = 2*q", {"x": [1, 2], "y": [3, 4]}, vectors)
    assert verdicts(graded) == ["wrong", "follow-through"]


def test_an_upstream_is_followed_from() -> None:
    answers = {"df/df": [1, 2], "df/dx": [3, 10], "df/dy": [5, 5]}
    inputs = {"x": [1, 2], "y": [3, 4]}
    graded = marked("x*y", inputs, answers, upstream="[1, 2.5]")
    assert verdicts(graded) == ["wrong", "correct", "wrong"]
    graded = marked("x*y", inputs, {**answers, "df/dx": [3, 8]}, upstream="[1, 2.5]")
    assert verdicts(graded) == ["wrong", "follow-through", "wrong"]


def test_inner_derivatives_are_followed_from() -> None:
    inputs = {"x": 3, "y": 4, "z": 2}
    answers = {"dp/dq": 12, "dp/dx": 48, "df/dp": 2, "df/dq": 24, "df/dx": 96}
    graded = marked("q = x*y; p = q^2; f = p*z", inputs, answers)
    assert verdicts(graded) == [
        "wrong",
        "follow-through",
        "correct",
        "follow-through",
        "follow-through",
    ]


def test_the_chain_rule_in_her_own_numbers_is_a_right_step() -> None:
    """∂f/∂x = ∂f/∂q · ∂q/∂x, with a slip in ∂q/∂x."""
    inputs = {"x": 3, "y": 4, "z": 2}
    graded = marked("q = x*y; f = q*z", inputs, {"dq/dx": 7, "df/dq": 2, "df/dx": 14})
    assert verdicts(graded) == ["wrong", "correct", "follow-through"]
    # x reaches f another way too, so the product is not the gradient.
    two = {"x": 3, "y": 4}
    both = marked("q = x*y; f = q*x", two, {"dq/dx": 7, "df/dq": 3, "df/dx": 21})
    assert verdicts(both) == ["wrong", "correct", "wrong"]


def test_an_answer_does_not_follow_from_itself() -> None:
    graded = marked("(x+y)*z", CHAIN, {"df/dz": 17, "df/dq": -17})
    assert points(graded) == [0, 0]


def test_blank_and_unreadable_earn_nothing_and_spoil_nothing() -> None:
    answers = {"q": "", "df/dz": "three", "df/dq": -4, "df/dy": None, "df/dx": -4}
    graded = marked("(x+y)*z", CHAIN, answers)
    assert verdicts(graded) == ["blank", "unreadable", "correct", "blank", "correct"]
    assert graded.points == 2
    assert reasons(graded)["df/dz"].startswith("It cannot be read: ")


def test_a_wrong_shape_is_told() -> None:
    inputs = {"W": "[[1, 2], [3, 5]]", "x": [2, -1]}
    told = reasons(marked("||W @ x||^2", inputs, {"df/dW": 3, "df/dx": [6, 10, 1]}))
    assert told["df/dW"].startswith("It is a number, and a 2×2 matrix is wanted.")
    assert "the shape of its variable" in told["df/dx"]


def test_only_infinity_is_infinity() -> None:
    for answer, wanted in (("inf", "correct"), (3, "wrong"), ("-inf", "wrong"), ("nan", "wrong")):
        assert verdicts(marked("1/x", {"x": 0}, {"f": answer})) == [wanted]
    assert verdicts(marked("x - x/x", {"x": 0}, {"f": "nan"})) == ["wrong"]


def test_a_formula_has_three_outcomes() -> None:
    inputs = {"x": {}, "y": {}}
    given_ = dict.fromkeys(inputs, "{ from = 1, to = 9 }")
    ask = ["formula(df/dx)", "formula(df/dy)"]
    sheet = marker("x^2*y", given_, ask)
    right = sheet.mark("ada", {"df/dx as a formula": "y*(x + x)", "formula(df/dy)": "x*x"})
    assert verdicts(right) == ["correct", "correct"]
    wrong = sheet.mark("ada", {"formula(df/dx)": "2*x", "formula(df/dy)": "w"})
    assert verdicts(wrong) == ["wrong", "unreadable"]
    assert reasons(wrong)["formula(df/dx)"]
    nowhere = marker("log(-x^2)*y", given_, ["formula(df/dy)"])
    undecided = nowhere.mark("ada", {"formula(df/dy)": "log(-x^2)"})
    assert verdicts(undecided) == ["undecided"]
    assert undecided.points == 0


def test_a_formula_s_mistake_is_named() -> None:
    given_ = dict.fromkeys("xyz", "{ from = -9, to = 9 }")
    graded = marker("(x+y)*z", given_, ["formula(df/dz)"]).mark("ada", {"formula(df/dz)": "z"})
    assert "The mul gate is not switched." in graded.marks[0].reason


# Odd submissions


def test_questions_are_known_in_any_spelling() -> None:
    sheet = marker("(x+y)*z", CHAIN, ["df/dz", "shape(f)", "pattern(q)"])
    graded = sheet.mark(
        "ada", {" ∂f / ∂z ": "df/dz = 3", "shape( f )": "()", "pattern(q)": "distributes"}
    )
    assert verdicts(graded) == ["correct"] * 3
    assert not graded.problems


def test_what_is_odd_is_said() -> None:
    sheet = marker("(x+y)*z", CHAIN, ["df/dz"])
    graded = sheet.mark("ada", {"df/dz": 4, "∂f/∂z": 3, "df/dw": 1, "df/zz": 1, "x" * 999: 1})
    assert verdicts(graded) == ["correct"]
    told = " ".join(graded.problems)
    assert "'df/dz' is answered twice" in told
    assert "there is no question 'df/dw'" in told
    assert "did you mean 'df/dz'?" in told
    many = sheet.mark("ada", {f"q{n}": 1 for n in range(10_000)})
    assert len(many.problems) == 20


# The wrong line, and gaps

LINE = """
[wrong-line]
mistake = "mul-not-switched"
at = "f"
"""


def test_the_wrong_line_is_found_by_number_or_name() -> None:
    sheet = marker("(x+y)*z", CHAIN, ["wrong line"], more=LINE)
    spoilt = sheet.variants.spoilt(0)
    assert spoilt.lines[spoilt.wrong - 1].name in ("df/dz", "df/dq")
    for answer in (spoilt.wrong, f"line {spoilt.wrong}", spoilt.lines[spoilt.wrong - 1].name):
        assert verdicts(sheet.mark("ada", {"wrong line": answer})) == ["correct"]
    before, after = (sheet.mark("a", {"wrong line": n}) for n in (1, len(spoilt.lines)))
    assert reasons(before)["wrong line"] == "This line is right: the wrong one comes later."
    assert reasons(after)["wrong line"] == "This line follows from those before it."


def test_a_mistake_that_cannot_be_planted_is_an_error_at_once() -> None:
    with pytest.raises(BackpropError, match="no mistake that could be planted shows"):
        marker("x + y", {"x": 1, "y": 2}, ["wrong line"], more=LINE.replace('at = "f"', ""))


def test_drawn_inputs_let_the_planted_mistake_show() -> None:
    given_ = {"x": "{ from = -1, to = 1 }", "y": "{ from = -1, to = 1 }"}
    sheet = marker("x*y", given_, ["wrong line"], more=LINE)
    for number in range(1, 30):
        inputs = sheet.variants.inputs(number)
        assert inputs["x"] != inputs["y"]
        assert 1 <= sheet.variants.spoilt(number).wrong <= 3


def test_what_is_given_is_not_asked() -> None:
    more = '[[questions]]\nask = "q"\ngiven = true'
    graded = marked("(x+y)*z", CHAIN, {"df/dz": 3}, more=more)
    assert [mark.question for mark in graded.marks] == ["df/dz"]
    assert graded.possible == 1


# Properties

ASK = ["q", "f", "df/df", "df/dz", "df/dq", "df/dy", "df/dx", "pattern(q)", "shape(df/dx)"]
SHEET: Marker = marker("(x+y)*z", dict.fromkeys("xyz", "{ from = -9, to = 9 }"), ASK)
ANSWERS = st.one_of(
    st.integers(-50, 50),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["1/3", "-4*1", "distributes", "()", "router", "9^9^9^9", None, True, [1, 2]]),
)


@given(st.sampled_from(["ada", "bob"]), st.lists(ANSWERS, min_size=9, max_size=9), st.randoms())
def test_marking_again_or_in_another_order_changes_nothing(
    student: str, given_: list[Any], shuffle: random.Random
) -> None:
    answers = dict(zip(ASK, given_, strict=True))
    first = SHEET.mark(student, answers)
    assert outcome(SHEET.mark(student, answers)) == outcome(first)
    order = list(answers)
    shuffle.shuffle(order)
    assert outcome(SHEET.mark(student, {name: answers[name] for name in order})) == outcome(first)
    assert 0 <= first.points <= first.possible
    for mark in first.marks:
        assert 0 <= mark.points <= mark.possible
        assert (mark.points == mark.possible) <= (
            mark.verdict.value in ("correct", "follow-through")
        )


@given(st.sampled_from(["ada", "bob", "cyd"]), st.data())
def test_a_right_answer_is_right_in_any_spelling(student: str, data: Any) -> None:
    case = SHEET.variants.predicted(SHEET.variant(student)).case
    answers = {
        asked.name: data.draw(st.sampled_from(list(spellings(key))))
        for asked, key in zip(case.exercise.asked, case.key, strict=True)
        if key is not None
    }
    graded = SHEET.mark(student, answers)
    assert verdicts(graded)[:7] == ["correct"] * 7


@given(st.integers(0, 6), st.floats(-1e6, 1e6))
def test_a_wrong_number_is_never_right(place: int, answer: float) -> None:
    case = SHEET.variants.predicted(SHEET.variant("ada")).case
    key = case.key[place]
    graded = SHEET.mark("ada", {ASK[place]: answer})
    near = abs(answer - key) <= 1.01e-3 * abs(key) + 1e-9
    assert near or graded.points == 0


@pytest.mark.parametrize("typed", ["[2, 2, 2]", [[2, 2, 2]], "[[2], [2], [2]]", "[2, 2, 2].T"])
def test_a_vector_may_be_written_as_a_row_or_a_column(typed: Any) -> None:
    inputs = {"x": [1, 2, 3], "k": 2}
    assert points(marked("f = sum(x*k)", inputs, {"df/dx": typed})) == [1]
    assert points(marked("f = sum(x*k)", inputs, {"df/dx": [[2, 2, 3]]})) == [0]
