"""Points at which formulas are compared: of both signs and many sizes, on every branch.

A formula that forgets a branch is right wherever the others are taken: `1[x > z]` for the
gradient of max(x, y, z) is wrong only where y is the largest. So points are drawn until each
router, mask and kink of the circuit was seen on both of its sides; where a side was never
seen, that is told, and an answer that agrees everywhere else stays undecided.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

from backprop_cli.autodiff.conditions import measured, mentioned
from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.answers.rounding import elements
from backprop_cli.exercises.diagnosis.diagnosis import UNFIT
from backprop_cli.exercises.generate.random_values import drawn_value
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Exercise
from backprop_cli.exercises.model.variants import is_sound
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shapes import size
from backprop_cli.gates.value import Value
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.rewriting.subgraph import feeding

POINTS = 200
"""Points at which formulas are compared."""

OWN_POINTS = 800
"""Points between the bounds of the inputs that students have: one of them lies in a part that is
a hundredth of all, but for 3 of 10,000."""

TRIES = 2_000
"""Draws among which they are looked for: some lie outside the domain, some on a kink."""

MAX_DRAWN = 2_000_000
"""Numbers that are worked out for these draws: fewer draws of a large circuit."""

STEPS = 60
"""Steps towards a side that no draw reached."""

TIED = 1e-300
"""What a router chooses is 0 away from its output."""


class Range(NamedTuple):
    """From where a value is drawn: a multiple of `step` between two bounds."""

    low: float
    high: float
    step: float


NO_RANGES: Mapping[str, Range] = MappingProxyType({})

_STYLES = (
    Range(1, 5, 1),
    Range(-4, 4, 1),
    Range(-3, 3, 1e-6),
    None,
    Range(0.05, 0.95, 1e-6),
    None,
)
"""How the inputs of a point are drawn, in turn; None for a size of its own for each."""

_SIZES = tuple(10.0**power for power in range(-3, 4))
"""How large these are."""


class Side(NamedTuple):
    """One side of a gate's kink, at one element; of a router, whether this input is chosen."""

    node: int
    slot: int
    element: int
    is_on: bool

    @property
    def other(self) -> "Side":
        """The side across the kink."""
        return self._replace(is_on=not self.is_on)


class Points(NamedTuple):
    """Where formulas are compared."""

    cases: list[Case]
    unreached: frozenset[Side]
    """Sides of the circuit's branches on which no point is."""


