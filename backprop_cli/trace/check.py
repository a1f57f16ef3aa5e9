"""Check gradients by another road: slopes measured from the forward pass alone."""

import itertools
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any, NamedTuple

from backprop_cli.engine.forward import forward
from backprop_cli.engine.tape import kind
from backprop_cli.gates.kernels import forward_kernel
from backprop_cli.graph.graph import Graph
from backprop_cli.trace.trace import Trace

GOOD, FINE, WRONG = 1e-7, 1e-4, 1e-2
"""Relative errors: below the first is good, above the last is wrong (CS231n, "Gradient checks")."""

STEPS = tuple(10.0**-k for k in range(1, 13))
"""Step sizes, from 0.1 to 1e-12, relative to the value where that is larger than 1."""

MOST_NODES = 200
"""Nodes that are checked; each takes a few dozen forward passes of the whole graph."""

MOST_ELEMENTS = 6
"""Elements of an array that are checked one by one; random directions test them all."""

DIRECTIONS = 2

_EPSILON = 2.0**-52


class Check(NamedTuple):
    """The gradient of one node, or of one element or direction of it, against measured slopes."""

    name: str
    """The node, with its element (W[0,1]) or "W along d1", a random direction."""
    gate: str
    analytic: float
    left: float
    """The slope measured from below."""
    right: float
    """The slope measured from above."""
    central: float
    error: float
    """Relative error between analytic and central: |a - n| / max(|a|, |n|), 0 where both are 0."""
    verdict: str
    """good, fine, doubtful, wrong, kink, or undefined where something is not finite."""


class _Probe(NamedTuple):
    """A way to move a node: `value + h * direction`, and what the gradient says of it."""

    name: str
    node: int
    direction: Any
    analytic: float
    scale: float
    """The size of the value, to which steps are relative."""


def check(trace: Trace) -> list[Check]:
    """A check of every input and every gate that has a gradient, output first to inputs last.

    At most `MOST_NODES` nodes are checked, the inputs first.
    """
    return [_checked(trace, probe) for probe in _probes(trace)]


def checked_nodes(trace: Trace) -> list[int]:
    """The nodes that `check` looks at: inputs, then gates in order of computation."""
    graph = trace.graph
    inputs = [k for k in graph.inputs.values() if trace.arrived[k] is not None]
    gates = [k for k in sorted(trace.reached) if k not in inputs]
    return [*inputs, *gates][:MOST_NODES]


def relative_error(analytic: float, numeric: float) -> float:
    """|a - n| / max(|a|, |n|), and 0 where both are 0."""
    largest = max(abs(analytic), abs(numeric))
    return abs(analytic - numeric) / largest if largest else 0.0


def _probes(trace: Trace) -> Iterator[_Probe]:
    for k in checked_nodes(trace):
        yield from probes_of(trace, k)


def probes_of(trace: Trace, k: int) -> Iterator[_Probe]:
    """The ways in which node `k` is moved: itself, or some elements and directions of it."""
    value, gradient, name = trace.values[k], trace.arrived[k], trace.graph.names[k]
    if isinstance(value, float):
        yield _Probe(name, k, 1.0, float(gradient), max(1.0, abs(value)))
        return
    import numpy as np

    random = np.random.RandomState(k)
    for place in _sample(value.shape, random):
        direction = np.zeros_like(value)
        direction[place] = 1.0
        spot = ",".join(map(str, place))
        scale = max(1.0, abs(float(value[place])))
        yield _Probe(f"{name}[{spot}]", k, direction, float(gradient[place]), scale)
    if value.size > MOST_ELEMENTS:
        for number in range(DIRECTIONS):
            direction = random.standard_normal(value.shape)
            direction /= np.linalg.norm(direction)
            slope = float(np.sum(gradient * direction))
            yield _Probe(f"{name} along d{number + 1}", k, direction, slope, 1.0)


def _sample(shape: tuple[int, ...], random: Any) -> Sequence[tuple[int, ...]]:
    import numpy as np

    if np.prod(shape) <= MOST_ELEMENTS:
        return list(np.ndindex(*shape))
    flat = random.choice(int(np.prod(shape)), MOST_ELEMENTS, replace=False)
    return [tuple(int(i) for i in np.unravel_index(place, shape)) for place in sorted(flat)]


def _moved(trace: Trace, probe: _Probe, h: float) -> float:
    """The output, times the upstream, with the node moved by h along the direction."""
    graph = trace.graph
    values = forward(
        graph, trace.inputs, {probe.node: trace.values[probe.node] + h * probe.direction}
    )
    return _weighted(trace, graph, values)


def _weighted(trace: Trace, graph: Graph, values: Sequence[Any]) -> float:
    out = values[graph.output]
    if isinstance(out, float):
        return out * float(trace.seed)
    return float((out * trace.seed).sum())


