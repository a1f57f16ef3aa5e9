"""The question language: what may be asked, in every spelling, and what may not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.errors import BackpropError
from backprop_cli.language.question import parse_question

PIECES = ["q", "df", "dx", "∂", "f", "/", "[", "]", "0", "1", ",", "(", ")", "shape", "pattern"]
PIECES += ["formula", " as a formula", "wrong line", " ", "dW"]


@pytest.mark.parametrize(
    ("source", "form", "of", "wrt", "element", "text"),
    [
        ("q", "", "q", None, None, "q"),
        ("W[0, 1]", "", "W", None, (0, 1), "W[0,1]"),
        ("df/dx", "", "f", "x", None, "df/dx"),
        ("∂f/∂x", "", "f", "x", None, "df/dx"),
        (" ∂f / dx ", "", "f", "x", None, "df/dx"),
        ("df/dW[0,1]", "", "f", "W", (0, 1), "df/dW[0,1]"),
        ("df/dx₁", "", "f", "x1", None, "df/dx1"),
        ("df/dd", "", "f", "d", None, "df/dd"),
        ("ddelta/dx", "", "delta", "x", None, "ddelta/dx"),
        ("shape(df/dW)", "shape", "f", "W", None, "shape(df/dW)"),
        ("shape", "", "shape", None, None, "shape"),
        ("pattern( q )", "pattern", "q", None, None, "pattern(q)"),
        ("dq/dx as a formula", "formula", "q", "x", None, "formula(dq/dx)"),
        ("formula(∂q/∂x)", "formula", "q", "x", None, "formula(dq/dx)"),
        ("wrong line", "wrong line", "", None, None, "wrong line"),
        ("the wrong line", "wrong line", "", None, None, "wrong line"),
    ],
)
def test_every_form(
    source: str, form: str, of: str, wrt: str | None, element: Any, text: str
) -> None:
    question = parse_question(source)
    assert question[1:] == (form, of, wrt, element)
    assert question.text == text
    again = parse_question(text)
    assert (again[1:], again.text) == (question[1:], text)


@pytest.mark.parametrize(
    ("source", "message", "marked"),
    [
        ("f/dx", "'f' is no differential", "f"),
        ("df/x", "'x' is no differential", "x"),
        ("d/dx", "'d' is no differential", "d"),
        ("df/dx/dy", "this is no question", "/"),
        ("df/", "this is no question", ""),
        ("", "this is no question", ""),
        ("x + y", "'+' is not part of a question", "+"),
        ("pattern(shape(q))", "this is no question", "shape"),
        ("x[-1]", "'-' is not part of a question", "-"),
    ],
)
def test_what_is_no_question_is_pointed_at(source: str, message: str, marked: str) -> None:
    with pytest.raises(BackpropError) as caught:
        parse_question(source)
    assert caught.value.message == message
    assert caught.value.span is not None
    start, end = caught.value.span
    assert source.rfind(marked) == start or marked == source[start:end]


def test_a_question_is_bounded() -> None:
    with pytest.raises(BackpropError, match="longer than 200"):
        parse_question("q" * 201)


@given(st.one_of(st.text(max_size=20), st.lists(st.sampled_from(PIECES), max_size=8).map("".join)))
def test_any_text_is_read_or_refused_and_is_read_back_as_it_was(text: str) -> None:
    try:
        question = parse_question(text)
    except BackpropError:
        return
    assert parse_question(question.text)[1:] == question[1:]
