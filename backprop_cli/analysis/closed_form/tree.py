"""Formulas as trees in one canonical form: sums and products flat, like terms collected."""

from fractions import Fraction
from math import prod
from typing import NamedTuple

import numpy as np

Shape = tuple[int, ...]
MAX_SIZE = 400
"""Pieces of the largest tree that is built; a tree of this size is also never too deep to walk."""


class TooLargeError(Exception):
    """The formula does not fit `MAX_SIZE`, or has a gate that has no formula here."""


class Tree(NamedTuple):
    """A number, a name, a sum `+`, a product `*`, a chain `@`, or any other term."""

    op: str
    args: tuple["Tree", ...] = ()
    payload: Fraction | str = ""
    shape: Shape = ()
    size: int = 1


def node(op: str, args: tuple[Tree, ...], payload: Fraction | str, shape: Shape) -> Tree:
    """A tree, unless it is too large."""
    # A coefficient is a piece too, so (a - y) / 3 is smaller than a / 3 - y / 3.
    size = 1 + sum(arg.size for arg in args) + (op == "*" and abs(Fraction(payload)) != 1)
    if size > MAX_SIZE:
        raise TooLargeError
    return Tree(op, args, payload, shape, size)


def number(value: float | Fraction) -> Tree:
    """A number; 0.1 is 1/10."""
    try:
        exact = value if isinstance(value, Fraction) else Fraction(repr(float(value)))
    except ValueError as error:
        raise TooLargeError from error
    return Tree("number", (), exact)


ZERO, ONE = number(0), number(1)


def ones(shape: Shape) -> Tree:
    """An array of ones; nothing for a number."""
    return Tree("ones", (), "", shape) if shape else ONE


def parts(tree: Tree) -> tuple[Fraction, tuple[Tree, ...]]:
    """The coefficient of a product and its other factors."""
    if tree.op == "number":
        return Fraction(tree.payload), ()
    if tree.op == "*":
        return Fraction(tree.payload), tree.args
    return Fraction(1), (tree,)


def base_of(factor: Tree) -> tuple[Tree, Fraction]:
    """x^-2 as x and -2."""
    if factor.op == "^" and factor.args[1].op == "number":
        return factor.args[0], Fraction(factor.args[1].payload)
    return factor, Fraction(1)


def broadcast(*trees: Tree) -> Shape:
    """The shape of trees that are combined element by element."""
    return tuple(np.broadcast_shapes(*(tree.shape for tree in trees)))


def product(*trees: Tree) -> Tree:
    """The product element by element, with the powers of one base collected."""
    coefficient = Fraction(1)
    powers: dict[Tree, Fraction] = {}
    for tree in trees:
        factor, rest = parts(tree)
        coefficient *= factor
        for part in rest:
            base, exponent = base_of(part)
            powers[base] = powers.get(base, Fraction(0)) + exponent
    if coefficient == 0:
        return ZERO
    whole = broadcast(*trees)
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


def _order(tree: Tree) -> tuple[bool, int, str]:
    """Numbers before arrays, and x before 1 - x."""
    first = base_of(tree)[0] if tree.op == "^" else tree
    rank = _READING_ORDER.index(first.op) if first.op in _READING_ORDER else len(_READING_ORDER)
    return bool(tree.shape), rank, repr(tree)


def power(base: Tree, exponent: Tree) -> Tree:
    """A power, as a product where the exponent is a number."""
    if exponent.op != "number":
        return node("^", (base, exponent), "", broadcast(base, exponent))
    value = Fraction(exponent.payload)
    coefficient, factors = parts(base)
    if value.denominator != 1 or (coefficient == 0 and value < 0):
        return _power(base, value)
    if coefficient == 0:
        return ZERO if value else ONE
    raised = [_power(b, e * value) for b, e in map(base_of, factors)]
    return product(number(coefficient ** int(value)), *raised)


def _power(base: Tree, exponent: Fraction) -> Tree:
    if exponent == 1 or base.op == "ones":
        return base
    if exponent == 0:
        return ones(base.shape)
    return node("^", (base, number(exponent)), "", base.shape)


