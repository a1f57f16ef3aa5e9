"""Carry a derivative along: a value, its tangent, and the very code of the backward pass.

A rule of the gate table is built of operations that are gates themselves: `g * b` of mul,
`cos(a)` of cos. So their own rows say how a rule changes as its inputs move, and a second
derivative needs no second table.
"""

import ast
import operator
from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from typing import Any

import numpy as np

from backprop_cli.errors import BackpropError
from backprop_cli.gates.arrays import cofactors, det, inv
from backprop_cli.gates.compiler import compile_rule, mentions
from backprop_cli.gates.gate import Pattern
from backprop_cli.gates.kernels import MAX_KERNELS, Kernel
from backprop_cli.gates.shape_rules.value_type import type_of
from backprop_cli.gates.table import BY_NAME

Operation = Callable[..., Any]


def value_of(number: Any) -> Any:
    """The value of a dual number; a list of them gives a list, all else is its own value."""
    if isinstance(number, list):
        return [value_of(one) for one in number]
    return number.value if isinstance(number, Dual) else number


def tangent_of(number: Any) -> Any:
    """The tangent of a dual number; 0 of all else, which stands still."""
    return number.tangent if isinstance(number, Dual) else 0.0


def _moving(gate: str, operate: Operation) -> Operation:
    """The operation on dual numbers: its value, and Σ tangent × local by the gate's own row."""
    row = BY_NAME[gate]

    def moved(*args: Any) -> Any:
        values = [value_of(arg) for arg in args]
        out = operate(*values)
        names, found = (*row.inputs, "out"), (*values, out)
        types = tuple([type_of(np.shape(one)) for one in found])
        tangents = [
            compile_rule(row.local[slot], names, types).run(*found) * arg.tangent
            for slot, arg in enumerate(args)
            if isinstance(arg, Dual)
        ]
        return Dual(out, sum(tangents[1:], start=tangents[0])) if tangents else out

    return moved


def _both_ways(gate: str, operate: Operation) -> tuple[Operation, Operation]:
    """What a dual number does with an operator on its right, and with one on its left."""
    moved = _moving(gate, operate)
    return moved, lambda right, left: moved(left, right)


def _compared(compare: Operation) -> Operation:
    """A comparison is the same all around, but for its kink: it has no tangent."""
    return lambda left, right: compare(value_of(left), value_of(right))


def _product(left: Any, right: Any) -> Any:
    """A matrix product: each factor moves while the other stands still."""
    a, b = value_of(left), value_of(right)
    moved = [left.tangent @ b] if isinstance(left, Dual) else []
    moved += [a @ right.tangent] if isinstance(right, Dual) else []
    return Dual(a @ b, sum(moved[1:], start=moved[0]))


class Dual:
    """A value (a float or an array) and its tangent, of the same shape."""

    __slots__ = ("tangent", "value")
    # An array on the left leaves the arithmetic to the dual number on the right.
    __array_ufunc__ = None

    def __init__(self, value: Any, tangent: Any) -> None:
        shape = np.shape(value)
        self.value = value
        self.tangent = tangent if np.shape(tangent) == shape else np.broadcast_to(tangent, shape)

    __add__, __radd__ = _both_ways("add", operator.add)
    __sub__, __rsub__ = _both_ways("sub", operator.sub)
    __mul__, __rmul__ = _both_ways("mul", operator.mul)
    __truediv__, __rtruediv__ = _both_ways("div", operator.truediv)
    __pow__, __rpow__ = _both_ways("pow", operator.pow)
    __neg__ = _moving("neg", operator.neg)

    def __matmul__(self, other: Any) -> Any:
        return _product(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _product(other, self)

    __eq__, __ne__ = _compared(operator.eq), _compared(operator.ne)
    __lt__, __le__ = _compared(operator.lt), _compared(operator.le)
    __gt__, __ge__ = _compared(operator.gt), _compared(operator.ge)
    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, place: Any) -> Any:
        return Dual(self.value[place], self.tangent[place])

    @property
    def T(self) -> Any:
        """The transpose."""
        return Dual(self.value.T, self.tangent.T)


# The code of a kernel, with dual numbers


@lru_cache(maxsize=MAX_KERNELS)
def dual(kernel: Kernel) -> Kernel:
    """The same code as the kernel's, whose functions take dual numbers and give them."""
    assert isinstance(kernel, FunctionType)
    scope = {name: _as_dual(name, found) for name, found in kernel.__globals__.items()}
    scope |= {"float": _linear(float), "limit": _limit}
    tree = _Limits().visit(ast.parse(kernel.__globals__["source"]))
    exec(compile(ast.fix_missing_locations(tree), "<kernel>", "exec"), scope)
    moving: Kernel = scope["kernel"]
    return moving


