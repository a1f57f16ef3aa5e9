"""Calls: functions of libraries, methods, layers, sums over loops, the program's own functions."""

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from backprop_cli.language.readers.python.calls.call import Call
from backprop_cli.language.readers.python.calls.special import SPECIAL
from backprop_cli.language.readers.python.loops import rounds
from backprop_cli.language.readers.python.nodes import (
    function_name,
    is_module,
    is_none,
    only_return,
)
from backprop_cli.language.readers.python.vocabulary import (
    ARRAYS,
    AXIS_WORDS,
    BUILTINS,
    FUNCTIONS,
    IGNORED_WORDS,
    KEEP_WORDS,
    LAYERS,
    METHODS,
    UNCHANGED,
    Meaning,
)
from backprop_cli.language.unread import INSTEAD

if TYPE_CHECKING:
    from backprop_cli.language.readers.python.values import Values


def read_call(values: "Values", node: ast.Call) -> int:
    """The term of a call.

    Raises:
        BackpropError: where it cannot be read.
    """
    name = function_name(node.func, values.scope)
    if isinstance(node.func, ast.Name):
        function = values.scope.get(node.func.id)
        if isinstance(function, (ast.Lambda, ast.FunctionDef)):
            return _own_call(values, function, node)
    if isinstance(node.func, ast.Call):
        layer = function_name(node.func.func, values.scope)
        if layer in LAYERS and not node.func.args:
            return _meant(values, Meaning(LAYERS[layer]), node, node.args)
    if name == "len" and len(node.args) == 1:
        return values.call("length", [values.value(node.args[0]), values.number(0, node)], node)
    if name in ARRAYS or name == "float":
        return values.value(only_argument(node, values))
    if isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
        if node.func.id == "sum" and isinstance(node.args[:1], list):
            summed = _generated(values, node)
            if summed is not None:
                return summed
        meant = BUILTINS[node.func.id]
        if meant.many and len(node.args) == 1:
            meant = Meaning(meant.name)
        return _meant(values, meant, node, node.args)
    if name in FUNCTIONS:
        return _meant(values, FUNCTIONS[name], node, node.args)
    if isinstance(node.func, ast.Attribute) and name is None:
        return _method(values, node.func, node)
    what = f"the function {ast.unparse(node.func)[:60]} is not known"
    raise values.fail(node, what, INSTEAD.get(name or ""))


def _method(values: "Values", method: ast.Attribute, node: ast.Call) -> int:
    if method.attr in UNCHANGED:
        return values.value(method.value)
    if method.attr not in METHODS:
        what = f"the method .{method.attr} is not known"
        raise values.fail(node, what, INSTEAD.get(method.attr))
    return _meant(values, METHODS[method.attr], node, [method.value, *node.args])


def _meant(values: "Values", meant: Meaning, node: ast.Call, given: Sequence[ast.expr]) -> int:
    """A call of a known function, with its axis and its shape as keywords."""
    if meant.name in SPECIAL:
        return _special(values, meant.name, node, given)
    args, keywords = list(given), list[tuple[str, ast.expr]]()
    if meant.axis is not None and not meant.many and len(args) > meant.axis:
        keywords.append(("axis", args.pop(meant.axis)))
    for keyword in node.keywords:
        word = keyword.arg or "**"
        if word in AXIS_WORDS:
            if not is_none(keyword.value) and not _is_both(values, keyword.value):
                keywords.append(("axis", keyword.value))
        elif word in KEEP_WORDS:
            if isinstance(keyword.value, ast.Constant) and keyword.value.value:
                keywords.append(("keepdims", ast.copy_location(ast.Constant(1), keyword.value)))
        elif word not in IGNORED_WORDS:
            raise values.fail(node, f"the argument {word}= cannot be read here")
    if any(isinstance(arg, ast.Starred) for arg in args):
        raise values.fail(node, "starred arguments cannot be read")
    if meant.name == "where" and args:
        places = [values.condition(args[0]), *(values.value(arg) for arg in args[1:])]
    else:
        places = [values.value(arg) for arg in args]
    for word, value in keywords:
        places.append(values.add("keyword", (values.value(value),), word, value))
    if not places:
        raise values.fail(node, f"{ast.unparse(node.func)[:60]} is called without a value")
    return values.call(meant.name, places, node)


def _special(values: "Values", name: str, node: ast.Call, given: Sequence[ast.expr]) -> int:
    """A call whose arguments say more than values."""
    if any(isinstance(arg, ast.Starred) for arg in given):
        raise values.fail(node, "starred arguments cannot be read")
    words = {keyword.arg or "**": keyword.value for keyword in node.keywords}
    library = ""
    if isinstance(node.func, ast.Attribute) and is_module(node.func.value, values.scope):
        library = ast.unparse(node.func).partition(".")[0]
    return SPECIAL[name](Call(values, node, name, list(given), words, library))


def _is_both(values: "Values", axis: ast.expr) -> bool:
    """Whether both axes are meant, (0, 1), which is all elements of a matrix."""
    if not isinstance(axis, ast.Tuple):
        return False
    return sorted(values.known(part) or 0.0 for part in axis.elts) in ([0, 1], [-2, -1])


def _generated(values: "Values", node: ast.Call) -> int | None:
    """sum(w[i] * x[i] for i in range(3)), written out."""
    if len(node.args) != 1 or not isinstance(node.args[0], ast.GeneratorExp | ast.ListComp):
        return None
    made = node.args[0]
    if len(made.generators) != 1 or made.generators[0].ifs:
        raise values.fail(node, "only one plain loop can be read here")
    loop = made.generators[0]
    total: int | None = None
    outside = dict(values.scope)
    values.know(loop.iter)
    for one in rounds(values, loop.target, loop.iter):
        values.scope.update(one)
        term = values.value(made.elt)
        total = term if total is None else values.add("+", (total, term), "", node)
    for name in [part.id for part in ast.walk(loop.target) if isinstance(part, ast.Name)]:
        if name in outside:
            values.scope[name] = outside[name]
        else:
            values.scope.pop(name, None)
    if total is None:
        raise values.fail(node, "this sum has no terms")
    return total


def _own_call(values: "Values", function: ast.Lambda | ast.FunctionDef, node: ast.Call) -> int:
    """A call of a function of the program: its formula with the arguments put in."""
    names = [arg.arg for arg in function.args.args]
    if len(node.args) != len(names) or node.keywords:
        raise values.fail(node, f"this function takes {len(names)} arguments, by position")
    places = [values.value(arg) for arg in node.args]
    body = function.body if isinstance(function, ast.Lambda) else only_return(function)
    if body is None:
        what = "a function that is called must be a single return"
        raise values.fail(node, what, "write its steps where it is called")
    outside, values.scope = values.scope, {**values.scope, **dict(zip(names, places, strict=True))}
    try:
        return values.value(body)
    finally:
        values.scope = outside


def only_argument(node: ast.Call, values: "Values") -> ast.expr:
    """The first argument of a call.

    Raises:
        BackpropError: if there is none.
    """
    if not node.args:
        raise values.fail(node, "a value is missing here")
    return node.args[0]
