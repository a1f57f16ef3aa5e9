"""Two forms of one formula, run side by side: the same gradients, or the reason why not."""

from collections.abc import Iterator
from typing import NamedTuple

from backprop_cli.analysis.kinks import kink_notes
from backprop_cli.analysis.nonfinite import birth_notes
from backprop_cli.analysis.note import Note
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.value import Gradient, Value
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.patterns import HOLE, read
from backprop_cli.graph.rewrite import Rewritten
from backprop_cli.language.printer import SOURCE, Style, show

ROUNDING = 1e-7
"""Relative errors below this are what rounding may cause (CS231n, "Gradient checks")."""


class RewriteComparison(NamedTuple):
    """A formula as typed, and the same formula folded or unfolded, for the same inputs."""

    folds: bool
    """Whether it was folded; else unfolded."""
    gates: tuple[str, ...]
    """The gates that were asked for."""
    rewritten: Rewritten
    typed: Trace
    now: Trace

    @property
    def changed(self) -> bool:
        """Whether there was anything to rewrite."""
        return bool(self.rewritten.rewrites)

    @property
    def sizes(self) -> tuple[int, int]:
        """How many gates there were, and how many there are."""
        return self.typed.graph.gate_count, self.now.graph.gate_count


class Difference(NamedTuple):
    """The gradient of one input in both forms."""

    name: str
    typed: Gradient
    now: Gradient
    most: float
    """The largest |typed - now| of all elements; nan where one of them is not a number."""
    verdict: str
    """same, rounding, apart, or odd: where an inf or a NaN stands in one form alone."""


def differences(comparison: RewriteComparison) -> list[Difference]:
    """For each input that was asked for, its gradient in both forms."""
    now = comparison.now.gradients
    return [
        _difference(name, typed, now.get(name))
        for name, typed in comparison.typed.gradients.items()
    ]


def _difference(name: str, typed: Gradient, now: Gradient) -> Difference:
    if typed is None or now is None:
        return Difference(name, typed, now, 0.0, "same")
    pairs = list(zip(_elements(typed), _elements(now), strict=True))
    apart = [0.0 if a == b or (a != a and b != b) else abs(a - b) for a, b in pairs]
    odd = next((gap for gap in apart if gap != gap or gap == float("inf")), None)
    if odd is not None:
        return Difference(name, typed, now, odd, "odd")
    far = any(
        gap > ROUNDING * max(abs(a), abs(b)) for gap, (a, b) in zip(apart, pairs, strict=True)
    )
    most = max(apart, default=0.0)
    return Difference(name, typed, now, most, "apart" if far else "rounding" if most else "same")


def _elements(value: Value) -> list[float]:
    return [value] if isinstance(value, float) else value.ravel().tolist()


def reasons(run: Trace, style: Style = SOURCE) -> Iterator[Note]:
    """Why the gradients of a form may differ from those of another: kinks, inf and NaN."""
    yield from kink_notes(run, style)
    yield from birth_notes(run, style)


class ComparedLine(NamedTuple):
    """A rewritten formula in the names of the nodes."""

    gate: str
    node: str
    """The node of the whole formula; empty where it is a piece of another gate."""
    before: str
    after: str


def lines(comparison: RewriteComparison, style: Style = SOURCE) -> Iterator[ComparedLine]:
    """sigmoid, f, 1/(1 + exp(-q)) and sigmoid(q), for each formula that was rewritten."""
    now = comparison.now.graph
    # In one of the graphs the formula is one gate, and `u` is what this gate takes.
    graph = now if comparison.folds else comparison.typed.graph
    here, there = _standing(now), _standing(graph)
    for one in comparison.rewritten.rewrites:
        node = there.get((one.start, one.end), -1)
        gate = graph.gates[node] if node >= 0 else None
        head, names = "", {}
        # The norm of a square is a piece of the L2 gate, and no node.
        if gate is not None and gate.name == one.gate:
            head = now.names[here[one.start, one.end]]
            names[HOLE] = _name(now, here, graph, graph.args[node][0])
        before, after = (show(read(text), names, style) for text in (one.before, one.after))
        yield ComparedLine(one.gate, head, before, after)


def _standing(graph: Graph) -> dict[tuple[int, int], int]:
    """Place in the source -> the last gate that stands there: the whole of what does."""
    return {
        (graph.starts[k], graph.ends[k]): k
        for k, gate in enumerate(graph.gates)
        if gate is not None
    }


def _name(now: Graph, here: dict[tuple[int, int], int], graph: Graph, node: int) -> str:
    """What a node of one graph is called in the graph that is shown."""
    if graph.gates[node] is None:
        return graph.names[node]
    return now.names[here[graph.starts[node], graph.ends[node]]]
