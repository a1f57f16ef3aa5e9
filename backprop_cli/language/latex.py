"""Write terms as mathematics: fractions, roots, subscripts, in the commands that TeX knows.

Only commands that LaTeX, KaTeX and MathJax all know are used, and none with a sign after its
backslash, such as `\\_` or `\\,`: Markdown would take the backslash away.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping

from backprop_cli.language.printer import (
    ATOM,
    POWER,
    PRODUCT,
    UNARY,
    Pieces,
    Style,
    hold_arrays,
    listed,
    number_text,
    parts_of,
    walk,
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
_BRACKETS = (r"\left(", r"\right)")

LATEX = Style(TIMES, "/", "", r"^{\top}", " = ", False, _FUNCTIONS, r"\partial ")
_ENTRYWISE = LATEX._replace(times=ENTRYWISE)

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
        root: the term; the last statement's unless told.
        arrays: the names of arrays; a dot between two would be read as the product of matrices.
        fold: work out sums of numbers that were put in for names.
    """
    hold = hold_arrays(expression, arrays) if arrays else [False] * len(expression.terms)

    def parts(term: Term) -> tuple[Pieces, int]:
        entrywise = term.op == "*" and all(hold[arg] for arg in term.args)
        style = _ENTRYWISE if entrywise else LATEX
        return _parts(expression, term, names, style, fold)

    return walk(expression, parts, root, _BRACKETS)


def _joined(function: str) -> str:
    """The name of a function without a line below, which Markdown would spoil: leakyrelu."""
    return function.replace("_", "")


def _parts(
    expression: Expression, term: Term, names: Mapping[str, str], style: Style, fold: bool
) -> tuple[Pieces, int]:
    """The pieces of one term and its level, where they differ from those of the printer."""
    op, args, payload = term.op, term.args, term.payload
    if op in ("number", "name"):
        text = number_latex(number_text(float(payload))) if op == "number" else str(payload)
        text = names.get(text, _CONSTANTS.get(text, text)) if op == "name" else text
        return [text], _level(text)
    if op == "/":
        return [r"\frac{", (args[0], 0), "}{", (args[1], 0), "}"], POWER
    if op == "^":
        return [(args[0], ATOM), "^{", (args[1], 0), "}"], POWER
    if op == "@":
        return [(args[0], PRODUCT), r" \thinspace ", (args[1], UNARY)], PRODUCT
    if op == "norm":
        return [r"\lVert ", (args[0], 0), r" \rVert"], ATOM
    if op == ".T":
        return [*_whole(expression, args[0], names), style.transpose], POWER
    if op == "list":
        return [r"\left[", *listed(args), r"\right]"], ATOM
    if op == "index":
        return _index(expression, term, names), ATOM
    if op == "compare":
        return [(args[0], 0), _COMPARED.get(str(payload), f" {payload} "), (args[1], 0)], 0
    if op == "keyword":
        return [rf"\mathrm{{{payload}}} = ", (args[0], 0)], ATOM
    if op == "call":
        return _called(str(payload), args), ATOM
    return parts_of(expression, term, names, style, fold)


def _called(function: str, args: tuple[int, ...]) -> Pieces:
    if function in ("sqrt", "abs") and len(args) == 1:
        left, right = (r"\sqrt{", "}") if function == "sqrt" else (r"\lvert ", r" \rvert")
        return [left, (args[0], 0), right]
    name = _FUNCTIONS.get(function) or rf"\mathrm{{{_joined(function)}}}"
    return [name, r"\left(", *listed(args), r"\right)"]


def _index(expression: Expression, term: Term, names: Mapping[str, str]) -> Pieces:
    """W with its indices below; in brackets where it has some already."""
    base, *indices = term.args
    of = expression.terms[base]
    listed_ = listed(tuple(indices))
    if of.op == "number" and float(of.payload) == 1:
        return [r"\mathbf{1}\left[", *listed_, r"\right]"]
    if of.op == "name" and names.get(str(of.payload), "_").isalpha():
        return [(base, ATOM), "_{", *listed_, "}"]
    return [(base, ATOM), r"\left[", *listed_, r"\right]"]


def _whole(expression: Expression, place: int, names: Mapping[str, str]) -> Pieces:
    """A term to which a sign is attached: the transpose of ∂f/∂q has brackets round it."""
    term = expression.terms[place]
    if term.op == "name" and names.get(str(term.payload), "").startswith(r"\frac"):
        return [_BRACKETS[0], (place, 0), _BRACKETS[1]]
    return [(place, ATOM)]


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
