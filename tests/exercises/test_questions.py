"""Every kind of question is whole, and one that is added by a class and a row works everywhere."""

from typing import Any

import pytest
from exercise_files import CHAIN, exercise, marker
from learning import SMALL, lesson

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.answers.reading import Read
from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.authoring.worksheet import worksheet
from backprop_cli.exercises.authoring.worksheet_latex import worksheet_latex
from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked, Circuit
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.exercises.model.variants import Variants
from backprop_cli.exercises.questions import table
from backprop_cli.exercises.questions.handout import Handout
from backprop_cli.exercises.questions.kind import QuestionKind, WordKind
from backprop_cli.language.question import Question
from backprop_cli.lessons.authoring.lesson_check import prove
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.session.session import prompt, typed
from backprop_cli.lessons.session.state import State

FOR_EACH = {
    "": ("df/dx", "-4", "4"),
    "formula": ("formula(df/dx)", "z", "x + y"),
    "shape": ("shape(df/dx)", "a number", "2×3"),
    "pattern": ("pattern(q)", "distributor", "router"),
    "wrong line": ("wrong line", "3", "1"),
}
"""Word of a kind -> a question of (x + y)*z, a right answer and a wrong one."""

PLANTED = '[wrong-line]\nmistake = "mul-not-switched"\nat = "f"'


class Vanishes(WordKind):
    """vanishes(df/dx): is it 0?"""

    word = "vanishes"
    how = "yes or no"
    exercise = "vanishing gradients"

    def check(self, question: Question, circuit: Circuit, of: int, wrt: int) -> None:
        if wrt < 0:
            raise BackpropError("only a gradient vanishes")

    def phrase(self, quantity: str) -> str:
        return f"the vanishing of {quantity}"

    def key(self, asked: Asked, number: Any, handout: Handout) -> Any:
        return "no" if handout.case.right(asked) else "yes"

    def read(self, raw: Any, asked: Asked, handout: Handout) -> Any:
        return raw if raw in ("yes", "no") else Unreadable("yes or no is wanted")

    def reason(self, read: Read, case: Case) -> Reason:
        return Reason(ReasonCode.NOT_IT)

    def hints(self, case: Case, asked: Asked, names: list[str]) -> list[str]:
        return [f"Work out the gradient of {names[asked.wrt]}."]


@pytest.fixture
def vanishes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table.BY_WORD, "vanishes", Vanishes())


@pytest.mark.parametrize("kind", table.KINDS, ids=lambda kind: kind.word or "number")
def test_every_kind_is_asked_read_judged_and_explained(kind: QuestionKind) -> None:
    question, right, wrong = FOR_EACH[kind.word]
    more = PLANTED if kind.needs_planted else ""
    of = marker("q = x + y; f = q * z", CHAIN, [question], more=more)
    marks = [of.mark("ada", {question: answer}).marks[0] for answer in (right, wrong, "&", "")]
    assert [mark.verdict for mark in marks[::3]] == [Verdict.CORRECT, Verdict.BLANK]
    assert marks[1].verdict is Verdict.WRONG
    assert marks[1].reason
    [asked] = of.exercise.asked
    case = of.variants.predicted(1).case
    hints = kind.hints(case, asked, case.graph.names)
    assert all(isinstance(hint, str) and hint for hint in hints)
    assert marks[2].verdict is Verdict.UNREADABLE
    sheet = " ".join(worksheet(of.exercise, of.variants, "ada").replace("# ", " ").split())
    assert kind.how in sheet
    assert question in sheet


def test_a_word_that_is_no_kind_is_named_with_the_nearest() -> None:
    with pytest.raises(BackpropError) as caught:
        table.read_question("shap(df/dx)")
    assert caught.value.message == "there is no kind of question 'shap'"
    assert caught.value.hint == "did you mean 'shape'?"


@pytest.mark.usefixtures("vanishes")
def test_a_kind_that_is_added_is_known_to_exercises() -> None:
    asked = "vanishes(df/dx)"
    of = marker("q = x + y; f = q * z", CHAIN, [asked])
    verdicts = [
        of.mark("ada", {asked: answer}).marks[0].verdict for answer in ("no", "yes", "3", "")
    ]
    assert verdicts == [Verdict.CORRECT, Verdict.WRONG, Verdict.UNREADABLE, Verdict.BLANK]
    assert of.key(0).marks[0].key == "no"
    assert of.exercise.kind == "vanishing gradients"
    assert "Write each answer after its = sign: yes or no." in worksheet(
        of.exercise, of.variants, "ada"
    )
    assert "Yes or no." in "".join(worksheet_latex(of.exercise, Variants(of.exercise), "ada"))
    with pytest.raises(BackpropError, match="only a gradient vanishes"):
        read_exercise(exercise("x + y", {"x": 1, "y": 2}, ["vanishes(x)"]), "e")


@pytest.mark.usefixtures("vanishes")
def test_a_kind_that_is_added_is_known_to_lessons() -> None:
    found = lesson(SMALL.replace('ask = ["q", "f"]', 'ask = "vanishes(df/dx)"'))
    assert not [each for each in prove(found).problems if "vanishes" in each.report()]
    course = Course(found, "ada")
    step = next(k for k, each in enumerate(found.steps) if each.asks)
    assert prompt(course, State(step)) == "the vanishing of ∂f/∂x = "
    said = [
        block.text  # type: ignore[union-attr]
        for line in ("yes", "hint", "show")
        for block in typed(course, State(step), line).blocks[:1]
    ]
    assert said == [
        "That is not it.",
        "Work out the gradient of x.",
        "The vanishing of ∂f/∂x is no",
    ]


def test_a_kind_that_lacks_a_method_is_refused() -> None:
    class Half(WordKind):
        """Has nothing."""

    with pytest.raises(TypeError, match="abstract"):
        Half()  # type: ignore[abstract]


def test_the_question_may_be_repeated_before_the_answer_and_no_other() -> None:
    of = marker("q = x + y; f = q * z", CHAIN, ["shape(df/dx)", "formula(df/dx)"])
    for text, verdicts in (
        ("shape(df/dx) = 1", "cb"),
        ("df/dx = 1", "ub"),
    ):
        assert of.mark("ada", {"shape(df/dx)": text}).verdicts == verdicts
    assert of.mark("ada", {"formula(df/dx)": "df/dx = z"}).verdicts == "bc"


@pytest.mark.parametrize("question", ["pattern(df/dx)", "pattern(x[0])", "pattern(x)"])
def test_a_pattern_is_asked_of_a_gate_or_a_fork_alone(question: str) -> None:
    with pytest.raises(BackpropError, match="pattern"):
        read_exercise(exercise("q = x + y; f = q * z", CHAIN, [question]), "e")
