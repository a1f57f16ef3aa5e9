"""What stands in square brackets: indices, slices, new axes, one of several results."""

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from backprop_cli.language.readers.python.calls.calls import only_argument
from backprop_cli.language.readers.python.calls.shape_calls import as_matrix
from backprop_cli.language.readers.python.nodes import is_all, is_module, is_new_axis

if TYPE_CHECKING:
    from backprop_cli.language.readers.python.values import Values


def read_subscript(values: "Values", node: ast.Subscript) -> int:
    """The term of x[1:], W[:, 2], x[None, :] or Z[range(n), y]."""
    inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    new_axis = [place for place, part in enumerate(inside) if is_new_axis(part)]
    others = [part for place, part in enumerate(inside) if place not in new_axis]
    if len(new_axis) == 1 and len(others) <= 1 and all(is_all(part) for part in others):
        return as_matrix(values, values.value(node.value), new_axis == [0], node)
    if isinstance(node.value, ast.Attribute) and node.value.attr == "shape" and len(inside) == 1:
        # The shape of a step is known when its circuit is built.
        sizes = (values.value(node.value.value), values.value(inside[0]))
        return values.add("call", sizes, "length", node)
    if isinstance(node.value, ast.Call):
        chosen = read_of_several(values, node.value, inside)
        if chosen is not None:
            return chosen
    args = [
        values.value(node.value),
        *(_index(values, part, _rows(values, node.value, inside)) for part in inside),
    ]
    return values.add("index", args, "", node)


def read_of_several(values: "Values", call: ast.Call, inside: Sequence[ast.expr]) -> int | None:
    """slogdet(X)[1], and the values of torch.max(x, dim=1)[0]; None of any other call.

    Raises:
        BackpropError: for the other result, which is no number with a gradient.
    """
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    place = values.known(inside[0]) if len(inside) == 1 else None
    if name == "slogdet":
        if place != 1:
            raise values.fail(call, "the sign of a determinant has no gradient", "take [1]")
        determinant = values.call("det", [values.value(only_argument(call, values))], call)
        size = values.call("abs", [determinant], call)
        return values.call("log", [size], call)
    words = [keyword.arg for keyword in call.keywords]
    is_method = isinstance(call.func, ast.Attribute) and not is_module(
        call.func.value, values.scope
    )
    along = "dim" in words or len(call.args) + is_method > 1
    if name not in ("max", "min") or not along or not (values.has_torch or "dim" in words):
        return None
    if place != 0:
        raise values.fail(call, "the place of the largest has no gradient", "take [0]")
    return values.value(call)


def _rows(values: "Values", whole: ast.expr, inside: Sequence[ast.expr]) -> int | None:
    """How many elements are chosen: as many as labels, Z[range(n), y], or as the array has rows."""
    for part in (*inside, whole):
        shape = values.shape_of(part)
        if shape:
            return shape[0]
    return None


def _index(values: "Values", node: ast.expr, rows: int | None) -> int:
    match node:
        case ast.Slice():
            parts = [_bound(values, part, node) for part in (node.lower, node.upper, node.step)]
            return values.add("slice", parts, "", node)
        case ast.Call(func=ast.Name(id="range") | ast.Attribute(attr="arange")):
            values.know(node)
            bounds = [values.known(arg) for arg in node.args]
            if bounds == [None] and rows is not None:
                bounds = [float(rows)]
            if None in bounds or not 1 <= len(bounds) <= 3:
                raise values.fail(node, "the bounds of a range must be known numbers")
            numbers = values.bounded(node, bounds)
            return values.add("list", [values.number(n, node) for n in numbers], "", node)
    return values.value(node)


def _bound(values: "Values", node: ast.expr | None, whole: ast.Slice) -> int:
    """A bound of a slice; nan where there is none."""
    if node is None:
        return values.number(float("nan"), whole)
    values.know(node)
    return values.value(node)
