"""Write a rule of the gate table as the Python that a person would write.

What `gates.emitter` makes of a rule is run and never read; this is read, and run too. Both
take the same text from the gate's row, so the rule in the code is the rule of the engine.
"""

from math import e, pi

from backprop_cli.gates.emitter import PRODUCT as PRODUCTS
from backprop_cli.gates.emitter import TRANSPOSED
from backprop_cli.gates.shapes import Shape
from backprop_cli.language.syntax import Expression, Term
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


class Writer(Calls):
    """Write rules in which the names stand for pieces (see `Calls`)."""

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
        parts = ", ".join(compared("==", one, out).text for one in self.every)
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
            return arithmetic(op, *args)
        if op == "^":
            return self._power(*args)
        if op == "@":
            return self._matmul(*args)
        if op == ".T":
            return self._transposed(args[0])
        if op == "compare":
            return compared(str(term.payload), *args)
        if op == "index":
            return self._index(*args)
        if op == "norm":
            return self.reduced("norm", args[0], keep)
        if op == "list":
            first = self.every[0]
            text = self.spelt(self.spelling.stack, args[0].text)
            return Piece(text, (len(self.every), *first.shape), type="m" if first.shape else "v")
        return self.called(str(term.payload), args, keep)

    def _name(self, name: str) -> Piece:
        if name == "all":
            return Piece(self.listed, self.every[0].shape)
        known = self.names.get(name)
        return known if known is not None else number({"e": e, "pi": pi}[name])

    def _power(self, base: Piece, exponent: Piece) -> Piece:
        if not self.spelling.module and exponent.number is None:
            raise self.lacks("a power whose exponent is no constant")
        text = f"{base.within(ATOM)} ** {exponent.within(UNARY)}"
        return Piece(text, common(base, exponent), POWER, larger(base, exponent))

    def _matmul(self, left: Piece, right: Piece) -> Piece:
        types = left.type + right.type
        if "s" in types:
            return arithmetic("*", left, right)
        if types == "vr":
            text = self.spelt(self.spelling.outer, f"{left.text}, {right.text}")
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

    def _index(self, whole: Piece, position: Piece) -> Piece:
        if position.truth:  # 1[a > b]
            return position
        # A position has the shape of what it leaves over.
        text, kind = f"{whole.within(ATOM)}[{position.text}]", "v" if position.shape else "s"
        return Piece(text, position.shape, type=kind, shared=bool(position.shape))


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
        piece = Piece(f"np.sum({piece.text}, axis=0)", piece.shape[1:], type="v", note=note)
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
