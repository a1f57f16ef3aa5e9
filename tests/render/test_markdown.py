"""The Markdown of lessons: what is shown, how it is broken, and that it is inert."""

import pytest

from backprop_cli.lessons.views.markdown import markdown
from backprop_cli.render.text.options import Look


def shown(text: str, width: int = 80, ascii: bool = False) -> list[str]:
    return [line.plain for line in markdown(text, Look(width, 4, ascii))]


def test_paragraphs_are_filled_and_signs_are_styles() -> None:
    assert shown("One **two**\n`three` and\n*four*.\n\nFive.") == [
        "One two three and four.",
        "",
        "Five.",
    ]
    (line,) = markdown("**a** `b` *c*", Look())
    assert [(span.start, span.end, span.style) for span in line.spans] == [
        (0, 1, "bold"),
        (2, 3, "cyan"),
        (4, 5, "italic"),
    ]


def test_lists_and_code() -> None:
    text = "- one\n  and more\n- two\n\n1. first\n2. second\n\n    x = 1\n      y\n\n```\nz\n```"
    assert shown(text) == [
        "  - one and more",
        "  - two",
        "",
        "  1. first",
        "  2. second",
        "",
        "    x = 1",
        "      y",
        "",
        "    z",
    ]


def test_headings() -> None:
    assert shown("# A head\n\ntext") == ["A head", "", "text"]


@pytest.mark.parametrize("width", [20, 33, 40, 80, 200])
def test_no_line_is_wider_than_the_screen_or_80(width: int) -> None:
    text = "Words of `a + b` and **bold ones** that go on, " * 20 + "\n\n- " + "item " * 40
    assert max(map(len, shown(text, width))) <= min(width, 80)


def test_short_code_is_not_broken() -> None:
    text = "x " * 38 + "`a + b`"
    assert shown(text)[-1] == "a + b"


def test_a_product_is_no_emphasis() -> None:
    assert shown("2 * 3 and 4 * 5") == ["2 * 3 and 4 * 5"]
    assert shown("`x*y*z`") == ["x*y*z"]


def test_ascii() -> None:
    (line,) = shown("∂f/∂x = σ(x) × (1 − σ(x)) – “so” …", ascii=True)
    assert line == 'df/dx = sigmoid(x) * (1 - sigmoid(x)) - "so" ...'


def test_nothing_acts_on_the_terminal() -> None:
    lines = shown("a \x1b[31m b `c\x07` **\u202ed**\n\n    \x1b]0;x\x07\n\n- \x9b1m")
    assert not any(character in "".join(lines) for character in "\x1b\x07\x9b\u202e")
