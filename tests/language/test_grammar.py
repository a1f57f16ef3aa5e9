"""Our parser reads the language of the grammar file: Lark's own parser is the second opinion."""

from functools import cache
from itertools import product
from typing import Any

import pytest
from formulas import PROGRAMS
from hypothesis import given
from hypothesis import strategies as st
from lark.exceptions import LarkError

from backprop_cli.errors import BackpropError
from backprop_cli.language.generate import FORMULAS, QUESTIONS, Grammar, lark_parser, tables_source
from backprop_cli.language.parser import parse

TOKENS = ["x", "2", "+", "-", "*", "**", "/", "@", "√", "(", ")", "[", "]", ",", "||", "=", ";"]
TOKENS += [".T", "²", "<"]


@pytest.mark.parametrize("grammar", [FORMULAS, QUESTIONS])
def test_the_tables_are_those_of_the_grammar(grammar: Grammar) -> None:
    assert grammar.tables.read_text(encoding="utf-8") == tables_source(grammar)


@cache
def lark() -> Any:
    return lark_parser(FORMULAS, lexer="basic")


def accepted(read: Any, text: str) -> bool:
    try:
        read(text)
    except (BackpropError, LarkError):
        return False
    return True


def test_every_text_of_up_to_four_tokens() -> None:
    for length in range(5):
        for tokens in product(TOKENS, repeat=length):
            text = "".join(tokens)
            assert accepted(parse, text) == accepted(lark().parse, text), text


@given(st.lists(st.sampled_from(TOKENS), max_size=12).map("".join))
def test_any_tokens(text: str) -> None:
    assert accepted(parse, text) == accepted(lark().parse, text)


@given(PROGRAMS, st.data())
def test_a_program_with_one_token_changed(program: str, data: st.DataObject) -> None:
    text = program.replace(" ", "")
    assert accepted(parse, text)
    assert accepted(lark().parse, text)
    place = data.draw(st.integers(0, len(text)))
    token = data.draw(st.sampled_from(["", *TOKENS]))
    text = text[:place] + token + text[place + 1 :]
    assert accepted(parse, text) == accepted(lark().parse, text)
