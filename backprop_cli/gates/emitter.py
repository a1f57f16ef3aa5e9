"""Write a rule as Python source for inputs of known types.

Types are single letters: `s` a number, `v` a vector (a column), `r` a row (the transpose
of a vector), `m` a matrix. They are known before anything runs, so the same text becomes
plain float arithmetic for numbers, NumPy calls for arrays, and `g @ b.T` for a column g
and a vector b becomes their outer product. A type says nothing about sizes.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates import scalars
from backprop_cli.language.syntax import Expression, Term

CONSTANTS = {"pi": "3.141592653589793", "e": "2.718281828459045", "inf": "inf", "nan": "nan"}
ALONG_AXIS = frozenset(("sum", "mean", "max", "min", "norm", "logsumexp", "softmax"))


class Code(NamedTuple):
    """Python source and the type of what it computes; `truth` if it is an array of booleans."""

    source: str
    type: str
    truth: bool = False
    factors: "tuple[Code, Code] | None" = None
    """What was multiplied, where it was a number times an array."""


class Emitter:
    """Write one rule as Python source for inputs of given types.

    `names` maps the names that the rule may use to source and type; `axis` is the axis
    along which the gate reduces. Everything that the source refers to is in `scope`.
    """

    def __init__(
        self, names: Mapping[str, Code], axis: int | None = None, keep: bool = True
    ) -> None:
        self.names = dict(names)
        self.axis = axis
        self.keep = keep
        self.scope: dict[str, Any] = {"inf": float("inf"), "nan": float("nan")}

    def emit(self, rule: Expression) -> Code:
        """The source of the last statement of `rule`.

        Raises:
            BackpropError: for a name or function that rules do not have.
        """
        codes: list[Code] = []
        for term in rule.terms:
            codes.append(self._term(rule, term, [codes[arg] for arg in term.args]))
        return codes[rule.statements[-1].term]

    def _term(self, rule: Expression, term: Term, args: list[Code]) -> Code:
        op = term.op
        if op == "number":
            return Code(repr(float(term.payload)), "s")
        if op == "name":
            return self._name(rule, term)
        if op == "neg":
            return Code(f"(-{_number(args[0])})", args[0].type)
        if op in "+-*":
            return self._arithmetic(op, args[0], args[1])
        if op == "/":
            return self._quotient(args[0], args[1])
        if op == "^":
            return self._power(args[0], args[1])
        if op == "@":
            return self._matmul(args[0], args[1])
        if op == ".T":
            source, type_ = args[0].source, args[0].type
            return Code(f"{source}.T" if type_ == "m" else source, TRANSPOSED[type_])
        if op == "compare":
            left, right = args
            return Code(f"({left.source} {term.payload} {right.source})", _join(args), True)
        if op == "index":
            return self._index(rule, term, args)
        if op == "norm":
            return self._call("norm", args)
        if op == "list":
            return Code(
                f"{self._array('stack')}({args[0].source})", "m" if args[0].type == "v" else "v"
            )
        return self._called(rule, term, args)

    def times_upstream(self, text: str, local: Code) -> Code:
        """The source of g × local, where `text` is the local derivative."""
        upstream = self.names["g"]
        if text == "1":
            return upstream
        if text == "-1":
            return Code(f"(-{upstream.source})", upstream.type)
        if upstream.type == "s" and local.factors:
            # Numbers first: g * 2 * a is one pass over the array, g * (2 * a) is two.
            number, array = local.factors
            return self._arithmetic("*", self._arithmetic("*", upstream, number), array)
        return self._arithmetic("*", upstream, local)

    @staticmethod
    def as_number(code: Code) -> str:
        """The source with booleans as 0.0 and 1.0."""
        return _number(code)

    def _name(self, rule: Expression, term: Term) -> Code:
        name = str(term.payload)
        if name in self.names:
            return self.names[name]
        if name in CONSTANTS:
            return Code(CONSTANTS[name], "s")
        span = (term.start, term.end)
        hint = f"a rule may use {', '.join(self.names)}"
        raise BackpropError(f"unknown name '{name}' in a rule", rule.source, span, hint)

    def _arithmetic(self, op: str, left: Code, right: Code) -> Code:
        if op != "*":
            left, right = Code(_number(left), left.type), Code(_number(right), right.type)
        truth = left.truth and right.truth
        factors = (left, right) if op == "*" and left.type == "s" != right.type else None
        return Code(f"({left.source} {op} {right.source})", _join((left, right)), truth, factors)

    def _quotient(self, left: Code, right: Code) -> Code:
        type_ = _join((left, right))
        if type_ == "s":
            return Code(f"{self._scalar('div')}({left.source}, {right.source})", "s")
        return Code(f"({left.source} / {right.source})", type_)

    def _power(self, base: Code, exponent: Code) -> Code:
        type_ = _join((base, exponent))
        if exponent.source == "2.0" and base.source.isidentifier():
            return Code(f"({base.source} * {base.source})", type_)
        if type_ != "s":
            return Code(f"({_number(base)} ** {exponent.source})", type_)
        return Code(f"{self._scalar('power')}({base.source}, {exponent.source})", "s")

    def _matmul(self, left: Code, right: Code) -> Code:
        types = left.type + right.type
        if "s" in types:
            return self._arithmetic("*", left, right)
        if types == "vr":
            return Code(f"({left.source}[:, None] * {right.source})", "m")
        if types == "rv":
            return Code(f"{self._array('dot')}({left.source}, {right.source})", "s")
        if types not in PRODUCT:
            raise BackpropError("these shapes have no matrix product")
        return Code(f"({left.source} @ {right.source})", PRODUCT[types])

    def _index(self, rule: Expression, term: Term, args: list[Code]) -> Code:
        if args[1].truth and args[0].source == "1.0":
            if args[1].type == "s":
                return Code(f"(1.0 if {args[1].source} else 0.0)", "s")
            return args[1]
        if args[1].source != "p":
            raise BackpropError("a rule has no indices", rule.source, (term.start, term.end))
        type_ = "v" if args[0].type == "m" else "s"
        source = f"{args[0].source}[{args[1].source}]"
        return Code(f"float({source})" if type_ == "s" else source, type_)

    def _called(self, rule: Expression, term: Term, args: list[Code]) -> Code:
        name = str(term.payload)
        if name == "where" and len(args) == 3 and args[0].truth:
            return self._where(*args)
        if name in ("max", "min") and len(args) > 1:
            return self._plain(name, args)
        if name in ("onehot", "ties", "dot"):
            return self._plain(name, args)
        if len(args) == 1 and (name in ALONG_AXIS or scalars.function(name)):
            return self._call(name, args)
        known = [*sorted(scalars.IN_MATH), *scalars.FUNCTIONS, "where"]
        span = (term.start, term.start + len(name))
        raise BackpropError(
            f"unknown function '{name}' in a rule", rule.source, span, did_you_mean(name, known)
        )

    def _where(self, condition: Code, yes: Code, no: Code) -> Code:
        if condition.type == "s" and yes.type == no.type:
            type_ = yes.type
            return Code(f"({yes.source} if {condition.source} else {_number(no)})", type_)
        type_ = _join((condition, yes, no))
        source = f"{self._numpy('where')}({condition.source}, {yes.source}, {no.source})"
        return Code(source, type_)

    def _plain(self, name: str, args: list[Code]) -> Code:
        """A function of several values, or of all inputs of a variadic gate."""
        type_ = args[0].type if name == "onehot" else "s" if name == "dot" else _join(args)
        scalar = _join(args) == "s"
        called = self._scalar(name) if scalar else self._array(name)
        return Code(f"{called}({', '.join(arg.source for arg in args)})", type_)

    def _call(self, name: str, args: list[Code]) -> Code:
        (arg,) = args
        source = _number(arg)
        if arg.source == "all":
            called = self._scalar(name) if arg.type == "s" else self._array(name)
            return Code(f"{called}(*all)", arg.type)
        if arg.type == "s":
            return Code(f"{self._scalar(name)}({source})", "s")
        if name not in ALONG_AXIS:
            return Code(f"{self._array(name)}({source})", arg.type)
        if name == "sum" and self.axis is None:
            return Code(f"float({self._numpy('sum')}({source}, None))", "s")
        called = self._along_axis(name)
        if name == "softmax":
            type_ = arg.type
        elif self.axis is None:
            type_ = "s"
        else:
            type_ = arg.type if self.keep else "v"
        return Code(f"{called}({source}, {self.axis}, {self.keep})", type_)

    def _scalar(self, name: str) -> str:
        return self._bind(f"s_{name}", scalars.function(name))

    def _array(self, name: str) -> str:
        from backprop_cli.gates import arrays

        found = arrays.FUNCTIONS.get(name) or arrays.function(name)
        return self._bind(f"a_{name}", arrays.stack if name == "stack" else found)

    def _along_axis(self, name: str) -> str:
        from backprop_cli.gates import arrays

        return self._bind(f"r_{name}", arrays.ALONG_AXIS[name])

    def _numpy(self, name: str) -> str:
        import numpy

        # The bare ufunc: np.sum's wrapper costs as much as a short sum.
        found = numpy.add.reduce if name == "sum" else getattr(numpy, name)
        return self._bind(f"np_{name}", found)

    def _bind(self, name: str, value: Any) -> str:
        if value is None:
            raise BackpropError(f"'{name[2:]}' is not defined for these shapes")
        self.scope[name] = value
        return name


TRANSPOSED = {"s": "s", "v": "r", "r": "v", "m": "m"}
PRODUCT = {"mm": "m", "mv": "v", "rm": "r", "vr": "m", "rv": "s"}
_RANK = {"s": 0, "v": 1, "r": 2, "m": 3}


def _join(codes: Iterable[Code]) -> str:
    """The type of an elementwise result: the largest of the types."""
    return max((code.type for code in codes), key=_RANK.__getitem__)


def _number(code: Code) -> str:
    """The source with booleans as 0.0 and 1.0, which add and subtract as numbers."""
    return f"({code.source} * 1.0)" if code.truth and code.type != "s" else code.source
