"""Parse a formula with the tables that Lark derived from the grammar."""

import gc
import math
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from backprop_cli.language.lalr import UnexpectedToken, drive
from backprop_cli.language.lexer import SUPERSCRIPTS, Tokens, tokenize
from backprop_cli.language.syntax import DOT, IMPLIED, Expression, Statement, Term
from backprop_cli.language.tables import TABLES

_OPERATORS = {"**": "^", "−": "-", "–": "-", "÷": "/"}
_OPERATORS |= dict.fromkeys("×∗⊙∘·⋅∙\u2062", "*")
_PRODUCTS = dict.fromkeys("·⋅∙", DOT) | {"\u2062": IMPLIED}
"""Signs of products whose meaning follows from the shapes of the factors."""

Child = int | list[int]
"""What stands on the stack: a token's position, a term's position, or a list of terms."""


def parse_tokens(tokens: Tokens) -> Expression:
    """Read a formula or a program of which the tokens are known.

    Raises:
        BackpropError: with the span of what cannot be read.
    """
    with collector_paused():
        return _read(tokens)


def parse(source: str) -> Expression:
    """Read a formula or a program.

    Raises:
        BackpropError: with the span of what cannot be read.
    """
    with collector_paused():
        return _read(tokenize(source))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Terms have no cycles; looking for some in a million of them costs half of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(tokens: Tokens) -> Expression:
    reader = _ExpressionActions(tokens)
    try:
        drive(TABLES, tokens.kinds, reader)
    except UnexpectedToken as error:
        # A formula without a mistake does not wait for what explains one.
        from backprop_cli.language.syntax_errors import syntax_error

        raise syntax_error(tokens, error.position, error.expected) from None
    return Expression(tokens.source, tuple(reader.terms), tuple(reader.statements))


