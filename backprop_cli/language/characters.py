"""Characters that formulas do not have, and what to write instead of them."""

import re
import unicodedata

from backprop_cli.errors import BackpropError
from backprop_cli.language.problems import SyntaxProblem
from backprop_cli.language.unread import INSTEAD, REMAINDER, instead_of

_ABSOLUTE = "for the absolute value write abs(x), for a norm ||x||"
_ONE_BY_ONE = "element by element write *"
_PRIME = "write a name without a prime, for example x1"
_TRANSPOSE = "for the transpose write W.T"
_POWER = "for a power write ^, as in e^(-x)"
_MINUS = "for a minus write -"
_QUOTES = "leave the quotation marks out"
_COMPARED = "a comparison has no gradient: write 1[x > 0], or use max, min, relu or abs"
_ANSWER = "it belongs to an answer, not to a formula"

_INSTEAD = {
    "|": _ABSOLUTE,
    "∣": _ABSOLUTE,
    ":": "slices are not part of the language; an index is a number, as in W[0,1]",
    "\\": "LaTeX is not read: write (a)/(b) for a fraction, sqrt(x) for a root",
    "$": "LaTeX is not read: leave the $ out",
    "{": "use round brackets ( )",
    "}": "use round brackets ( )",
    "!": "there is no factorial",
    "'": _PRIME,
    "′": _PRIME,
    "’": _PRIME,
    "⊙": _ONE_BY_ONE,
    "∘": _ONE_BY_ONE,
    "⊤": _TRANSPOSE,
    **dict.fromkeys("≤≥≠", _COMPARED),
    "—": _MINUS,
    "‐": _MINUS,
    "“": _QUOTES,
    "”": _QUOTES,
    '"': _QUOTES,
    "½": "write 1/2",
    "∂": _ANSWER,
    "∇": _ANSWER,
    "Σ": "for a sum over elements write sum(x)",
    "∑": "for a sum over elements write sum(x)",
    "%": REMAINDER,
    "∛": "for a cube root write cbrt(x)",
    "⊗": "for the outer product write outer(x, y)",
    "∞": "for infinity give an input the value inf",
}

_MODULES = {"np", "numpy", "math", "torch", "tf", "jnp", "F"}
"""What programs write before the names of functions."""

CONTEXT_CHARS = 80
"""Characters around a wrong one that are looked at."""


def unknown_character(source: str, position: int) -> BackpropError:
    """The error for a character that no token begins with."""
    character = source[position]
    span = (position, position + 1)
    hint: str | None
    if "\ud800" <= character <= "\udfff":
        # Python keeps a byte that it could not decode as half of a character.
        return SyntaxProblem.NOT_UTF8.error(source, span)
    code = f"U+{ord(character):04X}"
    if unicodedata.combining(character):
        letter = unicodedata.normalize("NFC", source[position - 1 : position + 1])
        one = f"write {letter} as one character"
        hint = one if len(letter) == 1 else "write the accent as a word, for example x_hat"
        return SyntaxProblem.UNKNOWN_ACCENT.error(source, span, hint, found=code)
    if character.isprintable():
        hint = _instead(source, position)
        return SyntaxProblem.UNKNOWN_CHARACTER.error(source, span, hint, found=character)
    name = unicodedata.name(character, "control character").lower()
    return SyntaxProblem.CONTROL_CHARACTER.error(source, span, found=f"{code} ({name})")


def _instead(source: str, position: int) -> str | None:
    """What to write instead of the character."""
    character = source[position]
    before, after = (
        source[max(0, position - CONTEXT_CHARS) : position],
        source[position : position + CONTEXT_CHARS],
    )
    if character == ".":
        return _without_dot(before, after)
    if character == "{" and before.endswith(("^", "_")):
        return "for a power write x^(…)" if before.endswith("^") else "write x_1 without brackets"
    kind = unicodedata.decomposition(character).partition(" ")[0]
    if kind == "<super>":
        letter = unicodedata.normalize("NFKC", character)
        return f"for a power write ^{letter}, as in e^{letter}" if letter.isalpha() else _POWER
    if kind == "<sub>" and before.endswith(("|", "‖", "∥")):
        return of_a_norm(unicodedata.normalize("NFKC", character))
    return _INSTEAD.get(character)


def _without_dot(before: str, after: str) -> str | None:
    """np.exp(x) as exp(x), x.sum() as sum(x)."""
    owner, called = re.search(r"[^\W\d]\w*$", before), re.match(r"\.([^\W\d]\w*)(\(?)", after)
    if owner is None or called is None:
        return None
    if called[1] in INSTEAD:
        return instead_of(called[1])
    if owner[0] in _MODULES:
        return f"write {called[1]} without {owner[0]}."
    return f"write {called[1]}({owner[0]})" if called[2] else None


def of_a_norm(index: str) -> str:
    """What to write instead of the index of a norm."""
    if index == "1":
        return "for the sum of absolute values write sum(abs(x))"
    return f"||x|| is the root of the sum of squares: leave the {index} out"
