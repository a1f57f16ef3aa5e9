"""The structure of a Jacobian in a sentence, and the gate that is the reason for it."""

from collections.abc import Sequence
from typing import Any

from backprop_cli.analysis.structure import (
    Kind,
    Structure,
    is_elementwise,
    structure_of,
)
from backprop_cli.errors import inert
from backprop_cli.gates.gate import Pattern, Shape
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.shapes import product_sizes
from backprop_cli.graph.subgraph import between
from backprop_cli.render.text.explain.passes import called
from backprop_cli.render.text.options import Look

_SAID = {
    Kind.IDENTITY: "The identity: {q} changes as {x} does.",
    Kind.SCALED: "{c} times the identity.",
    Kind.DIAGONAL: "Diagonal: each element of {q} depends on one of {x} alone.",
    Kind.PERMUTATION: "A permutation: elements change places, and no more.",
    Kind.ONE_HOT: "One-hot: {q} follows one element of {x}, and hears nothing from the others.",
    Kind.ONE_A_ROW: "{One} {entry} in each row: each element of {q} depends on one of {x}.",
    Kind.ONE_A_COLUMN: "{One} {entry} in each column: each element of {x} goes to one of {q}.",
    Kind.BLOCKS: "Block diagonal: {blocks}.",
    Kind.SCALED_BLOCKS: "Square blocks, each of them diagonal.",
    Kind.ROW: "One row: the gradient of {q}, laid out flat.",
    Kind.DENSE: "Dense: each element of {q} depends on each of {x}.",
}
"""What follows from the gates, or is proved by the numbers, and so holds for other inputs too."""

_SAID_HERE = {
    Kind.ZERO: "all of it is 0",
    Kind.IDENTITY: "it is the identity",
    Kind.SCALED: "it is {c} times the identity",
    Kind.ROUTER: "it is diagonal, of 0 and 1",
    Kind.DIAGONAL: "it is diagonal",
    Kind.PERMUTATION: "it is a permutation",
    Kind.ONE_HOT: "it is one-hot",
    Kind.ONE_A_ROW: "it has {one} {entry} in each row",
    Kind.ONE_A_COLUMN: "it has {one} {entry} in each column",
    Kind.BLOCKS: "it is block diagonal: {blocks}",
    Kind.SPARSE: "{count} of its {all} entries are not 0",
}
"""What the numbers look like, which others need not."""

_OPEN = (Kind.DENSE, Kind.ROW, Kind.DIAGONAL)
"""Structures by the gates of which the numbers may still be special."""


def told(
    graph: Graph,
    path: Sequence[int],
    of: int,
    wrt: int,
    known: Structure | None,
    matrix: Any,
    look: Look,
) -> str:
    """What the structure is: what always holds, and what holds at this point.

    Args:
        graph: whose nodes `of` and `wrt` are.
        path: the gates between them.
        of: the node of the rows.
        wrt: the node of the columns.
        known: the structure that follows from the gates.
        matrix: the numbers, where they are known.
        look: how it is written.
    """
    q, x = inert(graph.names[of]), inert(graph.names[wrt])
    if not path and of != wrt:
        other = f": {x} depends on {q}, so ask for {look.derivative(x, q)}"
        return f"Zero: {q} does not depend on {x}{other if between(graph, wrt, of) else ''}."
    seen = None if matrix is None else structure_of(matrix)
    if known is None and seen is None:
        return "Its structure does not follow from the gates alone."
    if known is None and seen and seen.kind is Kind.DENSE:
        known = seen
    always = _SAID[known.kind].format(q=q, x=x, **_open(known, look)) if known else ""
    why = reason(graph, path, of, wrt, look)
    here = ""
    if seen and seen.kind in _SAID_HERE and (known is None or _is_special(seen, known)):
        count = {} if matrix is None else {"count": int((matrix != 0).sum()), "all": matrix.size}
        here = f"At this point {_SAID_HERE[seen.kind].format(**_open(seen, look), **count)}."
    return " ".join(sentence for sentence in (always, why, here) if sentence)


def _is_special(seen: Structure, known: Structure) -> bool:
    """Whether the numbers have more structure than the gates make them have."""
    if seen.kind is known.kind:
        return False
    return known.kind in _OPEN or seen.kind in (Kind.ZERO, Kind.IDENTITY)


def _open(structure: Structure, look: Look) -> dict[str, str]:
    """What the name of a structure leaves open."""
    count, rows, columns = structure.blocks
    one = "one" if structure.every else "at most one"
    return {
        "c": look.number(structure.factor),
        "entry": "1" if structure.factor else "entry",
        "one": one,
        "One": one.capitalize(),
        "blocks": f"{count} blocks of {rows}×{columns}",
    }


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
        router = ", a router: it lets an element through or does not"
        routes = router if gate.pattern is Pattern.ROUTER else ""
        return f"The {called(gate)} gate works element by element{routes}."
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