class _ExpressionActions:
    """The actions of the grammar: each gets its children, adds a term, returns its position."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.terms: list[Term] = []
        self.statements: list[Statement] = []

    def _add(
        self, op: str, args: tuple[int, ...], payload: float | str, first: int, last: int, at: int
    ) -> int:
        self.terms.append(Term(op, args, payload, first, last, at))
        return len(self.terms) - 1

    # Statements

    def assignment(self, children: list[int]) -> int:
        name, _, term = children
        start, end = self.tokens.span(name)
        self.statements.append(Statement(_spelt(self.tokens.text(name)), term, start, end))
        return term

    def result(self, children: list[int]) -> int:
        (term,) = children
        self.statements.append(Statement(None, term, self.terms[term].start, self.terms[term].end))
        return term

    # Operators

    def binary(self, children: list[int]) -> int:
        left, operator, right = children
        start = self.tokens.starts[operator]
        sign = self.tokens.text(operator)
        terms = self.terms
        terms.append(
            Term(
                _OPERATORS.get(sign, sign),
                (left, right),
                _PRODUCTS.get(sign, ""),
                terms[left].start,
                terms[right].end,
                start,
            )
        )
        return len(terms) - 1

    def negative(self, children: list[int]) -> int:
        sign, term = children
        at = self.tokens.starts[sign]
        operand = self.terms[term]
        if operand.op == "number" and term == len(self.terms) - 1:
            # -2 is a number, not a gate that turns the sign of 2.
            self.terms[term] = operand._replace(payload=-float(operand.payload), start=at, at=at)
            return term
        return self._add("neg", (term,), "", at, operand.end, at)

    def positive(self, children: list[int]) -> int:
        return children[1]

    def superscript(self, children: list[int]) -> int:
        base, token = children
        start, end = self.tokens.span(token)
        power = self._double(self.tokens.text(token).translate(SUPERSCRIPTS), (start, end))
        exponent = self._add("number", (), power, start, end, start)
        return self._add("^", (base, exponent), "", self.terms[base].start, end, start)

    def transpose(self, children: list[int]) -> int:
        term, token = children
        start, end = self.tokens.span(token)
        return self._add(".T", (term,), "", self.terms[term].start, end, start)

    def index(self, children: list[Child]) -> int:
        term, opening, indices, closing = children
        assert isinstance(term, int)
        assert isinstance(opening, int)
        assert isinstance(closing, int)
        start, end = self.terms[term].start, self.tokens.ends[closing]
        args = (term, *_as_list(indices))
        return self._add("index", args, "", start, end, self.tokens.starts[opening])

    # Slices: the bounds that are left out are nan

    def slice_all(self, children: list[int]) -> int:
        return self._slice(children[0], None, None)

    def slice_from(self, children: list[int]) -> int:
        return self._slice(children[1], children[0], None)

    def slice_to(self, children: list[int]) -> int:
        return self._slice(children[0], None, children[1])

    def slice_between(self, children: list[int]) -> int:
        return self._slice(children[1], children[0], children[2])

    def slice_in_steps(self, children: list[int]) -> int:
        return self._slice(children[1], children[0], children[2], children[4])

    def slice_all_in_steps(self, children: list[int]) -> int:
        """x[::2]."""
        return self._slice(children[0], None, None, children[2])

    def slice_from_in_steps(self, children: list[int]) -> int:
        """x[1::2]."""
        return self._slice(children[1], children[0], None, children[3])

    def slice_to_in_steps(self, children: list[int]) -> int:
        """x[:3:2]."""
        return self._slice(children[0], None, children[1], children[3])

    def _slice(
        self, colon: int, first: int | None, last: int | None, step: int | None = None
    ) -> int:
        start, end = self.tokens.span(colon)
        parts = [first, last, step]
        given = [part for part in parts if part is not None]
        left = min([start, *(self.terms[part].start for part in given)])
        right = max([end, *(self.terms[part].end for part in given)])
        args = [
            self._add("number", (), math.nan, start, end, start) if part is None else part
            for part in parts
        ]
        return self._add("slice", tuple(args), "", left, right, start)

    def comparison(self, children: list[int]) -> int:
        left, sign, right = children
        start, end = self.terms[left].start, self.terms[right].end
        at = self.tokens.starts[sign]
        return self._add("compare", (left, right), self.tokens.text(sign), start, end, at)

    # Atoms

    def number(self, children: list[int]) -> int:
        (token,) = children
        start, end = self.tokens.starts[token], self.tokens.ends[token]
        value = self._double(self.tokens.text(token), (start, end))
        self.terms.append(Term("number", (), value, start, end, start))
        return len(self.terms) - 1

    def _double(self, digits: str, span: tuple[int, int]) -> float:
        value = float(digits)
        if math.isinf(value):
            from backprop_cli.language.problems import SyntaxProblem

            raise SyntaxProblem.NUMBER_TOO_LARGE.error(self.tokens.source, span)
        return value

    def name(self, children: list[int]) -> int:
        (token,) = children
        start, end = self.tokens.starts[token], self.tokens.ends[token]
        name = _spelt(self.tokens.text(token))
        self.terms.append(Term("name", (), name, start, end, start))
        return len(self.terms) - 1

    def parenthesised(self, children: list[int]) -> int:
        opening, term, closing = children
        # A span that takes the parentheses in: (x+y)(z) is quoted whole.
        self.terms[term] = self.terms[term]._replace(
            start=self.tokens.starts[opening], end=self.tokens.ends[closing]
        )
        return term

    def call(self, children: list[Child]) -> int:
        name, closing = children[0], children[-1]
        assert isinstance(name, int)
        assert isinstance(closing, int)
        args = _as_list(children[2]) if len(children) == 4 else []
        start = self.tokens.starts[name]
        end = self.tokens.ends[closing]
        return self._add("call", tuple(args), _spelt(self.tokens.text(name)), start, end, start)

    def vector(self, children: list[Child]) -> int:
        opening, closing = children[0], children[-1]
        assert isinstance(opening, int)
        assert isinstance(closing, int)
        args = _as_list(children[1]) if len(children) == 3 else []
        start, end = self.tokens.starts[opening], self.tokens.ends[closing]
        return self._add("list", tuple(args), "", start, end, start)

    def norm(self, children: list[int]) -> int:
        opening, term, closing = children
        start, end = self.tokens.starts[opening], self.tokens.ends[closing]
        return self._add("norm", (term,), "", start, end, start)

    def root(self, children: list[int]) -> int:
        sign, term = children
        at = self.tokens.starts[sign]
        return self._add("call", (term,), "sqrt", at, self.terms[term].end, at)

    def items(self, children: list[Child]) -> Child:
        items, _, item = children
        assert isinstance(item, int)
        if isinstance(items, int):
            return [items, item]
        items.append(item)
        return items

    def keyword(self, children: list[int]) -> int:
        name, _, term = children
        start, _end = self.tokens.span(name)
        word = _spelt(self.tokens.text(name))
        return self._add("keyword", (term,), word, start, self.terms[term].end, start)


def _as_list(items: Child) -> list[int]:
    return [items] if isinstance(items, int) else items


def _spelt(name: str) -> str:
    """One spelling for a name: x₁ is x1, and a composed accent is a composed accent."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)
