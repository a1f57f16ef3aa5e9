"""Between which values does a formula stay, and is it fit for an exercise everywhere in between?

Interval arithmetic: each gate answers with the smallest and the largest value that it can
have, so what is found fit is fit for all inputs, not for those that were tried. What a
gate does between two values follows from its row: its forward function and its local
derivative are run, its domain and its kink are read.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise, product
from math import isfinite

from backprop_cli.gates.compiler import compile_condition, compile_rule, rule
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shape_rules.value_type import numbers
from backprop_cli.gates.value import number
from backprop_cli.graph.graph import Graph

Interval = tuple[float, float]

LARGEST = 1000.0
"""Values beyond this are no exercise for a sheet of paper."""

FLATTEST, STEEPEST = 1.3e-3, 55.0
"""How flat and how steep a function may be whose row does not say where exercises use it: in
terms of its slope at 0, or at 1 where it has none at 0."""

SAMPLES = 17
"""Points between two bounds at which the sign of a slope is looked at."""

MAX_GATES = 256
"""Gates whose compiled functions are kept."""


class Unsuitable(Exception):
    """Somewhere the formula is undefined, flat, or large."""


def between(graph: Graph, inputs: Mapping[str, Interval]) -> Interval:
    """The bounds of the output of a circuit of numbers, for inputs within these bounds.

    Raises:
        Unsuitable: if a value is undefined, flat or large somewhere, or a branch is never taken.
    """
    found: dict[int, Interval] = {node: inputs[name] for name, node in graph.inputs.items()}
    found |= {k: (number(value), number(value)) for k, value in graph.constants.items()}
    for node, gate in enumerate(graph.gates):
        if gate is not None:
            found[node] = _bounds(gate, [found[arg] for arg in graph.args[node]])
    return found[graph.output]


def _bounds(gate: Gate, args: list[Interval]) -> Interval:
    """The bounds of one gate."""
    if gate.practice_range is not None:
        _stays_between(gate.practice_range, args[0])
    else:
        _stays_away_from_edges(gate, args)
        _is_neither_flat_nor_steep(gate, args)
    _takes_both_sides(gate, args)
    value = _functions(gate)[0]
    try:
        # Between two ends a product or a power turns at 0, if anywhere.
        corners = [value(*corner) for corner in product(*map(_ends, args))]
    except ArithmeticError:
        raise Unsuitable from None
    if not all(isfinite(corner) and abs(corner) <= LARGEST for corner in corners):
        raise Unsuitable
    return min(corners), max(corners)


def _ends(interval: Interval) -> tuple[float, ...]:
    low, high = interval
    return (low, 0.0, high) if low < 0 < high else (low, high)


@lru_cache(maxsize=MAX_GATES)
def _functions(gate: Gate) -> tuple[Callable[..., float], Callable[..., float]]:
    """The value of a gate of numbers, and its slope by its first input at inputs and value."""
    names = (*gate.inputs, "out")
    value = compile_rule(gate.forward, gate.inputs, numbers(len(gate.inputs))).run
    return value, compile_rule(gate.local[0], names, numbers(len(names))).run


# The domain and the kink of a row

FROM_EDGE = 0.5 - 1e-9
"""How far inputs stay from the edge of a domain; just half is far enough."""


def _stays_between(bounds: Interval, interval: Interval) -> None:
    if interval[0] < bounds[0] or interval[1] > bounds[1]:
        raise Unsuitable


def _stays_away_from_edges(gate: Gate, args: list[Interval]) -> None:
    """All inputs stay in the domain, and away from its edge."""
    if gate.beyond or not gate.domain:
        return
    inside = compile_condition(gate.domain, gate.inputs, numbers(len(gate.inputs))).run
    near = [_ends((low - FROM_EDGE, high + FROM_EDGE)) for low, high in args]
    if not all(inside(*corner) for corner in product(*near)):
        raise Unsuitable


def _takes_both_sides(gate: Gate, args: list[Interval]) -> None:
    """Inputs lie on both sides of a kink, and often enough."""
    if gate.kink is None:
        return
    if gate.kink.tie and len(args) == 2:
        (low_a, high_a), (low_b, high_b) = args
        common = min(high_a, high_b) - max(low_a, low_b)
        if 3 * common < max(high_a - low_a, high_b - low_b) or common <= 0:
            raise Unsuitable
    elif gate.kink.left[0] != "nan" and len(args) == 1:
        ((low, high),) = args
        if 4 * min(-low, high) < high - low:
            raise Unsuitable


# The slope of a row


def _is_function(gate: Gate) -> bool:
    """Whether it is a smooth function that has a name, of one value."""
    is_called = rule(gate.forward).terms[-1].op == "call"
    is_smooth = gate.kink is None or gate.kink.left == ("nan",)
    return is_called and is_smooth and len(gate.inputs) == 1


def _is_neither_flat_nor_steep(gate: Gate, args: list[Interval]) -> None:
    """The slope of a function is everywhere of one sign, and can be told from 0."""
    if not _is_function(gate):
        return
    slopes = list(_slopes(gate, args[0]))
    if any(a * b <= 0 for a, b in pairwise(slopes)):
        raise Unsuitable
    usual = _usual_slope(gate)
    if not all(FLATTEST <= abs(slope) / usual <= STEEPEST for slope in slopes):
        raise Unsuitable


def _slopes(gate: Gate, interval: Interval) -> Iterator[float]:
    value, slope = _functions(gate)
    low, high = interval
    for sample in range(SAMPLES):
        a = low + (high - low) * sample / (SAMPLES - 1)
        try:
            yield slope(a, value(a))
        except ArithmeticError:
            raise Unsuitable from None


@lru_cache(maxsize=MAX_GATES)
def _usual_slope(gate: Gate) -> float:
    """The size of the slope at 0; where there is none, at 1."""
    value, slope = _functions(gate)
    for a in (0.0, 1.0):
        try:
            found = abs(slope(a, value(a)))
        except ArithmeticError:
            continue
        if 0 < found < float("inf"):
            return found
    return 1.0
