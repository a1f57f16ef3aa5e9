"""What a Jacobian looks like: where its zeros are, told from its numbers or from the gates."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, NamedTuple

from backprop_cli.gates.compiler import mentions
from backprop_cli.gates.gate import Gate, Shape
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.shapes import product_sizes, size


class Kind(Enum):
    """The structures that have a name."""

    NUMBER = "a number"
    ZERO = "zero"
    IDENTITY = "the identity"
    SCALED = "a multiple of the identity"
    ROUTER = "diagonal, each entry 0 or 1"
    DIAGONAL = "diagonal"
    PERMUTATION = "a permutation"
    ONE_A_ROW = "one entry in each row"
    ONE_A_COLUMN = "one entry in each column"
    BLOCKS = "block diagonal"
    SCALED_BLOCKS = "blocks, each a multiple of the identity"
    ONE_HOT = "one row with a single 1"
    ROW = "one row"
    DENSE = "dense"
    SPARSE = "sparse"


class Structure(NamedTuple):
    """A structure, with what its name leaves open."""

    kind: Kind
    blocks: tuple[int, int, int] = (0, 0, 0)
    """Of BLOCKS: how many, and the rows and columns of each."""
    factor: float = 1.0
    """Of SCALED: the number on the diagonal. Of ONE_A_ROW and ONE_A_COLUMN: 1 if all are."""
    every: bool = True
    """Of ONE_A_ROW and ONE_A_COLUMN: whether there is one in every row, or at most one."""


def structure_of(matrix: Any) -> Structure:
    """The structure of a Jacobian whose numbers are known."""
    import numpy as np

    there = matrix != 0
    if matrix.size == 1:
        return Structure(Kind.NUMBER)
    if not there.any():
        return Structure(Kind.ZERO)
    ones = float(bool((matrix[there] == 1).all()))
    if len(matrix) == 1:
        return Structure(Kind.ONE_HOT if ones and there.sum() == 1 else Kind.ROW)
    if matrix.shape[0] == matrix.shape[1] and not (there & ~np.eye(len(matrix), dtype=bool)).any():
        return _diagonal(np.diagonal(matrix), ones)
    by_row, by_column = there.sum(axis=1), there.sum(axis=0)
    if ones and (by_row == 1).all() and (by_column == 1).all():
        return Structure(Kind.PERMUTATION)
    blocks = _blocks(there)
    if blocks:
        return Structure(Kind.BLOCKS, blocks)
    if (by_row <= 1).all():
        return Structure(Kind.ONE_A_ROW, factor=ones, every=bool(by_row.all()))
    if (by_column <= 1).all():
        return Structure(Kind.ONE_A_COLUMN, factor=ones, every=bool(by_column.all()))
    return Structure(Kind.DENSE if there.all() else Kind.SPARSE)


def _diagonal(entries: Any, ones: float) -> Structure:
    """The structure of a diagonal matrix that is not zero."""
    if (entries == entries[0]).all():
        factor = float(entries[0])
        return Structure(Kind.IDENTITY if factor == 1 else Kind.SCALED, factor=factor)
    return Structure(Kind.ROUTER if ones else Kind.DIAGONAL)


def _blocks(there: Any) -> tuple[int, int, int] | None:
    """How many equal blocks on the diagonal hold all that is not 0, and their size."""
    import numpy as np

    rows, columns = there.shape
    for count in range(min(rows, columns), 1, -1):
        if rows % count == 0 and columns % count == 0:
            block = (rows // count, columns // count)
            if not (there & (np.kron(np.eye(count), np.ones(block)) == 0)).any():
                return (count, *block)
    return None


def structure_by_gates(graph: Graph, path: Sequence[int], of: int, wrt: int) -> Structure | None:
    """The structure that follows from the gates on the way, whatever their numbers; or None.

    Args:
        graph: whose nodes `of` and `wrt` are.
        path: the nodes between them (see `between`), or `of` as a gate alone.
        of: the node of the rows.
        wrt: the node of the columns.
    """
    if of == wrt:
        return Structure(Kind.IDENTITY)
    if not path:
        return Structure(Kind.ZERO)
    shape = graph.shapes[wrt]
    if not shape and not graph.shapes[of]:
        return Structure(Kind.NUMBER)
    if is_elementwise(graph, path, wrt):
        text = _only_rule(graph, path, of, wrt)
        kind = {"1": Kind.IDENTITY, "-1": Kind.SCALED}.get(text, Kind.DIAGONAL)
        return Structure(kind, factor=-1.0 if text == "-1" else 1.0)
    if size(graph.shapes[of]) == 1:
        picks = [node for node in path if (g := graph.gates[node]) and g.shape is Shape.INDEX]
        return Structure(Kind.ONE_HOT if picks == [*path] else Kind.ROW)
    return _of_one_gate(graph, of, wrt) if path == [of] else None


def is_elementwise(graph: Graph, path: Sequence[int], wrt: int) -> bool:
    """Whether all gates on the way work element by element, without a copy."""
    shape = graph.shapes[wrt]
    gates = [graph.gates[node] for node in path]
    return all(gate and gate.shape is Shape.ELEMENTWISE for gate in gates) and all(
        graph.shapes[node] == shape for node in path
    )


def _only_rule(graph: Graph, path: Sequence[int], of: int, wrt: int) -> str:
    """The local derivative, where there is one gate on the way and it reads `wrt` once."""
    gate, args = graph.gates[of], graph.args[of]
    if gate is None or gate.variadic or path != [of] or args.count(wrt) != 1:
        return ""
    return gate.local[args.index(wrt)]


def _of_one_gate(graph: Graph, of: int, wrt: int) -> Structure | None:
    """The structure of one gate alone that does not work element by element."""
    gate, args = graph.gates[of], graph.args[of]
    if gate is None or args.count(wrt) != 1:
        return None
    match gate.shape:
        case Shape.ELEMENTWISE:
            return _one_in_each(Kind.ONE_A_ROW, gate, args.index(wrt))
        case Shape.REDUCE:
            return _one_in_each(Kind.ONE_A_COLUMN, gate, 0)
        case Shape.TRANSPOSE:
            flat = len(graph.shapes[of]) == 1
            return Structure(Kind.IDENTITY if flat else Kind.PERMUTATION)
        case Shape.INDEX:
            return Structure(Kind.ONE_A_ROW)
        case Shape.STACK:
            return Structure(Kind.ONE_A_COLUMN)
        case Shape.MATMUL:
            return _of_matmul(graph, of, args.index(wrt))
        case _:
            axis, shape = graph.axes.get(of), graph.shapes[of]
            if axis is None or len(shape) == 1:
                return Structure(Kind.DENSE)
            return Structure(Kind.BLOCKS, (shape[0], shape[1], shape[1])) if axis == 1 else None


def _one_in_each(kind: Kind, gate: Gate, slot: int) -> Structure:
    """Of a gate that copies or adds up; there is one in every row where its rule is never 0."""
    text = gate.local[0 if gate.variadic else slot]
    constant = not any(mentions(text, name) for name in (*gate.inputs, "out"))
    return Structure(kind, factor=float(text == "1"), every=constant)


def _of_matmul(graph: Graph, of: int, slot: int) -> Structure:
    """Of L @ R by L as many blocks as L has rows, each Rᵀ; by R an element of L for each block."""
    m, k, n = product_sizes(graph, of)
    if slot == 0:
        return Structure(Kind.BLOCKS, (m, n, k)) if m > 1 else Structure(Kind.DENSE)
    return Structure(Kind.SCALED_BLOCKS) if n > 1 else Structure(Kind.DENSE)
