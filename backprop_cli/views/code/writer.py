"""Write a rule of the gate table as the Python that a person would write.

What `gates.emitter` makes of a rule is run and never read; this is read, and run too. Both
take the same text from the gate's row, so the rule in the code is the rule of the engine.
"""

from collections.abc import Mapping, Sequence
from math import e, pi

from backprop_cli.errors import BackpropError
from backprop_cli.gates import scalars
from backprop_cli.gates.emitter import ALONG_AXIS, TRANSPOSED
from backprop_cli.gates.emitter import PRODUCT as PRODUCTS
from backprop_cli.graph.shapes import Shape, broadcast
from backprop_cli.language.syntax import Expression, Term
from backprop_cli.views.code.pieces import (
    ATOM,
    COMPARED,
    POWER,
    PRODUCT,
    SUM,
    UNARY,
    Piece,
    number,
)
from backprop_cli.views.code.spelling import Spelling

_LEVEL = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": PRODUCT}
_COMPARE = {
    "==": float.__eq__, "!=": float.__ne__, "<": float.__lt__, ">": float.__gt__,
    "<=": float.__le__, ">=": float.__ge__,
}  # fmt: skip


class Writer:
    """Write rules in which the names stand for these pieces.

    Args:
        spelling: whose words to use.
        gate: the gate's name, for the message where the library has no word for it.
        names: what each name of the rule stands for.
        axis: the axis along which the gate reduces a matrix.
        every: the inputs of a variadic gate, which the rule calls `all`.
        ties: a name for how many of these are the largest, which is worked out once.
    """

    def __init__(
        self,
        spelling: Spelling,
        gate: str,
        names: Mapping[str, Piece],
        axis: int | None = None,
        every: Sequence[Piece] = (),
        ties: str = "",
    ) -> None:
        self.spelling = spelling
        self.gate = gate
        self.names = names
        self.axis = axis
        self.every = every
        self.ties = ties

    def write(self, rule: Expression, keep: bool = False) -> Piece:
        """The rule as a piece of Python.

        Args:
            rule: a text of the gate table, parsed.
            keep: whether what is reduced along axis 1 stands as a column beside what was not.

        Raises:
            BackpropError: if the library has no word for the gate.
        """
        pieces: list[Piece] = []
        for term in rule.terms:
            pieces.append(self._term(rule, term, [pieces[arg] for arg in term.args], keep))
        return pieces[rule.statements[-1].term]

    def counted(self) -> Piece:
        """How many of the inputs are equal to the output."""
        out = self.names["out"]
        parts = ", ".join(self._compared("==", one, out).text for one in self.every)
        return Piece(f"np.sum([{parts}], axis=0)", out.shape)

    def _term(self, rule: Expression, term: Term, args: list[Piece], keep: bool) -> Piece:
        op = term.op
        if op == "number":
            return number(float(term.payload))
        if op == "name":
            return self._name(str(term.payload))
        if op == "neg":
            return args[0]._replace(
                text=f"-{args[0].after(UNARY)}", level=UNARY, number=None, shared=False
            )
        if op in "+-*/":
            return self._arithmetic(op, *args)
        if op == "^":
            return self._power(*args)
        if op == "@":
            return self._matmul(*args)
        if op == ".T":
            return self._transposed(args[0])
        if op == "compare":
            return self._compared(str(term.payload), *args)
        if op == "index":
            return self._index(*args)
        if op == "norm":
            return self._reduced("norm", args[0], keep)
        if op == "list":
            first = self.every[0]
            text = self._spelt(self.spelling.stack, args[0].text)
            return Piece(text, (len(self.every), *first.shape), type="m" if first.shape else "v")
        return self._called(str(term.payload), args, keep)

    def _name(self, name: str) -> Piece:
        if name == "all":
            return Piece(", ".join([one.text for one in self.every]), self.every[0].shape)
        known = self.names.get(name)
        return known if known is not None else number({"e": e, "pi": pi}[name])

    def _arithmetic(self, op: str, left: Piece, right: Piece) -> Piece:
        if op in "+-":
            if left.number is not None and right.number is not None:
                # The exponent 3 - 1 of a power is 2.
                return number(left.number + (right.number if op == "+" else -right.number))
            left, right = _counting(left), _counting(right)
        level = _LEVEL[op]
        text = f"{left.within(level)} {op} {right.after(level + 1)}"
        return Piece(text, _common(left, right), level, _larger(left, right))

    def _power(self, base: Piece, exponent: Piece) -> Piece:
        if not self.spelling.module and exponent.number is None:
            raise self._lacks("a power whose exponent is no constant")
        text = f"{base.within(ATOM)} ** {exponent.within(UNARY)}"
        return Piece(text, _common(base, exponent), POWER, _larger(base, exponent))

    def _matmul(self, left: Piece, right: Piece) -> Piece:
        types = left.type + right.type
        if "s" in types:
            return self._arithmetic("*", left, right)
        if types == "vr":
            text = self._spelt(self.spelling.outer, f"{left.text}, {right.text}")
            return Piece(text, left.shape + right.shape, type="m")
        text = f"{left.within(PRODUCT)} @ {right.after(UNARY)}"
        return Piece(text, left.shape[:-1] + right.shape[1:], PRODUCT, PRODUCTS.get(types, "m"))

    @staticmethod
    def _transposed(piece: Piece) -> Piece:
        """Rows become columns; a row and a column of numbers are stored alike."""
        text = f"{piece.within(ATOM)}.T" if piece.type == "m" else piece.text
        level = ATOM if piece.type == "m" else piece.level
        return piece._replace(
            text=text, level=level, shape=piece.shape[::-1], type=TRANSPOSED[piece.type]
        )

    @staticmethod
    def _compared(sign: str, left: Piece, right: Piece) -> Piece:
        text = f"{left.within(SUM)} {sign} {right.within(SUM)}"
        known = None
        if left.number is not None and right.number is not None:
            known = float(_COMPARE[sign](left.number, right.number))
        shape, type_ = _common(left, right), _larger(left, right)
        return Piece(text, shape, COMPARED, type_, truth=True, number=known)

    def _index(self, whole: Piece, position: Piece) -> Piece:
        if position.truth:  # 1[a > b]
            return position
        # A position has the shape of what it leaves over.
        text, kind = f"{whole.within(ATOM)}[{position.text}]", "v" if position.shape else "s"
        return Piece(text, position.shape, type=kind, shared=bool(position.shape))

    def _called(self, name: str, args: list[Piece], keep: bool) -> Piece:
        if name == "where":
            return self._where(*args)
        if name == "ties":
            return Piece(self.ties, self.names["out"].shape)
        if name == "onehot":
            return Piece(f"onehot({args[0].text}, {_tuple(args[1].text)})", args[0].shape)
        if name == "dot":
            return self._dot(*args)
        if name in ("max", "min") and len(args) == 2:
            text = self._spelt(self.spelling.pairs.get(name), f"{args[0].text}, {args[1].text}")
            return Piece(text, _common(*args), type=_larger(*args))
        if name in ("max", "min") and self.every:
            return self._largest(name)
        if name in ALONG_AXIS:
            return self._reduced(name, args[0], keep)
        return args[0]._replace(text=self._function(name, args[0].text), level=ATOM, shared=False)

    def _where(self, condition: Piece, yes: Piece, no: Piece) -> Piece:
        if condition.number is not None:
            return yes if condition.number else no
        if condition.shape or yes.shape != no.shape:
            shape = broadcast(condition.shape, _common(yes, no)) or ()
            text = f"np.where({condition.text}, {yes.text}, {no.text})"
            return Piece(text, shape, type=max(condition.type, yes.type, no.type, key=_rank))
        # Python works out only the side that holds: there may be a 1/0 on the other.
        text = f"({yes.text} if {condition.text} else {no.text})"
        return Piece(text, _common(yes, no), type=_larger(yes, no))

    def _dot(self, left: Piece, right: Piece) -> Piece:
        if not left.shape:
            return self._arithmetic("*", left, right)
        product = self._arithmetic("*", left, right)
        return Piece(self._spelt(self.spelling.along.get("sum"), product.text))

    def _largest(self, name: str) -> Piece:
        shape: Shape = ()
        for one in self.every:
            shape = broadcast(shape, one.shape) or ()
        text = self._name("all").text
        if all(one.shape == shape for one in self.every):
            text = f"[{text}]"
        else:
            text = self._spelt(self.spelling.fitted, text)
        return Piece(self._spelt(self.spelling.many.replace("{0}", name), text), shape)

    def _reduced(self, name: str, arg: Piece, keep: bool) -> Piece:
        """A sum and the like: of all elements, or along the axis."""
        spelling = self.spelling
        if not arg.shape and scalars.function(name) is scalars.itself:
            return arg
        if not arg.shape and name == "norm":
            return arg._replace(text=self._function("abs", arg.text), level=ATOM, shared=False)
        axis, flat = self.axis, len(arg.shape) < 2
        whole = axis is None and not flat and name in spelling.whole
        text = self._spelt((spelling.whole if whole else spelling.along).get(name), arg.text)
        if flat or whole:
            axis = 0 if name in spelling.named and not whole else None
        column = keep and axis == 1 and name != "softmax"
        if axis is not None:
            aside = f", {spelling.axis}={axis}" + (", keepdims=True" if column else "")
            text = f"{text[:-1]}{aside})"
        if name == "softmax":
            return Piece(text, arg.shape, type=arg.type)
        if flat or self.axis is None:
            return Piece(text)
        shape = (arg.shape[0], 1) if column else (arg.shape[1 - self.axis],)
        return Piece(text, shape, type="vm"[len(shape) - 1])

    def _function(self, name: str, argument: str) -> str:
        special = self.spelling.functions.get(name)
        if special is not None:
            return special.replace("{}", argument)
        if not self.spelling.module:
            raise self._lacks(name)
        # NumPy calls acos arccos, and PyTorch knows both names.
        spelt = f"arc{name[1:]}" if name in scalars.IN_MATH and name.startswith("a") else name
        return f"{self.spelling.module}.{spelt}({argument})"

    def _spelt(self, template: str | None, arguments: str) -> str:
        if not template:
            raise self._lacks(self.gate)
        return template.replace("{}", arguments)

    def _lacks(self, what: str) -> BackpropError:
        library = self.spelling.library
        named = (
            f"the {self.gate} gate" if what == self.gate else f"{what}, as in a {self.gate} gate"
        )
        message = f"{library} has no word for {named}"
        return BackpropError(
            message, hint="it has + - * / relu and powers with a constant exponent"
        )


