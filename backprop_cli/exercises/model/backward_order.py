"""Where a derivative starts from, and in which order the backward pass comes to the nodes."""

from backprop_cli.autodiff.tape import backward_tape, dependent
from backprop_cli.errors import BackpropError
from backprop_cli.gates.value import Value
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.rewriting.subgraph import between


def seed_of(graph: Graph, of: int, wrt: int) -> Value:
    """The upstream from which ∂of/∂wrt starts where the exercise gives none.

    A number starts from 1. Where every gate on the way works element by element, the
    derivative of a vector is a vector too (the diagonal of its Jacobian), which ones give.

    Raises:
        BackpropError: if the derivative is a whole Jacobian.
    """
    if not graph.shapes[of]:
        return 1.0
    depends = between(graph, of, wrt)
    shape = graph.shapes[wrt]
    for node in depends:
        gate = graph.gates[node]
        if gate is None or not gate.shape.is_elementwise or graph.shapes[node] != shape:
            names = graph.names
            what = f"∂{names[of]}/∂{names[wrt]} is a Jacobian: {names[of]} is not a number"
            raise BackpropError(what, hint="ask for the gradient of a number, or of one element")
    import numpy as np

    return np.ones(graph.shapes[of])


def goes_through(graph: Graph, node: int, gate: int) -> bool:
    """Whether a node reaches the output only through another."""
    reached = {node}
    for later in range(node + 1, len(graph)):
        if later != gate and any(arg in reached for arg in graph.args[later]):
            reached.add(later)
    return graph.output not in reached


def backward_order(graph: Graph) -> list[int]:
    """The nodes that get a gradient, in the order in which the backward pass knows it."""
    wanted = dependent(graph)
    last: dict[int, None] = {graph.output: None} if wanted[graph.output] else {}
    for k in backward_tape(graph, None, None).nodes:
        for arg in reversed(graph.args[k]):
            if wanted[arg]:
                # A fork is complete with its last contribution.
                last.pop(arg, None)
                last[arg] = None
    return list(last)
