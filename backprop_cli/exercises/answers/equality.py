"""Are two formulas equal? They are when they agree at many points, and different at one witness.

Nothing is rearranged and nothing proved: the answer is worked out where the engine worked
out the reference. `x^2/x` equals `x` where both have a value. A disagreement must be clear,
larger than what rounding does to either side; what is in between stays undecided.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite
from typing import NamedTuple

from backprop_cli.autodiff.forward import forward
from backprop_cli.exercises.answers.formula import (
    Built,
    Unfitting,
    Unreadable,
    build_formula,
    read_formula,
    upright,
)
from backprop_cli.exercises.answers.rounding import elements, noise_of
from backprop_cli.exercises.answers.witness import (
    Witness,
    digits,
    gap,
    reason,
    shape_of,
    side_by_side,
)
from backprop_cli.gates.shapes import Shape, spelt
from backprop_cli.gates.value import Value
from backprop_cli.language.syntax import Expression

AGREE = 1e-6
"""Relative differences up to this are rounding, also that of a constant with seven digits."""

CLEAR = 1e-4
"""Relative differences from this on are clear: 0.333·x is not x/3."""

ROUNDING = 1e-13
"""What rounding may leave of a difference of ordinary numbers, relative to these numbers."""

ENOUGH = 3
"""Points at which both must have a value."""

MAX_WORK = 20_000_000
"""Numbers to work out for one comparison: a tenth of a second or so."""

NOISE = 50
"""How much larger than the effect of a nudge a disagreement must be."""

Sample = tuple[Mapping[str, Value], Value]
"""A point (the values of all names of a circuit) and the value of the reference there. At
the point the circuit must not stand on a kink, where the reference is a convention."""


class Outcome(Enum):
    """What a comparison found."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Comparison:
    """Whether an answer equals its reference, and why."""

    outcome: Outcome
    reason: str = ""
    """In a clause that begins with "it" or "at" and does not give the reference away."""
    witness: Witness | None = None


class _Point(Enum):
    AGREES = 1
    DIFFERS = 2
    CLOSE = 3
    """Apart by more than rounding and less than what is clear."""
    NOISE = 4
    """What rounding leaves hides whether they agree."""
    NO_VALUE = 5
    """One of them is not finite."""


class Answer:
    """A formula that was answered, worked out once at each point, whatever it is compared with."""

    def __init__(self, built: Built, points: Sequence[Mapping[str, Value]]) -> None:
        self.built = built
        self.affordable = MAX_WORK // built.work
        """Points at which it can be worked out in time."""
        self.points = points[: self.affordable]
        self._values: dict[int, Value] = {}
        self._noise: dict[int, list[float]] = {}
        self._rounding: dict[int, float] = {}

    def value(self, place: int) -> Value:
        """What it is at a point."""
        if place not in self._values:
            graph = self.built.graph
            self._values[place] = forward(graph, self._used(place))[graph.output]
        return self._values[place]

    def noise(self, place: int, count: int) -> list[float]:
        """How far rounding may move each of so many elements there."""
        if place not in self._noise:
            value = self.value(place)
            self._noise[place] = noise_of(self.built.graph, self._used(place), value)
        noise = self._noise[place]
        return noise * count if len(noise) == 1 else noise

    def rounding(self, place: int) -> float:
        """What rounding may leave of a difference of the numbers of a point."""
        if place not in self._rounding:
            numbers = [x for value in self.points[place].values() for x in elements(value)]
            largest = max((abs(x) for x in numbers if isfinite(x)), default=0.0)
            self._rounding[place] = ROUNDING * max(1.0, largest)
        return self._rounding[place]

    def told(self, place: int, inputs: Collection[str]) -> Mapping[str, Value]:
        """The point: what the answer uses, and these inputs."""
        used = self.built.graph.inputs
        point = self.points[place]
        return {name: value for name, value in point.items() if name in inputs or name in used}

    def _used(self, place: int) -> dict[str, Value]:
        return {name: self.points[place][name] for name in self.built.graph.inputs}

    def equals(self, references: Iterable[Value | None]) -> bool:
        """Whether it is a reference at each point, of which as many are read as are needed.

        Where there is None, nothing is equal.
        """
        agreeing = 0
        for place, reference in zip(range(len(self.points)), references, strict=False):
            if reference is None or (not place and _misfit(self.built, shape_of(reference))):
                return False
            state = _state(self, place, reference)
            if state in (_Point.DIFFERS, _Point.CLOSE):
                return False
            agreeing += state is _Point.AGREES
        return agreeing >= ENOUGH


