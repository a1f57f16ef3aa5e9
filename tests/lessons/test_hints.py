"""Hints for any formula: the ladder has rungs, and the last with numbers may be typed."""

import pytest
from learning import LESSONS, SMALL, lesson, right_lines, through

from backprop_cli.exercises.answers.answers import number_shown, read_number
from backprop_cli.exercises.generate.levels import LEVELS, fresh
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.hints.parts import NumbersInPlace
from backprop_cli.exercises.model.exercise import CodeGate
from backprop_cli.lessons.asks.code import CodeAsk
from backprop_cli.lessons.hints.code import written_gate
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.views.lesson import lines_of
from backprop_cli.render.text.options import Look


def course_of_level(level: int, number: int) -> Course:
    """A lesson that asks everything about a fresh formula."""
    made = fresh(level, StableRandom("hints", level, number))
    inputs = "\n".join(
        f"{name} = {{ from = {how.low}, to = {how.high}, step = {how.step}"
        + (f", shape = {list(how.shape)} }}" if how.shape else " }")
        for name, how in made.inputs.items()
    )
    problem = f'formula = "{made.program}"\nask = ["all", "patterns"]\n\n[fresh.inputs]\n{inputs}\n'
    return Course(lesson(SMALL.partition("level = 1")[0] + problem), "ada")


@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("level", LEVELS)
def test_the_ladder_leads_to_the_answer(level: int, number: int) -> None:
    course = course_of_level(level, number)
    step = course.step(4)
    with_numbers = 0
    for place, asked in enumerate(step.asks):
        rungs = course.hints(step, place)
        right = course.right(step, place)
        assert rungs
        assert course.solution(step, place).endswith(right)
        if isinstance(rungs[-1], NumbersInPlace):
            put_in = rungs[-1].right
            assert course.judge(step, place, put_in).verdict.value == "correct"
            assert put_in != right
            with_numbers += 1
        assert course.judge(step, place, right).verdict.value == "correct", asked.name
    assert with_numbers > 2


def test_a_router_is_told_by_what_it_lets_through() -> None:
    text = SMALL.replace("f = q * z", "f = max(q, z)").replace(
        '"mul-not-switched"', '"max-to-both"'
    )
    course = Course(lesson(text), "ada")
    assert course.hints(course.step(2), 1)[-1] == "With the numbers in place: ∂f/∂z = 1 * 0"


def test_what_cannot_be_typed_is_no_last_rung() -> None:
    # A sum over copies is no formula of the numbers alone that one would type.
    text = SMALL.replace("f = q * z", "f = sum(q * z)").replace(
        "{ x = -2, y = 5, z = -4 }", "{ x = [1, 2], y = 5, z = 3 }"
    )
    text = text.replace('ask = ["df/df", "df/dz", "df/dq"]', 'ask = ["df/dy"]')
    text = text.replace('catches = ["mul-not-switched"]\n', "").replace("{= df/dq}", "")
    text = text.replace("df/dx, df/dz", "df/dy, df/dz")
    course = Course(lesson(text), "ada")
    for rung in course.hints(course.step(2), 0):
        if isinstance(rung, NumbersInPlace):
            assert number_shown(read_number(rung.partition(" = ")[2], ())) == "6"


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_shown_fits_80_columns_and_ascii(level: int) -> None:
    course = course_of_level(level, 3)
    look = Look(80, 6, True)
    for reply in through(course, [word for line in right_lines(course) for word in ("why", line)]):
        lines = [line.plain for block in reply.blocks for line in lines_of(block, look)]
        assert max(map(len, lines), default=0) <= 80
        assert "".join(lines).isascii()


@pytest.mark.parametrize(
    ("formula", "x", "turned"),
    [("x - y", -2, True), ("sum(x - y)", [2, 3], True), ("x * y", -1, False)],
)
def test_a_turned_sign_is_told_of_the_rule_and_not_of_the_numbers(
    formula: str, x: object, turned: bool
) -> None:
    problem = SMALL.partition("[[steps]]")[0].replace(
        "q = x + y; f = q * z", f"q = {formula}; f = 3 * q"
    )
    problem = problem.replace("x = -2, y = 5, z = -4", f"x = {x}, y = 5")
    step = '[[steps]]\ntext = "The gradient."\ncircuit = "main"\nask = "df/dy"\n'
    course = Course(lesson(problem + step), "ada")
    told = "\n".join(course.hints(course.step(0), 0))
    assert told
    assert ("with its sign turned" in told) is turned


def test_hints_at_a_class_speak_of_its_own_parameters() -> None:
    course = Course(next(found for found in LESSONS if found.name == "write-the-gates"), "ada")
    steps = {step.name: step for step in course.lesson.steps}
    matmul = "forward gives out = W @ x; backward: W gets dq @ x.T, x gets W.T @ dq."
    assert course.solution(steps["matmul-gate"], 0) == matmul
    assert "backward(self, ds) gives a list" in course.hints(steps["sigmoid-gate"], 0)[-2]
    # The first class has no self among its parameters: that is its fault.
    assert "forward(self, x, y)" in course.hints(steps["multiply-gate"], 0)[-3]


def test_a_class_without_a_start_has_the_lecture_s_parameters() -> None:
    asked = CodeAsk("MultiplyGate", CodeGate("MultiplyGate", "mul", 1.0), "")
    assert (
        written_gate(asked) == "forward gives out = x * y; backward: x gets dz * y, y gets dz * x."
    )
