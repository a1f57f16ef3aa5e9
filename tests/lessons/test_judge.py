"""What a newcomer typed in the lessons, and why it was told to be wrong."""

import re

import pytest
from learning import LESSONS, course_of, solved_up_to

from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.lessons.model.course import Course, Judged
from backprop_cli.lessons.session.session import typed
from backprop_cli.lessons.session.state import State

COURSES = {lesson.name: Course(lesson, "a newcomer") for lesson in LESSONS}


def judged(lesson: str, step: str, question: str, answer: str) -> Judged:
    """What an answer is, where all before it was right."""
    course = COURSES[lesson]
    found = next(each for each in course.lesson.steps if each.name == step)
    names = [ask.name for ask in found.asks]
    result = course.judge(found, names.index(question), answer)
    assert result.verdict is Verdict.WRONG, result
    return result


def circuit(formula: str, inputs: str, ask: str, given: str = '"values"') -> Course:
    """A lesson of one step."""
    return course_of(f"""\
schema = "backprop/lesson/v1"
name = "small"
title = "A small lesson"
minutes = 5
summary = "One circuit."

[[circuits]]
name = "main"
formula = "{formula}"
inputs = {inputs}

[[steps]]
name = "step"
text = "Go."
circuit = "main"
given = {given}
ask = {ask}
""")


TOLD = [
    # What is known to be right is never blamed.
    ("chain-rule", "two-muls", "df/db", "-2", ("value-for-gradient",)),
    ("longer-circuit", "exp", "df/dq5", "0.367879", ("upstream-dropped",)),
    ("sigmoid-gate", "neuron", "df/dp", "-0.1966", ("sign-turned",)),
    # No base case is blamed for another answer.
    ("chain-rule", "two-muls", "df/dd", "4", ()),
    ("longer-circuit", "yours", "df/dd", "-0.4378", ()),
    ("patterns", "a-constant", "df/ds", "-20", ("value-for-derivative",)),
    # The value for the slope.
    ("sigmoid-gate", "one-gate", "ds/dx", "0.7311", ("value-for-slope",)),
    ("sigmoid-gate", "one-gate", "ds/dx", "0.2689", ("value-for-slope",)),
    ("sigmoid-gate", "neuron", "df/da", "0.731059", ("value-for-slope",)),
    ("checking-gradients", "by-rule", "df/dx", "8", ("value-for-derivative",)),
    # A local derivative alone.
    ("chain-rule", "local", "dq/dy", "-4", ("upstream-included",)),
    ("chain-rule", "local", "dq/dy", "3", ("value-for-derivative",)),
    ("chain-rule", "local", "dq/dy", "5", ("add-scales",)),
    ("longer-circuit", "exp", "dq6/dq5", "-0.196612", ("upstream-included",)),
    # The other input's value, and not some far gate's.
    ("matrices", "one-weight", "dq0/db", "0.2", ("other-factor",)),
    # The claim of the author holds though ∂f/∂q was right.
    ("matrices", "all-weights", "df/dW", "[[0.044, 0.088], [0.052, 0.104]]", ("factor-lost",)),
]


@pytest.mark.parametrize("row", TOLD, ids=lambda row: f"{row[0]}: {row[2]} = {row[3]}")
def test_the_mistake_is_told_that_is_nearest(row: tuple[str, str, str, str, tuple]) -> None:
    lesson, step, question, answer, mistakes = row
    assert judged(lesson, step, question, answer).mistakes == mistakes


def test_what_was_right_is_not_blamed_and_what_was_skipped_is() -> None:
    """3 · 2, for which not switching at f is one way, and at q none."""
    course = circuit("q = x*y; f = q*z", "{ x = 2, y = 3, z = 5 }", '["df/dq", "df/dx"]')
    wrong = typed(course, solved_up_to(course, 0, 1), "18")
    assert wrong.events[0].mistakes == ()
    skipped = typed(course, State(0, 1, {(0, 0): "skipped"}), "18")
    assert skipped.events[0].mistakes == ("mul-not-switched",)
    shown = typed(course, State(0, 1, {(0, 0): "shown"}), "18")
    assert shown.events[0].mistakes == ()


def test_given_gradients_are_right_too() -> None:
    given = '["q", "f", "df/dq"]'
    course = circuit("q = x*y; f = q*z", "{ x = 2, y = 3, z = 5 }", '["df/dx"]', given)
    assert course.judge(course.step(0), 0, "18").mistakes == ()