class _Limits(ast.NodeTransformer):
    """Has `limit` choose between the branches of `a == b`, wherever a kernel does."""

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """A choice between numbers."""
        return self._chosen(node, node.test, node.body, node.orelse)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A choice between arrays."""
        is_choice = isinstance(node.func, ast.Name) and node.func.id == "numpy_where"
        return self._chosen(node, *node.args) if is_choice else self.generic_visit(node)

    def _chosen(self, node: ast.AST, *parts: ast.expr) -> ast.AST:
        self.generic_visit(node)
        match parts[0]:
            case ast.Compare(ops=[ast.Eq()]):
                return ast.Call(ast.Name("limit", ast.Load()), [*parts], [])
        return node


def _as_dual(name: str, found: Any) -> Any:
    """What a name in a kernel means for dual numbers."""
    kind, _, function = name.partition("_")
    if kind not in ("number", "array", "along", "numpy"):
        return {"fit": _linear, "kept": _linear, "count": _still}.get(name, _itself)(found)
    if function == "where":
        return _where
    if function in ("onehot", "ties"):
        return _still(found)
    if function == "inv":
        return _inverse(found)
    if function == "cofactors":
        return _cofactors
    gate = {"power": "pow"}.get(function, function)
    row = BY_NAME.get(gate)
    if row is None:
        return _unknown(function, "which is no gate", f"a row for {function} in the gate table")
    if row.pattern is Pattern.DISTRIBUTOR and len(row.inputs) == 1:
        return _linear(found)
    if any(mentions(text, "g") for text in row.local):
        return _unknown(
            function, "whose row says only what is sent back", "a local derivative without g"
        )
    return _moving(gate, found)


def _itself(found: Any) -> Any:
    return found


def _still(function: Operation) -> Operation:
    """A function that does not change as its arguments move a little."""
    return lambda *args: function(*map(value_of, args))


def _linear(function: Operation) -> Operation:
    """A function that is linear in its first argument: it does to a tangent what it does to it."""

    def moved(first: Any, *rest: Any) -> Any:
        others = [value_of(one) for one in rest]
        out = function(value_of(first), *others)
        if not isinstance(first, Dual):
            return out
        return Dual(out, function(first.tangent, *others))

    return moved


def _limit(equal: Any, yes: Any, no: Any) -> Any:
    """The branch of `a == b`, which holds at this one point: if the other has its value here, and
    a slope, it has the slope that there is all around.
    """
    smooth = (value_of(yes) == value_of(no)) & np.isfinite(tangent_of(no))
    return _where(equal & ~smooth, yes, no)


def _where(condition: Any, yes: Any, no: Any) -> Any:
    """The branch that is taken, element by element, moves as it does."""
    if not np.ndim(condition) and np.shape(value_of(yes)) == np.shape(value_of(no)):
        return yes if condition else no
    out = np.where(condition, value_of(yes), value_of(no))
    if not isinstance(yes, Dual) and not isinstance(no, Dual):
        return out
    return Dual(out, np.where(condition, tangent_of(yes), tangent_of(no)))


def _cofactors(number: Any) -> Any:
    """The slope of the determinant: det(a) * inv(a).T, each factor of which moves."""
    a = value_of(number)
    out = cofactors(a) if np.ndim(a) else 1.0
    if not isinstance(number, Dual):
        return out
    if not np.ndim(a):
        return Dual(out, 0.0)
    tangent = np.asarray(number.tangent)
    if len(a) == 2:
        return Dual(out, cofactors(tangent))
    if len(a) == 3:
        # Each minor is a sum of products of two elements.
        return Dual(out, cofactors(a + tangent) - out - cofactors(tangent))
    inverse = inv(a)
    moved = np.sum(out * tangent) * inverse.T - det(a) * (inverse @ tangent @ inverse).T
    return Dual(out, moved)


def _inverse(function: Operation) -> Operation:
    """The inverse X⁻¹, which moves by -X⁻¹ ΔX X⁻¹."""

    def moved(matrix: Any) -> Any:
        out = function(value_of(matrix))
        if not isinstance(matrix, Dual):
            return out
        times = operator.matmul if np.ndim(out) else operator.mul
        return Dual(out, -times(times(out, matrix.tangent), out))

    return moved


def _unknown(function: str, why: str, remedy: str) -> Operation:
    """A function of which no gate says how it changes."""

    def fails(*args: Any) -> Any:
        what = f"there is no second derivative here: a rule uses {function}, {why}"
        raise BackpropError(what, hint=f"{remedy} would say it")

    return fails
