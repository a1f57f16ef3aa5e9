"""An expression: what was typed, as a list of terms in the order of computation.

A term refers to its arguments by their position in the list, and arguments come
first, as when a formula is worked out by hand. So nothing that walks an
expression needs recursion, however deep the formula is nested.
"""

from typing import NamedTuple

DOT, IMPLIED = "dot", "implied"
"""What the payload of a product says: it was written as v·w, or as factors side by side, W x.

Which product that is follows from the shapes of the factors: see `graph/products.py`.
"""


class Term(NamedTuple):
    """One piece of a formula.

    `op` is one of number, name, call, list, index, norm, compare, keyword,
    neg, .T, or an operator + - * / @ ^.
    """

    op: str
    args: tuple[int, ...]
    """Positions of the arguments in `Expression.terms`."""
    payload: float | str
    """The value of a number, the name of a name or function, the sign of a comparison or of *."""
    start: int
    end: int
    """The term is `source[start:end]`."""
    at: int
    """Where its operator stands: where an error points."""


class Statement(NamedTuple):
    """One step of a program: `name = term`, or a bare term as the last step."""

    name: str | None
    term: int
    start: int
    end: int
    """The span of the name, or of the whole term where there is none."""


class Expression(NamedTuple):
    """A formula or a program, parsed."""

    source: str
    terms: tuple[Term, ...]
    statements: tuple[Statement, ...]
    by_element: bool = False
    """Whether ^ works element by element on matrices too, as in the rules of gates."""
    broadcasts: bool = False
    """Whether shapes meet as in NumPy, and nobody is asked what was meant."""

    def free_names(self) -> list[str]:
        """The names that no statement before gives a value, in order of appearance."""
        given: set[str] = set()
        free: dict[str, None] = {}
        position = 0
        for statement in self.statements:
            for term in self.terms[position : statement.term + 1]:
                if term.op == "name" and term.payload not in given:
                    free[str(term.payload)] = None
            position = statement.term + 1
            if statement.name is not None:
                given.add(statement.name)
        return list(free)
