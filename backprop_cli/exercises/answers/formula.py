"""Read the formula that a student answers, in the names of the circuit.

An answer is read, built and run as the exercise is, in whichever notation it is written. It may
use what a lecturer writes on the board besides: a column times a row is their outer product.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from backprop_cli.errors import BackpropError, did_you_mean, inert, shortened
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.gates.shape_rules.value_type import ValueType, is_outer
from backprop_cli.gates.shapes import Misfit, Shape, size
from backprop_cli.gates.table import BY_NAME
from backprop_cli.graph.build import Builder
from backprop_cli.graph.functions import CONSTANTS, check
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.reading import read
from backprop_cli.inputs.bind import name_in
from backprop_cli.language.syntax import Expression, Term

MAX_FORMULA = 2_000
"""Characters of the longest answer that is read."""

MAX_TERMS = 500
"""Terms of the longest answer: a gradient that is longer was not worked out by hand."""

WRITE_AT = "write @ for the matrix product: * multiplies element by element"


@dataclass(frozen=True)
class Unreadable:
    """An answer that is no formula of this circuit."""

    reason: str
    code: ReasonCode = ReasonCode.UNREADABLE

    @property
    def why(self) -> Reason:
        """Why it cannot be read, or is no answer to what was asked."""
        return Reason(self.code, got=self.reason)


class Built(NamedTuple):
    """A formula as a graph of its own, for names of known shapes."""

    graph: Graph
    doubt: str
    """How it may have been meant otherwise; empty where it has one reading."""

    @property
    def shape(self) -> Shape:
        """Rows and columns, () for a number: a vector is a column, its transpose a row."""
        shape, type_ = self.graph.shapes[self.graph.output], self.graph.types[self.graph.output]
        return (1, *shape) if type_.is_row else upright(shape)

    @property
    def work(self) -> int:
        """About how many numbers one run works out."""
        graph = self.graph
        inner = (
            size(graph.shapes[args[0]]) * graph.shapes[node][-1]
            for node, (gate, args) in enumerate(zip(graph.gates, graph.args, strict=True))
            if gate is BY_NAME["matmul"] and graph.shapes[node]
        )
        return sum(map(size, graph.shapes)) + sum(inner)


def upright(shape: Shape) -> Shape:
    """A vector as a column: (3,) is 3×1."""
    return (*shape, 1) if len(shape) == 1 else shape


class Unfitting(Exception):
    """The formula cannot be worked out: `wrong` where its shapes do not fit in any reading."""

    def __init__(self, reason: str, wrong: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wrong = wrong


def read_formula(text: str, names: Mapping[str, Shape] | Iterable[str]) -> Expression | Unreadable:
    """The formula that `text` says, in `names`: with their shapes, more is found out at once."""
    if len(text) > MAX_FORMULA:
        return Unreadable(f"it is longer than {MAX_FORMULA:,} characters")
    if not text.partition("#")[0].strip():
        return Unreadable("it is empty")
    shapes = dict(names) if isinstance(names, Mapping) else dict.fromkeys(names, ())
    try:
        return _in_names(read(_typed(text), shapes).expression, shapes)
    except BackpropError as error:
        return Unreadable(_one_line(error))


_CONDITION = re.compile(r"(?<![\w.])1\s*\[([^\[\]=<>!]+)=([^\[\]=<>!]+)\]")
_SIGNS = str.maketrans({"≤": "<=", "≥": ">=", "≠": "!="})


def _typed(text: str) -> str:
    """The text with conditions as the language spells them: 1[x = y], as the board has it."""
    return _CONDITION.sub(r"1[\1==\2]", text.translate(_SIGNS))


def _in_names(expression: Expression, shapes: Mapping[str, Shape]) -> Expression:
    """The expression with its names spelt as the circuit spells them.

    Raises:
        BackpropError: for what no shapes could make a formula of this circuit.
    """
    if len(expression.terms) > MAX_TERMS:
        raise BackpropError(f"it has more than {MAX_TERMS} terms")
    if len(expression.statements) > 1:
        raise BackpropError("one formula is expected, not a program")
    statement = expression.statements[0]._replace(name=None)
    terms = tuple([_respelt(term, shapes) for term in expression.terms])
    expression = Expression(expression.source, terms, (statement,))
    check(expression, shapes)
    try:
        build_formula(expression, shapes)
    except Unfitting as unfitting:
        # Shapes that do not fit can be read, and are wrong: `compare` says so.
        if not unfitting.wrong:
            raise BackpropError(unfitting.reason) from None
    return expression


def _respelt(term: Term, shapes: Mapping[str, Shape]) -> Term:
    if term.op != "name" or term.payload in shapes:
        return term
    typed = str(term.payload)
    name = name_in(shapes, typed)
    if name not in shapes and typed not in CONSTANTS:
        raise BackpropError(f"there is no '{typed}' in the circuit", hint=_meant(typed, shapes))
    return term._replace(payload=name)


def _meant(typed: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant: did_you_mean, and W for w."""
    known = list(names)
    same = [name for name in known if name.lower() == typed.lower()]
    return f"did you mean '{same[0]}'?" if same else did_you_mean(typed, known)


def _one_line(error: BackpropError) -> str:
    hint = f"; {error.hint}" if error.hint else ""
    return shortened(inert(re.sub(r"\s+", " ", f"{error.message}{hint}")))


def build_formula(expression: Expression, shapes: Mapping[str, Shape]) -> Built:
    """The graph of an answer.

    Raises:
        Unfitting: if its shapes do not fit, or it cannot be worked out for another reason.
    """
    builder = _Builder(expression, shapes)
    try:
        return Built(builder.build(), builder.doubt)
    except BackpropError as error:
        # The builder tells of a misfit while it handles one.
        wrong = isinstance(error.__context__, Misfit) and not builder.doubt
        raise Unfitting(builder.doubt or _one_line(error), wrong) from None


class _Builder(Builder):
    """Reads what is written on the board as it is meant there."""

    doubt = ""

    def _values(self, term: Term) -> tuple[int, ...]:
        return tuple([self.value(arg) for arg in term.args])

    def _operator(self, place: int, term: Term) -> int:
        left, right = [self._type(arg) for arg in term.args]
        if term.op == "*" and (is_outer(left, right) or is_outer(right, left)):
            column, row = self._values(term)[:: 1 if is_outer(left, right) else -1]
            return self.gate(BY_NAME["matmul"], (column, row), place)
        if term.op == "@" and ValueType.NUMBER in (left, right):
            return self.gate(BY_NAME["mul"], self._values(term), place)
        if term.op == "*" and {left, right} == {ValueType.MATRIX, ValueType.VECTOR}:
            # The board's W·x is the product of matrices, the language's is element by element.
            self.doubt = WRITE_AT
        return super()._operator(place, term)

    def _type(self, arg: int) -> ValueType:
        node = self.nodes[arg]
        return self.graph.types[node] if node >= 0 else ValueType.NUMBER
