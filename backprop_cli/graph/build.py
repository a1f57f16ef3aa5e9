"""Build the graph of an expression: which gate does a term mean?"""

from collections.abc import Mapping
from typing import Any

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shape_rules.value_type import ValueType, type_of
from backprop_cli.gates.shapes import Misfit, Shape, element
from backprop_cli.gates.table import BY_NAME
from backprop_cli.graph.builder import Growing
from backprop_cli.graph.functions import (
    CALLS,
    CONSTANTS,
    MOST_INPUTS,
    arguments,
    check_functions,
    check_steps,
)
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.misfits import worded
from backprop_cli.language.syntax import Expression, Statement, Term

_OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow", "@": "matmul"}
_UNARY = {"neg": "neg", ".T": "transpose"}
_MANY = {"max": ("max_in", "max", "max_of"), "min": ("min_in", "min", "min_of")}
"""The gates of max and min: of one vector, of two values, of more."""

_DOTS = "·⋅∙"
"""Between matrices and vectors they mean the matrix product on a chalkboard, and * does not."""


def build(expression: Expression, shapes: Mapping[str, Shape]) -> Graph:
    """The graph of `expression` for inputs of these shapes.

    Raises:
        BackpropError: for a name without a shape, an unknown function, a wrong number of
            arguments, or shapes that do not fit, with the span of the operator.
    """
    free = dict.fromkeys(expression.free_names())
    check_steps(expression, free)
    check_functions(expression, {*free, *shapes})
    return Builder(expression, shapes).build()


