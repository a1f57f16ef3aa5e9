"""Between which values does a formula stay, and is it tame everywhere in between?

Interval arithmetic: each operation answers with the smallest and the largest value that
it can have, so what is found tame is tame for all inputs, not for those that were tried.
"""

from collections.abc import Callable, Mapping

from backprop_cli.gates import scalars
from backprop_cli.language.syntax import Expression, Term

Interval = tuple[float, float]

LARGEST = 1000.0
"""Values beyond this are no exercise for a sheet of paper."""

_APART = 0.5
"""How far a divisor stays from 0."""

_ARGUMENTS: dict[str, Interval] = {
    "exp": (-6, 4),
    "log": (0.4, LARGEST),
    "sqrt": (0.2, LARGEST),
    "sigmoid": (-8, 8),
    "tanh": (-4, 4),
}
"""Where functions are defined and their slopes can be told from 0."""


class Wild(Exception):
    """Somewhere the formula is undefined, flat, or large."""


def between(expression: Expression, inputs: Mapping[str, Interval]) -> Interval:
    """The bounds of the last statement for inputs within these bounds.

    Raises:
        Wild: if a value is undefined, flat or large somewhere, or a branch is never taken.
    """
    scope = dict(inputs)
    found: list[Interval] = []
    names = {statement.term: statement.name for statement in expression.statements}
    for place, term in enumerate(expression.terms):
        found.append(_of(term, [found[arg] for arg in term.args], scope))
        if names.get(place) is not None:
            scope[str(names[place])] = found[place]
    return found[expression.statements[-1].term]


def _of(term: Term, args: list[Interval], scope: Mapping[str, Interval]) -> Interval:
    if term.op == "number":
        return float(term.payload), float(term.payload)
    if term.op == "name":
        return scope[str(term.payload)]
    found = _OPERATIONS[str(term.payload) if term.op == "call" else term.op](*args)
    if max(map(abs, found)) > LARGEST:
        raise Wild
    return found


def _add(a: Interval, b: Interval) -> Interval:
    return a[0] + b[0], a[1] + b[1]


def _negated(a: Interval) -> Interval:
    return -a[1], -a[0]


def _multiply(a: Interval, b: Interval) -> Interval:
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def _divide(a: Interval, b: Interval) -> Interval:
    if b[0] < _APART and b[1] > -_APART:
        raise Wild
    return _multiply(a, (1 / b[1], 1 / b[0]))


def _power(a: Interval, b: Interval) -> Interval:
    """A whole number above 0 as the exponent."""
    low, high = sorted(scalars.power(x, b[0]) for x in a)
    return (0.0, high) if b[0] % 2 == 0 and a[0] < 0 < a[1] else (low, high)


def _larger(a: Interval, b: Interval) -> Interval:
    _both_ways(a, b)
    return max(a[0], b[0]), max(a[1], b[1])


def _smaller(a: Interval, b: Interval) -> Interval:
    _both_ways(a, b)
    return min(a[0], b[0]), min(a[1], b[1])


def _both_ways(a: Interval, b: Interval) -> None:
    """Each of the two must be able to be the larger one, by a third of what it spans."""
    common = min(a[1], b[1]) - max(a[0], b[0])
    if 3 * common < max(a[1] - a[0], b[1] - b[0]) or common <= 0:
        raise Wild


def _rectified(a: Interval) -> Interval:
    if 4 * min(-a[0], a[1]) < a[1] - a[0]:
        raise Wild
    return 0.0, a[1]


def _growing(name: str) -> Callable[[Interval], Interval]:
    """The bounds of a function that grows everywhere."""
    function = scalars.function(name)
    least, most = _ARGUMENTS[name]

    def bounds(a: Interval) -> Interval:
        if a[0] < least or a[1] > most or function is None:
            raise Wild
        return function(a[0]), function(a[1])

    return bounds


_OPERATIONS: dict[str, Callable[..., Interval]] = {
    "+": _add,
    "-": lambda a, b: _add(a, _negated(b)),
    "neg": _negated,
    "*": _multiply,
    "/": _divide,
    "^": _power,
    "max": _larger,
    "min": _smaller,
    "relu": _rectified,
    **{name: _growing(name) for name in _ARGUMENTS},
}
