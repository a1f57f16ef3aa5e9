"""What a full Jacobian would take to store, and what is computed instead."""

from collections.abc import Sequence

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.gates.shapes import size
from backprop_cli.gates.structures import JacobianKind, Structure
from backprop_cli.language.numbers import short_number
from backprop_cli.render.text.columns import counted
from backprop_cli.render.text.options import Look

BYTES = 8
"""Of a double."""

USUAL = 4096
"""Elements of an ordinary layer: the size in the lecture at which a diagonal is worth knowing."""

_DIAGONAL = (JacobianKind.IDENTITY, JacobianKind.SCALED, JacobianKind.DIAGONAL)


def memory(numbers: int) -> str:
    """What so many doubles take: 32 KiB."""
    amount, units = float(BYTES * numbers), ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while amount >= 1024 and len(units) > 1:
        amount, units = amount / 1024, units[1:]
    return f"{short_number(amount)} {units[0]}"


def cost(
    trace: Trace, path: Sequence[int], of: int, wrt: int, structure: Structure | None, look: Look
) -> list[str]:
    """The size of the full matrix, and what the backward pass computes in its place."""
    rows, columns = (size(trace.graph.shapes[node]) for node in (of, wrt))
    if rows == columns == 1 or (structure and structure.kind is JacobianKind.ZERO):
        return []
    if structure and structure.kind in (JacobianKind.ROW, JacobianKind.ONE_HOT):
        return [f"One backward pass gives it whole, {_numbers(columns)}."]
    full = f"In full: {_full(rows, columns)}"
    if structure and structure.kind in _DIAGONAL:
        texts = [f"{full}; the diagonal: {memory(rows)}."]
        if rows < USUAL:
            of_many = f"{_full(USUAL, USUAL)}; the diagonal: {memory(USUAL)}"
            texts.append(f"With {USUAL} elements: {of_many}.")
        return texts
    instead = f"Computed instead: {_instead(trace, path, of, wrt, look)}"
    return [f"{full}.", f"{instead}, {_numbers(columns)}."]


def _numbers(count: int) -> str:
    return f"{counted(count, 'number')}: {memory(count)}"


def _full(rows: int, columns: int) -> str:
    return f"{rows} × {columns} = {memory(rows * columns)}"


def _instead(trace: Trace, path: Sequence[int], of: int, wrt: int, look: Look) -> str:
    """The rule of a matrix gate; else the product that a backward pass gives."""
    graph = trace.graph
    f, q, x = (inert(graph.names[node]) for node in (graph.output, of, wrt))
    if of == graph.output:
        return f"the gradient {look.derivative(f, x)} in one backward pass"
    upstream = look.derivative(f, q)
    if len(path) == 1 and graph.args[of].count(wrt) == 1:
        whole = trace.whole_rule(of, graph.args[of].index(wrt), look.style, upstream)
        if whole is not None:
            return look.cut(inert(whole))
    return f"{upstream} times it, in one backward pass"
