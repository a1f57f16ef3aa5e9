"""Read a formula in whichever notation it was typed: on a blackboard, in LaTeX, in Python."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.graph.functions import CONSTANTS, takes
from backprop_cli.language.counts import Counts
from backprop_cli.language.parser import parse
from backprop_cli.language.syntax import Expression, Term

if TYPE_CHECKING:
    from backprop_cli.language.readers.blackboard.scan import Sign

Shape = tuple[int, ...]


class Notation(Enum):
    """How a formula is written."""

    FORMULA = "formula"
    LATEX = "latex"
    PYTHON = "python"


class Reading(NamedTuple):
    """What was understood."""

    notation: Notation
    expression: Expression
    defaults: Mapping[str, Any]
    """Inputs to which the program itself gives a value, x = -2: numbers or nested lists."""
    renamed: Mapping[str, list[str]]
    """Names that are assigned more than once -> what their values are called, in order."""
    counts: frozenset[str] = frozenset()
    """Inputs whose value was needed to read it: how far a sum goes."""

    @property
    def is_told(self) -> bool:
        """Whether what was understood is told even where every product has its sign."""
        is_plain = self.notation is Notation.FORMULA and not self.counts
        return not is_plain or _is_written_out(self.expression.source)


def read(
    text: str,
    shapes: Mapping[str, Shape],
    notation: Notation | None = None,
    whole: Mapping[str, int] | None = None,
) -> Reading:
    """A formula or a program.

    Args:
        text: what was typed.
        shapes: input -> its shape, of those that were given a value.
        notation: how it is written; None where the text itself says that.
        whole: inputs that are whole numbers -> their value.

    Raises:
        BackpropError: where it cannot be read, or can be read in two ways.
    """
    notation = notation or notation_of(text)
    counts = Counts(whole)
    if notation is Notation.PYTHON:
        from backprop_cli.language.readers.python.read import read_python

        found = read_python(text, shapes, counts)
        return Reading(
            notation, found.expression, found.defaults, found.renamed, frozenset(counts.used)
        )
    if notation is Notation.LATEX:
        from backprop_cli.language.readers.latex.read import read_latex

        expression = _parsed(text, read_latex(text, takes(), shapes, counts))
    else:
        expression = _formula(text, shapes, counts)
    expression, defaults = _with_defaults(expression)
    return Reading(notation, expression, defaults, {}, frozenset(counts.used))


def _is_written_out(source: str) -> bool:
    """Whether a sum, a product or a largest element was written out over an index."""
    if any(sign in source for sign in "Σ∑Π∏"):
        return True
    # Most formulas need no pattern, which takes longer to make than to use.
    has = "max" in source or "min" in source
    return has and re.search(r"\b(max|min)(_|[ᵢⱼₖ])", source) is not None


_PYTHON = (
    r"(^|\n)\s*\w+(\s*,\s*\w+)+\s*=[^=]|\bfor\s+\w+(\s*,\s*\w+)*\s+in\b"
    r"|(^|\n)\s*(if|elif)\b[^\n]*:\s*(\n|$)|"
    r"(^|\n)\s*((def|for|import|from|return|while)\b|>>>)|\bself\.\w|[+\-*/@]=|\b(np|numpy|math|torch|tf|jnp|F|nn)\.\w"
    r"|\.(?!T\()[A-Za-z_]\w*\(|\.(shape|size)\b(?=\s*\[)|\.data\b|\blen\(|\bNone\b"
    r"|\bkeepdims?=\s*True|\bdim=|\brange\(|\blambda\b[\w\s,]*:"
)
"""What only Python has."""

_OF_PYTHON = (*"=.:", "for", "import", "from", "return", "while", ">>>", "len(", "None", "range(")
"""One of these stands wherever that is; a formula without them need not wait for the pattern."""


def notation_of(text: str) -> Notation:
    """How a text is written, by the signs that only one notation has."""
    if "\\" in text or "$" in text:
        return Notation.LATEX
    may_be_python = any(sign in text for sign in _OF_PYTHON)
    is_python = may_be_python and re.search(_PYTHON, text) is not None
    return Notation.PYTHON if is_python else Notation.FORMULA


def _formula(text: str, shapes: Mapping[str, Shape], counts: Counts) -> Expression:
    """A formula as the language has it; where that says nothing, as a blackboard has it."""
    try:
        expression = parse(text)
    except BackpropError:
        pass
    else:
        if _is_plain(expression, shapes):
            return expression
    from backprop_cli.language.readers.blackboard.read import read_signs

    return _parsed(text, read_signs(text, takes(), shapes, counts))


def _parsed(text: str, signs: "list[Sign]") -> Expression:
    """The expression of tokens that a reader found in a text."""
    from backprop_cli.language.parser import parse_tokens
    from backprop_cli.language.parsing.lexer import KIND, Tokens

    stray = next((sign for sign in signs if sign.kind not in KIND), None)
    if stray is not None:
        what = f"'{text[stray.start : stray.end]}' cannot stand here"
        raise BackpropError(what, text, (stray.start, stray.end))
    kinds = [KIND[sign.kind] for sign in signs]
    starts, ends = [sign.start for sign in signs], [sign.end for sign in signs]
    return parse_tokens(Tokens(text, kinds, starts, ends, [sign.text for sign in signs]))


def _is_plain(expression: Expression, shapes: Mapping[str, Shape]) -> bool:
    """Whether every name is known, every call a function, and no bracket is in doubt."""
    terms = expression.terms
    if any(term.op == "^" and terms[term.args[1]].op == "list" for term in terms):
        return False
    if any(_is_held_sum(terms, term) for term in terms):
        return False
    known = {*shapes, *CONSTANTS}
    names = all(name in known for name in expression.free_names())
    return names and all(
        term.payload in takes() and term.payload not in shapes
        for term in expression.terms
        if term.op == "call"
    )


def _is_held_sum(terms: tuple[Term, ...], term: Term) -> bool:
    """Whether a list of one sum may be brackets: -[a + b]."""
    return (
        term.op == "list" and len(term.args) == 1 and terms[term.args[0]].op in ("+", "-", "*", "/")
    )


def _with_defaults(expression: Expression) -> tuple[Expression, dict[str, Any]]:
    """The program without the steps that only give an input its value: x = -2; y = 5."""
    defaults: dict[str, Any] = {}
    statements = []
    used: set[str] = set()
    last, start = len(expression.statements) - 1, 0
    for number, statement in enumerate(expression.statements):
        terms = expression.terms[start : statement.term + 1]
        used |= {str(term.payload) for term in terms if term.op == "name"}
        start = statement.term + 1
        value = _literal(expression, statement.term) if number < last else None
        is_new = statement.name not in used and statement.name not in defaults
        if statement.name is not None and value is not None and is_new:
            defaults[statement.name] = value
        else:
            statements.append(statement)
    if not defaults:
        return expression, {}
    return _without(expression, statements), defaults


def _without(expression: Expression, statements: list[Any]) -> Expression:
    """The expression with these statements only, and the terms that they need."""
    terms = expression.terms
    needed: set[int] = set()
    stack = [statement.term for statement in statements]
    while stack:
        place = stack.pop()
        if place not in needed:
            needed.add(place)
            stack.extend(terms[place].args)
    order = sorted(needed)
    places = {old: new for new, old in enumerate(order)}
    kept = tuple(
        terms[old]._replace(args=tuple(places[arg] for arg in terms[old].args)) for old in order
    )
    moved = tuple(s._replace(term=places[s.term]) for s in statements)
    return expression._replace(terms=kept, statements=moved)


def _literal(expression: Expression, place: int) -> Any:
    """The value of a number, or of a list of numbers; None for anything else."""
    term = expression.terms[place]
    if term.op == "number":
        return float(term.payload)
    if term.op == "list":
        items = [_literal(expression, arg) for arg in term.args]
        return None if None in items or not items else items
    return None
