"""At a kink the derivative of a gate jumps: which gates stand at one, and what was taken there."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from backprop_cli.analysis.notes.note import MAX_NOTES_OF_A_KIND, Note
from backprop_cli.autodiff.conditions import (
    element,
    first,
    holds,
    written,
)
from backprop_cli.autodiff.errstate import without_warnings
from backprop_cli.autodiff.steps import rule_names
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.gate import Kink
from backprop_cli.gates.shapes import Index, element_name
from backprop_cli.language.style import Style, derivative

WITH_CONSTANT = "a tie with a constant, which cannot move: the gradient is 0, the smallest slope"
"""What is taken where a router has a choice of 0."""

_NAMED = 3
"""Ties that are named one by one."""


class Tie(NamedTuple):
    """What ties, at the first element where something does."""

    place: Index
    """The element of the output."""
    all: list[str]
    wanted: list[str]
    """Those that have a gradient."""
    more: int = 0
    """How many tie besides."""
    is_with_constant: bool = False
    """Whether one of them cannot move."""


class Kinked(NamedTuple):
    """A gate at its kink, for an input that has a gradient."""

    node: int
    hits: int
    """Elements of its output at which it is."""
    size: int
    """Elements of its output."""
    tie: Tie | None = None
    """For the kink of a router."""


def kinked(trace: Trace) -> Iterator[Kinked]:
    """Every gate of the backward pass that is at its kink, in order of computation."""
    with without_warnings(trace.graph):
        for k in sorted(trace.reached):
            kink = trace.gate(k).kink
            found = kink and _kinked(trace, k, kink)
            if found:
                yield found


def _kinked(trace: Trace, k: int, kink: Kink) -> Kinked | None:
    if not kink.tie:
        return _counted(k, holds(trace, k, kink.at)) if _jumps(trace, k, kink) else None
    if trace.gate(k).shape.reduces:
        return _tied_elements(trace, k, kink)
    return _tied_inputs(trace, k)


def _counted(k: int, hits: Any, tie: Tie | None = None) -> Kinked | None:
    count = int(hits.sum()) if hasattr(hits, "sum") else int(hits)
    return Kinked(k, count, getattr(hits, "size", 1), tie) if count else None


def _jumps(trace: Trace, k: int, kink: Kink) -> list[int]:
    """The slots that have a gradient and a derivative that jumps."""
    args = trace.graph.args[k]
    slots = range(len(kink.left))
    return [slot for slot in slots if kink.jumps(slot) and trace.arrived[args[slot]] is not None]


def _tied_inputs(trace: Trace, k: int) -> Kinked | None:
    """Where two or more inputs are the output; a node that is given twice is one."""
    names = trace.graph.names
    equal: dict[int, Any] = {
        arg: trace.values[arg] == trace.values[k] for arg in trace.graph.args[k]
    }
    wanted = {arg: hits for arg, hits in equal.items() if trace.arrived[arg] is not None}
    hits = (sum(equal.values()) > 1) & (sum(wanted.values()) > 0)
    place = first(hits)
    if place is None:
        return None
    tied = [arg for arg, hits in equal.items() if element(hits, place)]
    free = [names[arg] for arg in tied if arg in wanted]
    gate = trace.gate(k)
    # Of two inputs that tie, the one that cannot move may also be computed from numbers.
    fixed = any(arg in trace.graph.constants for arg in tied) or not (
        gate.variadic or gate.beside_constant
    )
    return _counted(k, hits, Tie(place, [names[arg] for arg in tied], free, 0, fixed))


def _tied_elements(trace: Trace, k: int, kink: Kink) -> Kinked | None:
    """Where two or more elements of the only input are the output."""
    (arg,) = trace.graph.args[k]
    hits = holds(trace, k, kink.at)
    place = first(hits)
    if place is None:
        return None
    import numpy as np

    axis = trace.graph.axes.get(k)
    kept = tuple(i for at, i in enumerate(place) if at != axis)
    tied = np.argwhere(holds(trace, k, "a == out"))
    for at, i in enumerate(place):
        if at != axis:
            tied = tied[tied[:, at] == i]
    name = trace.graph.names[arg]
    names = [element_name(name, tuple(index)) for index in tied[:_NAMED].tolist()]
    more = len(tied) - len(names)
    return _counted(k, hits, Tie(kept, names, names, more))


# What is said


def kink_notes(trace: Trace, style: Style) -> Iterator[Note]:
    """A sentence for each gate that is at its kink."""
    for count, found in enumerate(kinked(trace)):
        name = trace.graph.names[found.node]
        if count == MAX_NOTES_OF_A_KIND:
            yield Note("kink", name, f"more gates are at a kink, {name} and after it")
            return
        yield Note("kink", name, _text(trace, found, style))


def _text(trace: Trace, found: Kinked, style: Style) -> str:
    graph, k = trace.graph, found.node
    kink = trace.gate(k).kink
    assert kink is not None
    many = f" at {found.hits} of {found.size} elements" if found.size > 1 else ""
    if found.tie:
        where = _equality(found.tie, style)
        if many:
            where = f"{element_name(graph.names[k], found.tie.place)}: {where}"
        sides = f"the slope is {_sides(kink, 0)}, for {_any_of(found.tie)}"
        if found.tie.is_with_constant:
            return f"{graph.names[k]} is at a kink{many} ({where}): {sides}; {WITH_CONSTANT}"
    else:
        where = written(kink.at, rule_names(graph, k), style)
        slots = _jumps(trace, k, kink)
        slopes = (
            derivative(graph.names[k], graph.names[graph.args[k][slot]], style) for slot in slots
        )
        sides = "; ".join(
            f"{slope} is {_sides(kink, slot)}" for slope, slot in zip(slopes, slots, strict=True)
        )
    return f"{graph.names[k]} is at a kink{many} ({where}): {sides}; {kink.convention}"


def _equality(tie: Tie, style: Style) -> str:
    """What ties, as an equation: x = y = z."""
    more = tie.more + len(tie.all[_NAMED:])
    text = style.equals.join(tie.all[:_NAMED])
    return f"{text} and {more:,} more" if more > 0 else text


def _any_of(tie: Tie) -> str:
    few = not tie.more and len(tie.wanted) <= _NAMED
    return " or ".join(tie.wanted) if few else "any of them"


def _sides(kink: Kink, slot: int) -> str:
    return f"{_said(kink.left[slot])} from the left, {_said(kink.right[slot])} from the right"


def _said(text: str) -> str:
    return {"nan": "undefined", "inf": "infinite", "-inf": "minus infinite"}.get(text, text)
