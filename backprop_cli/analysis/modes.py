"""Forward mode and reverse mode: the same circuit, the same local derivatives, from either end.

A forward pass begins at one element of the inputs and ends in a column of the Jacobian; a
backward pass begins at one element of the output and ends in a row. So the first needs a pass
for each input and the second one for each output.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from backprop_cli.analysis.check import FINE, relative_error
from backprop_cli.analysis.costs import multiplications, peak, remembered
from backprop_cli.analysis.flow import size_of
from backprop_cli.analysis.rounding_noise import ROUNDING
from backprop_cli.autodiff.backward import backward
from backprop_cli.autodiff.elements import Element, asked, at, count_elements, one_at, places, unit
from backprop_cli.autodiff.forward_mode import Tangent, tangents
from backprop_cli.autodiff.tape import backward_tape, dependent
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.gates.shapes import size
from backprop_cli.graph.graph import Graph

MOST_REVERSE = 64
"""Elements of the output whose backward pass is run for the comparison."""


@dataclass(frozen=True)
class Mode:
    """What one mode costs for the whole Jacobian."""

    passes: int
    multiplications: int
    kept: int
    """Numbers of the pass forwards that must be kept for the way back."""


@dataclass(frozen=True)
class Modes:
    """Both modes on one circuit."""

    trace: Trace
    forward: Mode
    reverse: Mode
    nodes: Sequence[int]
    """The nodes whose values the backward pass needs."""
    in_hand: int
    """The most numbers, values and tangents, that a forward pass has in hand at one time."""
    along: Element
    """The element that moves in the forward pass that was run."""
    tangents: Sequence[Tangent]
    """Of every node, in that pass; None where a node does not move."""
    column: Sequence[float]
    """What it ends in: ∂output/∂element, for the elements of the output that are compared."""
    rows: Sequence[float]
    """The same from backward passes, one for each."""

    @property
    def error(self) -> float:
        """The largest relative error between the two; 0 where both are not a number."""
        pairs = zip(self.column, self.rows, strict=True)
        moved = (size_of(tangent) for tangent in self.tangents if tangent is not None)
        noise = ROUNDING * max((size for size in moved if isfinite(size)), default=0.0)
        return max((relative_error(a, b) for a, b in pairs if not _same(a, b, noise)), default=0.0)

    @property
    def agree(self) -> bool:
        """Whether the two are the same but for rounding."""
        return self.error < FINE


def _same(a: float, b: float, noise: float) -> bool:
    """Whether two numbers are one, or both what rounding leaves of larger ones that cancel."""
    return a == b or (a != a and b != b) or max(abs(a), abs(b)) <= noise


def modes(trace: Trace, along: Element | None = None) -> Modes:
    """Count both modes, and run one forward pass along an element (by default the first).

    Raises:
        BackpropError: if there is no input to begin from.
    """
    graph = trace.graph
    names = asked(trace)
    if not names:
        raise BackpropError("there is no variable, so there is nothing to differentiate")
    if along is None:
        along = Element(names[0], tuple(0 for _ in graph.shapes[graph.inputs[names[0]]]))
    wanted = dependent(graph, trace.wrt)
    gates = backward_tape(graph, trace.wrt, trace.rules).nodes
    kept = remembered(graph, gates, wanted, trace.rules)
    outputs = size(graph.shapes[graph.output])
    once = [(k, slot) for k in gates for slot, arg in enumerate(graph.args[k]) if wanted[arg]]
    counts = [multiplications(graph, k, slot, trace.rules) for k, slot in once]
    below = _elements_below(graph, names)
    times = [below[graph.args[k][slot]] for k, slot in once]
    found = tangents(trace, {along.input: unit(trace, along)})
    numbers = sum(size(graph.shapes[k]) for k in kept)
    forwards = sum(count * time for count, time in zip(counts, times, strict=True))
    return Modes(
        trace,
        Mode(count_elements(trace), forwards, 0),
        Mode(outputs, outputs * sum(counts), numbers),
        kept,
        peak(graph, [tangent is not None for tangent in found]),
        along,
        found,
        *_compared(trace, along, found[graph.output]),
    )


def _elements_below(graph: Graph, names: list[str]) -> list[int]:
    """For each node, of how many elements of these inputs it is computed."""
    masks = [0] * len(graph)
    of_size: dict[int, int] = {}
    for number, name in enumerate(names):
        node = graph.inputs[name]
        masks[node] = 1 << number
        elements = size(graph.shapes[node])
        of_size[elements] = of_size.get(elements, 0) | masks[node]
    for k, args in enumerate(graph.args):
        for arg in args:
            masks[k] |= masks[arg]
    return [
        sum(elements * (mask & of).bit_count() for elements, of in of_size.items())
        for mask in masks
    ]


def _compared(trace: Trace, along: Element, tangent: Tangent) -> tuple[list[float], list[float]]:
    """The derivative of the output by one element: from the forward pass, and from the others."""
    graph = trace.graph
    shape = graph.shapes[graph.output]
    column, rows = [], []
    for place in places(shape, MOST_REVERSE):
        gradient = backward(graph, trace.values, one_at(shape, place), trace.wrt, trace.rules)
        row = gradient[graph.inputs[along.input]]
        column.append(0.0 if tangent is None else at(tangent, place))
        rows.append(0.0 if row is None else at(row, along.place))
    return column, rows
