"""Write terms as mathematics: fractions, roots, subscripts, in the commands that TeX knows.

Only commands that LaTeX, KaTeX and MathJax all know are used, and none with a sign after its
backslash, such as `\\_` or `\\,`: Markdown would take the backslash away.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping

from backprop_cli.language.printer import (
    ATOM,
    COMPARED,
    POWER,
    PRODUCT,
    UNARY,
    PrintedTerm,
    Printer,
    Style,
    is_array_of,
    number_text,
    separated,
)
from backprop_cli.language.syntax import Expression, Term

LONGEST = 40
"""Letters of the longest name that is written in full."""

TIMES, ENTRYWISE = r" \cdot ", r" \odot "

_GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
    "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi",
    "Omega",
)  # fmt: skip
_LETTERS = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", _GREEK, strict=True))
_LETTERS |= {"ϵ": "epsilon", "ϑ": "vartheta", "ϕ": "varphi", "µ": "mu"}

_KNOWN = (
    "exp",
    "log",
    "ln",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "max",
    "min",
    "arctan",
    "arcsin",
    "arccos",
    "det",
)
_FUNCTIONS = {name: f"\\{name}" for name in _KNOWN} | {"sigmoid": r"\sigma", "σ": r"\sigma"}
_CONSTANTS = {"pi": r"\pi"}
_COMPARED = {"==": " = ", "!=": r" \neq ", "<=": r" \leq ", ">=": r" \geq "}

LATEX = Style(
    TIMES,
    "/",
    (r"\lVert ", r" \rVert"),
    r"^{\top}",
    " = ",
    False,
    _FUNCTIONS,
    r"\partial ",
    (r"\left(", r"\right)"),
    (r"\left[", r"\right]"),
    ENTRYWISE,
    r" \thinspace ",
)

Letter = Callable[[str], str]
"""How a letter that is neither ASCII nor Greek is written."""


def latex(
    expression: Expression,
    names: Mapping[str, str],
    root: int | None = None,
    arrays: Collection[str] = (),
    fold: bool = False,
) -> str:
    """The mathematics of a term and all below it.

    Args:
        expression: where the term stands.
        names: what is written for each name, in LaTeX; names that are not here go in as they
            are, so whatever was typed must be here.
        root: the term; by default the last statement's.
        arrays: the names of arrays; a dot between two would be read as the product of matrices.
        fold: work out sums of numbers that were put in for names.
    """
    target = _Mathematics(LATEX, {**_CONSTANTS, **names}, fold, arrays)
    return target.translate(expression, root).text


class _Mathematics(Printer):
    """What the printer writes otherwise than text."""

    def number(self, value: float) -> PrintedTerm:
        """A number with its power of ten."""
        text = number_latex(number_text(value))
        return PrintedTerm((text,), _level(text), value < 0, number=value)

    def name(self, term: Term) -> PrintedTerm:
        """A name, or what is written for it."""
        written = super().name(term)
        return written._replace(level=_level(written.name))

    def arithmetic(self, sign: str, left: PrintedTerm, right: PrintedTerm) -> PrintedTerm:
        """A quotient is a fraction."""
        if sign != "/":
            return super().arithmetic(sign, left, right)
        is_array = left.is_array or right.is_array
        return PrintedTerm((r"\frac{", left, "}{", right, "}"), POWER, is_array=is_array)

    def power(self, base: PrintedTerm, exponent: PrintedTerm) -> PrintedTerm:
        """Any exponent stands above the line."""
        pieces = (self.within(base, ATOM), "^{", exponent, "}")
        return PrintedTerm(pieces, POWER, is_array=base.is_array or exponent.is_array)

    def transposed(self, value: PrintedTerm) -> PrintedTerm:
        """A transpose is a power."""
        return super().transposed(value)._replace(level=POWER)

    def is_fraction(self, value: PrintedTerm) -> bool:
        """Whether what is written for a name is a derivative."""
        return value.name.startswith(r"\frac")

    def compared(self, sign: str, left: PrintedTerm, right: PrintedTerm) -> PrintedTerm:
        """A comparison."""
        pieces = (left, _COMPARED.get(sign, f" {sign} "), right)
        return PrintedTerm(pieces, COMPARED, is_array=left.is_array or right.is_array)

    def indexed(self, term: Term, whole: PrintedTerm, *position: PrintedTerm) -> PrintedTerm:
        """W with its indices below; in brackets where it has some already."""
        if whole.number == 1 and not whole.name:
            return PrintedTerm((r"\mathbf{1}\left[", *separated(position), r"\right]"))
        base = self.within(whole, ATOM)
        if whole.name.isalpha():
            return PrintedTerm((base, "_{", *separated(position), "}"))
        return PrintedTerm((base, r"\left[", *separated(position), r"\right]"))

    def keyword(self, term: Term, value: PrintedTerm) -> PrintedTerm:
        """The axis of a reduction."""
        return PrintedTerm((rf"\mathrm{{{term.payload}}} = ", value))

    def called(self, term: Term, args: list[PrintedTerm]) -> PrintedTerm:
        """A root and a modulus have signs of their own."""
        function = str(term.payload)
        is_array = is_array_of(function, args)
        if function in _AROUND and len(args) == 1:
            left, right = _AROUND[function]
            return PrintedTerm((left, args[0], right), is_array=is_array)
        name = _FUNCTIONS.get(function) or rf"\mathrm{{{function.replace('_', '')}}}"
        return PrintedTerm((name, r"\left(", *separated(args), r"\right)"), is_array=is_array)


_AROUND = {"sqrt": (r"\sqrt{", "}"), "abs": (r"\lvert ", r" \rvert")}


def _level(text: str) -> int:
    """How tightly what was put in for a name holds together."""
    if text.startswith("-"):
        return UNARY
    return PRODUCT if text.startswith(tuple("0123456789")) and r"\times" in text else ATOM


def number_latex(text: str) -> str:
    r"""A number as mathematics: 1.2e-05 becomes 1.2 \times 10^{-5}."""
    spelt = {"nan": r"\mathrm{NaN}", "inf": r"\infty", "-inf": r"-\infty"}.get(text)
    if spelt is not None:
        return spelt
    digits, e, power = text.partition("e")
    return rf"{digits} \times 10^{{{int(power)}}}" if e else digits


def name_latex(name: str, letter: Letter) -> str:
    r"""A name as mathematics: w0 becomes w_{0}, θ \theta, and neg \mathit{neg}.

    Args:
        name: letters, digits and underscores, of any length.
        letter: how a letter that is neither ASCII nor Greek is written.
    """
    short = name if len(name) <= LONGEST else name[:LONGEST]
    more = r"\ldots" if len(name) > LONGEST else ""
    parts = re.fullmatch(r"([^_]*[^\W_0-9₀-₉])(?:_?([0-9₀-₉]+)|_([^_]+))", short)
    if parts is None:
        return _word(short, letter, more)
    body, digits, word = parts.groups()
    below = _word(word, letter, more) if word else unicodedata.normalize("NFKC", digits) + more
    return _word(body, letter, f"_{{{below}}}")


def _word(text: str, letter: Letter, after: str) -> str:
    """A word and what follows it; the letters of a long one are kept together."""
    if text in _GREEK:
        return f"\\{text}{after}"
    spelt = "".join(_letter(character, letter) for character in text).rstrip()
    return f"{spelt}{after}" if len(text) == 1 else rf"\mathit{{{spelt}{after}}}"


def _letter(character: str, letter: Letter) -> str:
    if character == "_":
        return r"\underline{\enspace}"
    if character.isascii():
        return character
    if character in _LETTERS:
        return rf"\{_LETTERS[character]} "
    return letter(character)


def symbol(character: str) -> str | None:
    """The command of a Greek letter."""
    return f"\\{_LETTERS[character]}" if character in _LETTERS else None
