"""A graph grows node by node: a gate is added if the shapes of its inputs fit."""

import re
from array import array
from typing import Any, NoReturn

from backprop_cli.errors import BackpropError
from backprop_cli.gates.gate import Gate, with_constant
from backprop_cli.gates.shape_rules.matmul import MATMUL
from backprop_cli.gates.shape_rules.value_type import ValueType, type_of
from backprop_cli.gates.shapes import MAX_ELEMENTS, Index, Misfit, Shape, described, size
from backprop_cli.gates.value import Value
from backprop_cli.graph.graph import Graph
from backprop_cli.language.syntax import IMPLIED, Expression, Term

BY_ELEMENT = ("⊙", "∘", "\\odot", "\\circ")
"""Signs of a product that is element by element, and no other."""

MAX_OPERAND_CHARS = 24
"""Characters of the longest operand that a message quotes whole."""


class Columns:
    """The columns of a graph, as long as it grows."""

    def __init__(self) -> None:
        self.gates: list[Gate | None] = []
        self.args: list[tuple[int, ...]] = []
        self.shapes: list[Shape] = []
        self.types: list[ValueType] = []
        self.starts = array("q")
        self.ends = array("q")
        self.inputs: dict[str, int] = {}
        self.constants: dict[int, Value] = {}
        self.given: dict[int, str] = {}
        self.axes: dict[int, int] = {}
        self.positions: dict[int, Index] = {}
        self.made: dict[int, str] = {}
        self.outputs: list[int] = []

    def finished(self, source: str) -> Graph:
        """The graph of all that was added."""
        fixed: dict[str, Any] = {
            name: tuple(column) if isinstance(column, list) else column
            for name, column in vars(self).items()
        }
        return Graph(source, **fixed)


