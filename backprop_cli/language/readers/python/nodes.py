"""What pieces of a Python program are: a module's name, a docstring, a new axis."""

import ast
from collections.abc import Mapping

from backprop_cli.language.readers.python.vocabulary import MODULES


def only_return(function: ast.FunctionDef) -> ast.expr | None:
    """What a function of a single return gives; None for any other."""
    steps = [step for step in function.body if not is_remark(step)]
    if len(steps) == 1 and isinstance(steps[0], ast.Return):
        return steps[0].value
    return None


def is_remark(step: ast.stmt) -> bool:
    """Whether a statement is a docstring, or nothing at all."""
    is_text = isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)
    return isinstance(step, ast.Pass) or (is_text and isinstance(step.value.value, str))  # type: ignore[attr-defined]


def is_none(node: ast.expr) -> bool:
    """Whether None is written."""
    return isinstance(node, ast.Constant) and node.value is None


def is_new_axis(node: ast.expr) -> bool:
    """None or np.newaxis in an index."""
    return is_none(node) or (isinstance(node, ast.Attribute) and node.attr == "newaxis")


def is_all(node: ast.expr) -> bool:
    """A bare colon or three dots in an index."""
    is_all = isinstance(node, ast.Slice) and not (node.lower or node.upper or node.step)
    return is_all or (isinstance(node, ast.Constant) and node.value is ...)


def is_module(node: ast.expr, scope: Mapping[str, object]) -> bool:
    """Whether an expression is a module's name, and no variable's: np, torch.nn.functional."""
    while isinstance(node, ast.Attribute):
        if node.attr not in MODULES:
            return False
        node = node.value
    return isinstance(node, ast.Name) and node.id in MODULES and node.id not in scope


def function_name(node: ast.expr, scope: Mapping[str, object]) -> str | None:
    """The name of a function without its modules; None for a method of a value."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and is_module(node.value, scope):
        return node.attr
    return None


def described(node: ast.AST) -> str:
    """What a piece is called in an error."""
    return {
        "ListComp": "a list made by a loop",
        "GeneratorExp": "a loop in brackets",
        "Lambda": "a function without a name",
        "BoolOp": "and/or",
        "Mod": "%",
        "FloorDiv": "//",
        "Constant": "a text or a truth value",
        "JoinedStr": "a text",
        "Dict": "a dictionary",
        "Await": "await",
        "Yield": "yield",
    }.get(type(node).__name__, f"this ({type(node).__name__})")
