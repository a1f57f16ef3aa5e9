"""The structure of a Jacobian in a sentence, and the gate that is the reason for it."""

from collections.abc import Sequence
from typing import Any

from backprop_cli.analysis.structure import (
    is_elementwise,
    structure_of,
)
from backprop_cli.errors import inert
from backprop_cli.gates.gate import Pattern
from backprop_cli.gates.structures import Blocks, JacobianKind, Structure
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.rewriting.subgraph import between
from backprop_cli.render.text.explain.passes import called
from backprop_cli.render.text.options import Look

_SAID = {
    JacobianKind.IDENTITY: "The identity: {q} changes as {x} does.",
    JacobianKind.SCALED: "{c} times the identity.",
    JacobianKind.DIAGONAL: "Diagonal: each element of {q} depends on one of {x} alone.",
    JacobianKind.PERMUTATION: "A permutation: elements change places, and no more.",
    JacobianKind.ONE_HOT: (
        "One-hot: {q} follows one element of {x}, and hears nothing from the others."
    ),
    JacobianKind.ONE_A_ROW: "{One} {entry} in each row: each element of {q} depends on one of {x}.",
    JacobianKind.ONE_A_COLUMN: (
        "{One} {entry} in each column: each element of {x} goes to one of {q}."
    ),
    JacobianKind.BLOCKS: "Block diagonal: {blocks}.",
    JacobianKind.SCALED_BLOCKS: "Square blocks, each of them diagonal.",
    JacobianKind.ROW: "One row: the gradient of {q}, laid out flat.",
    JacobianKind.DENSE: "Dense: each element of {q} depends on each of {x}.",
}
"""What follows from the gates, or is proved by the numbers, and so holds for other inputs too."""

_SAID_HERE = {
    JacobianKind.ZERO: "all of it is 0",
    JacobianKind.IDENTITY: "it is the identity",
    JacobianKind.SCALED: "it is {c} times the identity",
    JacobianKind.ROUTER: "it is diagonal, of 0 and 1",
    JacobianKind.DIAGONAL: "it is diagonal",
    JacobianKind.PERMUTATION: "it is a permutation",
    JacobianKind.ONE_HOT: "it is one-hot",
    JacobianKind.ONE_A_ROW: "it has {one} {entry} in each row",
    JacobianKind.ONE_A_COLUMN: "it has {one} {entry} in each column",
    JacobianKind.BLOCKS: "it is block diagonal: {blocks}",
    JacobianKind.SPARSE: "{count} of its {all} entries are not 0",
}
"""What the numbers look like, which others need not."""

_OPEN = (JacobianKind.DENSE, JacobianKind.ROW, JacobianKind.DIAGONAL)
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
    if known is None and seen and seen.kind is JacobianKind.DENSE:
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
    return known.kind in _OPEN or seen.kind in (JacobianKind.ZERO, JacobianKind.IDENTITY)


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
    blocks = gate.shape.blocks(graph.use(of), graph.args[of].index(wrt))
    if blocks:
        return _of_product(graph, of, blocks, look)
    if is_elementwise(graph, path, wrt):
        router = ", a router: it lets an element through or does not"
        routes = router if gate.pattern is Pattern.ROUTER else ""
        return f"The {called(gate)} gate works element by element{routes}."
    return ""


def _of_product(graph: Graph, of: int, blocks: Blocks, look: Look) -> str:
    """Where the numbers of the other factor stand in the Jacobian."""
    args = graph.args[of]
    other = inert(graph.names[args[blocks.other]])
    if blocks.transposed:
        other += look.style.transpose
    if blocks.identity:
        return (
            f"Each is an element of {other} times the {blocks.identity}×{blocks.identity} identity."
        )
    if not blocks.row:
        return f"It is {other} itself."
    q, x = inert(graph.names[of]), inert(graph.names[args[1 - blocks.other]])
    return f"Each block is {other}: row i of {q} depends on {blocks.row} i of {x} alone."
