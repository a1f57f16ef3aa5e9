"""Text that someone typed, as LaTeX prints it: every sign is a sign, and none a command."""

import unicodedata

from backprop_cli.errors import inert
from backprop_cli.language.latex import symbol

_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "_": r"\_", "%": r"\%", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "-": "{-}",
    "<": r"\ensuremath{<}", ">": r"\ensuremath{>}", "|": r"\ensuremath{\vert}",
    '"': r"\symbol{34}", "`": r"\textasciigrave{}", "'": r"\textquotesingle{}",
    "∂": r"\ensuremath{\partial}", "×": r"\ensuremath{\times}", "·": r"\ensuremath{\cdot}",
    "−": r"\ensuremath{-}", "²": r"\textsuperscript{2}", "³": r"\textsuperscript{3}",
    "¹": r"\textsuperscript{1}", "‖": r"\ensuremath{\Vert}", "√": r"\ensuremath{\surd}",
    "∑": r"\ensuremath{\sum}", "∇": r"\ensuremath{\nabla}", "∞": r"\ensuremath{\infty}",
    "≤": r"\ensuremath{\leq}", "≥": r"\ensuremath{\geq}", "≠": r"\ensuremath{\neq}",
    "≈": r"\ensuremath{\approx}", "→": r"\ensuremath{\to}", "←": r"\ensuremath{\gets}",
    "ᵀ": r"\ensuremath{^{\top}}", "⊙": r"\ensuremath{\odot}", "±": r"\ensuremath{\pm}",
    "…": r"\ldots{}", "–": r"\textendash{}", "—": r"\textemdash{}", "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}", "‘": r"\textquoteleft{}", "’": r"\textquoteright{}",
    "„": ",,", "\N{NO-BREAK SPACE}": "~", "ß": r"\ss{}", "æ": r"\ae{}",
    "Æ": r"\AE{}", "ø": r"\o{}", "Ø": r"\O{}", "œ": r"\oe{}", "Œ": r"\OE{}", "å": r"\r{a}",
    "Å": r"\r{A}", "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}", "¿": r"\textquestiondown{}",
    "¡": r"\textexclamdown{}", "§": r"\S{}", "°": r"\ensuremath{^\circ}",
}  # fmt: skip
"""Signs that are commands of TeX, that its fonts have elsewhere, or that it draws as others."""

_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u",
    "\u0307": ".", "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d",
    "\u0327": "c", "\u0331": "b", "\u0328": "c",
}  # fmt: skip
"""Accents as TeX calls them. Its plain fonts have no ogonek: a cedilla is the next best."""

LONGEST = 20_000
"""Characters of the longest text that is printed."""


def text_latex(text: str) -> str:
    """The text with everything escaped; a letter that no font of TeX has is its code, U+540D."""
    text = inert(text)
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    return "".join(map(letter_latex, unicodedata.normalize("NFC", cut)))


def paragraphs_latex(text: str) -> list[str]:
    """The paragraphs of a text, each escaped."""
    return [text_latex(line) for line in text.strip().splitlines() if line.strip()]


def letter_latex(character: str) -> str:
    """One character as text."""
    if character in _SIGNS:
        return _SIGNS[character]
    if character.isascii():
        return character
    greek = symbol(character)
    if greek is not None:
        return rf"\ensuremath{{{greek}}}"
    return _accented(character) or rf"\texttt{{U+{ord(character):04X}}}"


def _accented(character: str) -> str | None:
    """A Latin letter with an accent as TeX composes it."""
    letter, *accents = list(unicodedata.normalize("NFD", character))
    if not letter.isascii() or len(accents) != 1 or accents[0] not in _ACCENTS:
        return None
    # An i under an accent has no dot of its own.
    letter = {"i": r"\i", "j": r"\j"}.get(letter, letter)
    return rf"\{_ACCENTS[accents[0]]}{{{letter}}}"


def letter_in_formula(character: str) -> str:
    """One character of a name, inside of mathematics."""
    return rf"\text{{{letter_latex(character)}}}"
