"""Between the terms of the language and trees."""

from collections.abc import Mapping
from fractions import Fraction

from backprop_cli.analysis.closed_form.tree import (
    ONE,
    ZERO,
    TooLargeError,
    Tree,
    broadcast,
    matmul,
    node,
    number,
    parts,
    power,
    product,
    sum_of,
    total,
    transpose,
)
from backprop_cli.language.syntax import Expression, Statement, Term

REDUCING = ("mean", "logsumexp", "max", "min")
MAX_EXACT = 2**53
"""The largest whole number up to which a float is exact: a rounded one would be shown as true."""

UNKNOWN = ("onehot", "ties", "cumsum", "prod")


def tree_of(
    expression: Expression,
    names: Mapping[str, Tree],
    assumed: dict[Tree, None] | None = None,
) -> Tree:
    """The tree of a rule's text.

    Args:
        expression: the text, parsed.
        names: what to put in for each name.
        assumed: gets what is taken not to be 0, where a rule has `where(x == 0, …)`.

    Raises:
        TooLargeError: for what has no tree here.
    """
    found: list[Tree] = []
    for term in expression.terms:
        args = tuple(found[arg] for arg in term.args)
        found.append(_tree(term, args, names, assumed))
    return found[-1]


def _tree(
    term: Term, args: tuple[Tree, ...], names: Mapping[str, Tree], assumed: dict[Tree, None] | None
) -> Tree:
    op = term.op
    if op == "number":
        return number(float(term.payload))
    if op == "name":
        if str(term.payload) not in names:
            raise TooLargeError
        return names[str(term.payload)]
    if op in "+-" or op == "neg":
        last = args[-1] if op == "+" else product(number(-1), args[-1])
        return total(*args[:-1], last)
    if op == "*":
        return product(*args)
    if op == "/":
        return product(args[0], power(args[1], number(-1)))
    if op == "^":
        return power(*args)
    if op == "@":
        return matmul(*args)
    if op == ".T":
        return transpose(args[0])
    if op == "norm":
        return node("norm", args, "", ())
    if op == "compare":
        return node("compare", args, str(term.payload), broadcast(*args))
    return _call(term, args, assumed)


def _call(term: Term, args: tuple[Tree, ...], assumed: dict[Tree, None] | None) -> Tree:
    name = str(term.payload)
    if term.op == "index" and args[0] == ONE and args[1].op == "compare":
        return node("index", args, "", args[1].shape)
    if term.op != "call" or name in UNKNOWN:
        raise TooLargeError
    if name == "where" and args[0].op == "compare" and args[0].payload == "==":
        left, right = args[0].args
        if left.op == right.op == "number":
            return args[1] if left == right else args[2]
        if assumed is None or right != ZERO:
            raise TooLargeError
        assumed[left] = None
        return args[2]
    if name == "sum" and len(args) == 1:
        return sum_of(args[0])
    if (name in REDUCING and len(args) == 1) or name == "dot":
        return node("call", args, name, ())
    return node("call", args, name, broadcast(*args))


def expression_of(tree: Tree) -> Expression:
    """The terms of a tree, in order of computation."""
    terms: list[Term] = []

    def put(op: str, args: tuple[int, ...] = (), payload: float | str = "") -> int:
        terms.append(Term(op, args, payload, 0, 0, 0))
        return len(terms) - 1

    def write(tree: Tree) -> int:
        if tree.op == "number":
            value = Fraction(tree.payload)
            return ratio([], [], value)
        if tree.op == "name":
            return put("name", (), str(tree.payload))
        if tree.op == "*":
            up = [f for f in tree.args if not (f.op == "^" and _is_negative(f.args[1]))]
            down = [power(f, number(-1)) for f in tree.args if f not in up]
            return ratio(up, down, Fraction(tree.payload))
        if tree.op == "^" and _is_negative(tree.args[1]):
            return ratio([], [power(tree, number(-1))], Fraction(1))
        if tree.op == "+":
            place = write(tree.args[0])
            for term in tree.args[1:]:
                minus = parts(term)[0] < 0
                next_ = write(product(number(-1), term) if minus else term)
                place = put("-" if minus else "+", (place, next_))
            return place
        if tree.op == "@":
            place = write(tree.args[0])
            for link in tree.args[1:]:
                place = put("@", (place, write(link)))
            return place
        if tree.op == "ones":
            raise TooLargeError
        if tree.payload == "sum along 0":
            axis = put("keyword", (put("number", (), 0.0),), "axis")
            return put("call", (write(tree.args[0]), axis), "sum")
        return put(tree.op, tuple(map(write, tree.args)), str(tree.payload))

    def ratio(up: list[Tree], down: list[Tree], value: Fraction) -> int:
        if value < 0:
            value, up = _turned(value, up)
        above, below = abs(value.numerator), value.denominator
        if max(above, below) > MAX_EXACT:
            raise TooLargeError
        places = [put("number", (), float(above))] if above != 1 or not up else []
        places += [write(factor) for factor in up]
        place = places[0]
        for other in places[1:]:
            place = put("*", (place, other))
        under = [put("number", (), float(below))] if below != 1 else []
        under += [write(factor) for factor in down]
        if under:
            divisor = under[0]
            for other in under[1:]:
                divisor = put("*", (divisor, other))
            place = put("/", (place, divisor))
        return put("neg", (place,)) if value < 0 else place

    root = write(tree)
    return Expression("", tuple(terms), (Statement(None, root, 0, 0),))


def _turned(value: Fraction, up: list[Tree]) -> tuple[Fraction, list[Tree]]:
    """-2 (a - y) as 2 (y - a), where a difference among the factors takes the sign."""
    for place, factor in enumerate(up):
        if factor.op == "+" and any(parts(term)[0] < 0 for term in factor.args):
            return -value, [*up[:place], product(number(-1), factor), *up[place + 1 :]]
        if factor.op == "@" and factor.args[0].op == "+":
            first = product(number(-1), factor.args[0])
            if any(parts(term)[0] < 0 for term in factor.args[0].args):
                turned = factor._replace(args=(first, *factor.args[1:]))
                return -value, [*up[:place], turned, *up[place + 1 :]]
    return value, up


def _is_negative(exponent: Tree) -> bool:
    return exponent.op == "number" and Fraction(exponent.payload) < 0