class Growing:
    """A graph that is being built from the terms of an expression."""

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        self.source = expression.source
        self.terms = expression.terms
        self.graph = Columns()
        self.elements = 0
        self.is_typed = False
        """Whether somebody typed it, and is asked what a softmax goes along."""
        self.asks = False
        """Whether it is asked what a vector that meets a matrix means."""
        self.rows: set[int] = set()
        """Operands that lie along the rows of a matrix, and are asked about where that is asked."""

    def add(
        self, gate: Gate | None, args: tuple[int, ...], shape: Shape, type_: ValueType, term: int
    ) -> int:
        """Add a node whose shape is known; it stands where the term stands, if there is one."""
        graph = self.graph
        graph.gates.append(gate)
        graph.args.append(args)
        graph.shapes.append(shape)
        graph.types.append(type_)
        graph.starts.append(self.terms[term].start if term >= 0 else -1)
        graph.ends.append(self.terms[term].end if term >= 0 else -1)
        return len(graph.gates) - 1

    def input(self, name: str, shape: Shape) -> int:
        """Add an input; where it stands is told when it is first used."""
        self.elements += size(shape)
        self.graph.inputs[name] = self.add(None, (), shape, type_of(shape), -1)
        return self.graph.inputs[name]

    def constant(self, value: Value, place: int, shape: Shape = ()) -> int:
        """Add a number, or an array of this shape."""
        node = self.add(None, (), shape, type_of(shape), place)
        self.graph.constants[node] = value
        return node

    def gate(self, gate: Gate, args: tuple[int, ...], place: int, axis: int | None = None) -> int:
        """Add a gate for the term at `place`.

        Raises:
            BackpropError: if the shapes of its inputs do not fit.
        """
        if gate.beside_constant:
            gate = self._beside_constant(gate, args)
        types = [self.graph.types[arg] for arg in args]
        is_scalar = types.count(ValueType.NUMBER) == len(types)
        if axis is None and is_scalar and gate.shape.maps_numbers:
            # The common case, and the only one of a scalar formula.
            return self.add(gate, args, (), ValueType.NUMBER, place)
        term = self.terms[place]
        try:
            shapes = [self.graph.shapes[arg] for arg in args]
            shape, type_ = gate.shape.infer(shapes, types, axis, ())
            _check_size(shape)
        except Misfit as misfit:
            from backprop_cli.graph.misfits import worded

            said = worded(misfit)
            sizes = f"{self.sizes(args, term)}: " if said.after_sizes else ""
            hint = self.matrix_product(args, term) if term.op == "*" else said.hint
            if gate.shape.is_elementwise:
                hint = self.kept_axis(args, term) or hint
            elif gate.shape is MATMUL and term.payload == IMPLIED:
                hint = self.size_that_fits(args, term) or hint
            self.fail(term, sizes + said.reason, hint)
        if gate.shape.is_elementwise and len(args) == 2:
            self.check_axis(args, term)
        self.elements += size(shape)
        if self.elements > MAX_ELEMENTS:
            what = f"the values up to here have more than {MAX_ELEMENTS:,} elements together"
            self.fail(term, what)
        node = self.add(gate, args, shape, type_, place)
        if axis is not None and shape:
            self.graph.axes[node] = axis
        return node

    def _beside_constant(self, gate: Gate, args: tuple[int, ...]) -> Gate:
        """A router one of whose inputs cannot move has another rule where it ties with that."""
        if not gate.variadic:
            return gate if all(map(self.can_move, args)) else with_constant(gate)
        numbers = [self.graph.constants.get(arg) for arg in args]
        fixed = [number for number in numbers if isinstance(number, float)]
        if not fixed:
            return gate
        return with_constant(gate, repr(max(fixed) if gate.label == "max" else min(fixed)))

    def can_move(self, node: int) -> bool:
        """Whether a node is an input, or computed from one."""
        graph, looked = self.graph, [node]
        while looked:
            k = looked.pop()
            if graph.gates[k] is None and k not in graph.constants:
                return True
            looked.extend(graph.args[k])
        return False

    # What is said of a term that does not fit

    def operand(self, place: int) -> str:
        """A term in the words of the source."""
        term = self.terms[place]
        text = " ".join(self.source[term.start : term.end].split())
        return text if len(text) <= MAX_OPERAND_CHARS else text[: MAX_OPERAND_CHARS - 1] + "…"

    def sizes(self, args: tuple[int, ...], term: Term) -> str:
        """`W is a 2×3 matrix and x is a vector of 2`."""
        shapes, types = self.graph.shapes, self.graph.types
        return " and ".join(
            f"{self.operand(place)} is {described(shapes[node], types[node].is_row)}"
            for place, node in zip(term.args, args, strict=False)
        )

    def matrix_product(self, args: tuple[int, ...], term: Term) -> str | None:
        """How the matrix product of two operands is written, where they have one."""
        shapes = [self.graph.shapes[arg] for arg in args]
        types = [self.graph.types[arg] for arg in args]
        try:
            shape, _ = MATMUL.infer(shapes, types, None, ())
            _check_size(shape)
        except Misfit:
            return None
        left, right = map(self.operand, term.args)
        outer = "outer" if types == [ValueType.VECTOR, ValueType.ROW] else "matrix"
        return f"for the {outer if shape else 'dot'} product write {left} @ {right}"

    def size_that_fits(self, args: tuple[int, ...], term: Term) -> str | None:
        """Which size the right factor of a matrix must have."""
        left, right = (self.graph.shapes[arg] for arg in args)
        if len(left) != 2 or left[1] == right[0]:
            return None
        what = "elements" if len(right) == 1 else "rows"
        first, second = map(self.operand, term.args)
        return f"{second} must have {left[1]} {what}, as many as {first} has columns"

    def kept_axis(self, args: tuple[int, ...], term: Term) -> str | None:
        """How a vector with one number per row of a matrix meets the rows, where one is here."""
        place = self._one_per_row(args, term)
        return None if place is None else f"for each row its own {self._with_keepdims(place)}"

    def check_axis(self, args: tuple[int, ...], term: Term) -> None:
        """See that a vector does not meet a matrix in a way that nobody meant.

        One number per row must not go along the columns of a square matrix unseen, and
        W * x could be the product of a matrix and a vector.

        Raises:
            BackpropError: where both would fit.
        """
        place = self._one_per_row(args, term)
        product = term.op == "*" and place is None and self._could_be_product(args)
        if product:
            place = term.args[1]
        if place is None:
            return
        if not self.asks or (product and self.sign(term) in BY_ELEMENT):
            self.rows.add(place)
            return
        if product:
            self._ask_about_product(args, term)
        text = self.operand(place)
        what = f"{text} has a number for each row, and would go along the columns here"
        hint = f"for each row its own {self._with_keepdims(place)}, for each column {text}.T"
        self.fail(term, what, hint)

    def _could_be_product(self, args: tuple[int, ...]) -> bool:
        """Whether a matrix times a vector, element by element, has a product with it as well."""
        types = [self.graph.types[arg] for arg in args]
        return (
            types == [ValueType.MATRIX, ValueType.VECTOR]
            and self.graph.shapes[args[0]][1] == self.graph.shapes[args[1]][0] > 1
            and self.graph.axes.get(args[1]) != 0
        )

    def sign(self, term: Term) -> str:
        """The sign of an operator as it stands in the source, ⊙ or \\odot."""
        found = re.compile(r"\\[a-zA-Z]+|.", re.DOTALL).match(self.source, term.at)
        return found[0] if found else ""

    def _ask_about_product(self, args: tuple[int, ...], term: Term) -> NoReturn:
        left, right = map(self.operand, term.args)
        what = f"{self.sizes(args, term)}: '{self.sign(term)}' could mean two products of them"
        hint = f"for the matrix product write {left} @ {right}; each row times {right}"
        self.fail(term, what, f"{hint}, element by element, is {left} ⊙ {right}")

    def _one_per_row(self, args: tuple[int, ...], term: Term) -> int | None:
        """The operand that was reduced along the rows of as many as the other one has."""
        graph = self.graph
        for node, other, place in zip(args, args[::-1], term.args, strict=False):
            shape, gate = graph.shapes[other], graph.gates[node]
            is_reduced = gate is not None and gate.shape.reduces
            per_row = is_reduced and graph.axes.get(node) == 1
            if per_row and len(shape) == 2 and len(args) == 2:
                return place if graph.shapes[node] == shape[:1] else None
        return None

    def _with_keepdims(self, place: int) -> str:
        term = self.terms[place]
        if term.op != "call":
            return f"write keepdims=1 where {self.operand(place)} is worked out"
        text = " ".join(self.source[term.start : term.end].split())
        return f"write {text[:-1]}, keepdims=1)"

    def fail(self, term: Term, message: str, hint: str | None = None, width: int = 0) -> NoReturn:
        """Raise the error, pointing at the operator or the function's name."""
        named = len(str(term.payload)) if term.op in ("call", "keyword") else 1
        span = (term.at, term.at + (width or named))
        raise BackpropError(message, self.source, span, hint)


def _check_size(shape: Shape) -> None:
    """See that a value of this shape is not too large.

    Raises:
        Misfit: if it is.
    """
    if size(shape) > MAX_ELEMENTS:
        raise Misfit("too-large", shape=shape)
