"""Assignments: what each name stands for, steps assigned again, constants as inputs."""

import ast

from backprop_cli.language.counts import Counts
from backprop_cli.language.readers.python.known import Shapes
from backprop_cli.language.readers.python.source import Source
from backprop_cli.language.readers.python.terms import Known, NamedTerms
from backprop_cli.language.readers.python.values import OPERATORS, Values
from backprop_cli.language.readers.python.vocabulary import ARRAYS

Literal = float | list["Literal"]


class Assignments:
    """Keeps what each name stands for."""

    def __init__(self, source: Source, shapes: Shapes, given: Counts) -> None:
        """Begin with no names.

        Args:
            source: the program.
            shapes: those of the inputs that were given.
            given: those of them that are whole numbers.
        """
        self.given = given
        self.source = source
        self.steps = NamedTerms(source)
        self.values = Values(source, self.steps, shapes)
        self.defaults: dict[str, Literal] = {}
        self.counts: set[str] = set()
        """Constants that only say how far a loop goes."""
        self.values.know = self.know_counts
        self.last: tuple[str | int, tuple[int, int]] | None = None
        """The step that came last, and where it stands."""

    def assign(self, target: ast.expr, value: ast.expr) -> None:
        """Read `target = value`.

        Raises:
            BackpropError: where it is more than a value for a name.
        """
        if isinstance(target, ast.Tuple | ast.List):
            self._assign_each(target, value)
            return
        if not isinstance(target, ast.Name):
            if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                self.assign(ast.copy_location(ast.Name(target.attr, ast.Store()), target), value)
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
            self.values.shapes = {name: _shape(literal), **self.values.shapes}
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
        self._keep(name, self.values.value(value), target, value)

    def default(self, name: str, value: ast.expr) -> None:
        """Know what an input is where nobody says it."""
        literal = self._literal(value)
        if literal is None:
            return
        self.defaults[name] = literal
        if isinstance(literal, float) and _is_int(value):
            self.counts.add(name)

    def _keep(self, name: str, term: int, target: ast.AST, value: ast.AST) -> None:
        start, _ = self.source.span(target)
        mark = self.steps.assign(name, term, (start, start + len(name)))
        self.values.scope[name] = mark
        self.last = (mark, self.source.span(value))

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
                self._keep(part.id, place, part, item)
            return
        for part, item in zip(target.elts, items, strict=True):
            self.assign(part, item)

    def _is_shape(self, target: ast.Tuple | ast.List, value: ast.expr) -> bool:
        """Whether names were given the sizes of an array: N, D = X.shape."""
        match value:
            case ast.Attribute(value=ast.Name(id=name), attr="shape"):
                pass
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="size"), args=[]):
                pass
            case _:
                return False
        shape = self.values.shape_of(ast.Name(name))
        if shape is None:
            for axis, part in enumerate(target.elts):
                one = ast.copy_location(ast.Constant(axis), value)
                length = ast.Subscript(self._shape_of(value, name), one, ast.Load())
                self.assign(part, ast.copy_location(length, value))
            return True
        if len(shape) != len(target.elts):
            raise self.source.fail(value, f"{name} has {len(shape)} axes")
        for part, size in zip(target.elts, shape, strict=True):
            if isinstance(part, ast.Name):
                self.values.scope[part.id] = Known(size)
        return True

    @staticmethod
    def _shape_of(node: ast.expr, name: str) -> ast.expr:
        """`name.shape`, whichever way it is written."""
        owner = ast.copy_location(ast.Name(name, ast.Load()), node)
        return ast.copy_location(ast.Attribute(owner, "shape", ast.Load()), node)

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

    def change(self, node: ast.AugAssign) -> None:
        """`c += a` is a new value of the name."""
        if not isinstance(node.target, ast.Name):
            raise self.source.fail(node.target, "elements are not changed in place")
        operator = OPERATORS.get(type(node.op))
        if operator is None:
            raise self.source.fail(node, "this operator has no gradient here")
        before = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
        args = (self.values.value(before), self.values.value(node.value))
        self._keep(node.target.id, self.values.call(operator, args, node), node.target, node)

    def know_counts(self, node: ast.expr) -> None:
        """`n = 3` before `range(n)` is a number of rounds, and no input."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in self.counts:
                value = self.defaults.get(part.id)
                if isinstance(value, float):
                    self.values.scope[part.id] = Known(value)
            elif isinstance(part, ast.Name) and self.values.scope.get(part.id, part.id) == part.id:
                count = self.given.get(part.id)
                if count is not None:
                    self.values.scope[part.id] = Known(count)

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


def _shape(literal: Literal) -> tuple[int, ...]:
    """The shape of a number or a list, as its first elements say."""
    return (len(literal), *_shape(literal[0])) if isinstance(literal, list) else ()


def _is_int(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)
