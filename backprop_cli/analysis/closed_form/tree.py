"""Formulas as trees in one canonical form: sums and products flat, like terms collected."""

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np

Shape = tuple[int, ...]
MAX_SIZE = 400
"""Pieces of the largest tree that is built; a tree of this size is also never too deep to walk."""


NOTHING, UNIT, MINUS = Fraction(0), Fraction(1), Fraction(-1)


class TooLargeError(Exception):
    """The formula does not fit `MAX_SIZE`, or has a gate that has no formula here."""


class ExpressionTree(NamedTuple):
    """A number, a name, a sum `+`, a product `*`, a chain `@`, or any other term."""

    op: str
    args: tuple["ExpressionTree", ...] = ()
    payload: Fraction | str = ""
    shape: Shape = ()
    size: int = 1

    @property
    def value(self) -> Fraction:
        """What a number is, and the coefficient of a product."""
        assert isinstance(self.payload, Fraction)
        return self.payload


def node(
    op: str, args: tuple[ExpressionTree, ...], payload: Fraction | str, shape: Shape
) -> ExpressionTree:
    """A tree, unless it is too large."""
    # A coefficient is a piece too, so (a - y) / 3 is smaller than a / 3 - y / 3.
    size = 1 + sum(arg.size for arg in args) + (op == "*" and payload not in (UNIT, MINUS))
    if size > MAX_SIZE:
        raise TooLargeError
    return ExpressionTree(op, args, payload, shape, size)


def number(value: float | Fraction) -> ExpressionTree:
    """A number; 0.1 is 1/10."""
    try:
        exact = value if isinstance(value, Fraction) else Fraction(repr(float(value)))
    except ValueError as error:
        raise TooLargeError from error
    return ExpressionTree("number", (), exact)


ZERO, ONE = number(0), number(1)


def ones(shape: Shape) -> ExpressionTree:
    """An array of ones; nothing for a number."""
    return ExpressionTree("ones", (), "", shape) if shape else ONE


def parts(tree: ExpressionTree) -> tuple[Fraction, tuple[ExpressionTree, ...]]:
    """The coefficient of a product and its other factors; b - a is -1 times a - b."""
    if tree.op == "number":
        return tree.value, ()
    if tree.op == "*":
        return tree.value, tree.args
    if tree.op == "+" and _is_negative(tree):
        return MINUS, (negated(tree),)
    return UNIT, (tree,)


def negated(tree: ExpressionTree) -> ExpressionTree:
    """A sum with the sign of each term turned."""
    terms = []
    for term in tree.args:
        coefficient, factors = parts(term)
        plain = factors[0] if len(factors) == 1 and coefficient == -1 else None
        terms.append(plain or product(number(-coefficient), *factors))
    return _sum(terms, tree.shape)


def _is_negative(tree: ExpressionTree) -> bool:
    """Whether most terms of a sum are subtracted; of two, whether the one that reads first is."""
    signs = [parts(term)[0] > 0 for term in tree.args]
    if signs.count(True) * 2 != len(signs):
        return signs.count(True) * 2 < len(signs)
    first = min(range(len(signs)), key=lambda n: _names_first(parts(tree.args[n])[1]))
    return not signs[first]


def _names_first(factors: tuple[ExpressionTree, ...]) -> tuple[int, str]:
    ranks = [_RANKS.get(base_of(factor)[0].op, len(_RANKS)) for factor in factors]
    return max(ranks, default=0), repr(factors)


def base_of(factor: ExpressionTree) -> tuple[ExpressionTree, Fraction]:
    """x^-2 as x and -2."""
    if factor.op == "^" and factor.args[1].op == "number":
        return factor.args[0], factor.args[1].value
    return factor, UNIT


def broadcast(*trees: ExpressionTree) -> Shape:
    """The shape of trees that are combined element by element.

    Raises:
        TooLargeError: if they do not fit.
    """
    shapes = {tree.shape for tree in trees if tree.shape}
    if len(shapes) < 2:
        return shapes.pop() if shapes else ()
    try:
        return tuple(np.broadcast_shapes(*shapes))
    except ValueError as error:
        raise TooLargeError from error


