"""Build the graph of an expression: choose the gate of each term, and check that shapes fit."""

from collections.abc import Container, Mapping
from typing import Any, NoReturn

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.gate import Shape as Rule
from backprop_cli.gates.table import BY_NAME, GATES
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.shapes import (
    MAX_ELEMENTS,
    Misfit,
    Shape,
    described,
    element,
    infer,
    size,
    type_of,
)
from backprop_cli.language.syntax import Expression, Statement, Term

CONSTANTS = {"pi": 3.141592653589793, "π": 3.141592653589793, "e": 2.718281828459045}
"""Names that mean a number unless the user binds them."""

_OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow", "@": "matmul"}
_UNARY = {"neg": "neg", ".T": "transpose"}
_MANY = {"max": ("max_in", "max", "max_of"), "min": ("min_in", "min", "min_of")}
"""The gates of max and min: of one vector, of two values, of more."""

_SCALAR = (Rule.ELEMENTWISE, Rule.REDUCE, Rule.SAME, Rule.DOT, Rule.TRANSPOSE)
"""Shape rules by which numbers give a number."""

MOST_INPUTS = 1000
"""Inputs of one gate: the rule of max asks each of them about all others."""


def _callable_gates() -> dict[str, Gate]:
    named = {gate.name: gate for gate in GATES if gate.forward.startswith(f"{gate.name}(")}
    return named | {alias: gate for gate in GATES for alias in gate.aliases}


CALLS: dict[str, Gate] = _callable_gates()
"""Function name -> the gate that a formula means by it."""


def build(expression: Expression, shapes: Mapping[str, Shape]) -> Graph:
    """The graph of `expression` for inputs of these shapes.

    Raises:
        BackpropError: for a name without a shape, an unknown function, a wrong number of
            arguments, or shapes that do not fit, with the span of the operator.
    """
    check_functions(expression, {*expression.free_names(), *shapes})
    return _Builder(expression, shapes).build()


def check_functions(expression: Expression, names: Container[str]) -> None:
    """See that every function exists; `names` are inputs, which are not called but multiplied.

    Raises:
        BackpropError: at the first that does not, with what was probably meant.
    """
    for term in expression.terms:
        if term.op != "call" or term.payload in CALLS:
            continue
        name = str(term.payload)
        span = (term.start, term.start + len(name))
        hint = did_you_mean(name, list(CALLS)) if len(name) > 1 else None
        if name in names or (hint is None and len(term.args) == 1 and len(name) <= 2):
            inside = expression.source[term.start + len(name) : term.end].strip()
            what, hint = f"'{name}' is not a function", f"did you mean {name}*{inside}?"
            raise BackpropError(what, expression.source, span, hint)
        raise BackpropError(f"unknown function '{name}'", expression.source, span, hint)


