"""What the engine runs, as trees for a browser: the same expressions, read instead of compiled.

The kernels are Python expressions in a few names. A page may neither compile text nor should it
know our rules a second time, so each expression comes to it as a tree, which it walks:
`["*", "g", "b"]` for `(g * b)`. A tree is a number, a name, or a list of an operation and trees.
"""

import ast
from functools import cache
from typing import Any

Tree = Any
"""A number, a name, or a list of an operation and trees."""

_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "power",
    ast.MatMult: "@",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


@cache
def tree(source: str) -> Tree:
    """The tree of an expression that a kernel runs. Rules are short, so it may recurse."""
    return _tree(ast.parse(source, mode="eval").body)


def _tree(node: ast.expr) -> Tree:
    match node:
        case ast.Constant(value=float() | int() as value) if not isinstance(value, bool):
            return float(value)
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return name
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return ["neg", _tree(operand)]
        case ast.BinOp(left=left, op=op, right=right):
            return [_SIGNS[type(op)], _tree(left), _tree(right)]
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return [_SIGNS[type(sign)], _tree(left), _tree(right)]
        case ast.IfExp(test=test, body=yes, orelse=no):
            return ["where", _tree(test), _tree(yes), _tree(no)]
        case ast.Attribute(value=value, attr="T"):
            return ["T", _tree(value)]
        case ast.Subscript(value=value, slice=ast.Tuple()):
            return ["column", _tree(value)]
        case ast.Subscript(value=value, slice=position):
            return ["at", _tree(value), _tree(position)]
        case ast.Call(func=ast.Name(id="float"), args=[value]):
            return _tree(value)
        case ast.Call(func=ast.Name(id=name), args=args):
            return [_called(name), *map(_tree, args)]
        case ast.Starred(value=value):
            return _tree(value)
    raise ValueError(f"a kernel has a {type(node).__name__}, which a page does not know")


def _called(name: str) -> str:
    """A function as the page calls it, whatever it works on: `exp`, or `sum along` an axis."""
    library, _, plain = name.partition("_")
    if library == "r" or name == "np_sum":
        return f"{plain} along"
    return plain or name
