"""Check gradients by another road: against slopes measured from the forward pass alone."""

from collections.abc import Collection, Sequence
from math import isfinite
from typing import NamedTuple

from backprop_cli.analysis.notes.kinks import kinked
from backprop_cli.analysis.slopes import (
    EPSILON,
    FAR,
    NEAR,
    STEPS,
    TRIED,
    SlopeProbe,
    Slopes,
    measured,
    output_of,
    probes_of,
    slopes,
    steadiest,
    unrest,
)
from backprop_cli.autodiff.trace import Trace

GOOD, FINE, WRONG = 1e-7, 1e-4, 1e-2
"""Relative errors: below the first is good, above the last is wrong (CS231n, "Gradient checks")."""

MOST_NODES = 200
"""Nodes that are checked; each takes a few dozen forward passes of the whole graph."""


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
    """good, fine, doubtful, wrong; kink where left and right differ; convention where they do not,
    but a gate on the way is at its kink; undefined where the output or the gradient is not finite;
    unmeasured where a slope is not, or does not settle as the step shrinks."""


class Sweep(NamedTuple):
    """The error of one input, or element of one, over `STEPS`."""

    errors: list[float]
    """The relative error of the central slope at each."""
    verdict: str
    """That of its check."""


def check(trace: Trace) -> list[Check]:
    """A check of every input, then of every gate, that has a gradient; of `MOST_NODES` nodes."""
    taken = _before_kinks(trace)
    nodes = _nodes(trace)[:MOST_NODES]
    return [_checked(trace, probe, taken[k]) for k in nodes for probe in probes_of(trace, k)]


def unchecked(trace: Trace) -> int:
    """How many nodes that have a gradient are not checked."""
    return max(0, len(_nodes(trace)) - MOST_NODES)


def _nodes(trace: Trace) -> list[int]:
    inputs = [k for k in trace.graph.inputs.values() if trace.arrived[k] is not None]
    return [*inputs, *sorted(trace.reached)]


def _before_kinks(trace: Trace) -> list[bool]:
    """For each node, whether its gradient comes through a gate at its kink.

    Only by the gates' own rules: others are no convention.
    """
    return before(trace, [] if trace.rules else [gate.node for gate in kinked(trace)])


def before(trace: Trace, gates: Collection[int]) -> list[bool]:
    """For each node, whether its gradient comes through one of these gates."""
    found = [False] * len(trace.graph)
    through = set(gates)
    for k in trace.reached:
        if found[k] or k in through:
            for arg in trace.graph.args[k]:
                found[arg] = True
    return found


def relative_error(analytic: float, numeric: float) -> float:
    """|a - n| / max(|a|, |n|), and 0 where both are 0."""
    difference, largest = abs(analytic - numeric), max(abs(analytic), abs(numeric))
    return difference / largest if largest else difference


def _checked(trace: Trace, probe: SlopeProbe, by_convention: bool) -> Check:
    found = measured(trace, probe)
    near = found[NEAR]
    gate = trace.graph.gates[probe.node]
    error, verdict = judged(probe.analytic, found, abs(output_of(trace, trace.values)))
    if verdict in ("doubtful", "wrong") and by_convention:
        verdict = "convention"
    elif not by_convention and not trace.rules:
        verdict = away_from_kinks(verdict, error)
    return Check(
        probe.name,
        gate.name if gate else "input",
        probe.analytic,
        near.left,
        near.right,
        steadiest(found).central,
        error,
        verdict,
    )


def away_from_kinks(verdict: str, error: float) -> str:
    """The verdict where no gate is at its kink: a slope that seems to jump is badly measured."""
    if verdict != "kink":
        return verdict
    return "good" if error <= GOOD else "fine" if error <= FINE else "unmeasured"


def judged(analytic: float, found: Sequence[Slopes], size: float) -> tuple[float, str]:
    """The error of a derivative against the slopes that were measured, and what to think of it.

    `size` is that of the quantity whose slopes they are, for its rounding.
    """
    best, near, far = steadiest(found), found[NEAR], found[FAR]
    verdict = _verdict(analytic, found, size)
    # What differs by no more than the slope itself changes from step to step is not wrong.
    is_poor = abs(analytic - best.central) <= 3 * unrest(found, size)
    if verdict in ("doubtful", "wrong") and (is_poor or not _settles(found, size)):
        verdict = "unmeasured"
    return _error(analytic, best, near, far), verdict


def _error(analytic: float, best: Slopes, near: Slopes, far: Slopes) -> float:
    """The relative error; if less, the absolute one, where the slope nears with the step.

    Beside a bend, as x·|x| has it at 0, the slope is never 0 but as small as the step.
    """
    error = relative_error(analytic, best.central)
    difference, before = abs(analytic - near.central), abs(analytic - far.central)
    nears = isfinite(before) and difference <= before / 10
    return min(error, abs(analytic - best.central)) if nears else error


def _verdict(analytic: float, found: Sequence[Slopes], size: float) -> str:
    """What to think of a gradient; `size` is that of the output, for its rounding."""
    best, near, far = steadiest(found), found[NEAR], found[FAR]
    if not (isfinite(analytic) and isfinite(size)):
        return "undefined"
    if not (isfinite(near.left) and isfinite(near.right)):
        return "unmeasured"
    if _is_kink(near, far, size):
        low, high = sorted((near.left, near.right))
        slack = _rounding(near, size) + FINE
        return "kink" if low - slack <= analytic <= high + slack else "wrong"
    error = _error(analytic, best, near, far)
    # What is computed on the way may be larger than the output, and rounded more.
    least = 1e-3 * min(1.0, found[0].h / TRIED[0])
    if error <= GOOD or abs(analytic - best.central) <= _rounding(best, max(size, least)):
        return "good"
    return "fine" if error <= FINE else "doubtful" if error <= WRONG else "wrong"


def _is_kink(near: Slopes, far: Slopes, size: float) -> bool:
    """Whether left and right differ, and go on differing: a bend shrinks with the step."""
    jump, before = abs(near.right - near.left), abs(far.right - far.left)
    least = FINE * max(1.0, abs(near.left), abs(near.right))
    return jump > max(least, _rounding(near, size)) and jump > before / 4


def _settles(found: Sequence[Slopes], size: float) -> bool:
    """Whether, somewhere, the slopes on both sides change ever less as the step shrinks.

    They do not where a step passes over whole periods, as of cos at 1e308.
    """

    def calms(first: float, second: float, third: float, rounding: float) -> bool:
        return abs(third - second) <= abs(second - first) / 2 + rounding

    return any(
        calms(a.left, b.left, c.left, _rounding(c, size))
        and calms(a.right, b.right, c.right, _rounding(c, size))
        for a, b, c in zip(found, found[1:], found[2:], strict=False)
    )


def _rounding(slope: Slopes, size: float) -> float:
    """How far a slope may be off because the output is rounded."""
    return 64 * EPSILON * size / slope.h


def sweep(trace: Trace) -> dict[str, Sweep]:
    """Input, or element of one -> the error of its slope at each of `STEPS`."""
    taken = _before_kinks(trace)
    return {
        probe.name: Sweep(
            [
                relative_error(probe.analytic, slopes(trace, probe, step * probe.scale).central)
                for step in STEPS
            ],
            _checked(trace, probe, taken[node]).verdict,
        )
        for node in trace.graph.inputs.values()
        if trace.arrived[node] is not None
        for probe in probes_of(trace, node)
    }
