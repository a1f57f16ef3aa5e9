"""Statements of Python as the steps of a program: assignments, loops that end, one function."""

import ast
from collections.abc import Sequence
from typing import NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.python.loops import rounds
from backprop_cli.language.readers.python.source import Source
from backprop_cli.language.readers.python.terms import Known, NamedTerms
from backprop_cli.language.readers.python.values import (
    OPERATORS,
    Shapes,
    Values,
    is_remark,
)
from backprop_cli.language.readers.python.vocabulary import ARRAYS, IGNORED
from backprop_cli.language.syntax import Expression

Literal = float | list["Literal"]


class PythonProgram(NamedTuple):
    """What was read of a Python function or script."""

    expression: Expression
    defaults: dict[str, Literal]
    """Inputs to which the program itself gives a value: x = -2."""
    labels: tuple[str, ...]
    """Those of them that are whole numbers to choose elements by, and have no gradient."""
    renamed: dict[str, list[str]]
    """Names that are assigned more than once -> what their values are called, in order."""


def read_python(text: str, shapes: Shapes | None = None) -> PythonProgram:
    """A plain Python function or script, which is never run.

    Args:
        text: its source.
        shapes: input -> its shape, of those that were given a value.

    Raises:
        BackpropError: where something cannot be read, with its line and the reason.
    """
    source = Source(text)
    reader = _Statements(source, shapes or {})
    try:
        reader.body(_function_body(source.tree.body, reader))
        return reader.program()
    except RecursionError:
        raise BackpropError("the program is nested too deeply") from None


