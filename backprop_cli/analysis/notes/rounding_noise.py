"""What only rounding left: 0.1 + 0.2 - 0.3 is 5.6e-17, where terms of size 1 cancel.

Screens and papers show such a number as 0, and a note says so; JSON has it as it was computed.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import inf, isfinite
from typing import Any, NamedTuple

from backprop_cli.analysis.notes.note import MAX_NOTES_OF_A_KIND, Note
from backprop_cli.autodiff.errstate import without_warnings
from backprop_cli.autodiff.forward import begun
from backprop_cli.autodiff.steps import Step, downstream
from backprop_cli.autodiff.tape import forward_tape, kind
from backprop_cli.autodiff.trace import Trace
from backprop_cli.language.numbers import short_number
from backprop_cli.language.style import Style, derivative

MAX_GATES = 400
"""Gates of the largest run that is searched for rounding noise."""

ROUNDING = 4 * 2.0**-52
"""How much is left of terms that cancel, as a part of their size."""

_SUMS = frozenset(("add", "sub", "sum", "mean", "dot", "matmul"))
"""The gates in which terms can cancel."""


class Noise(NamedTuple):
    """Where terms cancel, and what is left of them."""

    node: int
    is_gradient: bool
    left: float
    """The largest number that is shown as 0."""


class Cleaned(NamedTuple):
    """A run without its rounding noise, and where that was."""

    trace: Trace
    found: list[Noise]


def without_noise(trace: Trace) -> Cleaned:
    """The run with 0 where only rounding is left, if nothing else changes by that."""
    graph = trace.graph
    memo = ("noise", id(trace.values), id(trace.arrived))
    if graph.gate_count > MAX_GATES or any(value is None for value in trace.values):
        return Cleaned(trace, [])
    if memo not in graph.memo:
        found: list[Noise] = []
        with without_warnings(graph):
            values = _forward(trace, found)
            cleaned = replace(trace, values=values)
            sent: dict[tuple[int, int], Any] = {}
            arrived = _backward(cleaned, trace, found, sent)
            same = all(map(_close, (*values, *arrived), (*trace.values, *trace.arrived)))
        made = replace(cleaned, arrived=arrived, sent=sent) if found and same else trace
        # The lists are kept too, so that no other takes their place in memory.
        graph.memo[memo] = (Cleaned(made, found if same else []), trace.values, trace.arrived)
    cleaned_run: Cleaned = graph.memo[memo][0]
    return cleaned_run


def _forward(trace: Trace, found: list[Noise]) -> list[Any]:
    graph = trace.graph
    values = begun(graph, trace.inputs)
    for kernel, k, i, j in zip(*forward_tape(graph), strict=True):
        kernel(values, k, i, j)
        if trace.pins and k in trace.pins:
            values[k] = trace.values[k]
        elif trace.gate(k).name in _SUMS:
            sizes: dict[int, Any] = {arg: abs(values[arg]) for arg in graph.args[k]}
            if trace.gate(k).name == "sub":
                size = sizes[graph.args[k][0]] + sizes[graph.args[k][1]]
            else:
                kernel(sizes, k, i, j)
                size = sizes[k]
            values[k] = _cleaned(k, values[k], size, False, found)
    return values


def _backward(
    cleaned: Trace, trace: Trace, found: list[Noise], sent: dict[tuple[int, int], Any]
) -> list[Any]:
    """The gradients, each contribution computed again from what was cleaned.

    What a step sends is cleaned too, and kept in `sent` where that changes it.
    """
    graph = trace.graph
    arrived: list[Any] = [None] * len(graph)
    sizes: dict[int, Any] = {}
    output = graph.output
    if trace.arrived[output] is None or trace.pins:
        return list(trace.arrived)
    arrived[output] = trace.arrived[output]
    partial = replace(cleaned, arrived=arrived)
    for k in trace.reached:
        if k in sizes:
            arrived[k] = _cleaned(k, arrived[k], sizes[k], True, found)
        for step in partial.steps_at(k):
            size = _size_of(partial, step)
            clean = _cleaned(step.input, step.downstream, size, True, found)
            if clean is not step.downstream:
                sent[k, step.slot] = clean
            before = arrived[step.input]
            arrived[step.input] = clean if before is None else before + clean
            sizes[step.input] = sizes.get(step.input, 0.0) + size
    for k in graph.inputs.values():
        if arrived[k] is not None and k in sizes:
            arrived[k] = _cleaned(k, arrived[k], sizes[k], True, found)
    return arrived


def _size_of(trace: Trace, step: Step) -> Any:
    """The size of the terms of which a downstream is the sum."""
    sent, k = abs(step.downstream), step.output
    up: Any = abs(step.upstream)
    if step.gate.name == "softmax":
        value: Any = trace.values[k]
        return 2 * abs(value) * (up if isinstance(up, float) else up.max())
    if step.local is not None and step.gate.shape.is_elementwise and trace.graph.shapes[k]:
        from backprop_cli.gates.arrays import fit

        # What was copied gets the sum over its copies, in which terms can cancel.
        local: Any = step.local
        return fit(up * abs(local), step.downstream)
    if step.gate.name != "matmul":
        return sent
    values: Any = {arg: abs(trace.values[arg]) for arg in trace.graph.args[k]} | {k: None}
    args, texts = trace.graph.args[k], step.gate.local
    return downstream(step.gate, kind(trace.graph, k), values, up, k, args, step.slot, texts)


def _cleaned(k: int, value: Any, size: Any, is_gradient: bool, found: list[Noise]) -> Any:
    """The value with 0 where it is no more than the rounding of terms of this size."""
    if isinstance(value, float):
        if value == 0 or not isfinite(value) or abs(value) > ROUNDING * size:
            return value
        found.append(Noise(k, is_gradient, value))
        return 0.0
    hits = (value != 0) & (abs(value) <= ROUNDING * size) & (abs(value) < inf)
    if not hits.any():
        return value
    found.append(Noise(k, is_gradient, float(abs(value[hits]).max())))
    copy = value.copy()
    copy[hits] = 0.0
    return copy


def _close(cleaned: Any, computed: Any) -> bool:
    if cleaned is None or computed is None:
        return cleaned is computed
    if isinstance(cleaned, float):
        return bool(
            abs(cleaned - computed) <= 1e-12 * max(1.0, abs(computed)) or cleaned == computed
        )
    apart = abs(cleaned - computed) <= 1e-12 * abs(computed).clip(1.0)
    return bool((apart | (cleaned == computed)).all())


def noise_notes(trace: Trace, style: Style) -> Iterator[Note]:
    """A sentence for each value and gradient of which only rounding is left."""
    for one in without_noise(trace).found[:MAX_NOTES_OF_A_KIND]:
        name = trace.graph.names[one.node]
        symbol = derivative(trace.objective, name, style) if one.is_gradient else name
        what = symbol if not trace.graph.shapes[one.node] else f"an element of {symbol}"
        text = f"{what} is 0 up to rounding: {short_number(one.left)} is left where terms cancel"
        yield Note("rounding", name, text)