def total(*trees: Tree) -> Tree:
    """The sum, with like terms collected."""
    found: dict[tuple[Tree, ...], Fraction] = {}
    shape = broadcast(*trees)
    for tree in trees:
        for term in tree.args if tree.op == "+" else (tree,):
            coefficient, factors = parts(term)
            factors = tuple(f for f in factors if f.op != "ones")
            found[factors] = found.get(factors, Fraction(0)) + coefficient
    terms = [product(number(c), *factors) for factors, c in found.items() if c]
    if not terms:
        return ZERO
    if broadcast(*terms) != shape:
        terms[0] = product(terms[0], ones(shape))
    if len(terms) == 1:
        return terms[0]
    return node("+", tuple(sorted(terms, key=lambda t: (parts(t)[0] < 0, _order(t)))), "", shape)


def matmul(left: Tree, right: Tree) -> Tree:
    """The matrix product, as a chain; numbers are taken out of it, and a row times a column."""
    if not left.shape or not right.shape:
        return product(left, right)
    if len(left.shape) == 1 and len(right.shape) == 1:
        # Two vectors: their dot product, with what is a number taken out of it.
        coefficient, factors = parts(left)
        apart = [number(coefficient), *(f for f in factors if not f.shape)]
        inside = product(*(f for f in factors if f.shape))
        return product(*apart, node("@", (inside, right), "", ()))
    if len(left.shape) == 1 and right.shape[0] == left.shape[0] != 1:
        # A vector left of a matrix is its own row.
        return matmul(transpose(right), left)
    outside: list[Tree] = []
    chain: list[Tree] = []
    for side in (left, right):
        coefficient, factors = parts(side)
        outside += [number(coefficient), *(f for f in factors if not f.shape)]
        inside = product(*(f for f in factors if f.shape)) if factors else side
        if coefficient == 0:
            return ZERO
        for link in inside.args if inside.op == "@" else (inside,):
            if chain and _rows(chain[-1]) == 1 and _columns(link) == 1:
                row = chain.pop()
                outside.append(node("@", (row, link), "", ()))
            else:
                chain.append(link)
    if not chain:
        return product(*outside)
    shape: Shape = (_rows(chain[0]), _columns(chain[-1]))
    if len(chain[-1].shape) == 1:
        # A row times a column, as in x.T A x, is a number.
        shape = shape[:1] if shape[0] != 1 else ()
    if len(chain) == 2 and chain[-1].op == "ones" and len(chain[-1].shape) == 1:
        # A matrix times a column of ones: the sum of each row.
        return product(*outside, node("call", (transpose(chain[0]),), "sum along 0", shape))
    whole = chain[0] if len(chain) == 1 else node("@", tuple(chain), "", shape)
    return product(*outside, whole)


def _rows(tree: Tree) -> int:
    return tree.shape[0]


def _columns(tree: Tree) -> int:
    return tree.shape[1] if len(tree.shape) > 1 else 1


def transpose(tree: Tree) -> Tree:
    """The transpose, pushed in: (AB).T is B.T A.T."""
    if not tree.shape:
        return tree
    if tree.op == ".T":
        return tree.args[0]
    if tree.op == "@":
        found = transpose(tree.args[-1])
        for arg in tree.args[-2::-1]:
            found = matmul(found, transpose(arg))
        return found
    if tree.op == "*" and all(f.shape in ((), tree.shape) for f in tree.args):
        return product(number(Fraction(tree.payload)), *map(transpose, tree.args))
    if tree.op == "+" and all(t.shape == tree.shape for t in tree.args):
        return total(*map(transpose, tree.args))
    shape = (1, tree.shape[0]) if len(tree.shape) == 1 else tree.shape[::-1]
    return ones(shape) if tree.op == "ones" else node(".T", (tree,), "", shape)


def sum_of(tree: Tree) -> Tree:
    """The sum of all elements, with numbers taken out of it."""
    if not tree.shape:
        return tree
    coefficient, factors = parts(tree)
    outside = [number(coefficient), *(f for f in factors if not f.shape)]
    inside = product(*(f for f in factors if f.shape))
    if inside.op == "ones":
        return product(*outside, number(prod(inside.shape)))
    return product(*outside, node("call", (inside,), "sum", ()))
