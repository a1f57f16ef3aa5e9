"""Gradient descent: each step goes against the gradient, and what becomes of the value is named.

What the steps mean follows from the numbers alone: whether the value fell, whether the gradient
turned about from one step to the next, whether a gate let nothing through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from math import inf, isfinite
from typing import Any, NamedTuple

from backprop_cli.analysis.flow import flow, may_die, size_of
from backprop_cli.autodiff.trace import Trace, trace
from backprop_cli.errors import BackpropError
from backprop_cli.gates.value import Value, known

MOST_STEPS = 100_000
MOST_NUMBERS = 10_000_000
"""Elements of the inputs that are moved, times the steps: all of them are kept."""

ARRIVED = 1e-3
"""Of the first gradient: below this share of it the descent has arrived."""
GROWN = 10.0
"""Of the first gradient: above this multiple of it the value falls faster and faster."""
OFTEN = 0.5
"""The share of steps that go over to the other side, from which on they are named."""
NEARLY = 0.98
"""Of a rate: so near below and above it what is said of it is tried."""
STEADY = 0.999
"""Of the size of a gradient two steps before: who keeps more than this does not come nearer."""


class DescentOutcome(Enum):
    """How a descent ended."""

    ARRIVED = "the gradient is next to nothing"
    FALLS = "the value still falls"
    FALLS_FASTER = "the value falls, and the gradient grows"
    JUMPS_NEARER = "each step goes over to the other side, and comes nearer"
    JUMPS_ABOUT = "each step goes over to the other side, and comes no nearer"
    DIVERGES = "the value grows"
    DEAD = "a relu, or what is like it, lets no gradient through"
    AT_REST = "the gradient is 0 from the start"
    NOT_A_NUMBER = "the value or the gradient is no finite number"


class Point(NamedTuple):
    """Where the descent was after a number of steps."""

    value: float
    inputs: Mapping[str, Value]
    """Of the inputs that are moved."""
    gradients: Mapping[str, Value]


@dataclass(frozen=True)
class Descent:
    """All points of a descent, the start among them."""

    start: Trace
    rate: float
    points: Sequence[Point]
    last: Trace

    @property
    def names(self) -> list[str]:
        """The inputs that are moved."""
        return list(self.points[0].inputs)

    def change(self, number: int, name: str) -> Value:
        """By how much step `number` + 1 moves an input: -rate × gradient."""
        return self.points[number].gradients[name] * -self.rate

    @cached_property
    def outcome(self) -> DescentOutcome:
        """How it ended."""
        first, last = self.points[0], self.points[-1]
        if not _is_finite(last):
            return self._broken(first, last)
        size, before = _size(last), _size(first)
        if size == 0 and self.dead is not None:
            return DescentOutcome.DEAD
        if before == 0:
            return DescentOutcome.AT_REST
        if last.value > first.value:
            return DescentOutcome.DIVERGES
        if size <= ARRIVED * before:
            return DescentOutcome.ARRIVED
        if self.jumps >= OFTEN * (len(self.points) - 1):
            two_ago = _size(self.points[max(0, len(self.points) - 3)])
            return (
                DescentOutcome.JUMPS_ABOUT
                if size > STEADY * two_ago
                else DescentOutcome.JUMPS_NEARER
            )
        return DescentOutcome.FALLS_FASTER if size > GROWN * before else DescentOutcome.FALLS

    def _broken(self, first: Point, last: Point) -> DescentOutcome:
        """How a descent ended at a number that is not finite."""
        if any(point.value > first.value for point in self.points[1:]):
            return DescentOutcome.DIVERGES
        return DescentOutcome.FALLS_FASTER if last.value == -inf else DescentOutcome.NOT_A_NUMBER

    @cached_property
    def jumps(self) -> int:
        """After how many steps the gradient points back to where the step came from."""
        pairs = zip(self.points, self.points[1:], strict=False)
        return sum(_product(before.gradients, after.gradients) < 0 for before, after in pairs)

    @cached_property
    def dead(self) -> str | None:
        """The name of a gate at the end that lets nothing through, as a relu may."""
        run = self.last
        blocks = [block.gate for block in flow(run).blocks]
        dead = [k for k in blocks if may_die(run.gate(k))]
        return run.graph.names[dead[0]] if dead and len(dead) == len(blocks) else None

    @cached_property
    def highest_rate(self) -> float | None:
        """The rate above which a first step makes the value larger; None where that is not so.

        Along the gradient the value is taken for a parabola: its curvature follows from the
        gradients before and after the first step. Steps a little shorter and longer are tried.
        """
        if len(self.points) < 2:
            return None
        before, after = (point.gradients for point in self.points[:2])
        square = _product(before, before)
        bend = (square - _product(before, after)) / (self.rate * square) if square else 0.0
        if not (isfinite(bend) and bend > 0):
            return None
        limit, value = 2 / bend, self.points[0].value
        is_so = self._value_after(limit / NEARLY) > value > self._value_after(limit * NEARLY)
        return limit if is_so else None

    def _value_after(self, rate: float) -> float:
        """The value after one step of another rate from the start."""
        first, start = self.points[0], self.start
        moved = {name: first.inputs[name] - rate * first.gradients[name] for name in self.names}
        return float(trace(start.graph, {**start.inputs, **moved}, None).value)


def descend(start: Trace, rate: float, steps: int) -> Descent:
    """Go against the gradient, a step at a time.

    Args:
        start: a run whose output is a number; the inputs it has gradients of are moved.
        rate: what the gradient is multiplied by, above 0.
        steps: how many there are at most: it stops where a number is no longer finite.

    Raises:
        BackpropError: if there is nothing to move, or too much to keep.
    """
    names = [name for name, gradient in start.gradients.items() if gradient is not None]
    if not names:
        raise BackpropError("there is no input that could be moved")
    count = sum(getattr(start.inputs[name], "size", 1) for name in names)
    if count * steps > MOST_NUMBERS:
        what = f"{steps:,} steps of {count:,} numbers are more than {MOST_NUMBERS:,} together"
        raise BackpropError(what, hint="--steps says how many")
    run, points = start, [_point(start, names)]
    for _ in range(steps):
        if not _is_finite(points[-1]):
            break
        moved = {
            name: points[-1].inputs[name] - rate * points[-1].gradients[name] for name in names
        }
        run = trace(start.graph, {**start.inputs, **moved}, 1.0, start.wrt)
        points.append(_point(run, names))
    return Descent(start, rate, tuple(points), run)


def _point(run: Trace, names: Sequence[str]) -> Point:
    value = run.value
    assert isinstance(value, float)
    inputs, gradients = run.inputs, run.gradients
    return Point(
        value,
        {name: inputs[name] for name in names},
        {name: known(gradients[name]) for name in names},
    )


def _size(point: Point) -> float:
    return max(map(size_of, point.gradients.values()))


def _is_finite(point: Point) -> bool:
    return isfinite(point.value) and _size(point) < inf


def _product(first: Mapping[str, Any], second: Mapping[str, Any]) -> float:
    """The dot product of two gradients."""
    return sum(
        float(one * second[name]) if isinstance(one, float) else float((one * second[name]).sum())
        for name, one in first.items()
    )
