"""Write a rule for inputs of known types, so that it can be run.

The types are known before anything runs, so the same text becomes plain float arithmetic for
numbers, NumPy calls for arrays, and `g @ b.T` for a column g and a vector b becomes their outer
product. What is decided here is which operation a term comes down to; a dialect spells it.
"""

from collections.abc import Iterable, Mapping
from math import e, inf, nan, pi
from typing import Any, NamedTuple

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates import scalars
from backprop_cli.gates.dialect import PYTHON, Dialect, Source
from backprop_cli.gates.shape_rules.value_type import (
    ValueType,
    is_inner,
    is_outer,
    largest,
    product,
)
from backprop_cli.language.syntax import Expression, Term
from backprop_cli.language.translate import RuleTarget

CONSTANTS = {"pi": pi, "e": e}
OF_SEVERAL = ("onehot", "ties", "dot", "atan2")
TO_NUMBER = ("det", "logdet")
"""Functions of a whole matrix that give a number."""
ALONG_AXIS = frozenset(("sum", "mean", "max", "min", "norm", "logsumexp", "softmax"))


class TypedCode(NamedTuple):
    """What computes a term, and the type of that; `truth` if it is an array of booleans."""

    source: Source
    type: ValueType = ValueType.NUMBER
    truth: bool = False
    factors: "tuple[TypedCode, TypedCode] | None" = None
    """What was multiplied, where it was a number times an array."""
    atom: float | str | None = None
    """The number or the name, where it is no more than that."""


def named(name: str, type_: ValueType = ValueType.NUMBER) -> TypedCode:
    """A name that the scope of the rule has."""
    return TypedCode(name, type_, atom=name)