def compare(
    answer: Expression | str, samples: Sequence[Sample], inputs: Collection[str] = ()
) -> Comparison:
    """Whether `answer` equals the reference at every sample where both have a value.

    Args:
        answer: a formula that `read_formula` read, or its text, in names of the samples.
        samples: where to look. All points have the same names and shapes.
        inputs: names that a witness tells besides those that the answer uses: without y, it is
            not true that `1[x > z]` is wrong at x = 3, z = 2.
    """
    if not samples:
        return _undecided("there is no point at which to compare")
    shapes = {name: shape_of(value) for name, value in samples[0][0].items()}
    expression = read_formula(answer, shapes) if isinstance(answer, str) else answer
    if isinstance(expression, Unreadable):
        return _undecided(f"unreadable: {expression.reason}")
    points, references = zip(*samples, strict=True)
    worked_out = answer_at(expression, points)
    if isinstance(worked_out, Comparison):
        return worked_out
    return compare_at(worked_out, references, inputs)


def answer_at(expression: Expression, points: Sequence[Mapping[str, Value]]) -> Answer | Comparison:
    """A formula at points, which are not empty; what is found where it cannot be worked out."""
    shapes = {name: shape_of(value) for name, value in points[0].items()}
    try:
        return Answer(build_formula(expression, shapes), points)
    except Unfitting as unfitting:
        outcome = Outcome.DIFFERENT if unfitting.wrong else Outcome.UNDECIDED
        return Comparison(outcome, unfitting.reason)


def compare_at(
    answer: Answer, references: Sequence[Value], inputs: Collection[str] = ()
) -> Comparison:
    """Whether an answer equals the reference at each of its points, see `compare`."""
    found = _compare(answer, references, inputs)
    if answer.built.doubt and found.outcome is not Outcome.EQUAL:
        return _undecided(answer.built.doubt)
    return found


def _undecided(reason: str) -> Comparison:
    return Comparison(Outcome.UNDECIDED, reason)


def _compare(answer: Answer, references: Sequence[Value], inputs: Collection[str]) -> Comparison:
    misfit = _misfit(answer.built, shape_of(references[0]))
    if misfit:
        return Comparison(Outcome.DIFFERENT, misfit)
    if answer.affordable < ENOUGH:
        return _undecided("it takes too long to work out")
    seen = [
        _Seen(
            _state(answer, place, references[place]),
            Witness(answer.told(place, inputs), answer.value(place), references[place]),
        )
        for place in range(len(answer.points))
    ]
    return _judge(seen)


def _judge(seen: Sequence["_Seen"]) -> Comparison:
    different = [look.witness for look in seen if look.state is _Point.DIFFERS]
    if different:
        witness = min(different, key=digits)
        return Comparison(Outcome.DIFFERENT, reason(witness), witness)
    states = [look.state for look in seen]
    if _Point.CLOSE in states:
        return _undecided("it agrees to a few digits only, as with a rounded constant")
    if states.count(_Point.AGREES) >= ENOUGH:
        return Comparison(Outcome.EQUAL)
    if states.count(_Point.NO_VALUE) >= states.count(_Point.NOISE):
        missing = states.count(_Point.NO_VALUE)
        return _undecided(f"it could be compared at too few points: no finite value at {missing}")
    return _undecided("rounding hides whether it agrees")


# Shapes


def _misfit(built: Built, wanted: Shape) -> str:
    """Why an answer of this shape cannot be the reference; a number stands for all elements."""
    have, want = built.shape, upright(wanted)
    if not have or have == want or (not want and have == (1, 1)):
        return ""
    type_ = built.graph.types[built.graph.output]
    is_row = type_.is_row or (have[0] == 1 and have[::-1] == want)
    written = spelt(have if is_row or type_.is_matrix else have[:1]) + " of a row" * is_row
    return f"it has the shape {written}, the gradient's is {spelt(wanted)}"


# Points


class _Seen(NamedTuple):
    state: _Point
    witness: Witness


def _state(answer: Answer, place: int, reference: Value) -> _Point:
    pairs = side_by_side(answer.value(place), reference)
    if not all(isfinite(a) and isfinite(b) for a, b in pairs):
        return _Point.NO_VALUE
    apart = [
        place
        for place, (a, b) in enumerate(pairs)
        if a != b and abs(a - b) > AGREE * max(abs(a), abs(b))
    ]
    if not apart:
        return _Point.AGREES
    tiny = answer.rounding(place)
    large = [place for place in apart if gap(pairs[place]) > tiny]
    noise = answer.noise(place, len(pairs)) if large else []
    clear = [place for place in large if gap(pairs[place]) > NOISE * noise[place] + tiny]
    if any(gap(pairs[place]) > CLEAR * max(map(abs, pairs[place])) for place in clear):
        return _Point.DIFFERS
    if clear:
        return _Point.CLOSE
    # Where most elements agree, one that is nothing but rounding does not count.
    return _Point.NOISE if large or 2 * len(apart) >= len(pairs) else _Point.AGREES
