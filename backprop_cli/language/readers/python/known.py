"""Numbers that are known while a program is read: sizes, bounds, indices of loops."""

import ast
from collections.abc import Callable, Mapping
from math import prod

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.python.nodes import function_name
from backprop_cli.language.readers.python.source import Source
from backprop_cli.language.readers.python.terms import MAX_TERMS, Known

Shapes = Mapping[str, tuple[int, ...]]


class KnownNumbers:
    """Reads the numbers that are known before a program is run."""

    def __init__(self, source: Source, shapes: Shapes) -> None:
        """Read in `source`; `shapes` are those of the inputs that were given."""
        self.source, self.shapes = source, shapes
        self.scope: dict[str, str | int | Known | ast.Lambda | ast.FunctionDef] = {}
        self.know: Callable[[ast.expr], None] = lambda node: None
        """Makes the numbers in an expression known, where it is a size or a bound."""

    def fail(self, node: ast.AST, what: str, hint: str | None = None) -> BackpropError:
        """The error that a node cannot be read."""
        return self.source.fail(node, what, hint)

    def known(self, node: ast.expr) -> float | None:
        """The value of a number that is known while the program is read; else None."""
        match node:
            case ast.Constant(value=bool()):
                return None
            case ast.Constant(value=int() | float() as number):
                try:
                    return float(number)
                except OverflowError:
                    raise self.fail(node, "this number is larger than a double can hold") from None
            case ast.UnaryOp(op=ast.USub()):
                inner = self.known(node.operand)
                return None if inner is None else -inner
            case ast.Name(id=name):
                found = self.scope.get(name)
                return float(found) if isinstance(found, Known) else None
            case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult()):
                left, right = self._known_index(node.left), self._known_index(node.right)
                if left is None or right is None:
                    return None
                match node.op:
                    case ast.Add():
                        return left + right
                    case ast.Sub():
                        return left - right
                return left * right
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id=name), attr="shape")):
                axis = self.known(node.slice) if isinstance(node.slice, ast.expr) else None
                return self._length(node, name, int(axis)) if axis is not None else None
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
                return self._length(node, name, 0)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="size"), args=[place]):
                axis = self.known(place)
                return self._length(node, name, int(axis)) if axis is not None else None
            case ast.Attribute(value=ast.Name(id=name), attr="size"):
                return float(prod(self.sizes(node, name)))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="numel"), args=[]):
                return float(prod(self.sizes(node, name)))
        return None

    def _known_index(self, node: ast.expr) -> float | None:
        """Arithmetic is done beforehand only where an index of a loop takes part in it."""
        names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
        if names and all(isinstance(self.scope.get(name), Known) for name in names):
            return self.known(node)
        return self.known(node) if isinstance(node, ast.Constant) else None

    def _length(self, node: ast.expr, name: str, axis: int) -> float | None:
        """How many elements an axis of an input has; None of a step: its circuit says it."""
        shape = self.shapes.get(str(self.scope.get(name, name)))
        if shape is None:
            return None
        if not -len(shape) <= axis < len(shape):
            raise self.fail(node, f"{name} has no axis {axis}")
        return float(shape[axis])

    def sizes(self, node: ast.expr, name: str) -> tuple[int, ...]:
        """The shape of an input that was given.

        Raises:
            BackpropError: if it is not known, as that of a value that is worked out.
        """
        shape = self.shapes.get(str(self.scope.get(name, name)))
        if shape is None:
            raise self.fail(node, f"the shape of {name} is not known here", "write its number")
        return shape

    def shape_of(self, node: ast.expr) -> tuple[int, ...] | None:
        """The shape of an input; None of anything else."""
        if not isinstance(node, ast.Name):
            return None
        return self.shapes.get(str(self.scope.get(node.id, node.id)))

    def numbers(self, node: ast.expr) -> range:
        """The numbers that a loop goes through: range(3), range(1, n).

        Raises:
            BackpropError: if they are not known before the program is run.
        """
        is_range = isinstance(node, ast.Call) and function_name(node.func, self.scope) in (
            "range",
            "arange",
        )
        if not (is_range or (isinstance(node, ast.Call) and ast.unparse(node.func) == "range")):
            raise self.fail(node, "only a loop over range(…) can be read")
        assert isinstance(node, ast.Call)
        bounds = [self.known(arg) for arg in node.args]
        if None in bounds or not 1 <= len(bounds) <= 3 or node.keywords:
            raise self.fail(node, "the bounds of this loop must be known numbers")
        return self.bounded(node, bounds)

    def bounded(self, node: ast.expr, bounds: list[float | None]) -> range:
        """The numbers between known bounds."""
        try:
            found = range(*[int(bound) for bound in bounds if bound is not None])
            if len(found) <= MAX_TERMS:
                return found
        except ValueError:
            raise self.fail(node, "a range cannot go in steps of 0") from None
        except OverflowError:
            # More than an index can count, or without an end.
            pass
        raise self.fail(node, f"this range has more than {MAX_TERMS:,} numbers")
