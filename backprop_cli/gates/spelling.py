"""A rule as one would type it: a vector left of @ is its own row, a reduction names its axis.

The kernels know of a vector whether it is meant as a row, and keep the axis along which
was reduced. The language knows neither, so a rule that is shown says what they know: the
outer product of a row x and its upstream g is `x @ g.T`, and what was summed along axis 1
is laid along the rows again by `[q].T`.
"""

from collections.abc import Collection, Mapping

from backprop_cli.gates.emitter import ALONG_AXIS
from backprop_cli.gates.shape_rules.value_type import ValueType, largest, product
from backprop_cli.language.syntax import Expression, Term


class _Rewritten:
    """The terms of an expression, written anew one by one."""

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        self.terms: list[Term] = []
        self.places: list[int] = []
        """Where each term of the old expression now stands."""

    def add(self, term: Term, op: str, args: tuple[int, ...], payload: float | str = "") -> int:
        """Write a term in place of `term`; say where it stands."""
        self.terms.append(Term(op, args, payload, term.start, term.end, term.at))
        return len(self.terms) - 1

    def copy(self, term: Term) -> int:
        """The term as it was, with its arguments where they are now."""
        return self.add(term, term.op, tuple([self.places[a] for a in term.args]), term.payload)

    def result(self) -> Expression:
        """The expression with the new terms."""
        moved = [s._replace(term=self.places[s.term]) for s in self.expression.statements]
        return self.expression._replace(terms=tuple(self.terms), statements=tuple(moved))


def along(
    expression: Expression, axis: int, kept: Collection[str] = (), spread: bool = False
) -> Expression:
    """The expression with its reductions along `axis`.

    Args:
        expression: a rule, which names no axis.
        axis: the axis of every reduction in it.
        kept: names of what was reduced along this axis.
        spread: whether what was reduced stands beside what was not, and is a column there.
    """
    new = _Rewritten(expression)
    for term in expression.terms:
        reduces = term.op == "norm" or (term.op == "call" and term.payload in ALONG_AXIS)
        if reduces and len(term.args) == 1:
            number = new.add(term, "number", (), float(axis))
            keyword = new.add(term, "keyword", (number,), "axis")
            called = (new.places[term.args[0]], keyword)
            place = new.add(term, "call", called, term.payload or "norm")
            shorter = term.payload != "softmax"
        else:
            place, shorter = new.copy(term), term.op == "name" and term.payload in kept
        if spread and axis == 1 and shorter:
            place = new.add(term, ".T", (new.add(term, "list", (place,)),))
        new.places.append(place)
    return new.result()


def with_powers_by_element(expression: Expression, matrices: Collection[str]) -> Expression:
    """The expression with square(X) and pow(X, p) for the powers of a matrix, whose X² is X @ X.

    Args:
        expression: a formula or a rule of a gate, whose powers are all taken element by element.
        matrices: the names in it that stand for matrices.
    """
    terms = expression.terms
    if not matrices or all(term.op != "^" for term in terms):
        return expression
    new = _Rewritten(expression)
    hold: list[bool] = []
    for term in terms:
        hold.append(_is_matrix(term, [hold[arg] for arg in term.args], matrices))
        if term.op != "^" or not hold[-1]:
            new.places.append(new.copy(term))
            continue
        exponent = terms[term.args[1]]
        is_square = exponent.op == "number" and exponent.payload == 2
        args = tuple(new.places[arg] for arg in term.args)
        called = ("square", args[:1]) if is_square else ("pow", args)
        new.places.append(new.add(term, "call", called[1], called[0]))
    return new.result()


def _is_matrix(term: Term, of: list[bool], matrices: Collection[str]) -> bool:
    """Whether a term is a matrix, given which of its arguments are."""
    if term.op == "name":
        return term.payload in matrices
    reduces = term.op in ("norm", "index") or (term.op == "call" and term.payload in ALONG_AXIS)
    return any(of) and (not reduces or term.payload == "softmax")


def with_plain_rows(
    expression: Expression, types: Mapping[str, ValueType], plain: Collection[str], result: bool
) -> Expression:
    """A rule of @ in which some rows are written as the plain vectors that they are.

    Args:
        expression: a rule of the matrix product.
        types: what each name is meant as.
        plain: names of rows that are written as plain vectors.
        result: whether what the rule gives is such a row too.
    """
    new = _Rewritten(expression)
    meant: list[ValueType] = []
    for term in expression.terms:
        of = [meant[arg] for arg in term.args]
        names = [expression.terms[arg].payload for arg in term.args]
        if term.op == ".T" and names[0] in plain:
            place, type_ = new.places[term.args[0]], ValueType.VECTOR
        elif term.op == "@" and ValueType.NUMBER in of:
            place, type_ = new.add(term, "*", _operands(new, term, result)), largest(of)
        elif term.op == "@" and names[1] in plain:
            left, right = (new.places[arg] for arg in term.args)
            turned = new.add(term, ".T", (right,))
            place, type_ = new.add(term, "@", (left, turned)), _product(of)
        else:
            place, type_ = new.copy(term), _type(term, of, types)
        new.places.append(place)
        meant.append(type_)
    return new.result()


def _operands(new: _Rewritten, term: Term, result: bool) -> tuple[int, ...]:
    """The two sides of a product with a number; the row that it gives may be plain, too."""
    sides = [new.places[arg] for arg in term.args]
    if result:
        sides = [new.terms[side].args[0] if new.terms[side].op == ".T" else side for side in sides]
    return tuple(sides)


def _type(term: Term, of: list[ValueType], types: Mapping[str, ValueType]) -> ValueType:
    """The type of a term whose arguments have these types."""
    if term.op == "name":
        return types.get(str(term.payload), ValueType.NUMBER)
    if term.op == ".T":
        return of[0].transposed
    if term.op == "@":
        return _product(of)
    return largest(of)


def _product(of: list[ValueType]) -> ValueType:
    """The type of a matrix product; a matrix where a mistaken rule has none."""
    left, right = of
    found = product(left, right)
    return ValueType.MATRIX if found is None else found
