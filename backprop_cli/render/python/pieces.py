"""A piece of Python: its text, and what one must know of it to put it into a larger one."""

from collections.abc import Callable
from math import isfinite
from typing import Any, NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.gates.shape_rules.value_type import ValueType, largest
from backprop_cli.gates.shapes import Shape, broadcast, size, spelt
from backprop_cli.language.printer import number_text

COMPARED, SUM, PRODUCT, UNARY, POWER, ATOM = range(6)
"""How tightly Python binds."""

_LEVEL = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": PRODUCT}
_COMPARE = {
    "==": float.__eq__, "!=": float.__ne__, "<": float.__lt__, ">": float.__gt__,
    "<=": float.__le__, ">=": float.__ge__,
}  # fmt: skip

MAX_LITERAL_ELEMENTS = 10_000
"""Elements of the largest array that is written out."""

MAX_ROW_CHARS = 88
"""Columns from which on the rows of a matrix stand one below the other."""


class Piece(NamedTuple):
    """An expression of Python."""

    text: str
    shape: Shape = ()
    level: int = ATOM
    type: ValueType = ValueType.NUMBER
    truth: bool = False
    """Whether it is true or false, or an array of such."""
    number: float | None = None
    """Its value, where that is known: a constant."""
    shared: bool = False
    """Whether it may be the very array that another name stands for."""
    note: str = ""
    """What a reader may wonder about, in a clause."""

    def within(self, level: int) -> str:
        """The text, in parentheses where it binds less tightly than its surroundings."""
        return self.text if self.level >= level else f"({self.text})"

    def after(self, level: int) -> str:
        """The same for what follows an operator; not x - -y."""
        text = self.within(level)
        return f"({text})" if text.startswith("-") else text


def number(value: float) -> Piece:
    """A number as it is typed."""
    text = number_text(value) if isfinite(value) else _unfinite(value)
    return Piece(text, (), UNARY if text.startswith("-") else ATOM, number=value)


def literal(name: str, value: Any, call: Callable[[str], str]) -> str:
    """A value as a program has it, every digit of it.

    Args:
        name: whose value it is, for the message.
        value: a float, or an array.
        call: what makes an array of a list.

    Raises:
        BackpropError: if the array is too large to be read.
    """
    if isinstance(value, float):
        return repr(value) if isfinite(value) else _unfinite(value)
    if size(value.shape) > MAX_LITERAL_ELEMENTS:
        most = f"at most {MAX_LITERAL_ELEMENTS:,} elements"
        what = f"{name} is {spelt(value.shape)}: code writes {most} out"
        raise BackpropError(what, hint="explain a smaller case; the code is the same")
    text = _listed(value.tolist())
    if value.ndim > 1 and len(text) > MAX_ROW_CHARS:
        rows = "".join(f"        {_listed(row)},\n" for row in value.tolist())
        text = f"\n    [\n{rows}    ]\n"
    return call(text)


def _listed(items: list[Any]) -> str:
    parts = (
        _listed(item)
        if isinstance(item, list)
        else repr(item)
        if isfinite(item)
        else _unfinite(item)
        for item in items
    )
    return f"[{', '.join(parts)}]"


def _unfinite(value: float) -> str:
    word = "nan" if value != value else "inf" if value > 0 else "-inf"
    return f'float("{word}")'


def arithmetic(op: str, left: Piece, right: Piece) -> Piece:
    """Left + right and the like; a sum of two known numbers is worked out."""
    if op in "+-":
        if left.number is not None and right.number is not None:
            # The exponent 3 - 1 of a power is 2.
            return number(left.number + (right.number if op == "+" else -right.number))
        left, right = _counting(left), _counting(right)
    level = _LEVEL[op]
    text = f"{left.within(level)} {op} {right.after(level + 1)}"
    return Piece(text, common(left, right), level, larger(left, right))


def compared(sign: str, left: Piece, right: Piece) -> Piece:
    """Left == right and the like."""
    text = f"{left.within(SUM)} {sign} {right.within(SUM)}"
    known = None
    if left.number is not None and right.number is not None:
        known = float(_COMPARE[sign](left.number, right.number))
    shape, type_ = common(left, right), larger(left, right)
    return Piece(text, shape, COMPARED, type_, truth=True, number=known)


def common(left: Piece, right: Piece) -> Shape:
    """The shape of what is made of the two, element by element."""
    return broadcast(left.shape, right.shape) or ()


def larger(*pieces: Piece) -> ValueType:
    """Its type."""
    return largest([piece.type for piece in pieces])


def _counting(piece: Piece) -> Piece:
    """Booleans as 0.0 and 1.0, which add and subtract as numbers."""
    if not piece.truth:
        return piece
    return piece._replace(text=f"1.0 * {piece.after(UNARY)}", level=PRODUCT, truth=False)
