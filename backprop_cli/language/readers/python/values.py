"""Python expressions as terms: operators, calls, methods, indices, conditions."""

import ast
from collections.abc import Sequence

from backprop_cli.language.readers.python.calls.calls import read_call
from backprop_cli.language.readers.python.indices import read_of_several, read_subscript
from backprop_cli.language.readers.python.known import KnownNumbers, Shapes
from backprop_cli.language.readers.python.nodes import described, is_module
from backprop_cli.language.readers.python.source import Source
from backprop_cli.language.readers.python.terms import MAX_TERMS, NamedTerms
from backprop_cli.language.unread import INSTEAD, REMAINDER

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
    ast.Pow: "pow",
}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_CONSTANTS = ("pi", "e")
_TAKES = dict.fromkeys(("+", "-", "*", "/", "@", "pow"), 2)
_TAKES |= dict.fromkeys(("neg", "transpose", "reciprocal", "rsqrt"), 1)
"""How many values an operator takes, however it is spelt: np.dot, torch.add."""


MAX_DEPTH = 100
"""Brackets within brackets, and functions that call functions."""


class Values(KnownNumbers):
    """Reads expressions, given what the names in them stand for."""

    def __init__(self, source: Source, steps: NamedTerms, shapes: Shapes) -> None:
        """Read into `steps`; `shapes` are those of the inputs that were given."""
        super().__init__(source, shapes)
        self.steps = steps
        self._depth = 0

    # Terms

    def add(self, op: str, args: Sequence[int], payload: float | str, node: ast.AST) -> int:
        """One more term, which stands where a node stands."""
        if len(self.steps.terms) >= MAX_TERMS:
            what = f"the program has more than {MAX_TERMS:,} operations, its loops written out"
            raise self.source.fail(node, what)
        return self.steps.add(op, tuple(args), payload, self.source.span(node))

    def number(self, value: float, node: ast.AST) -> int:
        """A number as a term."""
        return self.add("number", (), float(value), node)

    def call(self, name: str, args: Sequence[int], node: ast.AST) -> int:
        """An operator or a function of terms."""
        takes = _TAKES.get(name, len(args))
        if len(args) != takes:
            values = "one value" if takes == 1 else f"{takes} values"
            raise self.fail(node, f"this takes {values}, not {len(args)}")
        if name in ("+", "-", "*", "/", "@", "neg"):
            return self.add(name, args, "", node)
        if name == "pow" and self._is(args[1], 2.0):
            return self.add("call", args[:1], "square", node)
        if name == "transpose":
            return self.add(".T", args, "", node)
        if name in ("reciprocal", "rsqrt"):
            one = self.number(1, node)
            root = args if name == "reciprocal" else [self.add("call", args, "sqrt", node)]
            return self.add("/", (one, *root), "", node)
        return self.add("call", args, name, node)

    def _is(self, place: int, value: float) -> bool:
        term = self.steps.terms[place]
        return term.op == "number" and term.payload == value

    # Expressions

    def value(self, node: ast.expr) -> int:
        """The term of an expression.

        Raises:
            BackpropError: where it cannot be read, with its line and the reason.
        """
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.fail(node, "this is nested too deeply")
        try:
            return self._value(node)
        finally:
            self._depth -= 1

    def _value(self, node: ast.expr) -> int:
        known = self.known(node)
        if known is not None:
            return self.number(known, node)
        match node:
            case ast.Name():
                return self._name(node)
            case ast.BinOp():
                return self._binary(node)
            case ast.UnaryOp(op=ast.USub()):
                return self.add("neg", (self.value(node.operand),), "", node)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.value(node.operand)
            case ast.Compare():
                one = self.number(1, node)
                return self.add("index", (one, self.condition(node)), "", node)
            case ast.IfExp():
                args = (self.condition(node.test), self.value(node.body), self.value(node.orelse))
                return self.add("call", args, "where", node)
            case ast.Call():
                return read_call(self, node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Subscript():
                return read_subscript(self, node)
            case ast.List() | ast.Tuple():
                return self.add("list", [self.value(item) for item in node.elts], "", node)
        raise self.fail(node, f"{described(node)} cannot be read as a formula")

    def _name(self, node: ast.Name) -> int:
        found = self.scope.get(node.id)
        if isinstance(found, (ast.Lambda, ast.FunctionDef)):
            raise self.fail(node, f"'{node.id}' is a function, and is not called here")
        if isinstance(found, int):
            return found
        if found is None:
            self.scope[node.id] = found = self.steps.input(node.id)
        return self.add("name", (), str(found), node)

    def _binary(self, node: ast.BinOp) -> int:
        """A chain of operators, which may be long, from its left end on."""
        chain = [node]
        while isinstance(chain[-1].left, ast.BinOp) and self.known(chain[-1].left) is None:
            chain.append(chain[-1].left)
        term = self.value(chain[-1].left)
        for link in reversed(chain):
            operator = OPERATORS.get(type(link.op))
            if operator is None:
                what = f"the operator {described(link.op)} has no gradient here"
                raise self.fail(link, what, REMAINDER if isinstance(link.op, ast.Mod) else None)
            term = self.call(operator, (term, self.value(link.right)), link)
        return term

    def condition(self, node: ast.expr) -> int:
        """A comparison of two values.

        Raises:
            BackpropError: if it is anything else.
        """
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            raise self.fail(node, "only a comparison of two values can be a condition")
        sign = _COMPARISONS.get(type(node.ops[0]))
        if sign is None:
            raise self.fail(node, "this comparison cannot be read")
        args = (self.value(node.left), self.value(node.comparators[0]))
        return self.add("compare", args, sign, node)

    def _attribute(self, node: ast.Attribute) -> int:
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return self._name(ast.copy_location(ast.Name(node.attr, ast.Load()), node))
        if is_module(node.value, self.scope):
            if node.attr in _CONSTANTS:
                return self.add("name", (), node.attr, node)
            if node.attr == "inf":
                return self.number(float("inf"), node)
            raise self.fail(node, f"{ast.unparse(node)} is not known")
        if node.attr == "values" and isinstance(node.value, ast.Call):
            return self.value(node.value)
        if node.attr == "logabsdet" and isinstance(node.value, ast.Call):
            chosen = read_of_several(self, node.value, [ast.Constant(1)])
            if chosen is not None:
                return chosen
        if node.attr in ("T", "mT"):
            return self.add(".T", (self.value(node.value),), "", node)
        if node.attr == "data":
            return self.add("call", (self.value(node.value),), "stop", node)
        what = f"the attribute .{node.attr} cannot be read as a formula"
        raise self.fail(node, what, INSTEAD.get(node.attr))

    @property
    def has_torch(self) -> bool:
        """Whether the program uses PyTorch, so that a method is one of its own."""
        return "torch" in self.source.text
