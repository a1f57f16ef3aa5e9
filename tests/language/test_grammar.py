"""Our driver reads the language of the grammar files: Lark's own parser is the second opinion."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pytest
from formulas import PROGRAMS
from hypothesis import assume, given
from hypothesis import strategies as st
from lark import Lark, Token, Tree
from lark.exceptions import LarkError, UnexpectedToken
from lark.lexer import Lexer

from backprop_cli.errors import BackpropError
from backprop_cli.language.parser import parse
from backprop_cli.language.parsing import lalr, question_tables, tables
from backprop_cli.language.parsing.generate import (
    FORMULAS,
    QUESTIONS,
    Grammar,
    lark_parser,
    tables_source,
)
from backprop_cli.language.problems import SyntaxProblem

TOKENS = ["x", "2", "+", "-", "*", "**", "/", "@", "√", "(", ")", "[", "]", ",", "||", "=", ";"]
TOKENS += [".T", "²", "<"]


@pytest.mark.parametrize("grammar", [FORMULAS, QUESTIONS])
def test_the_tables_are_those_of_the_grammar(grammar: Grammar) -> None:
    assert grammar.tables.read_text(encoding="utf-8") == tables_source(grammar)


class Kinds(Lexer):
    """Gives Lark the kinds of tokens themselves: no text is cut."""

    def __init__(self, _: Any) -> None:
        pass

    def lex(self, kinds: Any) -> Iterator[Token]:  # type: ignore[override]
        for position, kind in enumerate(kinds):
            yield Token(kind, str(position))


class Trees:
    """Makes of each complete rule the tree that Lark makes."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self.kinds = kinds
        self.statements: list[Tree[Token]] = []

    def __getattr__(self, action: str) -> Any:
        def join(children: list[Any]) -> Tree[Token]:
            parts = [self.token(c) if isinstance(c, int) else c for c in children]
            tree = Tree(action, parts)
            if action in ("assignment", "result"):
                self.statements.append(tree)
            return tree

        return join

    def token(self, position: int) -> Token:
        return Token(self.kinds[position], str(position))


def ours(found: lalr.Tables, kinds: Sequence[str]) -> Any:
    """Our tree; or where it is stuck, and what was expected."""
    trees = Trees(kinds)
    try:
        tree = lalr.drive(found, [found.terminals.index(kind) + 1 for kind in kinds], trees)
    except lalr.UnexpectedToken as error:
        return error.position, set(error.expected)
    return trees.statements or tree


def theirs(parser: Lark, kinds: Sequence[str]) -> Any:
    """The same, by Lark."""
    try:
        tree = parser.parse(kinds)  # type: ignore[arg-type]
    except UnexpectedToken as error:
        at_end = error.token.type == "$END"
        place = len(kinds) if at_end else int(error.token)
        return place, set(error.expected) - {"$END"}
    return _plain(tree)


def _plain(tree: Tree[Token]) -> Any:
    """A program is its statements: what separates them says nothing."""
    if tree.data == "program":
        return [child for child in tree.children if isinstance(child, Tree)]
    return tree


@pytest.mark.parametrize(
    ("grammar", "found", "longest", "at_least"),
    [(FORMULAS, tables.TABLES, 4, 10_000), (QUESTIONS, question_tables.TABLES, 8, 500)],
)
def test_trees_and_errors_of_all_sequences_of_tokens(
    grammar: Grammar, found: lalr.Tables, longest: int, at_least: int
) -> None:
    """Nothing can follow where both are stuck before the end, so such sequences are not extended."""
    parser = lark_parser(grammar, lexer=Kinds, maybe_placeholders=False)
    compared: list[tuple[str, ...]] = [()]
    count = 0
    for length in range(longest + 1):
        extended = []
        for kinds in compared:
            own = ours(found, kinds)
            assert own == theirs(parser, kinds), kinds
            count += 1
            if not (isinstance(own, tuple) and own[0] < length):
                extended.extend([(*kinds, kind) for kind in found.terminals])
        compared = extended
    assert count > at_least


@cache
def lark() -> Any:
    return lark_parser(FORMULAS, lexer="basic")


def accepted(read: Any, text: str) -> bool:
    """Whether the grammar takes the text. Numbers beyond a double, no matter of grammar, are not asked of."""
    try:
        read(text)
    except (BackpropError, LarkError) as error:
        assume(getattr(error, "problem", None) is not SyntaxProblem.NUMBER_TOO_LARGE)
        return False
    return True


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