def test_a_base_case_that_was_right_is_not_blamed() -> None:
    """-12 · 3: with ∂f/∂f = f."""
    inputs = "{ x = -2, y = 5, z = -4 }"
    asked_ = circuit("q = x + y; f = q * z", inputs, '["df/df", "df/dz"]')
    assert asked_.judge(asked_.step(0), 1, "-36").mistakes == ()
    not_asked = circuit("q = x + y; f = q * z", inputs, '["df/dz"]')
    assert not_asked.judge(not_asked.step(0), 0, "-36").mistakes == ("base-case",)
    assert asked_.judge(asked_.step(0), 0, "3").mistakes == ("base-case",)


def test_of_many_pairs_none_is_told() -> None:
    course = circuit(
        "q = x + y; p = q*z; r = p - w; f = r*x", "{ x = 2, y = 3, z = 4, w = 5 }", '["df/dy"]'
    )
    seen = set()
    for answer in range(-60, 60):
        result = course.judge(course.step(0), 0, str(answer))
        seen.add(len(re.findall(r"\bAnd: ", result.reason)))
    assert seen <= {0, 1}


# Sentences


def test_the_sign_is_that_of_the_local_derivative() -> None:
    lost = judged("chain-rule", "switch-again", "df/dq", "4")
    assert lost.reason == (
        "A sign is turned. At f = q * z the local derivative for q is negative here, and its minus sign "
        "is lost."
    )
    assert "positive here, and no minus sign comes in" in (
        judged("sigmoid-gate", "neuron", "df/dp", "-0.1966").reason
    )


def test_the_mul_gate_is_told_of_the_gradient_that_was_asked() -> None:
    for step, question, answer, name in (
        ("switch", "df/dz", "-4", "z"),
        ("switch-again", "df/dq", "3", "q"),
    ):
        assert judged("chain-rule", step, question, answer).reason == (
            f"The mul gate is not switched. At f = q * z the gradient of {name} is not the upstream "
            f"times {name} itself: the gate switches its inputs."
        )


@pytest.mark.parametrize("answer", ["0", "4"])
def test_at_a_tie_the_tie_is_spoken_of(answer: str) -> None:
    assert judged("patterns", "tie", "df/dy", answer).reason == (
        "The tie is not split. At m = max(x, y) inputs are equal, and none of them wins: the "
        "gradient is split evenly."
    )


def test_a_fork_is_told_in_the_words_of_paper() -> None:
    reason = judged("forks", "twice", "df/dx", "1").reason
    assert reason.startswith("Only one of the paths is counted.")
    assert "contributions add up" in reason
    assert "=" not in reason


def test_a_gate_without_a_name_is_called_by_its_formula() -> None:
    reason = judged("matrices", "one-weight", "dq0/db", "0.2").reason
    assert "At b * x1 the gradient of b" in reason
    assert not re.search(r"\bq[2-9]", reason)


@pytest.mark.parametrize(
    ("lesson", "step", "question", "answer"),
    [
        ("forks", "joined", "df/db", "6"),
        ("longer-circuit", "adds", "df/dq3", "1"),
        ("matrices", "outer", "formula(df/dW)", "q@x.T"),
    ],
)
def test_nothing_is_called_a_value_that_is_none(
    lesson: str, step: str, question: str, answer: str
) -> None:
    reason = judged(lesson, step, question, answer).reason
    said = re.search(r"This is the value of (\w+)", reason)
    if said:
        course = COURSES[lesson]
        found = next(each for each in course.lesson.steps if each.name == step)
        case = course.scene(found.circuit or "").case
        assert case.values[case.graph.names.index(said[1])] == float(answer)


def test_another_value_is_not_the_key_rounded() -> None:
    assert "rounded" not in judged("matrices", "one-weight", "df/db", "0.2").reason
    assert "rounded too far" in judged("matrices", "one-weight", "df/db", "0.18").reason


def test_a_gate_is_asked_back() -> None:
    course = COURSES["patterns"]
    step = next(each for each in course.lesson.steps if each.name == "names")
    for place, name in enumerate(("add", "max", "mul")):
        told = course.judge(step, place, name)
        assert told.verdict is Verdict.UNREADABLE
        assert told.reason == "That is the gate's name: what does it do to the gradient?"
