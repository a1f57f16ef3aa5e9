"""From trees back to terms of the language, in the order in which people write them."""

from collections.abc import Callable
from fractions import Fraction

from backprop_cli.analysis.closed_form.tree import (
    UNIT,
    ExpressionTree,
    TooLargeError,
    negated,
    number,
    parts,
    power,
    product,
)
from backprop_cli.language.syntax import Expression, Statement, Term

MAX_EXACT = 2**53
"""The largest whole number up to which a float is exact: a rounded one would be shown as true."""


def expression_of(tree: ExpressionTree) -> Expression:
    """The terms of a tree, in order of computation.

    Raises:
        TooLargeError: if a number in it is too large.
    """
    writer = _TermWriter()
    root = writer.write(tree)
    return Expression("", tuple(writer.terms), (Statement(None, root, 0, 0),))


class _TermWriter:
    """Terms that are written one after the other; each method says where its term stands."""

    def __init__(self) -> None:
        self.terms: list[Term] = []

    def write(self, tree: ExpressionTree) -> int:
        """The term of any tree, written by the row of its operator."""
        return _ROWS.get(tree.op, _TermWriter._as_it_is)(self, tree)

    def _put(self, op: str, args: tuple[int, ...] = (), payload: float | str = "") -> int:
        self.terms.append(Term(op, args, payload, 0, 0, 0))
        return len(self.terms) - 1

    def _chain(self, op: str, places: list[int]) -> int:
        """A op b op c, worked out from the left."""
        found = places[0]
        for place in places[1:]:
            found = self._put(op, (found, place))
        return found

    def _as_it_is(self, tree: ExpressionTree) -> int:
        return self._put(tree.op, tuple(map(self.write, tree.args)), str(tree.payload))

    def _number(self, tree: ExpressionTree) -> int:
        return self._ratio([], [], tree.value)

    def _ones(self, tree: ExpressionTree) -> int:
        is_row = len(tree.shape) == 2 and tree.shape[0] == 1
        sizes = tree.shape[1:] if is_row else tree.shape
        numbers = tuple(self._put("number", (), float(n)) for n in sizes)
        place = self._put("call", numbers, "ones")
        return self._put(".T", (place,)) if is_row else place

    def _sum(self, tree: ExpressionTree) -> int:
        place = self.write(tree.args[0])
        for term in tree.args[1:]:
            minus = parts(term)[0] < 0 and _turned(term, numbers=False) is None
            next_ = self.write(product(number(-1), term) if minus else term)
            place = self._put("-" if minus else "+", (place, next_))
        return place

    def _matrix_product(self, tree: ExpressionTree) -> int:
        return self._chain("@", list(map(self.write, tree.args)))

    def _power(self, tree: ExpressionTree) -> int:
        if _is_negative(tree.args[1]):
            return self._ratio([], [power(tree, number(-1))], UNIT)
        if len(tree.shape) < 2:
            return self._as_it_is(tree)
        # A power of a matrix is a product of matrices, and this is meant element by element.
        is_square = tree.args[1] == number(2)
        args = tree.args[:1] if is_square else tree.args
        called = "square" if is_square else "pow"
        return self._put("call", tuple(map(self.write, args)), called)

    def _product(self, tree: ExpressionTree) -> int:
        up = [f for f in tree.args if not (f.op == "^" and _is_negative(f.args[1]))]
        down = [power(f, number(-1)) for f in tree.args if f not in up]
        return self._ratio(up, down, tree.value)

    def _ratio(self, up: list[ExpressionTree], down: list[ExpressionTree], value: Fraction) -> int:
        for place, factor in enumerate(up if value < 0 else []):
            turned = _turned(factor)
            if turned is not None:
                value, up = -value, [*up[:place], turned, *up[place + 1 :]]
                break
        above, below = abs(value.numerator), value.denominator
        if max(above, below) > MAX_EXACT:
            raise TooLargeError
        places = [self._put("number", (), float(above))] if above != 1 or not up else []
        place = self._chain("*", [*places, *map(self.write, up)])
        under = [self._put("number", (), float(below))] if below != 1 else []
        under += map(self.write, down)
        if under:
            place = self._put("/", (place, self._chain("*", under)))
        return self._put("neg", (place,)) if value < 0 else place


_ROWS: dict[str, Callable[[_TermWriter, ExpressionTree], int]] = {
    "number": _TermWriter._number,
    "ones": _TermWriter._ones,
    "+": _TermWriter._sum,
    "*": _TermWriter._product,
    "^": _TermWriter._power,
    "@": _TermWriter._matrix_product,
}
"""Operator of a tree -> what writes it, where that is not a term of the same name."""


def _turned(tree: ExpressionTree, numbers: bool = True) -> ExpressionTree | None:
    """The same times -1 by turning a difference in it, if there is one: y - a for a - y.

    Args:
        tree: a factor.
        numbers: whether 1 - a may become a - 1, too.
    """
    if tree.op == "+":
        terms = [parts(term) for term in tree.args]
        is_difference = any(coefficient < 0 for coefficient, _ in terms)
        return negated(tree) if is_difference and (numbers or all(f for _, f in terms)) else None
    if tree.op not in ("@", "*", ".T", "list") and tree.payload != "sum":
        return None
    for place, arg in enumerate(tree.args):
        turned = _turned(arg, numbers)
        if turned is not None:
            return tree._replace(args=(*tree.args[:place], turned, *tree.args[place + 1 :]))
    return None


def _is_negative(exponent: ExpressionTree) -> bool:
    return exponent.op == "number" and exponent.value < 0
