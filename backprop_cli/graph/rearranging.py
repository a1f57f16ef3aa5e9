"""Elements put together anew, and running through them: concat, reshape, flatten, prod, cumsum."""

from functools import reduce
from math import prod

from backprop_cli.graph.composite import Composite, CompositeCall
from backprop_cli.graph.constant_arrays import lower
from backprop_cli.graph.indexing import key


def _parts(use: CompositeCall, node: int) -> list[int]:
    """The elements of a vector, the rows of a matrix, or a number alone."""
    shape = use.shape(node)
    if not shape:
        return [node]
    gate = use.builder.graph.gates[node]
    if gate is not None and gate.name == "stack":
        return list(use.builder.graph.args[node])
    use.few(shape[0])
    return [use.element(node, place) for place in range(shape[0])]


def _elements(use: CompositeCall, node: int) -> list[int]:
    """All elements, row by row."""
    use.few(prod(use.shape(node)))
    if len(use.shape(node)) < 2:
        return _parts(use, node)
    rows, columns = use.shape(node)
    return [use.element(node, i, j) for i in range(rows) for j in range(columns)]


def _concat(use: CompositeCall) -> int:
    """Vectors one after the other, matrices one below the other; with axis=1 side by side."""
    axes = {len(use.shape(node)) for node in use.args}
    if 2 not in axes:
        if use.axis not in (0, None):
            use.fail("vectors have one axis only", "write concat(a, b)")
        return use.stacked([part for node in use.args for part in _parts(use, node)])
    if axes != {2}:
        use.fail("a matrix is put together with matrices only", "make it one by reshape(x, 1, n)")
    turned = use.axis == 1
    nodes = [use.transposed(node) for node in use.args] if turned else use.args
    if len({use.shape(node)[1] for node in nodes}) > 1:
        side = "rows" if turned else "columns"
        use.fail(f"{use.builder.sizes(use.args, use.term)}: they need as many {side}")
    whole = use.stacked([part for node in nodes for part in _parts(use, node)])
    return use.transposed(whole) if turned else whole


def _reshape(use: CompositeCall) -> int:
    """The same elements, row by row, in another shape; -1 is what is left over."""
    (node,) = use.args
    wanted = [key(use.builder, place) for place in use.rest]
    if len(wanted) == 1 and not isinstance(wanted[0], int):
        wanted = list(wanted[0])
    count, known = prod(use.shape(node)), prod(n for n in wanted if n != -1)
    if wanted.count(-1) == 1 and known and count % known == 0:
        wanted = [count // known if n == -1 else n for n in wanted]
    sizes = tuple(int(n) for n in wanted)
    if any(n < 1 for n in sizes) or prod(sizes) != count or len(sizes) > 2:
        said = "×".join(str(n) for n in sizes)
        use.fail(
            f"{use.builder.operand(use.term.args[0])} has {count} elements, which are not {said}"
        )
    return _reshaped(use, node, sizes)


def _reshaped(use: CompositeCall, node: int, wanted: tuple[int, ...]) -> int:
    shape = use.shape(node)
    if shape == wanted:
        return node
    if len(shape) == 1 and wanted[0] == 1:
        return use.stacked([node])
    if len(shape) == 1 and wanted[1:] == (1,):
        return use.transposed(use.stacked([node]))
    if len(shape) == 2 and len(wanted) == 1 and 1 in shape:
        return use.element(node if shape[0] == 1 else use.transposed(node), 0)
    if len(shape) == 2 and len(wanted) == 2 and 1 in shape and wanted == shape[::-1]:
        return use.transposed(node)
    elements = _elements(use, node)
    if len(wanted) < 2:
        return use.stacked(elements) if wanted else elements[0]
    columns = wanted[1]
    starts = range(0, len(elements), columns)
    return use.stacked([use.stacked(elements[start : start + columns]) for start in starts])


def _flat(use: CompositeCall) -> int:
    (node,) = use.args
    return _reshaped(use, node, (prod(use.shape(node)),))


def _product(use: CompositeCall) -> int:
    """The product of all elements, or of those along an axis, one after the other."""
    (node,) = use.args
    if use.axis is None:
        factors = _elements(use, node)
    else:
        factors = _parts(use, use.transposed(node) if _is_along_rows(use, node) else node)
    return reduce(lambda left, right: use.gate("mul", left, right), factors)


def _is_along_rows(use: CompositeCall, node: int) -> bool:
    return use.axis == 1 and len(use.shape(node)) == 2


def _running_sum(use: CompositeCall) -> int:
    """Each element and all before it, added up: the product with ones below the diagonal."""
    (node,) = use.args
    shape = use.shape(node)
    if not shape:
        return node
    if len(shape) == 2 and use.axis is None:
        node = _flat(use)
    if _is_along_rows(use, node):
        return use.gate("matmul", node, use.transposed(lower(use, shape[1])))
    return use.gate("matmul", lower(use, use.shape(node)[0]), node)


REARRANGING: dict[str, Composite] = {
    "concat": Composite(1, _concat, axis=True, keeps=True, most=1000),
    "reshape": Composite(2, _reshape, most=3, values=1),
    "flatten": Composite(1, _flat),
    "prod": Composite(1, _product, axis=True),
    "cumsum": Composite(1, _running_sum, axis=True, keeps=True),
}
"""Name of a function -> the gates that it stands for."""
