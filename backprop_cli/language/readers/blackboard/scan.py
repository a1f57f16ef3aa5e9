"""Cut a blackboard's formula into signs: numbers, words, brackets, raised and lowered letters."""

import re
import unicodedata
from typing import NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.language.characters import unknown_character

MAX_SOURCE = 20_000
"""Characters of the longest formula that is read so; a program of more is written by a machine."""


class Sign(NamedTuple):
    """One sign: its kind, what it says in the language of formulas, and where it stands."""

    kind: str
    text: str
    start: int
    end: int

    def as_(self, kind: str, text: str | None = None) -> "Sign":
        """The same place, as another sign."""
        return Sign(kind, self.text if text is None else text, self.start, self.end)


RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿʰʲʳˡˢʷˣʸᴬ-ᴿᵀ-ᵂᵃ-ᵍᵏᵐᵒᵖᵗᵘᵛᵝ-ᵡᶜᶠᶻᶿ"
LOWERED = "₀₁₂₃₄₅₆₇₈₉₊₋₌ₐₑₒₓₕₖₗₘₙₚₛₜⱼᵢᵣᵤᵥ"
_ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar", "\u0307": "dot"}
"""Accents that no letter has in one character, h̃, and what LaTeX calls them: h_tilde."""
_ACCENT = "[" + "".join(_ACCENTS) + "]"
_LETTER = rf"[^\W\d_{RAISED}{LOWERED}¼-¾⅐-⅞ΣΠ∑∏]"

_KINDS = {
    "COMMENT": r"#[^\n]*",
    "NUMBER": r"(?:[0-9]+(?:\.(?!T\b)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![\w.]))?",
    "FRACTION": r"[¼-¾⅐-⅞]",
    # A word may go on with digits and with what is lowered: w_0, x₁, x_{12}, L_reg.
    "WORD": rf"{_LETTER}(?:{_LETTER}|{_ACCENT}|[0-9{LOWERED}]|_(?=[\w{{])|(?<=_)\{{\w+\}})*",
    "RAISED": rf"[{RAISED}]+",
    "LOWERED": rf"[{LOWERED}]+|_(?:\{{\w+\}}|\w)",
    "SUM": r"[Σ∑Π∏]",
    "TRANSPOSE": r"\.T(?!\w)|[⊤]",
    "POWER": r"\*\*|\^",
    "COMPARE": r"==|!=|<=|>=|[<>≤≥≠]",
    "BARS": r"\|\||[‖∥]",
    "BAR": r"[|∣]",
    "PLUS": r"\+",
    "MINUS": r"[-−–]",
    "TIMES": r"\.\*|[*×∗⊙∘]",
    "DOT": r"[·⋅∙]",
    "DIVIDE": r"[/÷]",
    "MATMUL": r"@",
    "ROOT": r"√",
    "OPEN_PAREN": r"[({]",
    "CLOSE_PAREN": r"[)}]",
    "OPEN_ANGLE": r"[⟨〈]",
    "CLOSE_ANGLE": r"[⟩〉]",
    "OPEN_BRACKET": r"\[",
    "CLOSE_BRACKET": r"\]",
    "COMMA": r",",
    "EQUALS": r"[:≔]?=|≔",
    "COLON": r":",
    "UNDERSCORE": r"_",
    "SEPARATOR": r"[;\n]",
}
_SCANNER = re.compile(
    "[^\\S\n]*+(?:" + "|".join(f"(?P<{kind}>{found})" for kind, found in _KINDS.items()) + r"|(\S))"
)

_EXPONENT = re.compile(r"([eE]([+-]?\d+))([^\W\d]\w*)")
"""What may be an exponent, or a product with e, since letters come right after it: 1e-4x."""

_SPELLINGS: dict[str, str] = dict.fromkeys((".*", *"×∗⊙∘"), "*")
_SPELLINGS |= {"≤": "<=", "≥": ">=", "≠": "!=", "{": "(", "}": ")"}
_UNFINISHED = {"PLUS", "MINUS", "TIMES", "DOT", "DIVIDE", "MATMUL", "POWER", "EQUALS", "COMMA"}


def scan(source: str) -> list[Sign]:
    """The signs of a formula, without comments and without line breaks inside brackets.

    Raises:
        BackpropError: at the first character that begins no sign.
    """
    if len(source) > MAX_SOURCE:
        raise BackpropError(f"the formula is longer than {MAX_SOURCE:,} characters")
    signs: list[Sign] = []
    depth = 0
    for match in _SCANNER.finditer(source, 0, len(source.rstrip())):
        kind = match.lastgroup
        if kind is None:
            raise unknown_character(source, match.start(match.lastindex or 0))
        text, start, end = match[kind], match.start(kind), match.end(kind)
        if kind == "COMMENT":
            continue
        if kind == "NUMBER" and (tail := _EXPONENT.match(source, end)):
            first, second = f"{text}{tail[1]}*{tail[3]}", f"{text}*e{tail[2]}{tail[3]}"
            what = f"'{text}{tail[0]}' could mean {first} or {second}"
            raise BackpropError(what, source, (start, tail.end()), f"write {first} or {second}")
        if kind.startswith("OPEN"):
            depth += 1
        elif kind.startswith("CLOSE"):
            depth -= 1
        is_open = depth > 0 or (signs and signs[-1].kind in _UNFINISHED)
        if text == "\n" and (is_open or not signs):
            continue
        signs.append(Sign(kind, _spelt(kind, text), start, end))
    return signs


def _spelt(kind: str, text: str) -> str:
    if kind in ("WORD", "RAISED", "LOWERED"):
        # vᵢ is v_i, and x₁ is x1.
        marked = re.sub(rf"(?<![_{LOWERED}])(?=[ₐₑₒₓₕₖₗₘₙₚₛₜⱼᵢᵣᵤᵥ])", "_", text)
        plain = with_accents(unicodedata.normalize("NFKC", marked).replace("−", "-"))
        return re.sub(r"[{}]", "", plain)
    return _SPELLINGS.get(text, text)


def with_accents(name: str) -> str:
    """A name with the accents that no letter has in one character as words: h_tilde."""
    return re.sub(_ACCENT, lambda found: f"_{_ACCENTS[found[0]]}", name)


def is_tight(before: Sign, after: Sign) -> bool:
    """Whether two signs stand side by side without a blank."""
    return before.end == after.start
