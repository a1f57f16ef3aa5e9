"""An error of the reader is data: its kind, where it is, what could have stood there."""

import pickle

import pytest

from backprop_cli.errors import BackpropError
from backprop_cli.language.parser import parse
from backprop_cli.language.parsing import lexer
from backprop_cli.language.problems import QuestionProblem, SyntaxProblem
from backprop_cli.language.question import MAX_QUESTION, parse_question

FORMULAS = {
    SyntaxProblem.EMPTY: " ; ",
    SyntaxProblem.NUMBER_TOO_LARGE: "x + 1e999",
    SyntaxProblem.UNKNOWN_CHARACTER: "x ? y",
    SyntaxProblem.UNKNOWN_ACCENT: "\u0302x",
    SyntaxProblem.CONTROL_CHARACTER: "x \x07 y",
    SyntaxProblem.NOT_UTF8: "x \udc80",
    SyntaxProblem.CLOSES_NOTHING: "x)",
    SyntaxProblem.OTHER_BRACKET: "(x]",
    SyntaxProblem.NEVER_CLOSED: "(x",
    SyntaxProblem.STEP_INSIDE_BRACKETS: "(x; y)",
    SyntaxProblem.COMMA_OUTSIDE_BRACKETS: "3,5",
    SyntaxProblem.OPERATOR_MISSING: "x y",
    SyntaxProblem.VALUE_MISSING_AFTER: "x +",
    SyntaxProblem.VALUE_MISSING_BEFORE: "* x",
    SyntaxProblem.ASSIGNED_TO_NO_NAME: "x + y = z",
    SyntaxProblem.COMPARISON: "x < y",
    SyntaxProblem.INDEX_OF_NORM: "||x||_2",
    SyntaxProblem.UNEXPECTED: "x ||y||",
}
QUESTIONS = {
    QuestionProblem.TOO_LONG: "q" * (MAX_QUESTION + 1),
    QuestionProblem.UNKNOWN_CHARACTER: "q + 1",
    QuestionProblem.NO_QUESTION: "df/dx/dy",
    QuestionProblem.NO_DIFFERENTIAL: "f/dx",
}


def refused(source: str, read: object = parse) -> BackpropError:
    with pytest.raises(BackpropError) as caught:
        read(source)  # type: ignore[operator]
    return caught.value


@pytest.mark.parametrize("problem", [p for p in SyntaxProblem if p.name != "TOO_LONG"])
def test_each_kind_of_error_of_a_formula(problem: SyntaxProblem) -> None:
    error = refused(FORMULAS[problem])
    assert error.problem is problem
    assert "{" not in error.message


@pytest.mark.parametrize("problem", QuestionProblem)
def test_each_kind_of_error_of_a_question(problem: QuestionProblem) -> None:
    error = refused(QUESTIONS[problem], parse_question)
    assert error.problem is problem
    assert "{" not in error.message


def test_a_formula_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexer, "MAX_SOURCE", 1000)
    error = refused("x" * 1001)
    assert (error.code, error.message) == (
        "too-long",
        "the formula is longer than 1,000 characters",
    )


def test_the_place_and_what_was_expected() -> None:
    error = refused("q = x + y\nf = (q *")
    assert error.code == "never-closed"
    assert error.fields["found"] == "("
    assert error.position == (2, 5)
    assert {"NAME", "NUMBER", "OPEN_PAREN"} <= set(error.fields["expected"])
    assert "COMMA" not in error.fields["expected"]


def test_what_was_typed_is_never_taken_for_a_field() -> None:
    """Sentences have fields in braces, and so may what a user types."""
    assert refused("x{found}").message == "'{' is not part of the language"
    assert BackpropError("no file {found}", found=1).message == "no file {found}"


def test_an_error_that_crosses_processes_is_the_same() -> None:
    error = refused("(x")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.problem, again.span) == (str(error), error.problem, error.span)
