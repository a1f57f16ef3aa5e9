"""Every row of the table of mistakes: who makes it is told so, in words that keep the key.

The rows are those of the collection of mistakes that learners make; each stands here
with a circuit and the answers that a student with this idea would write.
"""

import re
from typing import Any

import pytest
from exercise_files import CHAIN, blamed, marked, marker, reasons

from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.exercises.mistakes.mistake import FIELDS
from backprop_cli.exercises.mistakes.table import BY_NAME, MISTAKES
from backprop_cli.exercises.mistakes.table_history import TABLE
from backprop_cli.gates.table import BY_NAME as GATES

W = "[[1, 2], [3, 5]]"
PRODUCT = ("q = W @ x; f = ||q||^2", {"W": W, "x": [2, -1]})
TWO_ROWS = {"df/dq": [0, 2]}

ROWS: list[tuple[str, str, dict[str, Any], dict[str, Any], str, str]] = [
    # What the student does, the circuit, its inputs, the answers, the mistake, where.
    (
        "passes straight through",
        "(x+y)*z",
        CHAIN,
        {"df/dz": 1, "df/dq": 1},
        "local-factor-lost",
        "f",
    ),
    ("through one input", "(x+y)*z", CHAIN, {"df/dz": 3, "df/dq": 1}, "local-factor-lost", "f"),
    (
        "through a sigmoid",
        "sigmoid(w*x)*y",
        {"w": 2, "x": -0.3, "y": 5},
        {"df/dq2": 5, "df/dq1": 5},
        "local-factor-lost",
        "q2",
    ),
    (
        "drops the upstream",
        "sigmoid(w*x)*y",
        {"w": 2, "x": -0.3, "y": 5},
        {"df/dq2": 5, "df/dq1": 0.2287842},
        "upstream-dropped",
        "q2",
    ),
    ("does not switch", "(x+y)*z", CHAIN, {"df/dz": -4, "df/dq": 3}, "mul-not-switched", "f"),
    ("multiplies derivatives", "(x+1)*x^2", {"x": 3}, {"df/dx": 6}, "product-of-derivatives", "f"),
    (
        "keeps one branch",
        "x*y + x*z",
        {"x": 2, "y": 3, "z": 5},
        {"df/dx": 3},
        "fork-overwritten",
        "x",
    ),
    (
        "keeps the other",
        "x*y + x*z",
        {"x": 2, "y": 3, "z": 5},
        {"df/dx": 5},
        "fork-overwritten",
        "x",
    ),
    (
        "max to both",
        "max(x, y)*z",
        {"x": 2, "y": 5, "z": -4},
        {"df/dx": -4, "df/dy": -4},
        "max-to-both",
        "q",
    ),
    (
        "max to the smaller",
        "max(x, y)*z",
        {"x": 2, "y": 5, "z": -4},
        {"df/dx": -4, "df/dy": 0},
        "max-to-wrong-input",
        "q",
    ),
    (
        "max to the smallest of three",
        "max(x, y, w)*z",
        {"x": 2, "y": 5, "w": 3, "z": -4},
        {"df/dx": -4, "df/dy": 0, "df/dw": 0},
        "max-to-wrong-input",
        "q",
    ),
    (
        "max to all elements",
        "max(v)*z",
        {"v": [1, 5, 3], "z": -4},
        {"df/dv": [-4, -4, -4]},
        "max-to-both",
        "q",
    ),
    ("add scales", "(x+y)*z", CHAIN, {"df/dq": -4, "df/dy": -20, "df/dx": 8}, "add-scales", "q"),
    ("sign of sub", "(x-y)*z", CHAIN, {"df/dy": -4, "df/dx": -4}, "sign-lost", "q"),
    ("sign of neg", "-x*z", {"x": -2, "z": -4}, {"df/dx": -4}, "sign-lost", "q"),
    ("sign of 1/x", "z*(1/x)", {"x": -4, "z": -4}, {"df/dx": -0.25}, "sign-lost", "q"),
    ("sign of cos", "z*cos(x)", {"x": 1, "z": -4}, {"df/dx": -3.365884}, "sign-lost", "q"),
    ("sign at add", "(x+y)*z", CHAIN, {"df/dy": 4}, "sign-turned", "q"),
    ("sign at mul", "(x+y)*z", CHAIN, {"df/dz": -3}, "sign-turned", "f"),
    ("q for 2q", "(x-y)^2", {"x": 3, "y": -2}, {"df/dx": 5, "df/dy": -5}, "factor-lost", "f"),
    ("2 for 2q", "(x-y)^2", {"x": 3, "y": -2}, {"df/dx": 2, "df/dy": -2}, "factor-lost", "f"),
    ("1 for 2q", "(x-y)^2", {"x": 3, "y": -2}, {"df/dx": 1, "df/dy": -1}, "local-factor-lost", "f"),
    ("x^2 for 3x^2", "x^3", {"x": 3}, {"df/dx": 9}, "factor-lost", "f"),
    ("3x^3 for 3x^2", "x^3", {"x": 3}, {"df/dx": 81}, "power-not-lowered", "f"),
    ("e^kx for k e^kx", "e^(3*x)", {"x": 0.5}, {"df/dx": 4.481689}, "local-factor-lost", "q"),
    (
        "denominator not squared",
        "x/y",
        {"x": 3, "y": 4},
        {"df/dx": 0.25, "df/dy": -0.75},
        "denominator-not-squared",
        "f",
    ),
    (
        "wrong square",
        "x/y",
        {"x": 3, "y": 4},
        {"df/dx": 0.25, "df/dy": -2.25},
        "square-in-the-wrong-place",
        "f",
    ),
    (
        "numerator reversed",
        "x/y",
        {"x": 3, "y": 4},
        {"df/dx": -0.25, "df/dy": "3/16"},
        "numerator-reversed",
        "f",
    ),
    ("f'/g'", "x^2/(2*x+1)", {"x": 3}, {"df/dx": 3}, "quotient-of-derivatives", "f"),
    (
        "sigmoid's slope at its input",
        "sigmoid(w*x)",
        {"w": 2, "x": -3},
        {"df/dw": 126, "df/dx": -84},
        "slope-at-the-input",
        "f",
    ),
    (
        "relu's mask of the gradient",
        "relu(x)*z",
        {"x": 2, "z": -4},
        {"df/dx": 0, "df/dz": 2},
        "mask-from-the-gradient",
        "q",
    ),
    (
        "relu's mask inverted",
        "relu(x)*z",
        {"x": -2, "z": -4},
        {"df/dx": -4, "df/dz": 0},
        "mask-inverted",
        "q",
    ),
    ("W for W.T", *PRODUCT, {**TWO_ROWS, "df/dx": [4, 10]}, "matmul-not-transposed", "q"),
    ("x @ g.T", *PRODUCT, {**TWO_ROWS, "df/dW": [[0, 4], [0, -2]]}, "matmul-not-transposed", "q"),
    (
        "the wrong order",
        "sum((A @ B) ⊙ C)",
        {"A": W, "B": "[[2, 7], [1, 3]]", "C": "[[1, 4], [6, 9]]"},
        {"df/dA": [[8, 17], [25, 55]]},
        "matmul-wrong-order",
        "q1",
    ),
    (
        "element by element",
        "sum((A @ B) ⊙ C)",
        {"A": W, "B": "[[2, 7], [1, 3]]", "C": "[[1, 4], [6, 9]]"},
        {"df/dA": [[2, 28], [6, 27]]},
        "matmul-elementwise",
        "q1",
    ),
    (
        "no sum over the copies",
        "sum((v+b)^2)",
        {"v": [1, 2, 4], "b": 2},
        {"df/db": [6, 8, 12], "df/dv": [6, 8, 12]},
        "copies-not-summed",
        "q1",
    ),
    (
        "a value for a gradient",
        "(x+y)*z",
        CHAIN,
        {"df/dz": 3, "df/dq": 3},
        "value-for-gradient",
        "q",
    ),
    (
        "∂f/∂f = q, and on",
        "(x+y)*z",
        CHAIN,
        {"df/df": 3, "df/dz": 9, "df/dq": -12},
        "base-case",
        "f",
    ),
    (
        "sigmoid's value for its slope",
        "sigmoid(w*x)*y",
        {"w": 2, "x": -0.3, "y": 5},
        {"df/dq2": 5, "df/dq1": 5 * 0.3543437},
        "value-for-slope",
        "q2",
    ),
    (
        "half of sigmoid's slope",
        "sigmoid(w*x)*y",
        {"w": 2, "x": -0.3, "y": 5},
        {"df/dq2": 5, "df/dq1": 5 * 0.6456563},
        "value-for-slope",
        "q2",
    ),
    (
        "1 - tanh for tanh's slope",
        "z*tanh(x)",
        {"x": 0.5, "z": 3},
        {"df/dx": 3 * 0.5378828},
        "value-for-slope",
        "q",
    ),
    ("f for ∂f/∂x", "x^3", {"x": 2}, {"df/dx": 8}, "value-for-derivative", "f"),
    (
        "q for ∂q/∂x",
        "q = x*y; f = q*z",
        {"x": 3, "y": 4, "z": 2},
        {"dq/dx": 12},
        "value-for-derivative",
        "q",
    ),
    (
        "the upstream in ∂q/∂y",
        "q = x + y; f = q*z",
        CHAIN,
        {"dq/dy": -4, "df/dq": -4},
        "upstream-included",
        "q",
    ),
    ("∂f/∂f = q = 1", "(x+y)*z", CHAIN, {"df/df": 3, "df/dz": 3, "df/dq": -4}, "base-case", "f"),
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_who_makes_a_mistake_is_told_so(row: Any) -> None:
    _, formula, inputs, answers, mistake, at = row
    graded = marked(formula, inputs, answers)
    named = blamed(graded)
    assert (mistake, (at,)) in named
    if len(named) > 1:
        # Where others give the same answers they are named beside it, and said to be equal.
        assert any("explain this equally well" in reason for reason in reasons(graded).values())
    assert graded.points < graded.possible
    wrong = [mark for mark in graded.marks if mark.verdict is Verdict.WRONG]
    assert wrong
    for mark in wrong:
        assert not _says(mark.reason, mark.key), mark.reason
        assert not re.search(r"[{}]|None|nan", mark.reason)
        assert mark.reason.endswith(".")


def _says(reason: str, key: str) -> bool:
    """Whether a number that is the key stands in a reason, rules of the gate apart."""
    numbers = re.findall(r"(?<![\w^*/.'+-])-?\d+(?:\.\d+)?(?![\w^*/.])", reason)
    return key in numbers


def test_every_mistake_of_the_table_has_a_student() -> None:
    # A factor of another product is looked for in lessons only: see tests/lessons/test_judge.py.
    assert {row[4] for row in ROWS} | {"other-factor"} == set(BY_NAME)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_each_row_is_well_formed(mistake: Any) -> None:
    assert mistake.says.endswith(".")
    # It is put after the title, which names no node.
    assert mistake.says[0].isupper()
    assert set(re.findall(r"\{(\w+)\}", mistake.says)) <= set(FIELDS)
    for gate in GATES.values():
        for texts in mistake.change.rules(gate):
            assert len(texts) == len(gate.local)
            assert any(texts)


def test_what_two_mistakes_explain_equally_well_is_said_of_both() -> None:
    graded = marked("tanh(x*w)", {"x": 0.3, "w": 0.7}, {"df/dx": 0.7, "df/dw": 0.3})
    assert blamed(graded) == {("local-factor-lost", ("f",)), ("upstream-dropped", ("q",))}
    told = reasons(graded)
    assert told["df/dw"].startswith("Two mistakes explain this equally well: (1)")
    assert told["df/dx"] == "The same mistake as in df/dw."


def test_what_no_mistake_explains_is_never_guessed() -> None:
    graded = marked("(x+y)*z", CHAIN, {"df/dz": 17, "df/dq": 23})
    assert not blamed(graded)
    assert reasons(graded) == {
        "df/dz": "Here it goes wrong; no mistake that is known to this tool explains it.",
        "df/dq": "It does not follow from your own earlier answers either.",
    }


def test_a_mistake_everywhere_is_one_mistake() -> None:
    answers = {"df/dq": 6, "df/dw": 5, "df/dx": 12, "df/dy": 18}
    graded = marked("q = x*y; f = q*w", {"x": 2, "y": 3, "w": 5}, answers)
    assert blamed(graded) == {("mul-not-switched", ("f", "q"))}
    assert "(at f, q)" in reasons(graded)["df/dw"]


def test_two_mistakes_at_once() -> None:
    """Not switched at f, and the sign lost at the sub gate."""
    answers = {"df/dz": -4, "df/dq": -7, "df/dy": -7, "df/dx": -7}
    graded = marked("(x-y)*z", CHAIN, answers)
    assert {name for name, _ in blamed(graded)} == {"mul-not-switched", "sign-lost"}
    follows = [mark for mark in graded.marks if mark.verdict is Verdict.FOLLOW]
    assert [mark.question for mark in follows] == ["df/dx"]


def test_a_slip_in_the_forward_pass_does_not_hide_a_mistake() -> None:
    """q is 4 for her; at f she does not switch."""
    graded = marked("(x+y)*z", CHAIN, {"q": 4, "f": -16, "df/dz": -4, "df/dq": 4})
    assert reasons(graded)["q"] == "This is not what q = x + y gives for its inputs."
    assert blamed(graded) == {("mul-not-switched", ("f",))}
    assert graded.marks[1].verdict is Verdict.FOLLOW


def test_rounding_too_far_is_no_mistake_of_the_chain_rule() -> None:
    graded = marked("sigmoid(x)*y", {"x": 1, "y": 2}, {"df/dq": 2, "df/dx": 0.39, "df/dy": 0.73})
    assert not blamed(graded)
    assert set(reasons(graded).values()) == {
        "It is rounded too far: give more digits, and do not round on the way."
    }
    beside = marked("sigmoid(x)*y", {"x": 1, "y": 2}, {"df/dx": 2, "df/dy": 0.73})
    assert blamed(beside) == {("local-factor-lost", ("q",))}
    assert reasons(beside)["df/dy"].startswith("It is rounded too far")


def test_blame_goes_to_the_first_wrong_step() -> None:
    """df/dx comes later in the backward pass, and earlier in the exercise."""
    graded = marked("(x-y)*z", CHAIN, {"df/dx": -7, "df/dy": 7, "df/dq": -7, "df/dz": -4})
    first = next(mark for mark in graded.marks if mark.question == "df/dz")
    assert first.reason.startswith("The mul gate is not switched.")
    verdicts = {mark.question: mark.verdict.value for mark in graded.marks}
    assert (verdicts["df/dx"], verdicts["df/dy"]) == ("follow-through", "follow-through")


def test_mistakes_of_inner_derivatives_are_told_alone() -> None:
    q = {"x": 3, "y": 4, "z": 2}
    graded = marked("q = x*y; f = q*z", q, {"dq/dx": 3, "dq/dy": 4, "df/dx": 8, "df/dy": 6})
    assert blamed(graded) == {("mul-not-switched", ("q",))}
    assert [mark.points for mark in graded.marks] == [0, 0, 1, 1]


OWN = """
[[mistakes]]
name = "mul-doubled"
title = "the mul gate doubles"
gates = ["mul"]
a = "2 * g * b"
b = "2 * g * a"
says = "At {formula} there is no factor 2 before {a} and {b}."
"""


def test_a_mistake_of_the_teachers_own_is_found() -> None:
    graded = marked("(x+y)*z", CHAIN, {"df/dz": 6, "df/dq": -8}, more=OWN)
    assert blamed(graded) == {("mul-doubled", ("f",))}
    told = "The mul gate doubles. At f = q * z there is no factor 2 before q and z."
    assert reasons(graded)["df/dz"] == told


@pytest.mark.parametrize(
    "rule",
    ["1/(a - a)", "a^800", "log(a - a)", "g.T", "g @ a", "a @ b.T", "sum(a)", "0", "exp(1e3*a)"],
)
def test_a_rule_that_does_not_fit_explains_nothing_and_stops_nothing(rule: str) -> None:
    gates = '["mul", "matmul"]' if "b" in rule else '["mul", "max_of", "matmul"]'
    own = f'[[mistakes]]\nname = "odd"\nsays = "odd."\ngates = {gates}\na = "{rule}"'
    for formula, inputs in (
        ("x*y", {"x": 2, "y": 3}),
        ("sum(W @ x * 3)", {"W": W, "x": [1, 2]}),
        ("sum(max(x, y, z))", {"x": [1, 2], "y": [3, 1], "z": 2}),
    ):
        graded = marked(formula, inputs, {"df/dx": 3.1415}, more=own)
        assert graded.marks[0].verdict is Verdict.WRONG


def test_what_a_right_answer_contradicts_is_not_blamed() -> None:
    """-12 · 3, which ∂f/∂f = f would give; 18 = 3 · 6, which not switching at f would."""
    inputs = {"x": -2, "y": 5, "z": -4}
    alone = marked("q = x + y; f = q * z", inputs, {"df/dz": -36})
    assert ("base-case", ("f",)) in blamed(alone)
    beside = marked("q = x + y; f = q * z", inputs, {"df/df": 1, "df/dz": -36})
    assert not blamed(beside)
    product = {"x": 2, "y": 3, "z": 5}
    assert ("mul-not-switched", ("f",)) in blamed(
        marked("q = x*y; f = q*z", product, {"df/dx": 18})
    )
    right_at_f = marked("q = x*y; f = q*z", product, {"df/dq": 5, "df/dx": 18})
    assert ("mul-not-switched", ("f",)) not in blamed(right_at_f)


def test_a_value_that_was_gone_on_with_is_not_said_to_be_the_answer() -> None:
    """∂f/∂b = 3 · 2, since ∂f/∂c was taken for c."""
    graded = marked("c = a + b; d = 2*c; f = d*a", {"a": 2, "b": 1}, {"df/dc": 3, "df/db": 3})
    assert reasons(graded)["df/dc"].startswith("The value is given where the gradient was asked.")
    alone = marked("c = 2*b; f = (c + 1)*a", {"a": 5, "b": 1.5}, {"df/db": 6})
    said = " ".join(reasons(alone).values())
    assert "The value of c was taken for its gradient." in said
    assert "This is the value of c" not in said


def test_the_sentence_is_about_the_input_that_was_asked() -> None:
    for question, answer, name in (("df/dz", -4, "z"), ("df/dq", 3, "q"), ("df/dx", 3, "q")):
        told = reasons(marked("q = x+y; f = q*z", CHAIN, {question: answer}))[question]
        assert f"the gradient of {name} is not the upstream times {name} itself" in told


def test_a_node_is_called_as_it_was_seen() -> None:
    inputs = {"a": 2, "x": 3, "b": 5, "y": 7}
    told = reasons(marked("f = (a*x + b*y)^2", inputs, {"df/dx": 2 * 41 * 3}))["df/dx"]
    assert "At a * x the gradient of x" in told
    asked = {"df/dq1": 82, "df/dx": 82 * 3}
    told = reasons(marked("f = (a*x + b*y)^2", inputs, asked))["df/dx"]
    assert "At q1 = a * x the gradient of x" in told
    slip = reasons(marked("p = a*x + b*y; f = p^2", inputs, {"p": 40}))["p"]
    assert slip == "This is not what p = (a * x) + (b * y) gives for its inputs."


@pytest.mark.parametrize(
    ("formula", "inputs", "answers", "sign"),
    [
        ("(x+y)*z", CHAIN, {"df/dq": 4}, "negative here, and its minus sign is lost"),
        ("(x+y)*z", CHAIN, {"df/dz": -3}, "positive here, and no minus sign comes in"),
        (
            "sum(v*w)",
            {"v": [1, 2], "w": [3, -5]},
            {"df/dv": [-3, 5]},
            "w, with no other sign",
        ),
    ],
)
def test_a_turned_sign_is_told_with_the_sign_that_it_has(
    formula: str, inputs: Any, answers: Any, sign: str
) -> None:
    (told,) = reasons(marked(formula, inputs, answers)).values()
    assert f" is {sign}." in told


@pytest.mark.parametrize("answer", [0, -4])
def test_at_a_tie_the_sentence_speaks_of_the_tie(answer: float) -> None:
    tied = {"x": 3, "y": 3, "z": -4}
    (told,) = reasons(marked("m = max(x, y); f = m*z", tied, {"df/dx": answer})).values()
    assert "The tie is not split. At m = max(x, y) inputs are equal" in told
    assert "was taken" not in told


@pytest.mark.parametrize(
    ("formula", "inputs", "question", "answer", "is_rounded"),
    [
        ("sigmoid(x)*y", {"x": 1, "y": 2}, "df/dx", 0.39, True),
        ("sigmoid(x)*y", {"x": 1, "y": 2}, "df/dx", 0.4, True),
        ("x*y + w", {"x": 41, "y": 3, "w": 1}, "df/dy", 40, False),
        # One digit, and farther off than one would round.
        ("x*y + w", {"x": 0.17, "y": 3, "w": 1}, "df/dy", 0.2, False),
        # A value of the circuit.
        ("x*y + z*w", {"x": 0.39, "y": 3, "w": 0.4, "z": 7}, "df/dy", 0.4, False),
    ],
)
def test_only_what_may_be_the_key_rounded_is_called_so(
    formula: str, inputs: Any, question: str, answer: float, is_rounded: bool
) -> None:
    (told,) = reasons(marked(formula, inputs, {question: answer})).values()
    assert ("rounded too far" in told) == is_rounded


@pytest.mark.slow
def test_later_rows_change_no_wrong_line_that_was_handed_out() -> None:
    inputs = dict.fromkeys("xy", "{ from = -3, to = 3, step = 0.5 }")
    more = "[wrong-line]"
    for table in range(1, TABLE + 1):
        drawn = f"[variants]\ncount = 100\ntable = {table}\n{more}"
        sheet = marker("q = sigmoid(x); r = tan(q); f = r*y", inputs, ["wrong line"], more=drawn)
        planted = [sheet.variants.spoilt(number).hypothesis for number in range(1, 60)]
        assert max(hypothesis.since for hypothesis in planted) == table
