"""Measure slopes from the forward pass alone: move a node a little, see what the output does."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import inf, isfinite
from typing import Any, NamedTuple

from backprop_cli.autodiff.elements import at, one_at, places
from backprop_cli.autodiff.errstate import quiet
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.tape import kind
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.kernels import forward_kernel
from backprop_cli.gates.shapes import Index, Shape, element_name
from backprop_cli.gates.value import Value, known
from backprop_cli.gates.value import number as number_of

STEPS = tuple(10.0**-k for k in range(1, 13))
"""Step sizes, from 0.1 to 1e-12, relative to the value where that is larger than 1."""

TRIED = STEPS[1:8]
"""The steps among which the steadiest slope is looked for."""

STEEP = STEPS[5:]
"""The steps that are tried too where a function bends within the smallest of `TRIED`."""

NEAR, FAR = 5, 3
"""Of `TRIED`, the small step and the wider one by which a kink is told from a bend."""

EPSILON = 2.0**-52

MOST_ELEMENTS = 6
"""Elements of an array that are moved one by one; random directions move them all."""

DIRECTIONS = 2


class Probe(NamedTuple):
    """A way to move a node, `value + h * direction`, and what the gradient says of it."""

    name: str
    """The node, with its element (W[0,1]) or "W along d1", a random direction."""
    node: int
    direction: Value
    analytic: float
    scale: float
    """The size of the value, at least 1, to which steps are relative."""
    small: float | None
    """Its size where it is far below 1: for steps where the others do not settle."""


class Slopes(NamedTuple):
    """Slopes of the output along a probe, measured with one step."""

    h: float
    left: float
    """From below."""
    right: float
    """From above."""
    central: float


def probes_of(trace: Trace, k: int) -> Iterator[Probe]:
    """The ways in which node `k` is moved: itself, or some elements and directions of it."""
    value, gradient, name = trace.values[k], known(trace.arrived[k]), trace.graph.names[k]
    if isinstance(value, float):
        yield Probe(name, k, 1.0, number_of(gradient), max(1.0, abs(value)), small_size(value))
        return
    import numpy as np

    random = np.random.RandomState(k % 2**32)
    for place in _sample(value.shape, random):
        here = float(value[place])
        scale, small = max(1.0, abs(here)), small_size(here)
        way, slope = one_at(value.shape, place), at(gradient, place)
        yield Probe(element_name(name, place), k, way, slope, scale, small)
    if value.size > MOST_ELEMENTS:
        for number in range(DIRECTIONS):
            direction = random.standard_normal(value.shape)
            direction /= np.linalg.norm(direction)
            with quiet(trace.graph):
                slope = float(np.sum(gradient * direction))
            small = small_size(float(np.min(np.abs(value), where=value != 0, initial=1.0)))
            yield Probe(f"{name} along d{number + 1}", k, direction, slope, 1.0, small)


def small_size(value: float) -> float | None:
    """The size of a value that steps of ordinary size would pass over, if they can be smaller."""
    return abs(value) if 1e-290 < abs(value) < 0.1 else None


def _sample(shape: Shape, random: Any) -> Sequence[Index]:
    import numpy as np

    count = int(np.prod(shape))
    if count <= MOST_ELEMENTS:
        return places(shape)
    flat = sorted({int(random.randint(count)) for _ in range(MOST_ELEMENTS)})
    return [tuple(int(i) for i in np.unravel_index(place, shape)) for place in flat]


def output_of(trace: Trace, values: Sequence[Value]) -> float:
    """The output among `values`, as one number: weighted with the upstream."""
    out = values[trace.graph.output]
    # Python's own float, which subtracts infinities without a warning.
    return out * number_of(trace.seed) if isinstance(out, float) else _weighted(trace, out)


def _weighted(trace: Trace, out: Value) -> float:
    with quiet(trace.graph):
        weighted = out * known(trace.seed)
        return weighted if isinstance(weighted, float) else float(weighted.sum())


def slopes(trace: Trace, probe: Probe, h: float) -> Slopes:
    """The slopes along a probe with the step `h`."""
    here = output_of(trace, trace.values)
    return slopes_between(h, _moved(trace, probe, -h), here, _moved(trace, probe, h))


def slopes_between(h: float, below: float, here: float, above: float) -> Slopes:
    """The slopes of a quantity that is `here`, and `below` and `above` a step `h` away."""
    left, right = (here - below) / h, (above - here) / h
    # Across a pole the sides may well be finite, and say nothing of the point between them.
    central = (above - below) / (2 * h) if isfinite(here) else (left + right) / 2
    return Slopes(h, left, right, central)


def measured(trace: Trace, probe: Probe) -> list[Slopes]:
    """The slopes along a probe with each step that is tried, the largest first."""
    size = abs(output_of(trace, trace.values))
    return settled(lambda h: slopes(trace, probe, h), probe.scale, probe.small, size)


def settled(
    at: Callable[[float], Slopes], scale: float, small: float | None, size: float
) -> list[Slopes]:
    """The slopes with steps relative to `scale`; with smaller ones where that helps.

    Steps of 1e-7 are too wide for sqrt(x) at 1e-8, for sin(1/x) at 1e-3, and for a chain of steep
    sigmoids. There left and right differ, or the slope goes on changing as the step shrinks.
    """
    wide = [at(step * scale) for step in TRIED]
    near, nearer = wide[NEAR], wide[NEAR + 1]
    slack = 1e-4 * max(abs(near.left), abs(near.right))
    is_calm = abs(near.right - near.left) <= slack
    if is_calm and _change(near.central, nearer.central) <= slack:
        return wide
    tried = [wide]
    if small is not None and not is_calm:
        tried.append([at(step * small) for step in TRIED])
    steep = [at(step * scale) for step in STEEP]
    found = steadiest(steep).central
    if found != 0:  # Steps that rounding swallows measure 0, at every size.
        # Steps that pass over all that happens agree too: the smaller ones are right then.
        slack = 1e-3 * abs(found)
        if unrest(steep, size) <= slack < abs(found - steadiest(wide).central):
            return steep
        tried.append(steep)
    return min(tried, key=lambda found: unrest(found, size))


def unrest(found: Sequence[Slopes], size: float) -> float:
    """The least change of the central slope from step to step, and by rounding."""
    changes = (_change(a.central, b.central) + EPSILON * size / b.h for a, b in pairwise(found))
    return min(change if change == change else inf for change in changes)


def _moved(trace: Trace, probe: Probe, h: float) -> float:
    with quiet(trace.graph):
        moved = trace.values[probe.node] + h * probe.direction
        instead = {**trace.held, probe.node: moved}
        return output_of(trace, forward(trace.graph, trace.inputs, instead))


def steadiest(measured: Sequence[Slopes]) -> Slopes:
    """The step after which the central slope changes least: chosen without the gradient."""
    pairs = pairwise(measured)
    return min(pairs, key=lambda pair: _change(pair[0].central, pair[1].central))[1]


def _change(first: float, second: float) -> float:
    difference = abs(first - second)
    return difference if isfinite(difference) else float("inf")


def input_slopes(trace: Trace) -> dict[str, float]:
    """Input -> the measured slope of the output, for inputs that are numbers."""
    return {
        name: steadiest(measured(trace, probe)).central
        for name, node in trace.graph.inputs.items()
        if trace.arrived[node] is not None and isinstance(trace.values[node], float)
        for probe in probes_of(trace, node)
    }


def local_slopes(trace: Trace, most: int | None) -> dict[tuple[int, int], float]:
    """(gate, input) -> the measured slope of the gate alone, for gates of numbers."""
    found: dict[tuple[int, int], float] = {}
    for k in trace.reached[:most]:
        args = trace.graph.args[k]
        if all(isinstance(trace.values[node], float) for node in (k, *args)):
            for slot, arg in enumerate(args):
                if trace.arrived[arg] is not None:
                    found[k, slot] = _local_slope(trace, k, slot)
    return found


def _local_slope(trace: Trace, k: int, slot: int) -> float:
    """The central slope of one gate with respect to one of its inputs, the others held."""
    gate, args = trace.gate(k), trace.graph.args[k]
    kernel = forward_kernel(gate, kind(trace.graph, k))
    places = tuple(range(len(args)))

    def out(h: float) -> float:
        values: dict[int, Any] = {place: trace.values[arg] for place, arg in enumerate(args)}
        values[slot] += h
        kernel(values, -1, places if gate.variadic else 0, 1)
        return float(values[-1])

    here, value = out(0.0), float(trace.values[args[slot]])
    found = settled(
        lambda h: slopes_between(h, out(-h), here, out(h)),
        max(1.0, abs(value)),
        small_size(value),
        abs(here),
    )
    return steadiest(found).central
