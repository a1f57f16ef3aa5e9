"""What a local derivative may be called: ∂q/∂x only where that is all that ∂q/∂x means.

∂q/∂x of an array q is its Jacobian, and where x reaches q in two ways, as in q = x·x, it is the
sum over both. Elsewhere a step says "local".
"""

from backprop_cli.autodiff.steps import Step
from backprop_cli.autodiff.trace import Trace

LOCAL = "local"

MAX_SEARCHED = 1000
"""Nodes that are looked at for a second way; with more between them, none is ruled out."""


def is_whole_derivative(trace: Trace, step: Step) -> bool:
    """Whether the local derivative of a step is ∂output/∂input, number for number."""
    graph = trace.graph
    if graph.shapes[step.output]:
        return False
    if getattr(step.local, "shape", ()) != graph.shapes[step.input]:
        return False
    return step.input not in trace.forks or not _has_second_way(trace, step)


def _has_second_way(trace: Trace, step: Step) -> bool:
    """Whether another input of the gate is this one, or computed from it."""
    graph, wanted = trace.graph, step.input
    others = [arg for slot, arg in enumerate(graph.args[step.output]) if slot != step.slot]
    seen: set[int] = set()
    while others:
        node = others.pop()
        if node == wanted:
            return True
        # Nodes stand in order of computation.
        if node > wanted and node not in seen:
            seen.add(node)
            others.extend(graph.args[node])
        if len(seen) > MAX_SEARCHED:
            return True
    return False
