"""Formulas are compared on every branch of a circuit, so that none that forgets one is right."""

import re

import pytest
from exercise_files import marked, marker

from backprop_cli.exercises.answers.points import POINTS, branching_points, sides_of
from backprop_cli.exercises.marking.result import Verdict

ANY = "{ from = -9, to = 9 }"

RIGHT = [
    ("max(x, y, z)", "x", "1[x>y]*1[x>z]"),
    ("max(x, y, z)", "x", "1[x>max(y,z)]"),
    ("relu(w*x + b)*v", "w", "1[w*x+b>0]*x*v"),
    ("relu(w*x + b)*v", "w", "1[w*x+b>=0]*v*x"),
    ("relu(x)*relu(y)", "x", "1[x>0]*relu(y)"),
    ("max(a, b)*max(c, d) + max(a, c)", "a", "1[a>b]*max(c,d) + 1[a>c]"),
    ("relu(x - 3000)*y", "x", "1[x>3000]*y"),
    ("log(x)*relu(y)", "x", "relu(y)/x"),
    ("abs(y)*x", "y", "sign(y)*x"),
]

WRONG = [
    ("max(x, y, z)", "x", "1[x>z]"),
    ("relu(w*x + b)*v", "w", "1[w*x>0]*x*v"),
    ("relu(x)*relu(y)", "x", "1[x*y>0]*y"),
    ("max(a, b)*max(c, d) + max(a, c)", "a", "1[a>b]*(max(c,d) + 1[a>c])"),
    ("relu(x - 3000)*y", "x", "0"),
    ("log(x)*relu(y)", "x", "y/x"),
    ("abs(y)*x", "y", "-x"),
    ("min(x, max(y, z))", "y", "1[x>y]*1[x>z]"),
    ("relu(x + relu(y))", "y", "1[x+y>0]*1[y>0]*1[x>0]"),
]


def verdict(formula: str, wrt: str, answer: str) -> Verdict:
    inputs = dict.fromkeys(sorted(set(re.findall(r"\b[a-z]\b", formula))), ANY)
    answers = {f"formula(df/d{wrt})": answer}
    return marked(f"f = {formula}", inputs, answers, marking="everywhere = true").marks[0].verdict


@pytest.mark.parametrize(("formula", "wrt", "answer"), RIGHT)
def test_right_on_every_branch(formula: str, wrt: str, answer: str) -> None:
    assert verdict(formula, wrt, answer) is Verdict.CORRECT


@pytest.mark.parametrize(("formula", "wrt", "answer"), WRONG)
def test_wrong_on_one_branch(formula: str, wrt: str, answer: str) -> None:
    assert verdict(formula, wrt, answer) is Verdict.WRONG


def test_what_no_point_reaches_is_undecided() -> None:
    graded = marked("f = relu(x^2 + 1)", {"x": ANY}, {"formula(df/dx)": "2*x"})
    (mark,) = graded.marks
    assert mark.verdict is Verdict.UNDECIDED
    assert "No point was found on the other side of the kink" in mark.reason


def test_every_combination_of_branches_has_a_point() -> None:
    exercise = marker("f = relu(x)*relu(y)*relu(z)", dict.fromkeys("xyz", ANY), ["f"]).exercise
    points = branching_points(exercise)
    combinations = {frozenset(sides_of(case)) for case in points.cases}
    assert len(combinations) == 8
    assert len(points.cases) == POINTS
    assert not points.unreached
    sizes = [abs(case.inputs["x"]) for case in points.cases]
    assert min(sizes) < 1e-2
    assert max(sizes) > 1e2


def test_each_element_of_an_array_is_on_both_sides() -> None:
    inputs = {"W": "{ from = -9, to = 9, shape = [2, 3] }", "x": "[1, 2, 3]"}
    exercise = marker("f = sum(relu(W @ x))", inputs, ["f"]).exercise
    points = branching_points(exercise)
    sides = {side for case in points.cases for side in sides_of(case)}
    assert len(sides) == 4
    assert not points.unreached


def test_a_witness_tells_all_the_numbers_that_it_hangs_on() -> None:
    names = dict.fromkeys("xyz", ANY)
    (mark,) = marked("f = max(x, y, z)", names, {"formula(df/dx)": "1[x>z]"}).marks
    assert mark.reason == "At x = 3, y = 5, z = 2 it is 1, and should not be."


NEGATIVE = {"x": ANY, "y": "{ from = -9, to = -1 }"}
ASK = {"formula(df/dy)": "-x"}


def test_right_for_the_inputs_of_the_exercise_is_right_and_said() -> None:
    (mark,) = marked("f = abs(y)*x", NEGATIVE, ASK).marks
    assert mark.verdict is Verdict.CORRECT
    assert mark.reason.startswith("Right for the inputs of this exercise, and not everywhere: at y")
    (strict,) = marked("f = abs(y)*x", NEGATIVE, ASK, marking="everywhere = true").marks
    assert strict.verdict is Verdict.WRONG


def test_fixed_inputs_are_no_domain() -> None:
    (mark,) = marked("f = abs(y)*x", {"x": 2, "y": -3}, ASK).marks
    assert mark.verdict is Verdict.WRONG


def test_a_condition_that_stands_on_its_edge_is_undecided() -> None:
    """1[x*y > y*x] is 0; but who nudges both sides apart may take it for what is right."""
    formula, answer = "y*max(x, 0) + max(y*x, y*y)", "1[x>0]*y + 1[y*x>x*y]*y"
    assert verdict(formula, "x", answer) is not Verdict.CORRECT
    assert verdict(formula, "x", "1[x>0]*y + 1[y*x>y*y]*y") is Verdict.CORRECT
