"""Calls that put elements elsewhere: reshape, transpose, concat, stack, squeeze, ones."""

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from backprop_cli.language.readers.python.calls.call import Call

if TYPE_CHECKING:
    from backprop_cli.language.readers.python.values import Values


def _reshape(call: Call) -> int:
    """x.reshape(2, -1), x.view((2, 3)), with sizes that are known."""
    call.known("newshape", "shape", "order")
    shape = call.args[1] if len(call.args) == 2 else None
    if isinstance(shape, ast.Attribute) and shape.attr == "shape":
        return call.term("reshape_like", call.value(0), call.values.value(shape.value))
    sizes = call.args[1:] or [call.keywords[w] for w in ("newshape", "shape") if w in call.keywords]
    if len(sizes) == 1 and isinstance(sizes[0], ast.Tuple | ast.List):
        sizes = list(sizes[0].elts)
    for size in sizes:
        call.values.know(size)
    return call.term("reshape", call.value(0), *map(call.values.value, sizes))


def _transpose(call: Call) -> int:
    """K.T, K.transpose(0, 1), K.transpose(-2, -1), K.permute(1, 0)."""
    call.known("axes")
    given = call.args[1:] or [call.keywords[word] for word in ("axes",) if word in call.keywords]
    if len(given) == 1 and isinstance(given[0], ast.Tuple | ast.List):
        given = list(given[0].elts)
    axes = [call.values.known(axis) for axis in given]
    if axes and axes not in ([1, 0], [-1, -2]) and call.name == "permute":
        raise call.values.fail(call.node, "only rows and columns can change places")
    if axes and sorted(0 if axis is None else axis % 2 for axis in axes) != [0, 1]:
        raise call.values.fail(call.node, "only rows and columns can change places")
    return call.term("transpose", call.value(0))


def _concat(call: Call) -> int:
    """np.concatenate([a, b], axis=1), np.append(x, 1), np.hstack((a, b))."""
    call.known("axis", "dim")
    parts = call.args
    if isinstance(parts[0] if parts else None, ast.Tuple | ast.List):
        axis, parts = call.axis(1), parts[0].elts  # type: ignore[attr-defined]
    else:
        axis, parts = call.axis(2), parts[:2]
    if not parts:
        raise call.values.fail(call.node, "there is nothing to put together")
    terms = [call.values.value(part) for part in parts]
    aside = [] if axis is None else [call.keyword("axis", axis)]
    return call.term("concat", *terms, *aside)


def _stack(call: Call) -> int:
    """np.stack([a, b]) and np.vstack: rows; with axis=1 and np.column_stack: columns."""
    call.known("axis", "dim")
    parts = call.args[0] if call.args else None
    if not isinstance(parts, ast.Tuple | ast.List):
        raise call.values.fail(call.node, f"{call.name} is read of a list only, [a, b]")
    rows = call.values.add("list", [call.values.value(part) for part in parts.elts], "", call.node)
    axis = 1.0 if call.name == "column_stack" else call.axis(1) or 0.0
    if axis not in (0, 1, -1):
        raise call.values.fail(call.node, "an axis is 0 or 1")
    return call.term("transpose", rows) if axis else rows


def _squeeze(call: Call) -> int:
    """x.squeeze(): the axes of length 1 are left out."""
    call.known("axis", "dim")
    shape = call.values.shape_of(call.args[0])
    if shape is None:
        raise call.values.fail(call.node, "squeeze depends on a shape", "write x.reshape(3)")
    axis = call.axis(1)
    wanted = [
        n for place, n in enumerate(shape) if n > 1 or axis not in (None, place, place - len(shape))
    ]
    value = call.value(0)
    if not wanted:
        zeros = [call.values.number(0, call.node) for _ in shape]
        return call.values.add("index", (value, *zeros), "", call.node) if zeros else value
    return call.term("reshape", value, *(call.values.number(n, call.node) for n in wanted))


def _unsqueeze(call: Call) -> int:
    """x.unsqueeze(0) is a matrix of one row, x.unsqueeze(1) of one column."""
    call.known("axis", "dim")
    return as_matrix(call.values, call.value(0), call.axis(1) == 0, call.node)


def as_matrix(values: "Values", vector: int, is_row: bool, node: ast.AST) -> int:
    """A vector as a matrix of one row or one column: x[None, :] and x[:, None]."""
    sizes = (1, -1) if is_row else (-1, 1)
    return values.add("call", (vector, *(values.number(n, node) for n in sizes)), "reshape", node)


def _one_hot(call: Call) -> int:
    call.known("num_classes", "depth")
    count = call.option("num_classes", 1) or call.keywords.get("depth")
    if count is None:
        raise call.values.fail(call.node, "the number of classes is missing", "write one_hot(y, 3)")
    return call.term("onehot", call.value(0), call.values.value(count))


def _sized(call: Call) -> int:
    """np.ones((2, 3)), torch.ones(2, 3), np.eye(3)."""
    call.known("shape", "size")
    sizes = call.args or [call.keywords[w] for w in ("shape", "size") if w in call.keywords]
    if len(sizes) == 1 and isinstance(sizes[0], ast.Tuple | ast.List):
        sizes = list(sizes[0].elts)
    for size in sizes:
        call.values.know(size)
    known = [call.values.known(size) for size in sizes]
    if not sizes or None in known:
        what = f"{call.name} needs sizes that are known numbers"
        raise call.values.fail(call.node, what, "write them as numbers, or give it as an input")
    return call.term(call.name, *(call.values.number(n or 0, call.node) for n in known))


SHAPE_CALLS: dict[str, Callable[[Call], int]] = {
    "reshape": _reshape,
    "concat": _concat,
    **dict.fromkeys(("transpose", "permute", "swapaxes"), _transpose),
    "hstack": _concat,
    **dict.fromkeys(("vstack", "stack", "column_stack"), _stack),
    "squeeze": _squeeze,
    "unsqueeze": _unsqueeze,
    "onehot": _one_hot,
    **dict.fromkeys(("ones", "zeros", "eye"), _sized),
}
"""Name of a function in the language of formulas -> who reads a call of it."""
