"""Raised letters as powers and transposes, and fractions of one sign: x², Aᵀ, eˣ, ½."""

import re
import unicodedata
from collections.abc import Sequence

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.blackboard.names import Names
from backprop_cli.language.readers.blackboard.scan import Sign, scan


def with_raised(signs: Sequence[Sign], names: Names, source: str) -> list[Sign]:
    """x², Aᵀ, A^T, A^{-T}, eˣ and ½ as powers, transposes and fractions."""
    found: list[Sign] = []
    place = 0
    while place < len(signs):
        sign = signs[place]
        place += 1
        if sign.kind == "RAISED":
            found += _raised(sign, names, source)
        elif sign.kind == "FRACTION":
            found += _fraction(sign, found, source)
        elif sign.kind == "POWER":
            transposed, place = _transposed(signs, place, names, source)
            end = signs[place - 1].end
            found += [Sign(kind, text, sign.start, end) for kind, text in transposed] or [sign]
        else:
            found.append(sign)
    return found


def _raised(sign: Sign, names: Names, source: str) -> list[Sign]:
    text = sign.text
    if text.removeprefix("-").isdecimal():
        return [sign.as_("SUPERSCRIPT")]
    if text in ("T", "-T"):
        _check_transpose(names, source, (sign.start, sign.end))
        return [sign.as_("SUPERSCRIPT", "-1")] * (len(text) - 1) + [sign.as_("TRANSPOSE")]
    squared = re.search(r"([^\W\d_]+)(\d+)", text)
    if squared and not names.is_variable(squared[0]):
        # Nothing can be raised above what is raised already: eˣ² may be e^(x²).
        first, second = (text.replace(squared[0], f"{squared[1]}{to}{squared[2]}") for to in "^*")
        what = f"'{source[sign.start : sign.end]}' could mean ^({first}) or ^({second})"
        hint = f"write ^({first}) or ^({second})"
        raise BackpropError(what, source, (sign.start, sign.end), hint)
    inside = [sign.as_(part.kind, part.text) for part in scan(text)]
    return [
        sign.as_("POWER", "^"),
        sign.as_("OPEN_PAREN", "("),
        *inside,
        sign.as_("CLOSE_PAREN", ")"),
    ]


def _fraction(sign: Sign, before: Sequence[Sign], source: str) -> list[Sign]:
    above, _, below = unicodedata.normalize("NFKC", sign.text).partition("⁄")
    if before and before[-1].kind == "NUMBER" and before[-1].end == sign.start:
        span = (before[-1].start, sign.end)
        first = f"({before[-1].text} + {above}/{below})"
        second = f"{before[-1].text}*({above}/{below})"
        what = f"'{source[slice(*span)]}' could mean {first} or {second}"
        raise BackpropError(what, source, span, f"write {first} or {second}")
    return [sign.as_("NUMBER", repr(int(above) / int(below)))]


_UP = {
    ("WORD:T",): ("T",),
    ("TRANSPOSE:⊤",): ("T",),
    ("OPEN_PAREN:(", "WORD:T", "CLOSE_PAREN:)"): ("T",),
    ("OPEN_PAREN:(", "TRANSPOSE:⊤", "CLOSE_PAREN:)"): ("T",),
    ("OPEN_PAREN:(", "MINUS:-", "WORD:T", "CLOSE_PAREN:)"): ("-1", "T"),
    ("OPEN_PAREN:(", "MINUS:-", "TRANSPOSE:⊤", "CLOSE_PAREN:)"): ("-1", "T"),
}
"""What may stand after ^ where no power is meant."""


def _transposed(
    signs: Sequence[Sign], place: int, names: Names, source: str
) -> tuple[list[tuple[str, str]], int]:
    """What ^T means, and the place after it; nothing where it is a power."""
    texts = [f"{sign.kind}:{sign.text}" for sign in signs[place : place + 4]]
    _check_layer_index(signs, place, source)
    for form, meant in _UP.items():
        if tuple(texts[: len(form)]) == form:
            if "WORD:T" in form:
                span = (signs[place - 1].start, signs[place + len(form) - 1].end)
                _check_transpose(names, source, span)
            kinds = [("TRANSPOSE", t) if t == "T" else ("SUPERSCRIPT", t) for t in meant]
            return kinds, place + len(form)
    return [], place


def _check_transpose(names: Names, source: str, span: tuple[int, int]) -> None:
    if names.is_variable("T"):
        what = "'T' is an input here, so ^T could be a power or the transpose"
        hint = "write .T for the transpose, give the power another name"
        raise BackpropError(what, source, span, hint)


def _check_layer_index(signs: Sequence[Sign], place: int, source: str) -> None:
    """Refuse W^{(1)} and a^[1]: some notes number layers so, and others take powers."""
    kinds = [sign.kind for sign in signs[place : place + 5]]
    doubled = kinds[:5] == ["OPEN_PAREN", "OPEN_PAREN", "NUMBER", "CLOSE_PAREN", "CLOSE_PAREN"]
    squared = kinds[:3] == ["OPEN_BRACKET", "NUMBER", "CLOSE_BRACKET"]
    if (doubled or squared) and place >= 2:
        owner, number = signs[place - 2].text, signs[place + (2 if doubled else 1)].text
        span = (signs[place - 1].start, signs[place + (4 if doubled else 2)].end)
        what = f"'{source[slice(*span)]}' could be the number of a layer or a power"
        raise BackpropError(what, source, span, f"write {owner}_{number} or {owner}^{number}")