class Emitter(RuleTarget[TypedCode]):
    """Write one rule for inputs of given types.

    `names` maps the names that the rule may use to what computes them; `axis` is the axis along
    which the gate reduces. Every function that is called is in `scope`.
    """

    def __init__(
        self,
        names: Mapping[str, TypedCode],
        axis: int | None = None,
        keep: bool = True,
        dialect: Dialect = PYTHON,
    ) -> None:
        self.names = dict(names)
        self.axis = axis
        self.keep = keep
        self.dialect = dialect
        self.source = ""
        self.scope: dict[str, Any] = {"inf": inf, "nan": nan}

    def emit(self, rule: Expression) -> TypedCode:
        """What computes the last statement of `rule`.

        Raises:
            BackpropError: for a name or function that rules do not have.
        """
        self.source = rule.source
        return self.translate(rule)

    def times_upstream(self, text: str, local: TypedCode) -> TypedCode:
        """What computes g × local, where `text` is the local derivative."""
        upstream = self.names["g"]
        if text == "1":
            return upstream
        if text == "-1":
            return self.negative(upstream)
        if upstream.type.is_number and local.factors:
            # Numbers first: g * 2 * a is one pass over the array, g * (2 * a) is two.
            number, array = local.factors
            return self.arithmetic("*", self.arithmetic("*", upstream, number), array)
        return self.arithmetic("*", upstream, local)

    def fitted(self, code: TypedCode, name: str) -> Source:
        """What is sent, in the shape of the input that has this name."""
        from backprop_cli.gates.arrays import fit

        self.scope["fit"] = fit
        return self._written("fit", code.source, name)

    def as_number(self, code: TypedCode) -> Source:
        """What computes it, with booleans as 0.0 and 1.0, which add and subtract as numbers."""
        if not code.truth or code.type.is_number:
            return code.source
        return self._written("*", code.source, self.dialect.number(1.0))

    def _written(self, name: str, *args: Source) -> Source:
        return self.dialect.operation(name, *args)

    def number(self, value: float) -> TypedCode:
        """A number."""
        return TypedCode(self.dialect.number(value), atom=value)

    def name(self, term: Term) -> TypedCode:
        """What stands for a name of the rule, or a constant."""
        name = str(term.payload)
        if name in self.names:
            return self.names[name]
        if name in CONSTANTS:
            return self.number(CONSTANTS[name])
        if name in ("inf", "nan"):
            return named(name)
        span = (term.start, term.end)
        hint = f"a rule may use {', '.join(self.names)}"
        raise BackpropError(f"unknown name '{name}' in a rule", self.source, span, hint)

    def negative(self, value: TypedCode) -> TypedCode:
        """The sign turned."""
        return TypedCode(self._written("neg", self.as_number(value)), value.type)

    def arithmetic(self, sign: str, left: TypedCode, right: TypedCode) -> TypedCode:
        """A sum, difference, product or quotient."""
        type_ = _join((left, right))
        if sign == "/" and type_.is_number:
            return self._scalar("div", left.source, right.source)
        operands = (left.source, right.source)
        if sign in "+-":
            operands = (self.as_number(left), self.as_number(right))
        is_product = sign == "*"
        truth = is_product and left.truth and right.truth
        scales = is_product and left.type.is_number and not right.type.is_number
        factors = (left, right) if scales else None
        return TypedCode(self._written(sign, *operands), type_, truth, factors)

    def power(self, base: TypedCode, exponent: TypedCode) -> TypedCode:
        """A power; a square is a product."""
        type_ = _join((base, exponent))
        if exponent.atom == 2.0 and isinstance(base.atom, str):
            return TypedCode(self._written("*", base.source, base.source), type_)
        if not type_.is_number:
            return TypedCode(self._written("^", self.as_number(base), exponent.source), type_)
        return self._scalar("power", base.source, exponent.source)

    def matmul(self, left: TypedCode, right: TypedCode) -> TypedCode:
        """A product of matrices, rows and columns; with a number it is an ordinary product."""
        if left.type.is_number or right.type.is_number:
            return self.arithmetic("*", left, right)
        type_ = product(left.type, right.type)
        if type_ is None:
            raise BackpropError("these shapes have no matrix product")
        if is_outer(left.type, right.type):
            column = self._written("column", left.source)
            return TypedCode(self._written("*", column, right.source), type_)
        if is_inner(left.type, right.type):
            return self._array("dot", type_, left.source, right.source)
        return TypedCode(self._written("@", left.source, right.source), type_)

    def transposed(self, value: TypedCode) -> TypedCode:
        """Rows become columns; a row and a column of numbers are stored alike."""
        source = self._written("T", value.source) if value.type.is_matrix else value.source
        return TypedCode(source, value.type.transposed)

    def compared(self, sign: str, left: TypedCode, right: TypedCode) -> TypedCode:
        """A comparison: true or false, or an array of such."""
        return TypedCode(self._written(sign, left.source, right.source), _join((left, right)), True)

    def norm(self, value: TypedCode) -> TypedCode:
        """The norm of all elements, or along the axis."""
        return self._call("norm", value)

    def listed(self, *values: TypedCode) -> TypedCode:
        """The inputs of a variadic gate as one array."""
        (every,) = values
        return self._array("stack", every.type.stacked, every.source)

    def indexed(self, term: Term, whole: TypedCode, *position: TypedCode) -> TypedCode:
        """The element or the row at the gate's position; or 1[condition]."""
        place = position[0]
        if place.truth and whole.atom == 1.0:
            if place.type.is_number:
                zero = self.dialect.number(0.0)
                return TypedCode(self._written("where", place.source, whole.source, zero))
            return place
        if len(position) > 1 or place.atom != "p":
            raise BackpropError("a rule has no indices", self.source, (term.start, term.end))
        source, type_ = self._written("at", whole.source, place.source), whole.type.element
        return TypedCode(self._written("number", source) if type_.is_number else source, type_)

    def called(self, term: Term, args: list[TypedCode]) -> TypedCode:
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

    def _where(self, condition: TypedCode, yes: TypedCode, no: TypedCode) -> TypedCode:
        if condition.type.is_number and yes.type == no.type:
            parts = (condition.source, yes.source, self.as_number(no))
            return TypedCode(self._written("where", *parts), yes.type)
        import numpy

        parts = (condition.source, yes.source, no.source)
        return self._called("numpy", "where", numpy.where, _join((condition, yes, no)), *parts)

    def _plain(self, name: str, args: list[TypedCode]) -> TypedCode:
        """A function of several values, or of all inputs of a variadic gate."""
        sources = [arg.source for arg in args]
        if _join(args).is_number:
            return self._scalar(name, *sources)
        whole = {"onehot": args[0].type, "dot": ValueType.NUMBER}
        return self._array(name, whole.get(name, _join(args)), *sources)

    def _call(self, name: str, arg: TypedCode) -> TypedCode:
        source = self._written("each", arg.source) if arg.atom == "all" else self.as_number(arg)
        if arg.type.is_number:
            return self._scalar(name, source)
        if arg.atom == "all" or name not in ALONG_AXIS:
            return self._array(name, ValueType.NUMBER if name in TO_NUMBER else arg.type, source)
        if name == "sum" and self.axis is None:
            from numpy import add

            # The bare ufunc: np.sum's wrapper costs as much as a short sum.
            total = self._called("numpy", "sum", add.reduce, ValueType.NUMBER, source, None)
            return total._replace(source=self._written("number", total.source))
        from backprop_cli.gates.arrays import ALONG_AXIS as KNOWN

        type_ = arg.type if self.keep or name == "softmax" else ValueType.VECTOR
        if self.axis is None and name != "softmax":
            type_ = ValueType.NUMBER
        return self._called("along", name, KNOWN[name], type_, source, self.axis, self.keep)

    def _scalar(self, name: str, *args: Source) -> TypedCode:
        return self._called("number", name, scalars.function(name), ValueType.NUMBER, *args)

    def _array(self, name: str, type_: ValueType, *args: Source) -> TypedCode:
        from backprop_cli.gates import arrays

        return self._called("array", name, arrays.function(name), type_, *args)

    def _called(
        self, library: str, name: str, function: Any, type_: ValueType, *args: Source
    ) -> TypedCode:
        if function is None:
            raise BackpropError(f"'{name}' is not defined for these shapes")
        self.scope[f"{library}_{name}"] = function
        return TypedCode(self.dialect.call(library, name, *args), type_)


def _join(codes: Iterable[TypedCode]) -> ValueType:
    """The type of an elementwise result: the largest of the types."""
    return largest([code.type for code in codes])
