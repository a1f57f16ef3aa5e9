"""A graph grows node by node: a gate is added if the shapes of its inputs fit."""

from typing import Any, NoReturn

from backprop_cli.errors import BackpropError
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.gate import Shape as Rule
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.shapes import (
    MAX_ELEMENTS,
    Misfit,
    Shape,
    described,
    infer,
    size,
    type_of,
)
from backprop_cli.language.syntax import Expression, Term

_SCALAR = (Rule.ELEMENTWISE, Rule.REDUCE, Rule.SAME, Rule.SQUARE, Rule.DOT, Rule.TRANSPOSE)
"""Shape rules by which numbers give a number."""

MAX_OPERAND_CHARS = 24
"""Characters of the longest operand that a message quotes whole."""


class Growing:
    """A graph that is being built from the terms of an expression."""

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        self.source = expression.source
        self.terms = expression.terms
        self.graph = Graph(expression.source)
        self.elements = 0

    def add(
        self, gate: Gate | None, args: tuple[int, ...], shape: Shape, type_: str, term: int
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

    def constant(self, value: Any, place: int, shape: Shape = ()) -> int:
        """Add a number, or an array of this shape."""
        node = self.add(None, (), shape, type_of(shape), place)
        self.graph.constants[node] = value
        return node

    def gate(self, gate: Gate, args: tuple[int, ...], place: int, axis: int | None = None) -> int:
        """Add a gate for the term at `place`.

        Raises:
            BackpropError: if the shapes of its inputs do not fit.
        """
        types = [self.graph.types[arg] for arg in args]
        if axis is None and gate.shape in _SCALAR and types.count("s") == len(types):
            # The common case, and the only one of a scalar formula.
            return self.add(gate, args, (), "s", place)
        term = self.terms[place]
        try:
            shapes = [self.graph.shapes[arg] for arg in args]
            shape, type_ = infer(gate.shape, shapes, types, axis)
        except Misfit as misfit:
            sizes = f"{self.sizes(args, term)}: " if misfit.sized else ""
            hint = self.matrix_product(args, term) if gate.name == "mul" else misfit.hint
            self.fail(term, sizes + misfit.reason, hint)
        self.elements += size(shape)
        if self.elements > MAX_ELEMENTS:
            what = f"the values up to here have more than {MAX_ELEMENTS:,} elements together"
            self.fail(term, what)
        node = self.add(gate, args, shape, type_, place)
        if axis is not None and shape:
            self.graph.axes[node] = axis
        return node

    # What is said of a term that does not fit

    def operand(self, place: int) -> str:
        """A term in the words of the source."""
        term = self.terms[place]
        text = " ".join(self.source[term.start : term.end].split())
        return text if len(text) <= MAX_OPERAND_CHARS else text[: MAX_OPERAND_CHARS - 1] + "…"

    def sizes(self, args: tuple[int, ...], term: Term) -> str:
        """`W is a 2×3 matrix and x is a vector of 2`."""
        return " and ".join(
            f"{self.operand(place)} is {described(self.graph.shapes[node], self.graph.types[node])}"
            for place, node in zip(term.args, args, strict=False)
        )

    def matrix_product(self, args: tuple[int, ...], term: Term) -> str | None:
        """How the matrix product of two operands is written, where they have one."""
        shapes = [self.graph.shapes[arg] for arg in args]
        types = [self.graph.types[arg] for arg in args]
        try:
            shape, _ = infer(Rule.MATMUL, shapes, types, None)
        except Misfit:
            return None
        left, right = map(self.operand, term.args)
        outer = "outer" if types == ["v", "r"] else "matrix"
        return f"for the {outer if shape else 'dot'} product write {left} @ {right}"

    def fail(self, term: Term, message: str, hint: str | None = None, width: int = 0) -> NoReturn:
        """Raise the error, pointing at the operator or the function's name."""
        named = len(str(term.payload)) if term.op in ("call", "keyword") else 1
        span = (term.at, term.at + (width or named))
        raise BackpropError(message, self.source, span, hint)
