"""What measured slopes say beside a gradient: a number, both sides of a kink, a whole array."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from backprop_cli.analysis.slopes import TRIED, SlopeProbe, probes_of, slopes, steadiest
from backprop_cli.autodiff.conditions import holds
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.gates.shapes import size
from backprop_cli.language.numbers import rough_number
from backprop_cli.render.text.backward.order import Measured
from backprop_cli.render.text.options import Look

_NEAR, _JUMP = TRIED[-2], 1e-3
"""The step at which both sides are measured, and how far they are apart at a kink at least."""


class _Slope(NamedTuple):
    name: str
    """The element, or the direction, in which it was measured."""
    analytic: float
    measured: float
    left: float
    right: float

    @property
    def jumps(self) -> bool:
        """Whether the slope is another from the left than from the right."""
        largest = max(1.0, abs(self.left), abs(self.right))
        return abs(self.left - self.right) > _JUMP * largest

    def sides(self, look: Look) -> str:
        """Both one-sided slopes."""
        return f"{look.number(self.left)} from the left, {look.number(self.right)} from the right"


def kinks_of(trace: Trace) -> set[int]:
    """The gates that are at a kink, in one element at least."""
    found = set()
    for k in trace.reached:
        kink = trace.gate(k).kink
        if kink is not None:
            at = holds(trace, k, kink.at)
            if at.any() if hasattr(at, "any") else at:
                found.add(k)
    return found


def beside_locals(trace: Trace, measured: Measured) -> Measured:
    """The measured local slopes, but not at a kink, where a central slope means nothing."""
    kinks = kinks_of(trace)
    return {at: text for at, text in measured.items() if at[0] not in kinks}


def beside_gradients(trace: Trace, look: Look, measured: Mapping[str, str]) -> dict[str, str]:
    """Input -> what was measured: as `measured` says for numbers, unless at a kink."""
    kinked = bool(kinks_of(trace))
    texts = {}
    for name, gradient in trace.gradients.items():
        if isinstance(gradient, float):
            texts[name] = measured.get(name, "")
            if kinked:
                texts[name] = _number(trace, name, look) or texts[name]
        elif gradient is not None:
            texts[name] = _array(trace, name, look, kinked)
    return {name: text for name, text in texts.items() if text}


def _number(trace: Trace, name: str, look: Look) -> str:
    """Both sides, where they differ."""
    (slope,) = _slopes(trace, name)
    return slope.sides(look) if slope.jumps else ""


def _array(trace: Trace, name: str, look: Look, kinked: bool) -> str:
    """All elements where they are few, else how far the gradient is off in a sample of them."""
    found = _slopes(trace, name)
    bent = [inert(f"{s.name}: {s.sides(look)}") for s in found if kinked and s.jumps]
    smooth = [slope for slope in found if not (kinked and slope.jumps)]
    shape = trace.graph.shapes[trace.graph.inputs[name]]
    if len(smooth) == size(shape):
        import numpy as np

        numbers = np.array([slope.measured for slope in smooth])
        return look.value(numbers.reshape(shape), look.room)
    more = [f"{len(bent) - 2} more at a kink"] if len(bent) > 2 else []
    if smooth:
        off = max(abs(slope.analytic - slope.measured) for slope in smooth)
        more.append(f"{_ways(smooth)} at most {rough_number(off)} off")
    return "; ".join([*bent[:2], *more])


def _ways(found: Sequence[_Slope]) -> str:
    """Where it was measured: 5 elements and 2 directions."""
    directions = sum(" along " in slope.name for slope in found)
    elements = len(found) - directions
    parts = [f"{elements} elements"] if elements else []
    return " and ".join([*parts, *([f"{directions} directions"] if directions else [])])


def _slopes(trace: Trace, name: str) -> list[_Slope]:
    """Every element that is moved, or direction."""
    return [_slope(trace, probe) for probe in probes_of(trace, trace.graph.inputs[name])]


def _slope(trace: Trace, probe: SlopeProbe) -> _Slope:
    near = slopes(trace, probe, _NEAR)
    best = steadiest([slopes(trace, probe, step) for step in TRIED])
    return _Slope(probe.name, probe.analytic, best.central, near.left, near.right)