def points_between(exercise: Exercise, ranges: Mapping[str, Range]) -> list[Case]:
    """Points between the bounds of some inputs, so many that a hundredth of them is not missed."""
    graph = exercise.graph
    tries = max(10, min(2 * OWN_POINTS, MAX_DRAWN // (10 * sum(map(size, graph.shapes)))))
    draws = (_drawn(graph, number, ranges) for number in range(tries))
    sound = (case for draw in draws if (case := sound_case(exercise, draw)))
    return list(islice(sound, OWN_POINTS))


def branching_points(exercise: Exercise) -> Points:
    """Points at which everything is finite and smooth, on every branch that could be reached.

    Args:
        exercise: whose circuit is run.
    """
    graph = exercise.graph
    tries = max(10, min(TRIES, MAX_DRAWN // (10 * sum(map(size, graph.shapes)))))
    draws = (_drawn(graph, number, NO_RANGES) for number in range(tries))
    found = _Found([], [], set(), set())
    for case in (sound for draw in draws if (sound := sound_case(exercise, draw))):
        found.take(case)
        if found.is_enough:
            break
    for side in sorted(found.unreached):
        for case in _towards(exercise, side, found.cases):
            found.take(case)
    return Points([*found.cases, *found.spare][:POINTS], frozenset(found.unreached))


def sound_case(exercise: Exercise, inputs: Mapping[str, Value]) -> Case | None:
    """The run at a point where everything is finite and smooth; None elsewhere."""
    try:
        case = Case(exercise, inputs)
        return case if is_sound(case) else None
    except UNFIT:
        return None


class _Found(NamedTuple):
    cases: list[Case]
    spare: list[Case]
    """Those that take no new combination of branches."""
    combinations: set[frozenset[Side]]
    sides: set[Side]

    def take(self, case: Case) -> None:
        sides = frozenset(sides_of(case))
        is_new = sides not in self.combinations
        (self.cases if is_new or len(self.cases) < POINTS // 2 else self.spare).append(case)
        self.combinations.add(sides)
        self.sides.update(sides)

    @property
    def unreached(self) -> set[Side]:
        return {side.other for side in self.sides} - self.sides

    @property
    def is_enough(self) -> bool:
        return len(self.cases) + len(self.spare) >= POINTS and (
            len(self.cases) >= POINTS or not self.unreached
        )


# Sides


def sides_of(case: Case) -> Iterator[Side]:
    """The side of each branch that a run takes, at each element."""
    trace = Trace(case.graph, case.values, [], 1.0)
    for node in _branching(case.graph):
        for slot, gap in enumerate(_gaps(trace, node)):
            for element, number in enumerate(elements(gap)):
                yield Side(node, slot, element, number < 0)


def _branching(graph: Graph) -> list[int]:
    """The gates that do something else on the other side of their kink."""
    if "branching" not in graph.memo:
        feeds = feeding(graph)
        nodes = [k for k, gate in enumerate(graph.gates) if gate and feeds[k] and _jumps(gate)]
        graph.memo["branching"] = nodes
    nodes_: list[int] = graph.memo["branching"]
    return nodes_


def _jumps(gate: Gate) -> bool:
    """Whether a gate has a derivative on either side of its kink: not log, nor a norm at 0."""
    kink = gate.kink
    if kink is None or "nan" in (*kink.left, *kink.right):
        return False
    return kink.tie or "out" not in mentioned(kink.at)


def _gaps(trace: Trace, node: int) -> list[Value]:
    """How far from its kink a gate is: negative on one side; for a router, where it is chosen."""
    gate, args = trace.gate(node), trace.graph.args[node]
    assert gate.kink is not None
    if not gate.kink.tie:
        left, _, right = gate.kink.at.partition("==")
        return [measured(trace, node, f"({left}) - ({right})")]
    if gate.shape.reduces:
        return [measured(trace, node, "abs(a - out)") - TIED]
    out: Any = trace.values[node]
    return [abs(trace.values[arg] - out) - TIED for arg in args]


# Draws


def _drawn(graph: Graph, number: int, ranges: Mapping[str, Range]) -> dict[str, Value]:
    """The point of this number: small whole numbers first, for a witness that reads well."""
    random = StableRandom("point", number)
    return {
        name: drawn_value(random, *_range(random, number, name, ranges), graph.shapes[node])
        for name, node in graph.inputs.items()
    }


def _range(random: StableRandom, number: int, name: str, ranges: Mapping[str, Range]) -> Range:
    if name in ranges:
        return ranges[name]
    style = _STYLES[number % len(_STYLES)]
    if style is not None:
        return style
    largest = random.choice(_SIZES)
    return Range(-largest, largest, largest * 1e-6)


def _towards(exercise: Exercise, side: Side, cases: Sequence[Case]) -> Iterator[Case]:
    """The points of a walk towards a side, from the point that is nearest to it."""
    nearest = min(cases, key=lambda case: _distance(case, side), default=None)
    if nearest is None:
        return
    for _ in range(STEPS):
        steps = [sound_case(exercise, inputs) for inputs in _steps(nearest)]
        tried = [case for case in steps if case]
        closest = min([nearest, *tried], key=lambda case: _distance(case, side))
        if side in set(sides_of(closest)):
            yield closest
            return
        if closest is nearest:
            return
        nearest = closest


def _distance(case: Case, side: Side) -> float:
    """How far a point is from the kink whose other side is looked for."""
    trace = Trace(case.graph, case.values, [], 1.0)
    gap = elements(_gaps(trace, side.node)[side.slot])[side.element]
    return -gap if side.is_on == (gap < 0) else abs(gap)


def _steps(case: Case) -> Iterator[dict[str, Value]]:
    """Points near one: one input larger, smaller, or of the other sign."""
    for name, value in case.inputs.items():
        for factor in (-1, 0.1, 0.5, 2, 10):
            yield {**case.inputs, name: value * factor}
        for step in (-1, 1):
            yield {**case.inputs, name: value + step}