class Builder(Growing):
    """Terms become nodes, one by one; the marking of formulas reads a few more forms."""

    def __init__(self, expression: Expression, shapes: Mapping[str, Shape]) -> None:
        super().__init__(expression)
        self.statements = expression.statements
        self.scope: dict[str, int] = {}
        for name in expression.free_names():
            if name in shapes:
                self.scope[name] = self.input(name, shapes[name])
        self.nodes = [-1] * len(self.terms)
        self.constants: dict[float, int] = {}
        self.squared = self._squared_norms()

    def build(self) -> Graph:
        """The graph of all statements."""
        position = 0
        for statement in self.statements:
            for place in range(position, statement.term + 1):
                self.nodes[place] = self._node(place, self.terms[place])
            position = statement.term + 1
            self._finish(statement)
        return self.graph

    def _finish(self, statement: Statement) -> None:
        """Name the step, and make it an output."""
        name = statement.name
        node = self._value(statement.term)
        if name is not None:
            if self.terms[statement.term].op in ("name", "number"):
                # A second name for a value is a step of its own: it has its own gradient.
                node = self.gate(BY_NAME["copy"], (node,), statement.term)
            self.graph.given[node] = name
            self.scope[name] = node
        self.graph.outputs.append(node)

    # Nodes

    def _value(self, place: int) -> int:
        """The node of a term; a constant becomes one where it is first needed.

        The same number is the same node, since no gradient tells its uses apart.
        """
        node = self.nodes[place]
        if node >= 0:
            return node
        term = self.terms[place]
        if term.op == "keyword":
            self.fail(term, f"'{term.payload}=' cannot stand here")
        value = float(term.payload) if term.op == "number" else CONSTANTS[str(term.payload)]
        if value not in self.constants:
            self.constants[value] = self.constant(value, place)
        self.nodes[place] = self.constants[value]
        return self.constants[value]

    def _node(self, place: int, term: Term) -> int:
        """The node of a term, or -1 for a constant, which may turn out to need none."""
        op = term.op
        if op == "number" or op == "keyword":
            return -1
        if op == "name":
            return self._name(term)
        if op in _OPERATORS:
            return self._operator(place, term)
        if op in _UNARY:
            return self.gate(BY_NAME[_UNARY[op]], (self._value(term.args[0]),), place)
        if op == "call":
            return self._call(place, term)
        if op == "norm":
            return self._norm(place, term.args[0], None)
        if op == "index":
            return self._index(place, term)
        if op == "list":
            return self._list(place, term)
        self.fail(term, "a comparison has no gradient", "use max, min, relu or abs")
        return None

    def _name(self, term: Term) -> int:
        name = str(term.payload)
        node = self.scope.get(name)
        if node is not None:
            if self.graph.starts[node] < 0:
                # An input stands where it is first written.
                self.graph.starts[node], self.graph.ends[node] = term.start, term.end
            return node
        if name in CONSTANTS:
            return -1
        hint = did_you_mean(name, list(self.scope))
        raise BackpropError(f"unknown name '{name}'", self.source, (term.start, term.end), hint)

    # Operators, and the forms that the lecture draws as one gate: 1/x, x^2, e^x, ||x||^2

    def _operator(self, place: int, term: Term) -> int:
        left, right = term.args
        if term.op == "/" and self._number(left) == 1:
            return self.gate(BY_NAME["1/x"], (self._value(right),), place)
        if term.op == "^":
            if self._number(right) == 2:
                if left in self.squared:
                    return self.nodes[left]
                return self.gate(BY_NAME["square"], (self._value(left),), place)
            if self.terms[left].payload == "e" and self.nodes[left] < 0:
                return self.gate(BY_NAME["exp"], (self._value(right),), place)
        args = (self._value(left), self._value(right))
        if term.op == "*" and self.source[term.at] in _DOTS:
            self._check_dot(term, args)
        return self.gate(BY_NAME[_OPERATORS[term.op]], args, place)

    def _check_dot(self, term: Term, args: tuple[int, int]) -> None:
        """See that a dot means one product only: to multiply element by element would be silent."""
        types = [self.graph.types[arg] for arg in args]
        if ValueType.MATRIX in types and ValueType.NUMBER not in types:
            dot = self.source[term.at]
            what = f"{self.sizes(args, term)}: '{dot}' could mean two products of them"
            left, right = map(self.operand, term.args)
            hint = f"for the matrix product write {left} @ {right}"
            self.fail(term, what, f"{hint}; element by element write {left} * {right}")

    def _number(self, place: int) -> float | None:
        """The value of a term that is a number as typed."""
        term = self.terms[place]
        return float(term.payload) if term.op == "number" else None

    def _squared_norms(self) -> dict[int, int]:
        """Norms that are squared at once -> the term of the square."""
        return {
            term.args[0]: place
            for place, term in enumerate(self.terms)
            if term.op == "^"
            and self._number(term.args[1]) == 2
            and self._is_norm(self.terms[term.args[0]])
        }

    @staticmethod
    def _is_norm(term: Term) -> bool:
        return term.op == "norm" or (term.op == "call" and term.payload == "norm")

    def _norm(self, place: int, arg: int, axis: int | None) -> int:
        whole = self.squared.get(place)
        if whole is None:
            return self.gate(BY_NAME["norm"], (self._value(arg),), place, axis)
        return self.gate(BY_NAME["L2"], (self._value(arg),), whole, axis)

    # Functions, indices, lists

    def _call(self, place: int, term: Term) -> int:
        name = str(term.payload)
        values = arguments(self.expression, term)
        gate = CALLS[name]
        if name in _MANY:
            gate = BY_NAME[_MANY[name][min(len(values), 3) - 1]]
        axis = self._axis(term, gate)
        if gate is BY_NAME["norm"]:
            return self._norm(place, values[0], axis)
        return self.gate(gate, tuple(self._value(arg) for arg in values), place, axis)

    def _axis(self, term: Term, gate: Gate) -> int | None:
        """The axis given by `axis=0` or `axis=1`."""
        axis = None
        for keyword in (self.terms[arg] for arg in term.args):
            if keyword.op != "keyword":
                continue
            span = (keyword.start, keyword.end)
            if keyword.payload != "axis" or not gate.shape.takes_axis:
                what = f"{term.payload} has no argument '{keyword.payload}'"
                raise BackpropError(what, self.source, span)
            if axis is not None:
                raise BackpropError("axis is given twice", self.source, span)
            value = self._number(keyword.args[0])
            if value not in (0, 1):
                what = "an axis is 0 (down the columns) or 1 (along the rows)"
                raise BackpropError(what, self.source, span)
            axis = int(value)
        return axis

    def _index(self, place: int, term: Term) -> int:
        node = self._value(term.args[0])
        position = []
        for arg in term.args[1:]:
            value = self._number(arg)
            if value is None or value != int(value):
                span = (self.terms[arg].start, self.terms[arg].end)
                raise BackpropError("an index is a whole number", self.source, span)
            position.append(int(value))
        try:
            shape = element(self.graph.shapes[node], tuple(position))
        except Misfit as misfit:
            self.fail(term, worded(misfit).reason, width=term.end - term.at)
        index = self.add(BY_NAME["index"], (node,), shape, type_of(shape), place)
        self.graph.positions[index] = tuple(position)
        return index

    def _list(self, place: int, term: Term) -> int:
        """A constant where all elements are constants, else a gate that stacks them."""
        if not term.args:
            self.fail(term, "a list needs at least one element")
        values = [self._literal(arg) for arg in term.args]
        if all(value is not None for value in values):
            import numpy as np

            shapes = {np.shape(value) for value in values}
            if len(shapes) == 1 and len(shapes.pop()) < 2:
                array = np.array(values, dtype=float)
                return self.constant(array, place, array.shape)
        if len(values) > MOST_INPUTS:
            what = f"a list that holds variables has at most {MOST_INPUTS:,} elements"
            self.fail(term, what, "make them one input, which is a list")
        return self.gate(BY_NAME["stack"], tuple(self._value(arg) for arg in term.args), place)

    def _literal(self, place: int) -> Any:
        """The value of a number or of a list of numbers, else None."""
        node = self.nodes[place]
        return self._number(place) if node < 0 else self.graph.constants.get(node)
