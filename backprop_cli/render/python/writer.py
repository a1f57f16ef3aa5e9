"""Write a rule of the gate table as the Python that a person would write.

What `gates.emitter` makes of a rule is run and never read; this is read, and run too. Both
take the same text from the gate's row, so the rule in the code is the rule of the engine.
"""

from math import e, pi

from backprop_cli.gates.shape_rules.value_type import ValueType, is_outer, product, type_of
from backprop_cli.gates.shapes import Shape
from backprop_cli.language.syntax import Term
from backprop_cli.language.translate import RuleTarget
from backprop_cli.render.python.calls import Calls
from backprop_cli.render.python.pieces import (
    ATOM,
    POWER,
    PRODUCT,
    UNARY,
    Piece,
    arithmetic,
    common,
    compared,
    larger,
    number,
)


class Writer(Calls, RuleTarget[Piece]):
    """Write rules in which the names stand for pieces (see `Calls`).

    `translate` raises a `BackpropError` if the library has no word for the gate.
    """

    def counted(self) -> Piece:
        """How many of the inputs are equal to the output."""
        out = self.names["out"]
        parts = ", ".join(compared("==", one, out).text for one in self.every)
        return Piece(f"np.sum([{parts}], axis=0)", out.shape)

    def number(self, value: float) -> Piece:
        """A number as Python writes it."""
        return number(value)

    def name(self, term: Term) -> Piece:
        """What stands for a name; all inputs of a variadic gate, one after the other."""
        name = str(term.payload)
        if name == "all":
            return Piece(self.listed_inputs, self.every[0].shape)
        known = self.names.get(name)
        return known if known is not None else number({"e": e, "pi": pi}[name])

    def negative(self, value: Piece) -> Piece:
        """-a."""
        text = f"-{value.after(UNARY)}"
        return value._replace(text=text, level=UNARY, number=None, shared=False)

    def arithmetic(self, sign: str, left: Piece, right: Piece) -> Piece:
        """A sum and the like."""
        return arithmetic(sign, left, right)

    def power(self, base: Piece, exponent: Piece) -> Piece:
        """A power, a ** b."""
        if not self.spelling.module and exponent.number is None:
            raise self.lacks("a power whose exponent is no constant")
        text = f"{base.within(ATOM)} ** {exponent.within(UNARY)}"
        return Piece(text, common(base, exponent), POWER, larger(base, exponent))

    def matmul(self, left: Piece, right: Piece) -> Piece:
        """The product of matrices, or the library's word for an outer product."""
        if ValueType.NUMBER in (left.type, right.type):
            return arithmetic("*", left, right)
        if is_outer(left.type, right.type):
            text = self.spelt(self.spelling.outer, f"{left.text}, {right.text}")
            return Piece(text, left.shape + right.shape, type=ValueType.MATRIX)
        text = f"{left.within(PRODUCT)} @ {right.after(UNARY)}"
        made = product(left.type, right.type)
        type_ = ValueType.MATRIX if made is None else made
        return Piece(text, left.shape[:-1] + right.shape[1:], PRODUCT, type_)

    def transposed(self, value: Piece) -> Piece:
        """Rows become columns; a row and a column of numbers are stored alike."""
        is_matrix = value.type.is_matrix
        text = f"{value.within(ATOM)}.T" if is_matrix else value.text
        level = ATOM if is_matrix else value.level
        shape, type_ = value.shape[::-1], value.type.transposed
        return value._replace(text=text, level=level, shape=shape, type=type_)

    def compared(self, sign: str, left: Piece, right: Piece) -> Piece:
        """A comparison."""
        return compared(sign, left, right)

    def indexed(self, term: Term, whole: Piece, *position: Piece) -> Piece:
        """a[p]; a condition in 1[…] is its own value."""
        (place,) = position
        if place.truth:
            return place
        # A position has the shape of what it leaves over.
        text, shape = f"{whole.within(ATOM)}[{place.text}]", place.shape
        return Piece(text, shape, type=type_of(shape), shared=bool(shape))

    def norm(self, value: Piece) -> Piece:
        """The norm of all elements, or along the axis."""
        return self.reduced("norm", value)

    def listed(self, *values: Piece) -> Piece:
        """The inputs of a variadic gate as one array."""
        text = self.spelt(self.spelling.stack, values[0].text)
        shape = (len(self.every), *self.every[0].shape)
        return Piece(text, shape, type=type_of(shape))

    def called(self, term: Term, args: list[Piece]) -> Piece:
        """A function, in the library's words."""
        return self.call(str(term.payload), args)


def fitted(piece: Piece, shape: Shape, like: str) -> Piece:
    """What is sent, in the shape of what receives it.

    A value that was copied to fit hears from every copy, so these are summed; a value that
    was summed sends its gradient to every element.
    """
    if piece.shape == shape:
        return piece
    note = "it was copied to fit: the gradients of its copies add"
    extra = len(piece.shape) - len(shape)
    if not shape:
        return Piece(f"np.sum({piece.text})", note=note)
    if extra > 0:
        left = piece.shape[1:]
        piece = Piece(f"np.sum({piece.text}, axis=0)", left, type=type_of(left), note=note)
    own = shape[len(shape) - len(piece.shape) :]
    axes = [k for k, (n, have) in enumerate(zip(own, piece.shape, strict=True)) if n < have]
    if axes:
        kept = tuple([1 if k in axes else n for k, n in enumerate(piece.shape)])
        along = axes[0] if len(axes) == 1 else tuple(axes)
        piece = Piece(f"np.sum({piece.text}, axis={along}, keepdims=True)", kept, note=note)
    if piece.shape == shape:
        return piece
    note = "every element was used: each receives it"
    return Piece(f"np.full_like({like}, {piece.text})", shape, note=piece.note or note)