def fitted(piece: Piece, shape: Shape, like: str) -> Piece:
    """What is sent, in the shape of what receives it.

    A value that was copied to fit hears from every copy, so these are summed; a value that
    was summed sends its gradient to every element.
    """
    if piece.shape == shape:
        return piece
    extra = len(piece.shape) - len(shape)
    if not shape:
        return Piece(f"np.sum({piece.text})")
    if extra > 0:
        piece = Piece(f"np.sum({piece.text}, axis=0)", piece.shape[1:], type="v")
    own = shape[len(shape) - len(piece.shape) :]
    axes = [k for k, (n, have) in enumerate(zip(own, piece.shape, strict=True)) if n < have]
    if axes:
        kept = tuple([1 if k in axes else n for k, n in enumerate(piece.shape)])
        along = axes[0] if len(axes) == 1 else tuple(axes)
        piece = Piece(f"np.sum({piece.text}, axis={along}, keepdims=True)", kept)
    if piece.shape == shape:
        return piece
    return Piece(f"np.full_like({like}, {piece.text})", shape)


def _common(left: Piece, right: Piece) -> Shape:
    return broadcast(left.shape, right.shape) or ()


def _larger(left: Piece, right: Piece) -> str:
    return max(left.type, right.type, key=_rank)


def _rank(type_: str) -> int:
    return "svrm".index(type_)


def _counting(piece: Piece) -> Piece:
    """Booleans as 0.0 and 1.0, which add and subtract as numbers."""
    if not piece.truth:
        return piece
    return piece._replace(text=f"1.0 * {piece.after(UNARY)}", level=PRODUCT, truth=False)


def _tuple(position: str) -> str:
    return f"({position})" if "," in position else position
