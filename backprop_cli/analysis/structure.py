"""What a Jacobian looks like: where its zeros are, told from its numbers or from the gates."""

from collections.abc import Sequence

from backprop_cli.gates.shapes import size
from backprop_cli.gates.structures import JacobianKind, Structure
from backprop_cli.gates.value import Array
from backprop_cli.graph.graph import Graph


def structure_of(matrix: Array) -> Structure:
    """The structure of a Jacobian whose numbers are known."""
    import numpy as np

    there = matrix != 0
    if matrix.size == 1:
        return Structure(JacobianKind.NUMBER)
    if not there.any():
        return Structure(JacobianKind.ZERO)
    ones = float(bool((matrix[there] == 1).all()))
    if len(matrix) == 1:
        return Structure(JacobianKind.ONE_HOT if ones and there.sum() == 1 else JacobianKind.ROW)
    if matrix.shape[0] == matrix.shape[1] and not (there & ~np.eye(len(matrix), dtype=bool)).any():
        return _diagonal(np.diagonal(matrix), ones)
    by_row, by_column = there.sum(axis=1), there.sum(axis=0)
    if ones and (by_row == 1).all() and (by_column == 1).all():
        return Structure(JacobianKind.PERMUTATION)
    blocks = _blocks(there)
    if blocks:
        return Structure(JacobianKind.BLOCKS, blocks)
    if (by_row <= 1).all():
        return Structure(JacobianKind.ONE_A_ROW, factor=ones, every=bool(by_row.all()))
    if (by_column <= 1).all():
        return Structure(JacobianKind.ONE_A_COLUMN, factor=ones, every=bool(by_column.all()))
    return Structure(JacobianKind.DENSE if there.all() else JacobianKind.SPARSE)


def _diagonal(entries: Array, ones: float) -> Structure:
    """The structure of a diagonal matrix that is not zero."""
    if (entries == entries[0]).all():
        factor = float(entries[0])
        return Structure(
            JacobianKind.IDENTITY if factor == 1 else JacobianKind.SCALED, factor=factor
        )
    return Structure(JacobianKind.ROUTER if ones else JacobianKind.DIAGONAL)


def _blocks(there: Array) -> tuple[int, int, int] | None:
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
        return Structure(JacobianKind.IDENTITY)
    if not path:
        return Structure(JacobianKind.ZERO)
    shape = graph.shapes[wrt]
    if not shape and not graph.shapes[of]:
        return Structure(JacobianKind.NUMBER)
    if is_elementwise(graph, path, wrt):
        text = _only_rule(graph, path, of, wrt)
        kind = {"1": JacobianKind.IDENTITY, "-1": JacobianKind.SCALED}.get(
            text, JacobianKind.DIAGONAL
        )
        return Structure(kind, factor=-1.0 if text == "-1" else 1.0)
    if size(graph.shapes[of]) == 1:
        picks = [node for node in path if (g := graph.gates[node]) and g.shape.picks_elements]
        return Structure(JacobianKind.ONE_HOT if picks == [*path] else JacobianKind.ROW)
    return _of_one_gate(graph, of, wrt) if path == [of] else None


def is_elementwise(graph: Graph, path: Sequence[int], wrt: int) -> bool:
    """Whether all gates on the way work element by element, without a copy."""
    shape = graph.shapes[wrt]
    gates = [graph.gates[node] for node in path]
    return all(gate and gate.shape.is_elementwise for gate in gates) and all(
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
    slot = args.index(wrt)
    return gate.shape.structure(graph.use(of), slot, gate.local[0 if gate.variadic else slot])