class _Slopes(NamedTuple):
    h: float
    left: float
    right: float
    central: float


def _slopes(trace: Trace, probe: _Probe, step: float, here: float) -> _Slopes:
    h = step * probe.scale
    above, below = _moved(trace, probe, h), _moved(trace, probe, -h)
    return _Slopes(h, (here - below) / h, (above - here) / h, (above - below) / (2 * h))


def _checked(trace: Trace, probe: _Probe) -> Check:
    here = _weighted(trace, trace.graph, trace.values)
    measured = [_slopes(trace, probe, step, here) for step in STEPS[1:8]]
    best = _steadiest(measured)
    near = measured[5]
    gate = trace.graph.gates[probe.node]
    error = relative_error(probe.analytic, best.central)
    return Check(
        probe.name,
        gate.name if gate else "input",
        probe.analytic,
        near.left,
        near.right,
        best.central,
        error,
        _verdict(probe.analytic, best, near, measured[3], error, here),
    )


def _steadiest(measured: Sequence[_Slopes]) -> _Slopes:
    """The step after which the central slope changes least: chosen without the gradient."""
    pairs = itertools.pairwise(measured)
    return min(pairs, key=lambda pair: _change(pair[0].central, pair[1].central))[1]


def _change(first: float, second: float) -> float:
    difference = abs(first - second)
    return difference if isfinite(difference) else float("inf")


def _verdict(
    analytic: float, best: _Slopes, near: _Slopes, far: _Slopes, error: float, here: float
) -> str:
    if not all(map(isfinite, (analytic, here, near.left, near.right))):
        return "undefined"
    noise = 64 * _EPSILON * abs(here) / near.h
    jump, before = abs(near.right - near.left), abs(far.right - far.left)
    # A bend shrinks with the step, a kink does not.
    if jump > max(1e-4 * max(1.0, abs(near.left), abs(near.right)), noise) and jump > before / 4:
        low, high = sorted((near.left, near.right))
        return "kink" if low - noise - 1e-4 <= analytic <= high + noise + 1e-4 else "wrong"
    if (
        error <= GOOD
        or abs(analytic - best.central) <= 64 * _EPSILON * max(abs(here), 1e-3) / best.h
    ):
        return "good"
    return "fine" if error <= FINE else "doubtful" if error <= WRONG else "wrong"


def sweep(trace: Trace) -> dict[str, list[float]]:
    """Input, or element of one -> the relative error of the central slope at each of `STEPS`."""
    here = _weighted(trace, trace.graph, trace.values)
    found: dict[str, list[float]] = {}
    for node in trace.graph.inputs.values():
        if trace.arrived[node] is not None:
            for probe in probes_of(trace, node):
                centrals = [_slopes(trace, probe, step, here).central for step in STEPS]
                found[probe.name] = [relative_error(probe.analytic, c) for c in centrals]
    return found


def measured_totals(trace: Trace) -> dict[str, float]:
    """Input -> the measured slope of the output, for inputs that are numbers."""
    here = _weighted(trace, trace.graph, trace.values)
    return {
        name: _steadiest([_slopes(trace, probe, step, here) for step in STEPS[1:8]]).central
        for name, node in trace.graph.inputs.items()
        if trace.arrived[node] is not None and isinstance(trace.values[node], float)
        for probe in probes_of(trace, node)
    }


def measured_locals(trace: Trace) -> dict[tuple[int, int], float]:
    """(gate, input) -> the measured slope of the gate alone, for gates of numbers."""
    found: dict[tuple[int, int], float] = {}
    for k in trace.reached[:MOST_NODES]:
        args = trace.graph.args[k]
        if all(isinstance(trace.values[node], float) for node in (k, *args)):
            for slot, arg in enumerate(args):
                if trace.arrived[arg] is not None:
                    found[k, slot] = _local_slope(trace, k, slot)
    return found


def _local_slope(trace: Trace, k: int, slot: int) -> float:
    """The central slope of one gate with respect to one of its inputs, the others held."""
    graph = trace.graph
    gate = trace.gate(k)
    kernel = forward_kernel(gate, kind(graph, k))
    places = list(range(len(graph.args[k])))

    def out(h: float) -> float:
        values = {place: trace.values[arg] for place, arg in enumerate(graph.args[k])}
        values[slot] += h
        end = len(places)
        first: Any = tuple(places) if gate.variadic else 0
        kernel(values, end, first, 1 if len(places) == 2 else -1)
        return float(values[end])

    scale = max(1.0, abs(trace.values[graph.args[k][slot]]))
    centrals = [(out(h * scale) - out(-h * scale)) / (2 * h * scale) for h in STEPS[1:8]]
    pairs = itertools.pairwise(centrals)
    best: float = min(pairs, key=lambda pair: _change(*pair))[1]
    return best
