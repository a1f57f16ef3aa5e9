"""Check gradients by another road: against slopes measured from the forward pass alone."""

from math import isfinite
from typing import NamedTuple

from backprop_cli.trace.slopes import (
    STEPS,
    TRIED,
    Probe,
    Slopes,
    output_of,
    probes_of,
    slopes,
    steadiest,
)
from backprop_cli.trace.trace import Trace

GOOD, FINE, WRONG = 1e-7, 1e-4, 1e-2
"""Relative errors: below the first is good, above the last is wrong (CS231n, "Gradient checks")."""

MOST_NODES = 200
"""Nodes that are checked; each takes a few dozen forward passes of the whole graph."""

_EPSILON = 2.0**-52


class Check(NamedTuple):
    """The gradient of one node, or of one element or direction of it, against measured slopes."""

    name: str
    """The node, with its element (W[0,1]) or "W along d1", a random direction."""
    gate: str
    """The gate's name, or input."""
    analytic: float
    left: float
    """The slope measured from below."""
    right: float
    """The slope measured from above."""
    central: float
    error: float
    """The relative error between analytic and central."""
    verdict: str
    """good, fine, doubtful, wrong, kink, undefined where something is not finite, or unmeasured
    where no slope settles as the step shrinks."""


def check(trace: Trace) -> list[Check]:
    """A check of every input, then of every gate, that has a gradient; of `MOST_NODES` nodes."""
    return [_checked(trace, probe) for k in _nodes(trace) for probe in probes_of(trace, k)]


def _nodes(trace: Trace) -> list[int]:
    inputs = [k for k in trace.graph.inputs.values() if trace.arrived[k] is not None]
    return [*inputs, *sorted(trace.reached)][:MOST_NODES]


def relative_error(analytic: float, numeric: float) -> float:
    """|a - n| / max(|a|, |n|), and 0 where both are 0."""
    largest = max(abs(analytic), abs(numeric))
    return abs(analytic - numeric) / largest if largest else 0.0


def _checked(trace: Trace, probe: Probe) -> Check:
    measured = {step: slopes(trace, probe, step) for step in TRIED}
    best = steadiest(list(measured.values()))
    near, far = measured[1e-7], measured[1e-5]
    gate = trace.graph.gates[probe.node]
    size = abs(output_of(trace, trace.values))
    verdict = _verdict(probe.analytic, best, near, far, size)
    if verdict in ("doubtful", "wrong") and not _settles(list(measured.values()), size):
        verdict = "unmeasured"
    return Check(
        probe.name,
        gate.name if gate else "input",
        probe.analytic,
        near.left,
        near.right,
        best.central,
        _error(probe.analytic, best, near, far),
        verdict,
    )


def _error(analytic: float, best: Slopes, near: Slopes, far: Slopes) -> float:
    """The relative error; if less, the absolute one, where the slope nears with the step.

    Beside a bend, as x·|x| has it at 0, the slope is never 0 but as small as the step.
    """
    error = relative_error(analytic, best.central)
    difference, before = abs(analytic - near.central), abs(analytic - far.central)
    nears = isfinite(before) and difference <= before / 10
    return min(error, abs(analytic - best.central)) if nears else error


def _verdict(analytic: float, best: Slopes, near: Slopes, far: Slopes, size: float) -> str:
    """What to think of a gradient; `size` is that of the output, for its rounding."""
    if not all(map(isfinite, (analytic, size, near.left, near.right))):
        return "undefined"
    if _is_kink(near, far, size):
        low, high = sorted((near.left, near.right))
        slack = _rounding(near, size) + FINE
        return "kink" if low - slack <= analytic <= high + slack else "wrong"
    error = _error(analytic, best, near, far)
    if error <= GOOD or abs(analytic - best.central) <= _rounding(best, max(size, 1e-3)):
        return "good"
    return "fine" if error <= FINE else "doubtful" if error <= WRONG else "wrong"


def _is_kink(near: Slopes, far: Slopes, size: float) -> bool:
    """Whether left and right differ, and go on differing: a bend shrinks with the step."""
    jump, before = abs(near.right - near.left), abs(far.right - far.left)
    least = FINE * max(1.0, abs(near.left), abs(near.right))
    return jump > max(least, _rounding(near, size)) and jump > before / 4


def _settles(measured: list[Slopes], size: float) -> bool:
    """Whether, somewhere, the slopes on both sides change ever less as the step shrinks.

    They do not where a step passes over whole periods, as of cos at 1e308.
    """

    def calms(first: float, second: float, third: float, rounding: float) -> bool:
        return abs(third - second) <= abs(second - first) / 2 + rounding

    return any(
        calms(a.left, b.left, c.left, _rounding(c, size))
        and calms(a.right, b.right, c.right, _rounding(c, size))
        for a, b, c in zip(measured, measured[1:], measured[2:], strict=False)
    )


def _rounding(measured: Slopes, size: float) -> float:
    """How far a slope may be off because the output is rounded."""
    return 64 * _EPSILON * size / measured.h


def sweep(trace: Trace) -> dict[str, list[float]]:
    """Input, or element of one -> the relative error of the central slope at each of `STEPS`."""
    return {
        probe.name: [
            relative_error(probe.analytic, slopes(trace, probe, step).central) for step in STEPS
        ]
        for node in trace.graph.inputs.values()
        if trace.arrived[node] is not None
        for probe in probes_of(trace, node)
    }
