"""Statements in their order: steps, the result, loops that end."""

import ast
from collections.abc import Sequence

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.python.assignments import Assignments
from backprop_cli.language.readers.python.loops import rounds
from backprop_cli.language.readers.python.nodes import is_remark
from backprop_cli.language.readers.python.vocabulary import IGNORED


class Statements(Assignments):
    """Goes through statements."""

    _done = False
    """Whether a return was read."""

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
                    self.assign(target, node.value)
            case ast.AnnAssign(value=ast.expr() as value):
                self.assign(node.target, value)
            case ast.AugAssign():
                self.change(node)
            case ast.Return(value=ast.expr() as value):
                self.result(value)
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
                    self.result(owner)
                return
        self.result(call)

    def result(self, node: ast.expr) -> None:
        """Let an expression be what is explained."""
        if isinstance(node, ast.Tuple):
            what = "several results cannot be explained at once"
            raise self.source.fail(node, what, "return one value")
        named = self.values.scope.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(named, str) and self.last is not None and self.last[0] == named:
            return  # The last step, by its name.
        self.last = (self.values.value(node), self.source.span(node))

    def _loop(self, node: ast.For) -> None:
        """A loop with known bounds, written out."""
        if node.orelse:
            raise self.source.fail(node, "a loop with an else cannot be read")
        self.know_counts(node.iter)
        for one in rounds(self.values, node.target, node.iter):
            self.values.scope.update(one)
            for statement in node.body:
                if isinstance(statement, ast.Break | ast.Continue):
                    raise self.source.fail(statement, "break and continue cannot be read")
                self._statement(statement)
        for part in ast.walk(node.target):
            if isinstance(part, ast.Name):
                self.values.scope.pop(part.id, None)
