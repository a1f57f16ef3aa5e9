"""Hints where values are arrays, and where a sign is turned."""

from typing import Any

import pytest
from learning import course_of

from backprop_cli.teaching.course import Course
from backprop_cli.teaching.hints import ladder

LESSON = """\
schema = "backprop/lesson/v1"
name = "small"
title = "A small lesson"
minutes = 5
summary = "One circuit."

[[circuits]]
name = "main"
formula = "FORMULA"
inputs = { x = X, y = Y }

[[steps]]
text = "The gradient."
circuit = "main"
ask = "df/dy"
"""


def first_rung(formula: str, x: Any, y: Any) -> str:
    text = LESSON.replace("FORMULA", formula).replace("X", str(x)).replace("Y", str(y))
    course: Course = course_of(text)
    return ladder(course, course.step(0), 0)[0]


@pytest.mark.parametrize(
    ("formula", "x", "y", "turned"),
    [
        ("f = x - y", 2, 3, True),
        ("f = sum(x - y)", [2, 3], [3, 4], True),
        ("f = x * y", -1, 3, False),
        ("f = sum(x * y)", [-1, -1], [3, 4], False),
    ],
)
def test_a_turned_sign_is_told_of_the_rule_and_not_of_the_numbers(
    formula: str, x: Any, y: Any, turned: bool
) -> None:
    assert first_rung(formula, x, y).endswith("with its sign turned.") is turned