class _Builder:
    def __init__(self, expression: Expression, shapes: Mapping[str, Shape]) -> None:
        self.source = expression.source
        self.terms = expression.terms
        self.statements = expression.statements
        self.graph = Graph(expression.source)
        self.scope: dict[str, int] = {}
        for name in expression.free_names():
            if name in shapes:
                node = self._add(None, (), shapes[name], type_of(shapes[name]), -1)
                self.scope[name] = self.graph.inputs[name] = node
        self.nodes = [-1] * len(self.terms)
        self.constants: dict[float, int] = {}
        self.elements = sum(map(size, shapes.values()))
        self.squared = self._squared_norms()

    def build(self) -> Graph:
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
            if name in self.scope:
                self._named_twice(statement, name)
            if self.terms[statement.term].op in ("name", "number"):
                # A second name for a value is a step of its own: it has its own gradient.
                node = self._gate(BY_NAME["copy"], (node,), statement.term)
            self.graph.given[node] = name
            self.scope[name] = node
        self.graph.outputs.append(node)

    def _named_twice(self, statement: Statement, name: str) -> NoReturn:
        span = (statement.start, statement.end)
        if name in self.graph.inputs:
            what = f"'{name}' is used before it is given a value here"
            raise BackpropError(what, self.source, span, "put this step first")
        raise BackpropError(f"'{name}' is named twice", self.source, span, "choose another name")

    # Nodes

    def _add(
        self, gate: Gate | None, args: tuple[int, ...], shape: Shape, type_: str, term: int
    ) -> int:
        graph = self.graph
        graph.gates.append(gate)
        graph.args.append(args)
        graph.shapes.append(shape)
        graph.types.append(type_)
        graph.starts.append(self.terms[term].start if term >= 0 else -1)
        graph.ends.append(self.terms[term].end if term >= 0 else -1)
        return len(graph.gates) - 1

    def _constant(self, value: Any, place: int, shape: Shape = ()) -> int:
        node = self._add(None, (), shape, type_of(shape), place)
        self.graph.constants[node] = value
        return node

    def _value(self, place: int) -> int:
        """The node of a term; a constant becomes one where it is first needed.

        The same number is the same node, since no gradient tells its uses apart.
        """
        node = self.nodes[place]
        if node >= 0:
            return node
        term = self.terms[place]
        if term.op == "keyword":
            self._fail(term, f"'{term.payload}=' cannot stand here")
        value = float(term.payload) if term.op == "number" else CONSTANTS[str(term.payload)]
        if value not in self.constants:
            self.constants[value] = self._constant(value, place)
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
            return self._gate(BY_NAME[_UNARY[op]], (self._value(term.args[0]),), place)
        if op == "call":
            return self._call(place, term)
        if op == "norm":
            return self._norm(place, term.args[0], None)
        if op == "index":
            return self._index(place, term)
        if op == "list":
            return self._list(place, term)
        self._fail(term, "a comparison has no gradient", "use max, min, relu or abs")
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
            return self._gate(BY_NAME["1/x"], (self._value(right),), place)
        if term.op == "^":
            if self._number(right) == 2:
                if left in self.squared:
                    return self.nodes[left]
                return self._gate(BY_NAME["square"], (self._value(left),), place)
            if self.terms[left].payload == "e" and self.nodes[left] < 0:
                return self._gate(BY_NAME["exp"], (self._value(right),), place)
        gate = BY_NAME[_OPERATORS[term.op]]
        return self._gate(gate, (self._value(left), self._value(right)), place)

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
            return self._gate(BY_NAME["norm"], (self._value(arg),), place, axis)
        return self._gate(BY_NAME["L2"], (self._value(arg),), whole, axis)

    # Functions, indices, lists

    def _call(self, place: int, term: Term) -> int:
        name = str(term.payload)
        values = [arg for arg in term.args if self.terms[arg].op != "keyword"]
        gate = CALLS[name]
        if name in _MANY and values:
            gate = BY_NAME[_MANY[name][min(len(values), 3) - 1]]
        elif len(values) != len(gate.inputs):
            wants = "1 argument" if len(gate.inputs) == 1 else f"{len(gate.inputs)} arguments"
            wants = "at least 1 argument" if name in _MANY else wants
            self._fail(term, f"{name} takes {wants}, not {len(values)}")
        if len(values) > MOST_INPUTS:
            what = f"{name} takes at most {MOST_INPUTS:,} arguments, not {len(values):,}"
            self._fail(term, what, f"make them one input: {name}(x)")
        axis = self._axis(term, gate)
        if gate is BY_NAME["norm"]:
            return self._norm(place, values[0], axis)
        return self._gate(gate, tuple(self._value(arg) for arg in values), place, axis)

    def _axis(self, term: Term, gate: Gate) -> int | None:
        """The axis given by `axis=0` or `axis=1`."""
        axis = None
        for keyword in (self.terms[arg] for arg in term.args):
            if keyword.op != "keyword":
                continue
            span = (keyword.start, keyword.end)
            if keyword.payload != "axis" or gate.shape not in (Rule.REDUCE, Rule.SAME):
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
            self._fail(term, misfit.reason, width=term.end - term.at)
        index = self._add(BY_NAME["index"], (node,), shape, type_of(shape), place)
        self.graph.positions[index] = tuple(position)
        return index

    def _list(self, place: int, term: Term) -> int:
        """A constant where all elements are constants, else a gate that stacks them."""
        if not term.args:
            self._fail(term, "a list needs at least one element")
        values = [self._literal(arg) for arg in term.args]
        if all(value is not None for value in values):
            import numpy as np

            shapes = {np.shape(value) for value in values}
            if len(shapes) == 1 and len(shapes.pop()) < 2:
                array = np.array(values, dtype=float)
                return self._constant(array, place, array.shape)
        if len(values) > MOST_INPUTS:
            what = f"a list that holds variables has at most {MOST_INPUTS:,} elements"
            self._fail(term, what, "make them one input, which is a list")
        return self._gate(BY_NAME["stack"], tuple(self._value(arg) for arg in term.args), place)

    def _literal(self, place: int) -> Any:
        """The value of a number or of a list of numbers, else None."""
        node = self.nodes[place]
        return self._number(place) if node < 0 else self.graph.constants.get(node)

    # Gates

    def _gate(self, gate: Gate, args: tuple[int, ...], place: int, axis: int | None = None) -> int:
        types = [self.graph.types[arg] for arg in args]
        if axis is None and gate.shape in _SCALAR and types.count("s") == len(types):
            # The common case, and the only one of a scalar formula.
            return self._add(gate, args, (), "s", place)
        term = self.terms[place]
        try:
            shapes = [self.graph.shapes[arg] for arg in args]
            shape, type_ = infer(gate.shape, shapes, types, axis)
        except Misfit as misfit:
            sizes = f"{self._sizes(args, term)}: " if misfit.sized else ""
            self._fail(term, sizes + misfit.reason, misfit.hint)
        self.elements += size(shape)
        if self.elements > MAX_ELEMENTS:
            what = f"the values up to here have more than {MAX_ELEMENTS:,} elements together"
            self._fail(term, what)
        node = self._add(gate, args, shape, type_, place)
        if axis is not None and shape:
            self.graph.axes[node] = axis
        return node

    def _sizes(self, args: tuple[int, ...], term: Term) -> str:
        """`W is a 2×3 matrix and x is a vector of 2`, in the words of the source."""
        parts = []
        for place, node in zip(term.args, args, strict=False):
            operand = self.terms[place]
            text = " ".join(self.source[operand.start : operand.end].split())
            text = text if len(text) <= 24 else text[:23] + "…"
            parts.append(f"{text} is {described(self.graph.shapes[node], self.graph.types[node])}")
        return " and ".join(parts)

    def _fail(self, term: Term, message: str, hint: str | None = None, width: int = 0) -> NoReturn:
        """Raise the error, pointing at the operator or the function's name."""
        named = len(str(term.payload)) if term.op in ("call", "keyword") else 1
        span = (term.at, term.at + (width or named))
        raise BackpropError(message, self.source, span, hint)
