"""A Python function or script as the steps of a program."""

import ast
from collections.abc import Sequence
from typing import NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.language.counts import Counts
from backprop_cli.language.readers.python.assignments import Literal
from backprop_cli.language.readers.python.known import Shapes
from backprop_cli.language.readers.python.nodes import is_remark
from backprop_cli.language.readers.python.source import Source
from backprop_cli.language.readers.python.statements import Statements
from backprop_cli.language.syntax import Expression


class PythonProgram(NamedTuple):
    """What was read of a Python function or script."""

    expression: Expression
    defaults: dict[str, Literal]
    """Inputs to which the program itself gives a value: x = -2."""
    labels: tuple[str, ...]
    """Those of them that are whole numbers to choose elements by, and have no gradient."""
    renamed: dict[str, list[str]]
    """Names that are assigned more than once -> what their values are called, in order."""


def read_python(
    text: str, shapes: Shapes | None = None, counts: Counts | None = None
) -> PythonProgram:
    """A plain Python function or script, which is never run.

    Args:
        text: its source.
        shapes: input -> its shape, of those that were given a value.
        counts: those of them that are whole numbers.

    Raises:
        BackpropError: where something cannot be read, with its line and the reason.
    """
    source = Source(text)
    reader = Statements(source, shapes or {}, counts or Counts())
    try:
        reader.body(_function_body(source.tree.body, reader))
        return _program(reader)
    except RecursionError:
        raise BackpropError("the program is nested too deeply") from None


def _program(reader: Statements) -> PythonProgram:
    """What was read.

    Raises:
        BackpropError: if there is no formula.
    """
    if reader.last is None:
        raise BackpropError("there is no formula in this program", hint="write f = x*y")
    result, span = reader.last
    if isinstance(result, int):
        reader.steps.finish(result, span)
    expression = reader.steps.expression()
    used = {term.payload for term in expression.terms if term.op == "name"}
    defaults = {name: value for name, value in reader.defaults.items() if name in used}
    chosen = _chosen_by(expression)
    labels = tuple(name for name, value in defaults.items() if name in chosen and _whole(value))
    return PythonProgram(expression, defaults, labels, reader.steps.renamed)


def _function_body(statements: Sequence[ast.stmt], reader: Statements) -> Sequence[ast.stmt]:
    """What is explained: the script, or the last function of a file that only defines some."""
    plain = [s for s in statements if not isinstance(s, ast.Import | ast.ImportFrom)]
    if len(plain) == 1 and isinstance(plain[0], ast.Expr | ast.Assign):
        alone = plain[0].value
        if isinstance(alone, ast.Lambda):
            for argument in alone.args.args:
                reader.values.scope[argument.arg] = reader.steps.input(argument.arg)
            return [ast.copy_location(ast.Return(alone.body), alone)]
    others = [s for s in plain if not isinstance(s, ast.FunctionDef) and not is_remark(s)]
    functions = [s for s in plain if isinstance(s, ast.FunctionDef)]
    is_main = all(isinstance(s, ast.If) and "__name__" in ast.unparse(s.test) for s in others)
    if not functions or not is_main:
        return statements
    *before, last = functions
    for function in before:
        reader.values.scope[function.name] = function
    for argument in (*last.args.posonlyargs, *last.args.args, *last.args.kwonlyargs):
        if argument.arg not in ("self",):
            reader.values.scope[argument.arg] = reader.steps.input(argument.arg)
    for name, default in _defaults(last.args):
        reader.default(name, default)
    return last.body


def _defaults(arguments: ast.arguments) -> list[tuple[str, ast.expr]]:
    """The parameters that have a value where none is given."""
    plain = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(plain[len(plain) - len(arguments.defaults) :], arguments.defaults, strict=True)]
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    pairs += [(argument, default) for argument, default in named if default is not None]
    return [(argument.arg, default) for argument, default in pairs]


def _whole(value: Literal) -> bool:
    if isinstance(value, list):
        return all(_whole(item) for item in value)
    return float(value).is_integer()


def _chosen_by(expression: Expression) -> set[str]:
    """The names by which elements are chosen: y in p[y]."""
    terms = expression.terms
    return {
        str(terms[arg].payload)
        for term in terms
        if term.op == "index"
        for arg in term.args[1:]
        if terms[arg].op == "name"
    }
