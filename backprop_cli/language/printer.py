"""Write terms as text again: as the language reads it, or as the chalkboard shows it."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from backprop_cli.language.syntax import Expression, Term
from backprop_cli.language.translate import Target

COMPARED, SUM, PRODUCT, UNARY, POWER, ATOM = range(6)
"""How tightly what was written holds together."""

_LEVEL = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Style(NamedTuple):
    """How operators and functions are spelt."""

    times: str
    divide: str
    norm: tuple[str, str]
    transpose: str
    equals: str
    superscripts: bool
    functions: Mapping[str, str]
    partial: str
    brackets: tuple[str, str] = ("(", ")")
    list: tuple[str, str] = ("[", "]")
    by_element: str = " * "
    """Between two arrays, of which a dot would be read as their product."""
    matmul: str = " @ "


SOURCE = Style(" * ", " / ", ("||", "||"), ".T", " == ", False, {}, "d")
"""As the language reads it, in ASCII."""

CHALK = Style(
    "·",
    "/",
    ("‖", "‖"),
    "ᵀ",
    " = ",
    True,
    {"sigmoid": "σ", "sqrt": "√"},
    "∂",
    by_element=" ⊙ ",
)
"""As the lecture writes it."""


class PrintedTerm(NamedTuple):
    """A term as text, and what one must know to put it into a larger text."""

    pieces: "tuple[str | PrintedTerm, ...]"
    """Put together at the end: a formula may be a million terms long."""
    level: int = ATOM
    is_negative: bool = False
    """Whether it begins with its own sign: x - (-2)."""
    is_array: bool = False
    """As far as can be told without running it."""
    number: float | None = None
    """The number that it is, or that stands for its name."""
    name: str = ""
    """What is written for a name."""

    @property
    def text(self) -> str:
        """All pieces, one after the other."""
        parts: list[str] = []
        waiting: list[str | PrintedTerm] = [self]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                parts.append(item)
            else:
                waiting.extend(reversed(item.pieces))
        return "".join(parts)


def show(
    expression: Expression,
    names: Mapping[str, str] | None = None,
    style: Style = SOURCE,
    root: int | None = None,
    fold: bool = False,
    arrays: Collection[str] = (),
) -> str:
    """The text of a term and all below it, with as few parentheses as read back the same.

    Args:
        expression: where the term stands.
        names: what to write for some names, for example values.
        style: how to spell operators.
        root: the term; by default the last statement's.
        fold: work out sums of numbers that were put in for names: 3·x² for 3·x^(3 - 1).
        arrays: the names of arrays; a dot between two would be read as their product.
    """
    return Printer(style, names or {}, fold, arrays).translate(expression, root).text


def show_program(expression: Expression, style: Style = SOURCE) -> str:
    """All statements, separated by semicolons."""
    found = Printer(style).translated(expression, range(len(expression.terms)))
    lines = []
    for statement in expression.statements:
        text = found[statement.term].text
        lines.append(f"{statement.name} = {text}" if statement.name else text)
    return "; ".join(lines)


_TO_NUMBER = ("dot", "det", "logdet")
_REDUCING = ("sum", "mean", "max", "min", "norm", "logsumexp", "prod")
"""Of one array, without an axis, these are a number. A test holds both to the gates' rows."""


