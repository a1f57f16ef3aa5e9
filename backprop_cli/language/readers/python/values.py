"""Python expressions as terms: operators, calls, methods, indices, conditions."""

import ast
from collections.abc import Callable, Mapping, Sequence
from math import prod

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.python.loops import rounds
from backprop_cli.language.readers.python.source import Source
from backprop_cli.language.readers.python.special import SPECIAL, Call, as_matrix
from backprop_cli.language.readers.python.terms import MAX_TERMS, Known, NamedTerms
from backprop_cli.language.readers.python.vocabulary import (
    ARRAYS,
    AXIS_WORDS,
    BUILTINS,
    FUNCTIONS,
    IGNORED_WORDS,
    KEEP_WORDS,
    LAYERS,
    METHODS,
    MODULES,
    UNCHANGED,
    Meaning,
)
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

Shapes = Mapping[str, tuple[int, ...]]
Local = int | str | float | ast.Lambda | ast.FunctionDef
"""What a name stands for: the place of a term, a name, a number that is known, a function."""

MAX_DEPTH = 100
"""Brackets within brackets, and functions that call functions."""


class Values:
    """Reads expressions, given what the names in them stand for."""

    def __init__(self, source: Source, steps: NamedTerms, shapes: Shapes) -> None:
        """Read into `steps`; `shapes` are those of the inputs that were given."""
        self.source, self.steps, self.shapes = source, steps, shapes
        self.scope: dict[str, str | int | Known | ast.Lambda | ast.FunctionDef] = {}
        self._depth = 0
        self.know: Callable[[ast.expr], None] = lambda node: None
        """Makes the numbers in an expression known, where it is a size or a bound."""

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

    def fail(self, node: ast.AST, what: str, hint: str | None = None) -> BackpropError:
        """The error that a node cannot be read."""
        return self.source.fail(node, what, hint)

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
                return self._call(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Subscript():
                return self._subscript(node)
            case ast.List() | ast.Tuple():
                return self.add("list", [self.value(item) for item in node.elts], "", node)
        raise self.fail(node, f"{_described(node)} cannot be read as a formula")

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

    def _length(self, node: ast.expr, name: str, axis: int) -> float:
        shape = self.sizes(node, name)
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
                what = f"the operator {_described(link.op)} has no gradient here"
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
        if _is_module(node.value, self.scope):
            if node.attr in _CONSTANTS:
                return self.add("name", (), node.attr, node)
            if node.attr == "inf":
                return self.number(float("inf"), node)
            raise self.fail(node, f"{ast.unparse(node)} is not known")
        if node.attr == "values" and isinstance(node.value, ast.Call):
            return self.value(node.value)
        if node.attr == "logabsdet" and isinstance(node.value, ast.Call):
            chosen = self._of_several(node.value, [ast.Constant(1)])
            if chosen is not None:
                return chosen
        if node.attr in ("T", "mT"):
            return self.add(".T", (self.value(node.value),), "", node)
        if node.attr == "data":
            return self.add("call", (self.value(node.value),), "stop", node)
        what = f"the attribute .{node.attr} cannot be read as a formula"
        raise self.fail(node, what, INSTEAD.get(node.attr))

    def _subscript(self, node: ast.Subscript) -> int:
        inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        new_axis = [place for place, part in enumerate(inside) if _is_new_axis(part)]
        others = [part for place, part in enumerate(inside) if place not in new_axis]
        if len(new_axis) == 1 and len(others) <= 1 and all(_is_all(part) for part in others):
            return as_matrix(self, self.value(node.value), new_axis == [0], node)
        if isinstance(node.value, ast.Call):
            chosen = self._of_several(node.value, inside)
            if chosen is not None:
                return chosen
        args = [self.value(node.value), *(self._index(part) for part in inside)]
        return self.add("index", args, "", node)

    def _of_several(self, call: ast.Call, inside: Sequence[ast.expr]) -> int | None:
        """slogdet(X)[1], and the values of torch.max(x, dim=1)[0]; None of any other call.

        Raises:
            BackpropError: for the other result, which is no number with a gradient.
        """
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
        place = self.known(inside[0]) if len(inside) == 1 else None
        if name == "slogdet":
            if place != 1:
                raise self.fail(call, "the sign of a determinant has no gradient", "take [1]")
            determinant = self.call("det", [self.value(_only(call, self))], call)
            size = self.call("abs", [determinant], call)
            return self.call("log", [size], call)
        words = [keyword.arg for keyword in call.keywords]
        is_method = isinstance(call.func, ast.Attribute) and not _is_module(
            call.func.value, self.scope
        )
        along = "dim" in words or len(call.args) + is_method > 1
        if name not in ("max", "min") or not along or not (self.has_torch or "dim" in words):
            return None
        if place != 0:
            raise self.fail(call, "the place of the largest has no gradient", "take [0]")
        return self.value(call)

    def _index(self, node: ast.expr) -> int:
        match node:
            case ast.Slice():
                parts = [self._bound(part, node) for part in (node.lower, node.upper, node.step)]
                return self.add("slice", parts, "", node)
            case ast.Call(func=ast.Name(id="range") | ast.Attribute(attr="arange")):
                self.know(node)
                bounds = [self.known(arg) for arg in node.args]
                if None in bounds or not 1 <= len(bounds) <= 3:
                    raise self.fail(node, "the bounds of a range must be known numbers")
                numbers = self._range(node, bounds)
                return self.add("list", [self.number(n, node) for n in numbers], "", node)
        return self.value(node)

    def _bound(self, node: ast.expr | None, whole: ast.Slice) -> int:
        """A bound of a slice; nan where there is none."""
        if node is None:
            return self.number(float("nan"), whole)
        self.know(node)
        return self.value(node)

    # Calls

    def _call(self, node: ast.Call) -> int:
        name = _function_name(node.func, self.scope)
        if isinstance(node.func, ast.Name):
            function = self.scope.get(node.func.id)
            if isinstance(function, (ast.Lambda, ast.FunctionDef)):
                return self._own_call(function, node)
        if isinstance(node.func, ast.Call):
            layer = _function_name(node.func.func, self.scope)
            if layer in LAYERS and not node.func.args:
                return self._meant(Meaning(LAYERS[layer]), node, node.args)
        if name in ARRAYS or name == "float":
            return self.value(_only(node, self))
        if isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
            if node.func.id == "sum" and isinstance(node.args[:1], list):
                summed = self._generated(node)
                if summed is not None:
                    return summed
            meant = BUILTINS[node.func.id]
            if meant.many and len(node.args) == 1:
                meant = Meaning(meant.name)
            return self._meant(meant, node, node.args)
        if name in FUNCTIONS:
            return self._meant(FUNCTIONS[name], node, node.args)
        if isinstance(node.func, ast.Attribute) and name is None:
            return self._method(node.func, node)
        what = f"the function {ast.unparse(node.func)[:60]} is not known"
        raise self.fail(node, what, INSTEAD.get(name or ""))

    def _method(self, method: ast.Attribute, node: ast.Call) -> int:
        if method.attr in UNCHANGED:
            return self.value(method.value)
        if method.attr not in METHODS:
            what = f"the method .{method.attr} is not known"
            raise self.fail(node, what, INSTEAD.get(method.attr))
        return self._meant(METHODS[method.attr], node, [method.value, *node.args])

    def _meant(self, meant: Meaning, node: ast.Call, given: Sequence[ast.expr]) -> int:
        """A call of a known function, with its axis and its shape as keywords."""
        if meant.name in SPECIAL:
            return self._special(meant.name, node, given)
        args, keywords = list(given), list[tuple[str, ast.expr]]()
        if meant.axis is not None and not meant.many and len(args) > meant.axis:
            keywords.append(("axis", args.pop(meant.axis)))
        for keyword in node.keywords:
            word = keyword.arg or "**"
            if word in AXIS_WORDS:
                if not _is_none(keyword.value) and not self._is_both(keyword.value):
                    keywords.append(("axis", keyword.value))
            elif word in KEEP_WORDS:
                if isinstance(keyword.value, ast.Constant) and keyword.value.value:
                    keywords.append(("keepdims", ast.copy_location(ast.Constant(1), keyword.value)))
            elif word not in IGNORED_WORDS:
                raise self.fail(node, f"the argument {word}= cannot be read here")
        if any(isinstance(arg, ast.Starred) for arg in args):
            raise self.fail(node, "starred arguments cannot be read")
        if meant.name == "where" and args:
            places = [self.condition(args[0]), *(self.value(arg) for arg in args[1:])]
        else:
            places = [self.value(arg) for arg in args]
        for word, value in keywords:
            places.append(self.add("keyword", (self.value(value),), word, value))
        if not places:
            raise self.fail(node, f"{ast.unparse(node.func)[:60]} is called without a value")
        return self.call(meant.name, places, node)

    def _special(self, name: str, node: ast.Call, given: Sequence[ast.expr]) -> int:
        """A call whose arguments say more than values."""
        if any(isinstance(arg, ast.Starred) for arg in given):
            raise self.fail(node, "starred arguments cannot be read")
        words = {keyword.arg or "**": keyword.value for keyword in node.keywords}
        library = ""
        if isinstance(node.func, ast.Attribute) and _is_module(node.func.value, self.scope):
            library = ast.unparse(node.func).partition(".")[0]
        return SPECIAL[name](Call(self, node, name, list(given), words, library))

    @property
    def has_torch(self) -> bool:
        """Whether the program uses PyTorch, so that a method is one of its own."""
        return "torch" in self.source.text

    def shape_of(self, node: ast.expr) -> tuple[int, ...] | None:
        """The shape of an input; None of anything else."""
        if not isinstance(node, ast.Name):
            return None
        return self.shapes.get(str(self.scope.get(node.id, node.id)))

    def _is_both(self, axis: ast.expr) -> bool:
        """Whether both axes are meant, (0, 1), which is all elements of a matrix."""
        if not isinstance(axis, ast.Tuple):
            return False
        return sorted(self.known(part) or 0.0 for part in axis.elts) in ([0, 1], [-2, -1])

    def _generated(self, node: ast.Call) -> int | None:
        """sum(w[i] * x[i] for i in range(3)), written out."""
        if len(node.args) != 1 or not isinstance(node.args[0], ast.GeneratorExp | ast.ListComp):
            return None
        made = node.args[0]
        if len(made.generators) != 1 or made.generators[0].ifs:
            raise self.fail(node, "only one plain loop can be read here")
        loop = made.generators[0]
        total: int | None = None
        outside = dict(self.scope)
        self.know(loop.iter)
        for one in rounds(self, loop.target, loop.iter):
            self.scope.update(one)
            term = self.value(made.elt)
            total = term if total is None else self.add("+", (total, term), "", node)
        for name in [part.id for part in ast.walk(loop.target) if isinstance(part, ast.Name)]:
            if name in outside:
                self.scope[name] = outside[name]
            else:
                self.scope.pop(name, None)
        if total is None:
            raise self.fail(node, "this sum has no terms")
        return total

    def numbers(self, node: ast.expr) -> range:
        """The numbers that a loop goes through: range(3), range(1, n).

        Raises:
            BackpropError: if they are not known before the program is run.
        """
        is_range = isinstance(node, ast.Call) and _function_name(node.func, self.scope) in (
            "range",
            "arange",
        )
        if not (is_range or (isinstance(node, ast.Call) and ast.unparse(node.func) == "range")):
            raise self.fail(node, "only a loop over range(…) can be read")
        assert isinstance(node, ast.Call)
        bounds = [self.known(arg) for arg in node.args]
        if None in bounds or not 1 <= len(bounds) <= 3 or node.keywords:
            raise self.fail(node, "the bounds of this loop must be known numbers")
        return self._range(node, bounds)

    def _range(self, node: ast.expr, bounds: list[float | None]) -> range:
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

    def _own_call(self, function: ast.Lambda | ast.FunctionDef, node: ast.Call) -> int:
        """A call of a function of the program: its formula with the arguments put in."""
        names = [arg.arg for arg in function.args.args]
        if len(node.args) != len(names) or node.keywords:
            raise self.fail(node, f"this function takes {len(names)} arguments, by position")
        places = [self.value(arg) for arg in node.args]
        body = function.body if isinstance(function, ast.Lambda) else _only_return(function)
        if body is None:
            what = "a function that is called must be a single return"
            raise self.fail(node, what, "write its steps where it is called")
        outside, self.scope = self.scope, {**self.scope, **dict(zip(names, places, strict=True))}
        try:
            return self.value(body)
        finally:
            self.scope = outside


def _only_return(function: ast.FunctionDef) -> ast.expr | None:
    steps = [step for step in function.body if not is_remark(step)]
    if len(steps) == 1 and isinstance(steps[0], ast.Return):
        return steps[0].value
    return None


def is_remark(step: ast.stmt) -> bool:
    """Whether a statement is a docstring, or nothing at all."""
    is_text = isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)
    return isinstance(step, ast.Pass) or (is_text and isinstance(step.value.value, str))  # type: ignore[attr-defined]


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_new_axis(node: ast.expr) -> bool:
    """None or np.newaxis in an index."""
    return _is_none(node) or (isinstance(node, ast.Attribute) and node.attr == "newaxis")


