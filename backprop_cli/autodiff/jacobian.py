"""The Jacobian: every element of one node by every element of another, a number for each pair.

Nobody computes it to train a network. To be seen it is computed by the backward pass all
the same: seeded with the unit vector of one element of `of`, the pass gives one row.
"""

from collections.abc import Iterator

from backprop_cli.autodiff.backward import backward
from backprop_cli.autodiff.elements import one_at, places
from backprop_cli.autodiff.tape import dependent
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.shapes import Shape, size
from backprop_cli.gates.value import Array, Value
from backprop_cli.graph.rewriting.subgraph import with_output

MOST_ELEMENTS = 16
"""Elements of the nodes of a Jacobian that is computed: each of its rows is a backward pass."""


def is_small(shape: Shape, other: Shape) -> bool:
    """Whether the Jacobian of a node of one shape by one of the other is computed."""
    return max(size(shape), size(other)) <= MOST_ELEMENTS


def jacobian(trace: Trace, of: int, wrt: int) -> Array:
    """∂of/∂wrt, with a row for each element of `of` and a column for each of `wrt`.

    Elements are counted row by row.

    Args:
        trace: a run; only its values are read.
        of: a node.
        wrt: a node that is no constant; where `of` does not depend on it, all is 0.
    """
    import numpy as np

    view = with_output(trace.graph, of)
    columns = size(trace.graph.shapes[wrt])
    rows = [
        backward(view, trace.values, seed, rules=trace.rules)[wrt]
        for seed in _unit_vectors(trace.graph.shapes[of])
    ]
    return np.array([np.zeros(columns) if row is None else np.ravel(row) for row in rows])


def gate_jacobian(trace: Trace, k: int, wrt: int) -> Array:
    """∂k/∂wrt of one gate alone and one of its inputs: what its own rule says."""
    import numpy as np

    rows = [
        sum(np.ravel(step.downstream) for step in trace.steps_alone(k, wrt, seed))
        for seed in _unit_vectors(trace.graph.shapes[k])
    ]
    return np.array(rows)


def _unit_vectors(shape: Shape) -> Iterator[Value]:
    """1 at one element and 0 at all others, for each element in turn."""
    return (one_at(shape, place) for place in places(shape))


def edges(trace: Trace) -> Iterator[tuple[int, int]]:
    """Every gate with each of its inputs that depends on a variable, from the output back."""
    graph = trace.graph
    wanted = dependent(graph, trace.wrt)
    for k in range(len(graph) - 1, -1, -1):
        if graph.gates[k] is not None and wanted[k]:
            for arg in dict.fromkeys(reversed(graph.args[k])):
                if wanted[arg]:
                    yield k, arg