class Printer(Target[PrintedTerm]):
    """Writes terms in a style; see `show`."""

    def __init__(
        self,
        style: Style,
        names: Mapping[str, str] | None = None,
        fold: bool = False,
        arrays: Collection[str] = (),
    ) -> None:
        self.style = style
        self.names = names or {}
        self.fold = fold
        self.arrays = arrays

    def within(self, value: PrintedTerm, level: int) -> PrintedTerm:
        """The term, in brackets where it does not hold together so tightly."""
        left, right = self.style.brackets
        return value if value.level >= level else PrintedTerm((left, value, right))

    def number(self, value: float) -> PrintedTerm:
        """A number as short as it reads back the same."""
        is_negative = value < 0
        level = UNARY if is_negative else ATOM
        return PrintedTerm((number_text(value),), level, is_negative, number=value)

    def name(self, term: Term) -> PrintedTerm:
        """A name, or what is written for it."""
        typed = str(term.payload)
        text = self.names.get(typed, typed)
        number = _number(text) if typed in self.names else None
        is_negative = text.startswith("-")
        level = UNARY if is_negative else ATOM
        return PrintedTerm((text,), level, is_negative, typed in self.arrays, number, text)

    def negative(self, value: PrintedTerm) -> PrintedTerm:
        """Not --x, which reads as if it were one sign."""
        inner = self.within(value, POWER if value.is_negative else UNARY)
        return PrintedTerm(("-", inner), UNARY, True, value.is_array)

    def arithmetic(self, sign: str, left: PrintedTerm, right: PrintedTerm) -> PrintedTerm:
        """A sum, difference, product or quotient."""
        a, b = left.number, right.number
        is_put_in = self.fold and sign in "+-" and (left.name or right.name)
        if is_put_in and a is not None and b is not None:
            return self.number(a + b if sign == "+" else a - b)
        style, level = self.style, _LEVEL[sign]
        times = style.by_element if left.is_array and right.is_array else style.times
        spelt = {"*": times, "/": style.divide}.get(sign, f" {sign} ")
        return self._between(spelt, left, right, level)

    def _between(
        self, spelt: str, left: PrintedTerm, right: PrintedTerm, level: int
    ) -> PrintedTerm:
        """A minus just after another operator is put in brackets: x - (-2)."""
        least = POWER if right.is_negative else level + 1
        pieces = (self.within(left, level), spelt, self.within(right, least))
        return PrintedTerm(pieces, level, is_array=left.is_array or right.is_array)

    def power(self, base: PrintedTerm, exponent: PrintedTerm) -> PrintedTerm:
        """A power, of a whole number above the line."""
        is_array = base.is_array or exponent.is_array
        left = self.within(base, ATOM)
        if self.style.superscripts and exponent.number is not None:
            text = number_text(exponent.number)
            if text.removeprefix("-").isdecimal():
                return PrintedTerm((left, text.translate(_SUPERSCRIPT)), POWER, is_array=is_array)
        return PrintedTerm((left, "^", self.within(exponent, UNARY)), POWER, is_array=is_array)

    def matmul(self, left: PrintedTerm, right: PrintedTerm) -> PrintedTerm:
        """A product of matrices."""
        return self._between(self.style.matmul, left, right, PRODUCT)

    def transposed(self, value: PrintedTerm) -> PrintedTerm:
        """A transpose."""
        return PrintedTerm((self.whole(value), self.style.transpose), is_array=value.is_array)

    def whole(self, value: PrintedTerm) -> PrintedTerm:
        """A term to which a sign is attached: (∂f/∂q)ᵀ, since ∂f/∂qᵀ were the gradient of qᵀ."""
        return self.within(value, ATOM + 1 if self.is_fraction(value) else ATOM)

    def is_fraction(self, value: PrintedTerm) -> bool:
        """Whether what is written for a name is a derivative."""
        return "/" in value.name

    def compared(self, sign: str, left: PrintedTerm, right: PrintedTerm) -> PrintedTerm:
        """A comparison."""
        spelt = self.style.equals if sign == "==" else f" {sign} "
        pieces = (self.within(left, SUM), spelt, self.within(right, SUM))
        return PrintedTerm(pieces, COMPARED, is_array=left.is_array or right.is_array)

    def indexed(self, term: Term, whole: PrintedTerm, *position: PrintedTerm) -> PrintedTerm:
        """An element, or 1 where a condition holds."""
        return PrintedTerm((self.whole(whole), "[", *separated(position), "]"))

    def sliced(self, term: Term, *bounds: PrintedTerm) -> PrintedTerm:
        """1:3, with nothing for a bound that is nan."""
        pieces: list[str | PrintedTerm] = []
        for place, bound in enumerate(bounds):
            is_left_out = bound.number is not None and bound.number != bound.number
            if place and not (place == 2 and is_left_out):
                pieces.append(":")
            if not is_left_out:
                pieces.append(self.within(bound, SUM))
        return PrintedTerm(tuple(pieces))

    def norm(self, value: PrintedTerm) -> PrintedTerm:
        """A norm, a number."""
        left, right = self.style.norm
        return PrintedTerm((left, value, right))

    def listed(self, *values: PrintedTerm) -> PrintedTerm:
        """A list."""
        left, right = self.style.list
        return PrintedTerm((left, *separated(values), right), is_array=_any_array(values))

    def keyword(self, term: Term, value: PrintedTerm) -> PrintedTerm:
        """The axis of a reduction."""
        return PrintedTerm((f"{term.payload}=", value))

    def called(self, term: Term, args: list[PrintedTerm]) -> PrintedTerm:
        """A call; along an axis an array is left of what is reduced."""
        name = str(term.payload)
        pieces = (self.style.functions.get(name, name), "(", *separated(args), ")")
        return PrintedTerm(pieces, is_array=is_array_of(name, args))


def is_array_of(name: str, args: Sequence[PrintedTerm]) -> bool:
    """Whether a function gives an array of these arguments."""
    is_number = name in _TO_NUMBER or (name in _REDUCING and len(args) == 1)
    return _any_array(args) and not is_number


def _any_array(values: Sequence[PrintedTerm]) -> bool:
    return any(value.is_array for value in values)


def separated(values: Sequence[PrintedTerm]) -> tuple[str | PrintedTerm, ...]:
    """The terms, with commas between them."""
    pieces: list[str | PrintedTerm] = []
    for value in values:
        pieces += [", ", value]
    return tuple(pieces[1:])


def _number(text: str) -> float | None:
    """The number that was put in for a name."""
    try:
        return float(text)
    except ValueError:
        return None


def derivative(of: str, by: str, style: Style) -> str:
    """∂f/∂x, or df/dx where the style has no ∂."""
    return f"{style.partial}{of}/{style.partial}{by}"


def number_text(value: float) -> str:
    """A number as short as it reads back the same: 2, 0.5, 1e-05."""
    return str(int(value)) if abs(value) < 1e16 and value == int(value) else repr(value)