def _is_all(node: ast.expr) -> bool:
    """A bare colon or three dots in an index."""
    is_all = isinstance(node, ast.Slice) and not (node.lower or node.upper or node.step)
    return is_all or (isinstance(node, ast.Constant) and node.value is ...)


def _only(node: ast.Call, values: Values) -> ast.expr:
    if not node.args:
        raise values.fail(node, "a value is missing here")
    return node.args[0]


def _is_module(node: ast.expr, scope: Mapping[str, object]) -> bool:
    """Whether an expression is a module's name, and no variable's: np, torch.nn.functional."""
    while isinstance(node, ast.Attribute):
        if node.attr not in MODULES:
            return False
        node = node.value
    return isinstance(node, ast.Name) and node.id in MODULES and node.id not in scope


def _function_name(node: ast.expr, scope: Mapping[str, object]) -> str | None:
    """The name of a function without its modules; None for a method of a value."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and _is_module(node.value, scope):
        return node.attr
    return None


def _described(node: ast.AST) -> str:
    return {
        "ListComp": "a list made by a loop",
        "GeneratorExp": "a loop in brackets",
        "Lambda": "a function without a name",
        "BoolOp": "and/or",
        "Mod": "%",
        "FloorDiv": "//",
        "Constant": "a text or a truth value",
        "JoinedStr": "a text",
        "Dict": "a dictionary",
        "Await": "await",
        "Yield": "yield",
    }.get(type(node).__name__, f"this ({type(node).__name__})")
