"""Read a question of the question language: `q`, `df/dx`, `df/dW[0,1]`, `shape(df/dW)`, …"""

import unicodedata
from typing import NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.language.lalr import UnexpectedToken, drive
from backprop_cli.language.lexer import Tokens, scanner, tokenize_by
from backprop_cli.language.problems import QuestionProblem
from backprop_cli.language.question_tables import TABLES

MAX_QUESTION = 200
"""Characters of the longest question."""


NUMBER, FORMULA, PATTERN, WRONG_LINE = "", "formula", "pattern", "wrong line"
"""Forms that the language has words of its own for: a number is asked for without any."""


class Question(NamedTuple):
    """What is asked of a run."""

    source: str
    form: str
    """In which form the answer is wanted: the word before the parentheses; empty for a number."""
    of: str = ""
    """The node: of which the value, the pattern, or the gradient (∂of/∂wrt) is asked."""
    wrt: str | None = None
    """The node with respect to which; None where it is not a gradient."""
    element: tuple[int, ...] | None = None
    """The element that is asked for; None for all."""

    @property
    def text(self) -> str:
        """The question in one spelling, whatever was typed: `df/dx`, `formula(df/dW[0,1])`."""
        if self.form == WRONG_LINE:
            return WRONG_LINE
        return f"{self.form}({self.quantity})" if self.form else self.quantity

    @property
    def quantity(self) -> str:
        """What it is about, without the form: df/dx of shape(df/dx)."""
        name = self.of if self.wrt is None else f"d{self.of}/d{self.wrt}"
        if self.element is None:
            return name
        return f"{name}[{','.join(map(str, self.element))}]"


def parse_question(source: str) -> Question:
    """Read a question.

    Raises:
        BackpropError: with the span of what cannot be read.
    """
    if len(source) > MAX_QUESTION:
        raise QuestionProblem.TOO_LONG.error(most=MAX_QUESTION)
    tokens = tokenize_by(_SCANNER, source, _unknown)
    try:
        question: Question = drive(TABLES, tokens.kinds, _QuestionActions(tokens))
    except UnexpectedToken as error:
        span = tokens.span(error.position)
        expected = error.expected
        raise QuestionProblem.NO_QUESTION.error(
            source, span, _EXAMPLES, expected=expected
        ) from None
    return question


_EXAMPLES = "a question is q, df/dx, df/dW[0,1], shape(df/dW), pattern(q), formula(df/dx)"

_SCANNER = scanner(TABLES, r"\s", r"\S")


def _unknown(source: str, place: int) -> BackpropError:
    span = (place, place + 1)
    return QuestionProblem.UNKNOWN_CHARACTER.error(source, span, _EXAMPLES, found=source[place])


class _Quantity(NamedTuple):
    of: str
    wrt: str | None
    element: tuple[int, ...] | None


class _Side(NamedTuple):
    name: str
    curly: bool
    span: tuple[int, int]


class _QuestionActions:
    """The actions of the grammar; a token comes as its position."""

    def __init__(self, tokens: Tokens) -> None:
        self.source = tokens.source
        self.tokens = tokens

    def _name(self, token: int) -> str:
        return unicodedata.normalize("NFKC", self.tokens.text(token))

    # Forms

    def number(self, children: list[_Quantity]) -> Question:
        return Question(self.source, NUMBER, *children[0])

    def form(self, children: list[object]) -> Question:
        word, _, quantity, _ = children
        assert isinstance(word, int)
        assert isinstance(quantity, _Quantity)
        return Question(self.source, self.tokens.text(word), *quantity)

    def asked_as_formula(self, children: list[_Quantity]) -> Question:
        return Question(self.source, FORMULA, *children[0])

    def wrong_line(self, children: list[int]) -> Question:
        return Question(self.source, WRONG_LINE)

    # Quantities

    def value(self, children: list[int]) -> _Quantity:
        return _Quantity(self._name(children[0]), None, None)

    def value_element(self, children: list[object]) -> _Quantity:
        name, element = children
        assert isinstance(name, int)
        assert isinstance(element, tuple)
        return _Quantity(self._name(name), None, element)

    def gradient(self, children: list[object]) -> _Quantity:
        return self._gradient(children[0], children[2], None)

    def gradient_element(self, children: list[object]) -> _Quantity:
        return self._gradient(children[0], children[2], children[3])

    def _gradient(self, above: object, below: object, element: object) -> _Quantity:
        assert isinstance(above, _Side)
        assert isinstance(below, _Side)
        assert element is None or isinstance(element, tuple)
        return _Quantity(self._differential(above), self._differential(below), element)

    def _differential(self, side: _Side) -> str:
        """The x of ∂x or dx."""
        if side.curly:
            return side.name
        if side.name[0] != "d" or len(side.name) == 1:
            hint = f"write d{side.name} or ∂{side.name}"
            problem = QuestionProblem.NO_DIFFERENTIAL
            raise problem.error(self.source, side.span, hint, found=side.name)
        return side.name[1:]

    def latin(self, children: list[int]) -> _Side:
        return _Side(self._name(children[0]), False, self.tokens.span(children[0]))

    def curly(self, children: list[int]) -> _Side:
        start, end = self.tokens.starts[children[0]], self.tokens.ends[children[1]]
        return _Side(self._name(children[1]), True, (start, end))

    def element(self, children: list[object]) -> tuple[int, ...]:
        indices = children[1]
        assert isinstance(indices, tuple)
        return indices

    def index(self, children: list[int]) -> tuple[int, ...]:
        return (int(self.tokens.text(children[0])),)

    def indices(self, children: list[tuple[int, ...]]) -> tuple[int, ...]:
        return children[0] + children[2]
