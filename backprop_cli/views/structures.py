"""The structure of a Jacobian in a sentence, and the gate that is the reason for it."""

from collections.abc import Sequence
from typing import Any

from backprop_cli.errors import inert
from backprop_cli.gates.gate import Shape
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.seen import between
from backprop_cli.trace.structure import Kind, Structure, is_elementwise, product_sizes
from backprop_cli.views.look import Look
from backprop_cli.views.passes import called

_SAID = {
    Kind.IDENTITY: "The identity: {q} changes as {x} does.",
    Kind.SCALED: "{c} times the identity.",
    Kind.ROUTER: "Diagonal, of 0 and 1: a router, which lets an element through or does not.",
    Kind.DIAGONAL: "Diagonal: each element of {q} depends on one of {x} alone.",
    Kind.PERMUTATION: "A permutation: elements change places, and no more.",
    Kind.ONE_HOT: "One-hot: {q} follows one element of {x}, and hears nothing from the others.",
    Kind.ONE_A_ROW: "One {entry} in each row: each element of {q} depends on one of {x}.",
    Kind.ONE_A_COLUMN: "One {entry} in each column: each element of {x} goes to one of {q}.",
    Kind.BLOCKS: "Block diagonal: {blocks}.",
    Kind.STRIPES: "Square blocks, each of them diagonal.",
    Kind.ROW: "One row: the gradient of {q}, laid out flat.",
    Kind.DENSE: "Dense: each element of {q} depends on each of {x}.",
}


def told(
    graph: Graph,
    path: Sequence[int],
    of: int,
    wrt: int,
    seen: Structure | None,
    matrix: Any,
    look: Look,
) -> str:
    """What the structure is, in a sentence.

    Args:
        graph: whose nodes `of` and `wrt` are.
        path: the gates between them.
        of: the node of the rows.
        wrt: the node of the columns.
        seen: the structure that is told.
        matrix: the numbers, where they are known.
        look: how it is written.
    """
    q, x = inert(graph.names[of]), inert(graph.names[wrt])
    if seen is None:
        return "Its structure does not follow from the gates alone."
    if seen.kind is Kind.ZERO:
        if path:
            return f"Zero: at this point {q} does not change with {x}."
        other = f": {x} depends on {q}, so ask for {look.derivative(x, q)}"
        return f"Zero: {q} does not depend on {x}{other if between(graph, wrt, of) else ''}."
    if seen.kind is Kind.SPARSE:
        return f"{int((matrix != 0).sum())} of its {matrix.size} entries are not 0."
    count, rows, columns = seen.blocks
    return _SAID[seen.kind].format(
        q=q,
        x=x,
        c=look.number(seen.factor),
        entry="1" if seen.factor else "entry",
        blocks=f"{count} blocks of {rows}×{columns}",
    )


def reason(graph: Graph, path: Sequence[int], of: int, wrt: int, look: Look) -> str:
    """Which gate makes it so; for several gates, that their Jacobians are multiplied."""
    if not path:
        return ""
    gate = graph.gates[of]
    if len(path) > 1 or gate is None or graph.args[of].count(wrt) != 1:
        if is_elementwise(graph, path, wrt):
            return "All gates on the way work element by element."
        if len(path) == 1:
            return ""
        return f"By the chain rule it is made of the Jacobians of {len(path)} gates on the way."
    if gate.shape is Shape.MATMUL:
        return _of_matmul(graph, of, graph.args[of].index(wrt), look)
    if is_elementwise(graph, path, wrt):
        return f"The {called(gate)} gate works element by element."
    return ""


def _of_matmul(graph: Graph, of: int, slot: int, look: Look) -> str:
    """Where the numbers of the other matrix stand in the Jacobian."""
    left, right = (inert(graph.names[arg]) for arg in graph.args[of])
    m, _, n = product_sizes(graph, of)
    turned = f"{right}{look.style.transpose}"
    if slot == 1:
        if n == 1:
            return f"It is {left} itself."
        return f"Each is an element of {left} times the {n}×{n} identity."
    if m == 1:
        return f"It is {turned} itself."
    q = inert(graph.names[of])
    return f"Each block is {turned}: row i of {q} depends on row i of {left} alone."
