"""Two gates after one another that anybody would write as one, or as none: exp(log(x)), x - (-y).

Whether they are follows from their rows: the forward functions are run after one another, and
compared with each gate alone.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from math import isclose, isnan

from backprop_cli.gates.compiler import compile_rule, rule
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.gates.shape_rules.value_type import numbers
from backprop_cli.gates.table import GATES

Values = tuple[float, ...]

POINTS: tuple[Values, ...] = ((0.7, 1.9), (1.3, 0.4), (2.1, 3.2), (-0.8, 1.7), (-1.6, -0.3))
"""Where functions are compared, in those that they are defined at."""

MAX_PAIRS = 4096
"""Pairs of gates that are kept."""


@lru_cache(maxsize=MAX_PAIRS)
def is_written_shorter(before: Gate, gate: Gate) -> bool:
    """Whether a gate right after another one is better written otherwise."""
    if before is gate:
        return len(gate.inputs) == 1 and not gate.variadic
    if not (_is_of_numbers(before) and _is_of_numbers(gate)):
        return False
    return (
        (_is_power(before) and rule(gate.forward).terms[-1].op == "^")
        or (_is_negation(before) and _is_odd(gate))
        or (_may_be_joined(before, gate) and any(map(_is_one_gate, _compositions(before, gate))))
    )


def is_product(gate: Gate) -> bool:
    """Whether it is a product or a power of numbers."""
    return rule(gate.forward).terms[-1].op in ("*", "^")


def _is_of_numbers(gate: Gate) -> bool:
    """Whether it works a number out of one or two; relu and max are looked at elsewhere."""
    is_elementwise = gate.shape.is_elementwise and not gate.variadic
    return is_elementwise and gate.pattern is not Pattern.ROUTER and gate.forward != "a"


def _may_be_joined(before: Gate, gate: Gate) -> bool:
    """Two functions of one value, or a sign; (1/x)*y is a lecture's own example, and no x/y."""
    are_functions = len(before.inputs) == len(gate.inputs) == 1
    return are_functions or _is_negation(before) or _is_negation(gate)


def _is_power(gate: Gate) -> bool:
    return gate.forward == "1 / a" or rule(gate.forward).terms[-1].op == "^"


def _is_negation(gate: Gate) -> bool:
    return gate.forward == "-a"


def _is_odd(gate: Gate) -> bool:
    """Whether a sign can stand outside: 1/(-x) is -(1/x)."""
    value = _function(gate)
    return len(gate.inputs) == 1 and _agree(lambda a, b: value(-a), lambda a, b: -value(a))


Function = Callable[[float, float], float]
"""Of two numbers; of gates of one input the second is not used."""


def _compositions(before: Gate, gate: Gate) -> Iterator[Function]:
    """The gate of what the other gives; where it has two inputs, in place of each of them."""
    inner, outer = _function(before), _function(gate)
    if len(gate.inputs) == 1:
        count = len(before.inputs)
        yield lambda a, b: outer(inner(*(a, b)[:count]))
    elif len(before.inputs) == 1:
        yield lambda a, b: outer(inner(a), b)
        yield lambda a, b: outer(a, inner(b))


def _is_one_gate(composed: Function) -> bool:
    """Whether a function is a gate's, of its inputs in any order, or that of no gate at all."""
    return any(_agree(composed, one) for one in _alone())


@lru_cache(maxsize=1)
def _alone() -> tuple[Function, ...]:
    found: list[Function] = [lambda a, b: a, lambda a, b: b]
    for gate in filter(_is_of_numbers, GATES):
        found += _in_any_order(_function(gate), len(gate.inputs))
    return tuple(found)


def _in_any_order(value: Callable[..., float], count: int) -> list[Function]:
    if count == 1:
        return [lambda a, b: value(a), lambda a, b: value(b)]
    return [lambda a, b: value(a, b), lambda a, b: value(b, a)]


def _function(gate: Gate) -> Callable[..., float]:
    types = numbers(len(gate.inputs))
    run: Callable[..., float] = compile_rule(gate.forward, gate.inputs, types).run
    return run


def _agree(composed: Function, one: Function) -> bool:
    """Whether two functions are one, at every point at which the first has a value."""
    pairs = [(_value(composed, point), _value(one, point)) for point in POINTS]
    defined = [(a, b) for a, b in pairs if a is not None]
    return len(defined) >= 3 and all(
        b is not None and isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in defined
    )


def _value(function: Function, point: Values) -> float | None:
    try:
        found = function(*point)
    except (ArithmeticError, ValueError):
        return None
    return None if isnan(found) else found