def product(*trees: ExpressionTree) -> ExpressionTree:
    """The product element by element, with the powers of one base collected."""
    coefficient = UNIT
    powers: dict[ExpressionTree, Fraction] = {}
    for tree in trees:
        factor, rest = parts(tree)
        coefficient *= factor
        for part in rest:
            base, exponent = base_of(part)
            powers[base] = powers.get(base, NOTHING) + exponent
    if coefficient == 0:
        return ZERO
    whole = broadcast(*trees)
    if any(_is_spread_row(base, whole) for base in powers):
        bare = [power(_bare(base, whole), number(e)) for base, e in powers.items()]
        return product(number(coefficient), *bare)
    onehot = next((base for base in powers if is_onehot(base) and base.shape == whole), None)
    if onehot is not None:
        taken = [base for base in powers if base not in (onehot, ones(whole))]
        if any(base.shape == whole and not is_column(base) for base in taken):
            # It is 0 everywhere else: p * onehot(y, n) is p[y] * onehot(y, n).
            chosen = [power(picked(base, onehot), number(powers[base])) for base in taken]
            return product(number(coefficient), onehot, *chosen)
        powers[onehot] = UNIT
    factors = [_power(base, exponent) for base, exponent in powers.items() if exponent]
    solid = [factor for factor in factors if factor.op != "ones"]
    if not solid or broadcast(*solid) != whole:
        solid += [ones(whole)] if whole else []
    if not solid:
        return number(coefficient)
    if coefficient == 1 and len(solid) == 1:
        return solid[0]
    if len(solid) == 1 and solid[0].op == "+" and coefficient == -1:
        return total(*(product(number(-1), term) for term in solid[0].args))
    return node("*", tuple(sorted(solid, key=_order)), coefficient, whole)


_READING_ORDER = ("number", "name", "^", "call", "+")
_RANKS = {op: rank for rank, op in enumerate(_READING_ORDER)}


def _order(tree: ExpressionTree) -> tuple[bool, int, str]:
    """Numbers before arrays, and x before 1 - x."""
    first = base_of(tree)[0] if tree.op == "^" else tree
    return bool(tree.shape), _RANKS.get(first.op, len(_RANKS)), repr(tree)


def power(base: ExpressionTree, exponent: ExpressionTree) -> ExpressionTree:
    """A power, as a product where the exponent is a number."""
    if exponent.op != "number":
        return node("^", (base, exponent), "", broadcast(base, exponent))
    value = exponent.value
    coefficient, factors = parts(base)
    if value.denominator != 1 or (coefficient == 0 and value < 0):
        return _power(base, value)
    if coefficient == 0:
        return ZERO if value else ONE
    raised = [_power(b, e * value) for b, e in map(base_of, factors)]
    return product(number(coefficient ** int(value)), *raised)


def _power(base: ExpressionTree, exponent: Fraction) -> ExpressionTree:
    if exponent == 1 or base.op == "ones":
        return base
    if exponent == 0:
        return ones(base.shape)
    return node("^", (base, number(exponent)), "", base.shape)


def total(*trees: ExpressionTree) -> ExpressionTree:
    """The sum, with like terms collected."""
    found: dict[tuple[ExpressionTree, ...], Fraction] = {}
    shape = broadcast(*trees)
    for tree in (_bare(tree, shape) for tree in trees):
        for term in tree.args if tree.op == "+" else (tree,):
            coefficient, factors = parts(term)
            factors = tuple(f for f in factors if f.op != "ones")
            found[factors] = found.get(factors, NOTHING) + coefficient
    terms = [product(number(c), *factors) for factors, c in found.items() if c]
    if not terms:
        return ZERO
    if broadcast(*terms) != shape:
        terms[0] = product(terms[0], ones(shape))
    if len(terms) == 1:
        return terms[0]
    return _sum(terms, shape)


def _sum(terms: list[ExpressionTree], shape: Shape) -> ExpressionTree:
    return node("+", tuple(sorted(terms, key=lambda t: (parts(t)[0] < 0, _order(t)))), "", shape)