class _Statements:
    """Goes through statements, and keeps what each name stands for."""

    def __init__(self, source: Source, shapes: Shapes) -> None:
        self.source = source
        self.steps = NamedTerms(source)
        self.values = Values(source, self.steps, shapes)
        self.defaults: dict[str, Literal] = {}
        self.counts: set[str] = set()
        """Constants that only say how far a loop goes."""
        self.values.know = self._know_counts
        self._last: tuple[str | int, tuple[int, int]] | None = None
        self._done = False

    def program(self) -> PythonProgram:
        """What was read.

        Raises:
            BackpropError: if there is no formula.
        """
        if self._last is None:
            raise BackpropError("there is no formula in this program", hint="write f = x*y")
        result, span = self._last
        if isinstance(result, int):
            self.steps.finish(result, span)
        expression = self.steps.expression()
        used = {term.payload for term in expression.terms if term.op == "name"}
        defaults = {name: value for name, value in self.defaults.items() if name in used}
        chosen = _chosen_by(expression)
        labels = tuple(name for name, value in defaults.items() if name in chosen and _whole(value))
        return PythonProgram(expression, defaults, labels, self.steps.renamed)

    def body(self, statements: Sequence[ast.stmt]) -> None:
        """Go through statements in order."""
        for statement in statements:
            if self._done:
                return
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Assert():
                return
            case ast.Expr():
                self._expression(node)
            case ast.Assign():
                for target in node.targets:
                    self._assign(target, node.value)
            case ast.AnnAssign(value=ast.expr() as value):
                self._assign(node.target, value)
            case ast.AugAssign():
                self._change(node)
            case ast.Return(value=ast.expr() as value):
                self._result(value)
                self._done = True
            case ast.For():
                self._loop(node)
            case ast.FunctionDef():
                self.values.scope[node.name] = node
            case ast.If():
                self._main(node)
            case _:
                raise self._refused(node)

    def _refused(self, node: ast.stmt) -> BackpropError:
        kind = type(node).__name__.lower()
        why = {
            "while": "a while loop may run for ever: how often depends on the data",
            "classdef": "a class cannot be read as a formula",
            "with": "a with block cannot be read as a formula",
            "try": "a try block cannot be read as a formula",
            "delete": "del cannot be read as a formula",
            "return": "this return has no value",
        }.get(kind, f"this statement ({kind}) cannot be read as a formula")
        return self.source.fail(node, why)

    def _main(self, node: ast.If) -> None:
        """`if __name__ == "__main__":` is left out; any other `if` depends on data."""
        if ast.unparse(node.test) in ("__name__ == '__main__'", "'__main__' == __name__"):
            return
        what = "an if depends on the data, and a circuit has all its gates"
        raise self.source.fail(node, what, "write np.where(x > 0, a, b), or a if x > 0 else b")

    # Steps

    def _expression(self, node: ast.Expr) -> None:
        call = node.value
        if is_remark(node):
            return
        if isinstance(call, ast.Call):
            name = (
                call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
            )
            if name in IGNORED:
                owner = call.func.value if isinstance(call.func, ast.Attribute) else None
                if name == "backward" and isinstance(owner, ast.Call):
                    self._result(owner)
                return
        self._result(call)

    def _result(self, node: ast.expr) -> None:
        if isinstance(node, ast.Tuple):
            what = "several results cannot be explained at once"
            raise self.source.fail(node, what, "return one value")
        named = self.values.scope.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(named, str) and self._last is not None and self._last[0] == named:
            return  # The last step, by its name.
        self._last = (self.values.value(node), self.source.span(node))

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            self._assign_each(target, value)
            return
        if not isinstance(target, ast.Name):
            if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                self._assign(ast.copy_location(ast.Name(target.attr, ast.Store()), target), value)
                return
            what = "a value can only be given to a name: elements are not changed in place"
            raise self.source.fail(target, what, "multiply by a mask: x * (1 - onehot(y, n))")
        name = target.id
        if isinstance(value, ast.Lambda):
            self.values.scope[name] = value
            return
        if isinstance(value, ast.List) and not value.elts:
            what = "a list that grows cannot be read"
            raise self.source.fail(value, what, "add up in a number, or write [a, b, c] at the end")
        size = None if isinstance(value, ast.Constant | ast.UnaryOp) else self.values.known(value)
        if size is not None:
            self.values.scope[name] = Known(size)
            return
        literal = self._literal(value)
        if literal is not None and name not in self.values.scope:
            self.defaults[name] = literal
            if isinstance(literal, float) and _is_int(value):
                self.counts.add(name)
            self.values.scope[name] = self.steps.input(name)
            return
        if isinstance(value, ast.Name):
            found = self.values.scope.get(value.id)
            if found is None:
                found = self.values.scope[value.id] = self.steps.input(value.id)
            if isinstance(found, str):
                # A second name for a value is no operation.
                self.values.scope[name] = found
                return
        self._name(name, self.values.value(value), target, value)

    def default(self, name: str, value: ast.expr) -> None:
        """Know what an input is where nobody says it."""
        literal = self._literal(value)
        if literal is None:
            return
        self.defaults[name] = literal
        if isinstance(literal, float) and _is_int(value):
            self.counts.add(name)

    def _name(self, name: str, term: int, target: ast.AST, value: ast.AST) -> None:
        start, _ = self.source.span(target)
        mark = self.steps.assign(name, term, (start, start + len(name)))
        self.values.scope[name] = mark
        self._last = (mark, self.source.span(value))

    def _assign_each(self, target: ast.Tuple | ast.List, value: ast.expr) -> None:
        items = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        if self._is_shape(target, value) or self._are_inputs(target, value):
            return
        if len(items) != len(target.elts):
            what = "several names need as many values, written out"
            raise self.source.fail(target, what)
        names = {part.id for part in target.elts if isinstance(part, ast.Name)}
        used = {part.id for item in items for part in ast.walk(item) if isinstance(part, ast.Name)}
        if names & used:
            # In Python all values are worked out first.
            places = [self.values.value(item) for item in items]
            for part, place, item in zip(target.elts, places, items, strict=True):
                if not isinstance(part, ast.Name):
                    raise self.source.fail(part, "a value can only be given to a name")
                self._name(part.id, place, part, item)
            return
        for part, item in zip(target.elts, items, strict=True):
            self._assign(part, item)

    def _is_shape(self, target: ast.Tuple | ast.List, value: ast.expr) -> bool:
        """Whether names were given the sizes of an array: N, D = X.shape."""
        match value:
            case ast.Attribute(value=ast.Name(id=name), attr="shape"):
                pass
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="size"), args=[]):
                pass
            case _:
                return False
        shape = self.values.sizes(value, name)
        if len(shape) != len(target.elts):
            raise self.source.fail(value, f"{name} has {len(shape)} axes")
        for part, size in zip(target.elts, shape, strict=True):
            if isinstance(part, ast.Name):
                self.values.scope[part.id] = Known(size)
        return True

    def _are_inputs(self, target: ast.Tuple | ast.List, value: ast.expr) -> bool:
        """Whether names were taken out of an input that nobody gave: W, b = params."""
        if not isinstance(value, ast.Name) or value.id in self.values.shapes:
            return False
        found = self.values.scope.get(value.id, value.id)
        names = [part.id for part in target.elts if isinstance(part, ast.Name)]
        if found != value.id or len(names) != len(target.elts):
            return False
        for name in names:
            self.values.scope[name] = self.steps.input(name)
        return True

    def _change(self, node: ast.AugAssign) -> None:
        """`c += a` is a new value of the name."""
        if not isinstance(node.target, ast.Name):
            raise self.source.fail(node.target, "elements are not changed in place")
        operator = OPERATORS.get(type(node.op))
        if operator is None:
            raise self.source.fail(node, "this operator has no gradient here")
        before = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
        args = (self.values.value(before), self.values.value(node.value))
        self._name(node.target.id, self.values.call(operator, args, node), node.target, node)

    def _loop(self, node: ast.For) -> None:
        """A loop with known bounds, written out."""
        if node.orelse:
            raise self.source.fail(node, "a loop with an else cannot be read")
        self._know_counts(node.iter)
        for one in rounds(self.values, node.target, node.iter):
            self.values.scope.update(one)
            for statement in node.body:
                if isinstance(statement, ast.Break | ast.Continue):
                    raise self.source.fail(statement, "break and continue cannot be read")
                self._statement(statement)
        for part in ast.walk(node.target):
            if isinstance(part, ast.Name):
                self.values.scope.pop(part.id, None)

    def _know_counts(self, node: ast.expr) -> None:
        """`n = 3` before `range(n)` is a number of rounds, and no input."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in self.counts:
                value = self.defaults.get(part.id)
                if isinstance(value, float):
                    self.values.scope[part.id] = Known(value)

    def _literal(self, node: ast.expr) -> Literal | None:
        """A number, a list of numbers, np.array([…]) or torch.tensor(…) as a value."""
        if isinstance(node, ast.Call):
            function = ast.unparse(node.func).rpartition(".")[2]
            is_array = function in ARRAYS or function == "float"
            return self._literal(node.args[0]) if is_array and len(node.args) >= 1 else None
        if isinstance(node, ast.List | ast.Tuple):
            items = [self._literal(item) for item in node.elts]
            return None if None in items or not items else [i for i in items if i is not None]
        if isinstance(node, ast.BinOp | ast.Name):
            return None
        return self.values.known(node)


def _function_body(statements: Sequence[ast.stmt], reader: _Statements) -> Sequence[ast.stmt]:
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


def _is_int(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


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
