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
from backprop_cli.language.translate import Target

CONSTANTS = {"pi": "3.141592653589793", "e": "2.718281828459045", "inf": "inf", "nan": "nan"}
OF_SEVERAL = ("onehot", "ties", "dot", "atan2")
TO_NUMBER = ("det", "logdet")
"""Functions of a whole matrix that give a number."""
ALONG_AXIS = frozenset(("sum", "mean", "max", "min", "norm", "logsumexp", "softmax"))


class Code(NamedTuple):
    """Python source and the type of what it computes; `truth` if it is an array of booleans."""

    source: str
    type: str
    truth: bool = False
    factors: "tuple[Code, Code] | None" = None
    """What was multiplied, where it was a number times an array."""


class Emitter(Target[Code]):
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
        self.source = ""
        self.scope: dict[str, Any] = {"inf": float("inf"), "nan": float("nan")}

    def emit(self, rule: Expression) -> Code:
        """The source of the last statement of `rule`.

        Raises:
            BackpropError: for a name or function that rules do not have.
        """
        self.source = rule.source
        return self.translate(rule)

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
            return self.arithmetic("*", self.arithmetic("*", upstream, number), array)
        return self.arithmetic("*", upstream, local)

    @staticmethod
    def as_number(code: Code) -> str:
        """The source with booleans as 0.0 and 1.0."""
        return _number(code)

    def number(self, value: float) -> Code:
        """A number, as Python writes it."""
        return Code(repr(value), "s")

    def name(self, term: Term) -> Code:
        """What stands for a name of the rule, or a constant."""
        name = str(term.payload)
        if name in self.names:
            return self.names[name]
        if name in CONSTANTS:
            return Code(CONSTANTS[name], "s")
        span = (term.start, term.end)
        hint = f"a rule may use {', '.join(self.names)}"
        raise BackpropError(f"unknown name '{name}' in a rule", self.source, span, hint)

    def negative(self, value: Code) -> Code:
        """The sign turned."""
        return Code(f"(-{_number(value)})", value.type)

    def arithmetic(self, sign: str, left: Code, right: Code) -> Code:
        """A sum, difference, product or quotient."""
        if sign == "/":
            return self._quotient(left, right)
        if sign != "*":
            left, right = Code(_number(left), left.type), Code(_number(right), right.type)
        truth = left.truth and right.truth
        factors = (left, right) if sign == "*" and left.type == "s" != right.type else None
        return Code(f"({left.source} {sign} {right.source})", _join((left, right)), truth, factors)

    def _quotient(self, left: Code, right: Code) -> Code:
        type_ = _join((left, right))
        if type_ == "s":
            return Code(f"{self._scalar('div')}({left.source}, {right.source})", "s")
        return Code(f"({left.source} / {right.source})", type_)

    def power(self, base: Code, exponent: Code) -> Code:
        """A power; a square is a product."""
        type_ = _join((base, exponent))
        if exponent.source == "2.0" and base.source.isidentifier():
            return Code(f"({base.source} * {base.source})", type_)
        if type_ != "s":
            return Code(f"({_number(base)} ** {exponent.source})", type_)
        return Code(f"{self._scalar('power')}({base.source}, {exponent.source})", "s")

    def matmul(self, left: Code, right: Code) -> Code:
        """A product of matrices, rows and columns; with a number it is an ordinary product."""
        types = left.type + right.type
        if "s" in types:
            return self.arithmetic("*", left, right)
        if types == "vr":
            return Code(f"({left.source}[:, None] * {right.source})", "m")
        if types == "rv":
            return Code(f"{self._array('dot')}({left.source}, {right.source})", "s")
        if types not in PRODUCT:
            raise BackpropError("these shapes have no matrix product")
        return Code(f"({left.source} @ {right.source})", PRODUCT[types])

    def transposed(self, value: Code) -> Code:
        """Rows become columns; a row and a column of numbers are stored alike."""
        source = f"{value.source}.T" if value.type == "m" else value.source
        return Code(source, TRANSPOSED[value.type])

    def compared(self, sign: str, left: Code, right: Code) -> Code:
        """A comparison: true or false, or an array of such."""
        return Code(f"({left.source} {sign} {right.source})", _join((left, right)), True)

    def norm(self, value: Code) -> Code:
        """The norm of all elements, or along the axis."""
        return self._call("norm", value)

    def listed(self, value: Code) -> Code:
        """The inputs of a variadic gate as one array."""
        type_ = "m" if value.type == "v" else "v"
        return Code(f"{self._array('stack')}({value.source})", type_)

    def indexed(self, term: Term, whole: Code, position: Code) -> Code:
        """The element or the row at the gate's position; or 1[condition]."""
        if position.truth and whole.source == "1.0":
            if position.type == "s":
                return Code(f"(1.0 if {position.source} else 0.0)", "s")
            return position
        if position.source != "p":
            raise BackpropError("a rule has no indices", self.source, (term.start, term.end))
        type_ = "v" if whole.type == "m" else "s"
        source = f"{whole.source}[{position.source}]"
        return Code(f"float({source})" if type_ == "s" else source, type_)

    def called(self, term: Term, args: list[Code]) -> Code:
        """A function of the gate table."""
        name = str(term.payload)
        if name == "where" and len(args) == 3 and args[0].truth:
            return self._where(*args)
        if (name in ("max", "min") and len(args) > 1) or name in OF_SEVERAL:
            return self._plain(name, args)
        if len(args) == 1 and (name in ALONG_AXIS or scalars.function(name)):
            return self._call(name, args[0])
        known = [*sorted(scalars.IN_MATH), *scalars.FUNCTIONS, "where"]
        span = (term.start, term.start + len(name))
        raise BackpropError(
            f"unknown function '{name}' in a rule", self.source, span, did_you_mean(name, known)
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

    def _call(self, name: str, arg: Code) -> Code:
        source = _number(arg)
        if arg.source == "all":
            called = self._scalar(name) if arg.type == "s" else self._array(name)
            return Code(f"{called}(*all)", arg.type)
        if arg.type == "s":
            return Code(f"{self._scalar(name)}({source})", "s")
        if name not in ALONG_AXIS:
            type_ = "s" if name in TO_NUMBER else arg.type
            return Code(f"{self._array(name)}({source})", type_)
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
