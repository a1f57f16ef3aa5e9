"""Build the graph of an expression: which gate does a term mean?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.gates.shapes import Shape, described
from backprop_cli.gates.table import BY_NAME
from backprop_cli.graph.builder import Growing
from backprop_cli.graph.functions import (
    CALLS,
    CONSTANTS,
    MATRIX_POWER,
    MOST_INPUTS,
    NORMS,
    arguments,
    check,
    composites,
)
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.indexing import Labels, index
from backprop_cli.language.printer import show_program
from backprop_cli.language.syntax import DOT, IMPLIED, Expression, Statement, Term

_OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow", "@": "matmul"}
_UNARY = {"neg": "neg", ".T": "transpose"}
_MANY = {"max": ("max_in", "max", "max_of"), "min": ("min_in", "min", "min_of")}
"""The gates of max and min: of one vector, of two values, of more."""

_COMPARISONS = {
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "==": "equal",
    "!=": "not_equal",
}
"""Sign of a comparison -> the gate that is 1 where it holds, and 0 elsewhere."""

_PRODUCT_SIGNS = {"mul": "*", "matmul": "@", "dot": "@"}

_BARS = ("|", "∣", "\\lvert", "\\vert", "\\mid")

MAX_MATRIX_POWER = 20
"""The highest power of a matrix, which is written out as products."""


def build(
    expression: Expression,
    shapes: Mapping[str, Shape],
    labels: Labels | None = None,
    asks: bool = False,
) -> Graph:
    """The graph of `expression` for inputs of these shapes.

    Args:
        expression: a formula or a program.
        shapes: input -> its shape.
        labels: name -> the whole numbers by which elements are chosen.
        asks: whether somebody typed it, who is asked where a vector that meets a matrix could
            mean two things.

    Raises:
        BackpropError: for a name without a shape, an unknown function, a wrong number of
            arguments, or shapes that do not fit, with the span of the operator.
    """
    check(expression, expression.free_names(), shapes)
    builder = Builder(expression, shapes, labels)
    builder.is_typed, builder.asks = asks, asks and not expression.broadcasts
    return builder.build()


def resolved(expression: Expression, shapes: Mapping[str, Shape], labels: Labels) -> Expression:
    """What was bound, with each product and power as what it means for these shapes.

    So patterns of gates (`--fold`) can be looked for in it: x^2 in it is never a matrix product.
    """
    builder = Builder(expression, shapes, labels)
    builder.build()
    meant = builder.with_products(expression)
    terms = [
        term._replace(op="call", payload=MATRIX_POWER) if place in builder.powers else term
        for place, term in enumerate(meant.terms)
    ]
    return meant._replace(terms=tuple(terms), by_element=True)


def build_bound(
    expression: Expression,
    shapes: Mapping[str, Shape],
    labels: Labels | None = None,
    told: bool = False,
) -> Graph:
    """The graph of what `bind` has checked, with what was understood where it says too little.

    Args:
        expression: what was bound.
        shapes: input -> its shape.
        labels: name -> the whole numbers by which elements are chosen.
        told: whether what was understood is told even where every product has its sign.
    """
    builder = Builder(expression, shapes, labels)
    builder.is_typed, builder.asks = True, not expression.broadcasts
    graph = builder.build()
    if not told and not builder.products:
        return graph
    meant = builder.with_rows(builder.with_products(expression))
    chosen = "".join(f"{name} = {_listed(value)}; " for name, value in builder.labels.items())
    return replace(graph, read_as=chosen + show_program(meant))


def _listed(labels: Any) -> str:
    """Whole numbers as one types them: 2, or [1, 0, 2]."""
    numbers = getattr(labels, "tolist", lambda: labels)()
    if isinstance(numbers, list):
        return f"[{', '.join(_listed(number) for number in numbers)}]"
    return str(int(numbers))


class Builder(Growing):
    """Terms become nodes, one by one; the marking of formulas reads a few more forms."""

    def __init__(
        self, expression: Expression, shapes: Mapping[str, Shape], labels: Labels | None = None
    ) -> None:
        super().__init__(expression)
        self.labels = labels or {}
        self.statements = expression.statements
        self.scope: dict[str, int] = {}
        for name in expression.free_names():
            if name in shapes and name not in self.labels:
                self.scope[name] = self.input(name, shapes[name])
        self.nodes = [-1] * len(self.terms)
        self.constants: dict[float, int] = {}
        self.unturned: set[int] = set()
        """Transposes that did nothing."""
        self.powers: set[int] = set()
        """Powers that turned out to be those of a matrix."""
        self.products: dict[int, str] = {}
        """Product of which the sign says nothing -> the operator that it turned out to be."""
        self.squared = self._squared_norms()
        self.spread = self._spread_lists()

    def build(self) -> Graph:
        """The graph of all statements."""
        position = 0
        for statement in self.statements:
            for place in range(position, statement.term + 1):
                self.nodes[place] = self._node(place, self.terms[place])
            position = statement.term + 1
            self._finish(statement)
        return self.graph.finished(self.source)

    def with_products(self, expression: Expression) -> Expression:
        """The expression with an operator for each product of which the sign said nothing."""
        terms = [
            term._replace(op=self.products[place], payload="") if place in self.products else term
            for place, term in enumerate(expression.terms)
        ]
        return expression._replace(terms=tuple(terms))

    def with_rows(self, expression: Expression) -> Expression:
        """The expression with .T at vectors that lie along the rows of a matrix only."""
        terms: list[Term] = []
        places: list[int] = []
        for place, term in enumerate(expression.terms):
            if place in self.unturned:
                places.append(places[term.args[0]])
                continue
            args = []
            for arg in term.args:
                args.append(places[arg])
                if arg in self.rows and self._meets_matrix(place, arg):
                    terms.append(term._replace(op=".T", args=(places[arg],), payload=""))
                    args[-1] = len(terms) - 1
            terms.append(term._replace(args=tuple(args)))
            places.append(len(terms) - 1)
        steps = [step._replace(term=places[step.term]) for step in expression.statements]
        return expression._replace(terms=tuple(terms), statements=tuple(steps))

    def _meets_matrix(self, place: int, arg: int) -> bool:
        """Whether an operand stands beside a matrix in a term of two."""
        others = [other for other in self.terms[place].args if other != arg]
        return any(len(self.graph.shapes[self.value(other)]) == 2 for other in others)

    def _finish(self, statement: Statement) -> None:
        """Name the step, and make it an output."""
        name = statement.name
        node = self.value(statement.term)
        if name is not None:
            if self.terms[statement.term].op in ("name", "number"):
                # A second name for a value is a step of its own: it has its own gradient.
                node = self.gate(BY_NAME["copy"], (node,), statement.term)
            self.graph.given[node] = name
            self.scope[name] = node
        self.graph.outputs.append(node)

    # Nodes

    def value(self, place: int) -> int:
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
        if op in ("number", "keyword", "slice") or place in self.spread:
            return -1
        if op == "name":
            return self._name(term)
        if op in _OPERATORS:
            return self._operator(place, term)
        if op == ".T" and self.expression.broadcasts:
            node = self.value(term.args[0])
            if len(self.graph.shapes[node]) == 1:
                # NumPy has no rows and columns of one axis: x.T is x.
                self.unturned.add(place)
                return node
        if op in _UNARY:
            return self.gate(BY_NAME[_UNARY[op]], (self.value(term.args[0]),), place)
        if op == "call":
            return self._call(place, term)
        if op == "norm":
            return self._norm(place, term.args[0], None)
        if op == "index":
            return self._index_or_indicator(place, term)
        if op == "list":
            return self._list(place, term)
        if op == "compare":
            args = (self.value(term.args[0]), self.value(term.args[1]))
            return self.gate(BY_NAME[_COMPARISONS[str(term.payload)]], args, place)
        self.fail(term, "this cannot stand here")
        return None

    def number(self, value: float) -> int:
        """The node of a number that nobody typed."""
        if value not in self.constants:
            self.constants[value] = self.constant(value, -1)
        return self.constants[value]

    def _index_or_indicator(self, place: int, term: Term) -> int:
        """An element, x[0]; or 1[x > 0], which is 1 where the condition holds."""
        condition = term.args[1] if len(term.args) == 2 else -1
        if condition >= 0 and self.terms[condition].op == "compare":
            if self._number(term.args[0]) != 1:
                where, whole = (self.operand(arg) for arg in (condition, term.args[0]))
                hint = f"for 0 where it does not hold, write 1[{where}] * {whole}"
                self.fail(term, "a condition stands in 1[…] only", hint)
            return self.nodes[condition]
        return index(self, place, term)

    def _name(self, term: Term) -> int:
        name = str(term.payload)
        node = self.scope.get(name)
        if node is not None:
            if self.graph.starts[node] < 0:
                # An input stands where it is first written.
                self.graph.starts[node], self.graph.ends[node] = term.start, term.end
            return node
        if name in CONSTANTS or name in self.labels:
            return -1
        hint = did_you_mean(name, list(self.scope))
        raise BackpropError(f"unknown name '{name}'", self.source, (term.start, term.end), hint)

    # Operators, and the forms that the lecture draws as one gate: 1/x, x^2, e^x, ||x||^2

    def _operator(self, place: int, term: Term) -> int:
        left, right = term.args
        if term.op == "/" and self._number(left) == 1:
            return self.gate(BY_NAME["1/x"], (self.value(right),), place)
        if term.op == "^":
            if self._number(right) == 2:
                if left in self.squared:
                    return self.nodes[left]
                if self._is_matrix(self.value(left)):
                    return self._matrix_power(place, term, self.value(left))
                return self.gate(BY_NAME["square"], (self.value(left),), place)
            if self.terms[left].payload == "e" and self.nodes[left] < 0:
                return self.gate(BY_NAME["exp"], (self.value(right),), place)
        args = (self.value(left), self.value(right))
        if term.op == "*" and term.payload:
            name = self._product(term, args)
            self.products[place] = _PRODUCT_SIGNS[name]
            return self.gate(BY_NAME[name], args, place)
        if term.op == "^" and self._is_matrix(args[0]):
            return self._matrix_power(place, term, args[0])
        return self.gate(BY_NAME[_OPERATORS[term.op]], args, place)

    def _product(self, term: Term, args: tuple[int, int]) -> str:
        """The gate of v·w and of W x, which follows from the shapes of the factors.

        Raises:
            BackpropError: where two products are possible: to choose one would be silent.
        """
        shapes = [self.graph.shapes[arg] for arg in args]
        types = [self.graph.types[arg] for arg in args]
        if () in shapes:
            return "mul"
        two_vectors = [ValueType.VECTOR, ValueType.VECTOR]
        left, right = map(self.operand, term.args)
        sign = "⊙" if types == [ValueType.MATRIX, ValueType.VECTOR] else "*"
        by_element = f"element by element write {left} {sign} {right}"
        if term.payload == IMPLIED and types != two_vectors:
            return "matmul"
        if term.payload == DOT and types == two_vectors and shapes[0] == shapes[1]:
            return "dot"
        if types == two_vectors:
            which = "" if term.payload == IMPLIED else " of equal length"
            what = f"{self.sizes(args, term)}: two vectors{which} side by side have no one product"
            if term.payload == DOT:
                what = f"{self.sizes(args, term)}: a dot product needs two equal lengths"
            self.fail(term, what, f"for the dot product write {left} @ {right}; {by_element}")
        what = f"{self.sizes(args, term)}: '{self.sign(term)}' could mean two products of them"
        hint = f"for the matrix product write {left} @ {right}; {by_element}"
        return self.fail(term, what, hint)

    def _is_matrix(self, node: int) -> bool:
        """Whether a power of a node is that of a matrix."""
        return not self.expression.by_element and len(self.graph.shapes[node]) == 2

    def _matrix_power(self, place: int, term: Term, matrix: int) -> int:
        """X⁻¹ and X² of a matrix: the inverse, and the matrix product.

        Raises:
            BackpropError: for any other power, and where the matrix is not square.
        """
        power = self._number(term.args[1])
        shape, base = self.graph.shapes[matrix], self.operand(term.args[0])
        if power is None or power != int(power) or not 0 != abs(power) <= MAX_MATRIX_POWER:
            what = "a matrix has whole powers only"
            self.fail(term, what, f"element by element write pow({base}, …)")
        if shape[0] != shape[1]:
            what = f"{base} is {described(shape)}, and only a square matrix has powers"
            self.fail(term, what, f"element by element write {_by_element(base, power)}")
        if self.source.startswith("**", term.at):
            what = f"{base} ** {power:g} of a matrix is element by element in Python only"
            product = f"{base}^{power:g}" if power != 2 else f"{base} @ {base}"
            self.fail(term, what, f"write {_by_element(base, power)}, or {product} for the matrix")
        self.powers.add(place)
        node = self.gate(BY_NAME["inv"], (matrix,), place) if power < 0 else matrix
        found = node
        for _ in range(int(abs(power)) - 1):
            found = self.gate(BY_NAME["matmul"], (found, node), place)
        return found

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

    def _spread_lists(self) -> set[int]:
        """Lists of what is put together, concat([a, b]), which are no vectors of their own."""
        calls = (t for t in self.terms if t.op == "call" and t.payload == "concat")
        return {arg for t in calls for arg in t.args[:1] if self.terms[arg].op == "list"}

    @staticmethod
    def _is_norm(term: Term) -> bool:
        return term.op == "norm" or (term.op == "call" and term.payload in ("norm", *NORMS))

    def _norm(self, place: int, arg: int, axis: int | None) -> int:
        whole = self.squared.get(place)
        if whole is None:
            return self.gate(BY_NAME["norm"], (self.value(arg),), place, axis)
        return self.gate(BY_NAME["L2"], (self.value(arg),), whole, axis)

    # Functions, indices, lists

    def _call(self, place: int, term: Term) -> int:
        name = str(term.payload)
        values = arguments(self.expression, term)
        options = self._options(term)
        if name == MATRIX_POWER:
            return self._matrix_power(place, term, self.value(values[0]))
        if name in ("softmax", "log_softmax") and "axis" not in options:
            self._check_rows(term, self.value(values[0]))
        if name in composites():
            return self._composite(place, term, values, options)
        if name in NORMS:
            node = self.value(values[0])
            if NORMS[name] and len(self.graph.shapes[node]) > 1:
                self.fail(term, NORMS[name])
            return self._norm(place, values[0], None)
        gate = CALLS[name]
        if name in _MANY:
            gate = BY_NAME[_MANY[name][min(len(values), 3) - 1]]
        args = tuple(self.value(arg) for arg in values)
        if name == "abs" and self.asks:
            self._check_bars(term, args)
        axis = self._axis(term, gate.shape.takes_axis, options, args)
        if gate is BY_NAME["norm"]:
            node = self._norm(place, values[0], axis)
        else:
            node = self.gate(gate, args, place, axis)
        if "keepdims" in options and gate.shape.reduces:
            from backprop_cli.graph.composite import CompositeCall, keep_axis

            return keep_axis(CompositeCall(self, term, place, args, axis), node)
        return node

    def _check_rows(self, term: Term, node: int) -> None:
        """See that nobody takes the softmax of all elements of a matrix for that of each row.

        Raises:
            BackpropError: where the axis is not said.
        """
        if self.is_typed and len(self.graph.shapes[node]) == 2:
            inside = self.operand(term.args[0])
            inside = "…" if inside.endswith("…") else inside
            what = f"{inside} is {described(self.graph.shapes[node])}: {term.payload} of what?"
            rows, columns = (f"{term.payload}({inside}, axis={axis})" for axis in (1, 0))
            self.fail(term, what, f"write {rows} for each row, or {columns} for each column")

    def _check_bars(self, term: Term, args: tuple[int, ...]) -> None:
        """See that |A| of a matrix is not read silently.

        Raises:
            BackpropError: where bars stand around a matrix.
        """
        is_bar = self.source.startswith(_BARS, term.at)
        if is_bar and len(self.graph.shapes[args[0]]) == 2:
            inside = self.operand(term.args[0])
            what = f"|{inside}| of a matrix could be the determinant, or each element's size"
            self.fail(term, what, f"write det({inside}) or abs({inside})")

    def _composite(
        self, place: int, term: Term, values: list[int], options: dict[str, Term]
    ) -> int:
        from backprop_cli.graph.composite import CompositeCall, keep_axis

        composite = composites()[str(term.payload)]
        values = self._spread(values)
        count = len(values) if composite.values is None else composite.values
        args = tuple(self.value(arg) for arg in values[:count])
        axis = self._axis(term, composite.axis, options, args)
        use = CompositeCall(self, term, place, args, axis, tuple(values[count:]), options)
        node = composite.build(use)
        return keep_axis(use, node) if "keepdims" in options and not composite.keeps else node

    def _options(self, term: Term) -> dict[str, Term]:
        """The arguments of a call that have a name."""
        found: dict[str, Term] = {}
        for keyword in (self.terms[arg] for arg in term.args):
            if keyword.op == "keyword":
                word, span = str(keyword.payload), (keyword.start, keyword.end)
                if word not in ("axis", "keepdims", *self._own_options(term)):
                    what = f"{term.payload} has no argument '{word}'"
                    raise BackpropError(what, self.source, span)
                if word in found:
                    raise BackpropError(f"{word} is given twice", self.source, span)
                found[word] = keyword
        return found

    @staticmethod
    def _own_options(term: Term) -> tuple[str, ...]:
        name = str(term.payload)
        return composites()[name].options if name in composites() else ()

    def _spread(self, values: list[int]) -> list[int]:
        """The arguments of concat([a, b]), which may be one list."""
        if len(values) == 1 and values[0] in self.spread:
            return list(self.terms[values[0]].args)
        return values

    def _axis(
        self, term: Term, may: bool, options: Mapping[str, Term], args: tuple[int, ...]
    ) -> int | None:
        """The axis given by `axis=0`, counted from the end where it is negative."""
        if not may and options:
            word, keyword = next(iter(options.items()))
            what = f"{term.payload} has no argument '{word}'"
            raise BackpropError(what, self.source, (keyword.start, keyword.end))
        if "axis" not in options:
            return None
        keyword = options["axis"]
        value = self._number(keyword.args[0])
        axes = len(self.graph.shapes[args[0]])
        if value is not None and -axes <= value < 0:
            value += axes
        if value not in (0, 1):
            what = "an axis is 0 (down the columns) or 1 (along the rows)"
            raise BackpropError(what, self.source, (keyword.start, keyword.end))
        return int(value)

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
        return self.gate(BY_NAME["stack"], tuple(self.value(arg) for arg in term.args), place)

    def _literal(self, place: int) -> Any:
        """The value of a number or of a list of numbers, else None."""
        node = self.nodes[place]
        return self._number(place) if node < 0 else self.graph.constants.get(node)


def _by_element(base: str, power: float) -> str:
    """A power element by element, as one would type it."""
    return {2: f"square({base})", -1: f"1/{base}"}.get(int(power), f"pow({base}, {power:g})")
