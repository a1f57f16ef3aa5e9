"""A second slip on a sheet silences no diagnosis: each answer is compared with the student's own."""

from typing import Any

import pytest
from exercise_files import blamed, marked

from backprop_cli.exercises.marking.result import Graded, Verdict
from backprop_cli.exercises.model.reason import ReasonCode

INPUTS = {"x": -1.7, "y": 2.3, "z": 0.6}
PROGRAM = "q = x * y; p = sigmoid(q); s = p + z; f = s * x"
RIGHT: dict[str, Any] = {
    "q": -3.91,
    "df/ds": -1.7,
    "df/dp": -1.7,
    "df/dz": -1.7,
    "df/dq": -0.03274331644,
    "df/dy": 0.05566363795,
}


def sheet(**wrong: float) -> Graded:
    """All right but for the gradients with these ends: dq=1."""
    changed = {f"df/{name}": value for name, value in wrong.items()}
    return marked(PROGRAM, INPUTS, RIGHT | changed)


def codes(graded: Graded) -> dict[str, ReasonCode]:
    return {mark.question: mark.code for mark in graded.marks if mark.code}


def test_the_sheet_is_right() -> None:
    assert set(sheet().verdicts) == {"c"}


def test_a_mistake_is_named_beside_a_slip() -> None:
    # The local factor of sigmoid is lost and carried on; df/dz is mistyped.
    graded = sheet(dq=-1.7, dy=2.89, dz=-1.77)
    assert ("local-factor-lost", ("p",)) in blamed(graded)
    assert codes(graded)["df/dz"] is ReasonCode.SLIP_OF_DIGIT


def test_a_mistake_that_is_not_carried_on() -> None:
    graded = sheet(dq=-1.7)
    assert blamed(graded) == {("local-factor-lost", ("p",))}
    assert codes(graded) == {"df/dq": ReasonCode.PERHAPS}


def test_a_slip_of_the_sign_is_no_mistake() -> None:
    graded = sheet(dp=1.7)
    assert codes(graded) == {"df/dp": ReasonCode.SLIP_OF_SIGN}
    assert not blamed(graded)


def test_two_answers_exchanged() -> None:
    graded = sheet(dq=0.05566363795, dy=-0.03274331644)
    assert codes(graded) == {"df/dq": ReasonCode.EXCHANGED, "df/dy": ReasonCode.EXCHANGED}


@pytest.mark.parametrize("typed", [-0.03274, -0.0327])
def test_rounded_numbers_are_right(typed: float) -> None:
    assert sheet(dq=typed).marks[4].verdict is Verdict.CORRECT


def test_one_number_everywhere_shows_nothing() -> None:
    inputs = {"x": 9, "y": 6, "z": 2}
    questions = ["q", "f", "df/df", "df/dz", "df/dq", "df/dy", "df/dx"]
    graded = marked("q = x + y; f = q * z", inputs, dict.fromkeys(questions, 1))
    assert graded.points == 1
    assert codes(graded)["df/dx"] is ReasonCode.FOLLOWS_UNSHOWN


def test_who_goes_on_from_a_slip_is_paid() -> None:
    inputs = {"x": 9, "y": 6, "z": 2}
    answers = {"q": 14, "f": 28, "df/dz": 14, "df/dq": 2, "df/dy": 2, "df/dx": 2}
    graded = marked("q = x + y; f = q * z", inputs, answers)
    assert [mark.verdict.value[0] for mark in graded.marks] == list("wffccc")