def with_name(tree: ExpressionTree, name: ExpressionTree, named: ExpressionTree) -> ExpressionTree:
    """A product with a name in place of the factors that it stands for."""
    powers = dict(map(base_of, parts(tree)[1]))
    factors = [(base, e) for base, e in map(base_of, parts(named)[1])]
    if len(factors) < 2 or any(powers.get(base, NOTHING) / e < 1 for base, e in factors):
        return tree
    return product(tree, name, power(named, number(-1)))


def onehot_of(label: ExpressionTree, shape: Shape) -> ExpressionTree:
    """1 at the place of a label, or in each row at the place of its own; 0 elsewhere."""
    return node("call", (label, number(shape[-1])), "onehot", shape)


def is_onehot(tree: ExpressionTree) -> bool:
    """Whether it is 1 at labels and 0 elsewhere."""
    return tree.op == "call" and tree.payload == "onehot"


def picked(tree: ExpressionTree, onehot: ExpressionTree) -> ExpressionTree:
    """The element at the place of a label; of a matrix a column of those at its labels."""
    label, whole = onehot.args[0], onehot.shape
    if tree.shape != whole or is_column(tree):
        return tree
    if tree.op == "ones":
        return ones((*whole[:-1], 1)) if whole[1:] else ONE
    if tree.op in "+*":
        terms = [picked(arg, onehot) for arg in tree.args]
        return total(*terms) if tree.op == "+" else product(number(parts(tree)[0]), *terms)
    if tree.op == "^" and tree.args[1].op == "number":
        return power(picked(tree.args[0], onehot), tree.args[1])
    if is_onehot(tree) and tree.args[0].op == label.op == "number":
        return ONE if tree.args[0] == label else ZERO
    if not whole[1:]:
        return node("index", (tree, label), "", ())
    rows = node("list", tuple(map(number, range(whole[0]))), "", whole[:1])
    return column(node("index", (tree, rows, label), "", whole[:1]))


def row(tree: ExpressionTree) -> ExpressionTree:
    """A vector as the only row of a matrix, [v]; of a product the product of rows."""
    return _lifted(tree, lambda v: node("list", (v,), "", (1, *v.shape)))


def column(tree: ExpressionTree) -> ExpressionTree:
    """A vector as the only column of a matrix, [v].T; of a product the product of columns."""
    return _lifted(
        tree, lambda v: node(".T", (node("list", (v,), "", (1, *v.shape)),), "", (*v.shape, 1))
    )


def _lifted(
    tree: ExpressionTree, lift: Callable[[ExpressionTree], ExpressionTree]
) -> ExpressionTree:
    coefficient, factors = parts(tree)
    found = [number(coefficient)]
    for base, exponent in map(base_of, factors):
        lifted = lift(base) if base.shape else base
        if base.op == "ones":
            lifted = ones(lifted.shape)
        found.append(power(lifted, number(exponent)))
    return product(*found)


def _is_spread_row(tree: ExpressionTree, whole: Shape) -> bool:
    return len(whole) == 2 and whole[0] > 1 and is_row(tree)


def _bare(tree: ExpressionTree, whole: Shape) -> ExpressionTree:
    """A row that is copied to all rows of a matrix as a plain vector, which is copied too."""
    if not tree.shape or tree.shape[0] != 1:
        return tree
    if _is_spread_row(tree, whole):
        return tree.args[0]
    if tree.op != "*" or not any(_is_spread_row(base_of(f)[0], whole) for f in tree.args):
        return tree
    bare = [power(_bare(base, whole), number(e)) for base, e in map(base_of, tree.args)]
    return product(number(parts(tree)[0]), *bare)


def is_row(tree: ExpressionTree) -> bool:
    """Whether a vector was made the only row of a matrix."""
    return tree.op == "list" and len(tree.args) == 1 and bool(tree.args[0].shape)


def is_column(tree: ExpressionTree) -> bool:
    """Whether a vector was made the only column of a matrix."""
    return tree.op == ".T" and is_row(tree.args[0])
