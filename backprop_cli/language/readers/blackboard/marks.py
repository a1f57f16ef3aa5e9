"""Raised and lowered letters, bars, brackets and fractions, as formulas here have them."""

import unicodedata
from collections.abc import Sequence

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.blackboard.names import Names
from backprop_cli.language.readers.blackboard.scan import Sign, scan

_ENDS = {
    *("NUMBER", "NAME", "FRACTION", "RAISED", "LOWERED", "SUPERSCRIPT", "TRANSPOSE"),
    *("CLOSE_PAREN", "CLOSE_BRACKET", "CLOSE_BARS", "CLOSE_ANGLE"),
}


def with_raised(signs: Sequence[Sign], names: Names, source: str) -> list[Sign]:
    """x², Aᵀ, A^T, A^{-T}, eˣ and ½ as powers, transposes and fractions."""
    found: list[Sign] = []
    place = 0
    while place < len(signs):
        sign = signs[place]
        place += 1
        if sign.kind == "RAISED":
            found += _raised(sign)
        elif sign.kind == "FRACTION":
            found += _fraction(sign, found, source)
        elif sign.kind == "POWER":
            transposed, place = _transposed(signs, place, names, source)
            end = signs[place - 1].end
            found += [Sign(kind, text, sign.start, end) for kind, text in transposed] or [sign]
        else:
            found.append(sign)
    return found


def _raised(sign: Sign) -> list[Sign]:
    text = sign.text
    if text.removeprefix("-").isdecimal():
        return [sign.as_("SUPERSCRIPT")]
    if text in ("T", "-T"):
        return [sign.as_("SUPERSCRIPT", "-1")] * (len(text) - 1) + [sign.as_("TRANSPOSE")]
    inside = [sign.as_(part.kind, part.text) for part in scan(text)]
    return [sign.as_("POWER"), sign.as_("OPEN_PAREN", "("), *inside, sign.as_("CLOSE_PAREN", ")")]


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
            if "WORD:T" in form and names.is_variable("T"):
                span = (signs[place - 1].start, signs[place + len(form) - 1].end)
                what = "'T' is an input here, so ^T could be a power or the transpose"
                raise BackpropError(
                    what, source, span, "write .T for the transpose, ^(T) … for a power"
                )
            kinds = [("TRANSPOSE", t) if t == "T" else ("SUPERSCRIPT", t) for t in meant]
            return kinds, place + len(form)
    return [], place


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


def with_bars(signs: Sequence[Sign], source: str) -> list[Sign]:
    """|x| as abs(x), ‖x‖ as a norm, ‖x‖₁ as norm_1(x), ⟨a, b⟩ as dot(a, b).

    Raises:
        BackpropError: where a bar has no other.
    """
    if not any(sign.kind in ("BAR", "BARS") or "ANGLE" in sign.kind for sign in signs):
        return list(signs)
    typed, paired = signs, _paired(signs)
    if paired is None:
        halves: list[Sign] = []
        for sign in signs:
            if sign.kind == "BARS" and sign.text == "||":
                halves += [Sign("BAR", "|", sign.start, sign.start + 1)]
                halves += [Sign("BAR", "|", sign.start + 1, sign.end)]
            else:
                halves.append(sign)
        paired, signs = _paired(halves), halves
    if paired is None:
        bar = next((sign for sign in typed if sign.kind in ("BAR", "BARS")), typed[0])
        raise BackpropError(f"this '{bar.text}' is never closed", source, (bar.start, bar.end))
    return _spelt_bars(signs, paired, source)


def _paired(signs: Sequence[Sign]) -> dict[int, int] | None:
    """Which bar closes which: place of the opening -> of the closing one; None if some do not."""
    pairs: dict[int, int] = {}
    open_: list[int] = []
    for place, sign in enumerate(signs):
        if sign.kind.startswith("OPEN"):
            open_.append(place)
        elif sign.kind.startswith("CLOSE"):
            if not open_ or not signs[open_.pop()].kind.startswith("OPEN"):
                return None
        elif sign.kind in ("BAR", "BARS"):
            top = signs[open_[-1]].kind if open_ else ""
            before = signs[place - 1].kind if place else ""
            ends = before in _ENDS or (before in ("BAR", "BARS") and place - 1 in pairs.values())
            if ends and top == sign.kind:
                pairs[open_.pop()] = place
            else:
                open_.append(place)
    return None if any(signs[place].kind in ("BAR", "BARS") for place in open_) else pairs


_NORMS = {"": "norm", "1": "norm_1", "2": "norm_2", "F": "norm_F"}


def _spelt_bars(signs: Sequence[Sign], pairs: dict[int, int], source: str) -> list[Sign]:
    opened = {end: start for start, end in pairs.items()}
    found: list[Sign] = []
    for place, sign in enumerate(signs):
        if place in pairs:
            name = "abs" if sign.kind == "BAR" else _norm_named(signs, pairs[place], source)
            found += [sign.as_("CALL", name), sign.as_("OPEN_PAREN", "(")]
        elif sign.kind == "OPEN_ANGLE":
            found += [sign.as_("CALL", "dot"), sign.as_("OPEN_PAREN", "(")]
        elif place in opened or sign.kind == "CLOSE_ANGLE":
            found.append(sign.as_("CLOSE_PAREN", ")"))
        elif not (sign.kind == "LOWERED" and place - 1 in opened):
            found.append(sign)
    return found


def _norm_named(signs: Sequence[Sign], closing: int, source: str) -> str:
    """The function that a norm is, by what stands below its closing bars."""
    below = signs[closing + 1] if closing + 1 < len(signs) else None
    if below is None or below.kind != "LOWERED":
        return "norm"
    index = below.text.lstrip("_")
    if index not in _NORMS:
        what = f"there is no norm with the index '{index}' here"
        hint = "write ‖x‖₁, ‖x‖₂ or, of a matrix, ‖A‖_F"
        raise BackpropError(what, source, (below.start, below.end), hint)
    return _NORMS[index]


def with_brackets(signs: Sequence[Sign], names: Names) -> list[Sign]:
    """[ ] as an index, as a list, or as the brackets of a product: 4ε[(σ/r)¹² − (σ/r)⁶]."""
    closing: dict[int, int] = {}
    open_: list[int] = []
    for place, sign in enumerate(signs):
        if sign.kind.startswith("OPEN"):
            open_.append(place)
        elif sign.kind.startswith("CLOSE") and open_:
            closing[open_.pop()] = place
    found = list(signs)
    for start, end in closing.items():
        if signs[start].kind != "OPEN_BRACKET" or signs[end].kind != "CLOSE_BRACKET":
            continue
        inside = signs[start + 1 : end]
        after = signs[start - 1] if start else None
        if after is not None and after.kind in _ENDS:
            is_product = not _is_index(inside) and not _is_condition(after, inside)
        else:
            is_product = _is_single(inside) and _is_factor(signs, start, end)
        if is_product:
            found[start] = signs[start].as_("OPEN_PAREN", "(")
            found[end] = signs[end].as_("CLOSE_PAREN", ")")
        elif after is None or after.kind not in _ENDS:
            found[start] = signs[start].as_("OPEN_LIST")
    return found


def _is_index(inside: Sequence[Sign]) -> bool:
    kinds = {sign.kind for sign in inside}
    is_name = len(inside) == 1 and inside[0].kind == "NAME"
    whole = all("." not in sign.text for sign in inside)
    return is_name or (kinds <= {"NUMBER", "MINUS", "COMMA", "COLON"} and whole)


def _is_condition(before: Sign, inside: Sequence[Sign]) -> bool:
    return before.text == "1" and any(sign.kind == "COMPARE" for sign in inside)


def _is_single(inside: Sequence[Sign]) -> bool:
    """Whether no comma stands between the brackets themselves."""
    depth = 0
    for sign in inside:
        depth += sign.kind.startswith("OPEN") - sign.kind.startswith("CLOSE")
        if depth == 0 and sign.kind == "COMMA":
            return False
    return bool(inside)


def _is_factor(signs: Sequence[Sign], start: int, end: int) -> bool:
    """Whether brackets are multiplied or raised, as no list of one element is."""
    before = signs[start - 1].kind if start else ""
    after = signs[end + 1].kind if end + 1 < len(signs) else ""
    raised = after in ("SUPERSCRIPT", "POWER", "OPEN_PAREN", "NAME", "CALL", "NUMBER")
    if raised or before == "ROOT":
        return True
    inside = {sign.kind for sign in signs[start + 1 : end]}
    is_sum = bool(inside & _OPERATORS) and inside != {"NUMBER", "MINUS"}
    return is_sum and (before in _OPERATORS or after in _OPERATORS)


_OPERATORS = {"PLUS", "MINUS", "TIMES", "DOT", "DIVIDE"}


def _without_lowered(signs: Sequence[Sign]) -> list[Sign]:
    """The signs without the line below of 1_{x<0}."""
    return [
        sign
        for place, sign in enumerate(signs)
        if not (
            sign.kind == "UNDERSCORE"
            and place
            and signs[place - 1].text in _ONES
            and signs[place + 1 : place + 2]
            and signs[place + 1].kind == "OPEN_PAREN"
        )
    ]


_ONES = ("1", "𝟙", "𝟏")


def _with_ones(signs: Sequence[Sign]) -> list[Sign]:
    """A one before each bracket that holds a comparison: (x > 0) * y is 1(x > 0) * y."""
    found: list[Sign] = []
    for place, sign in enumerate(signs):
        before = signs[place - 1] if place else None
        plain = before is None or (
            before.kind not in ("CALL", "KEYWORD", "SUM", "UNDERSCORE") and before.text not in _ONES
        )
        if sign.kind == "OPEN_PAREN" and plain and _compares(signs, place):
            found.append(sign.as_("NUMBER", "1"))
        found.append(sign)
    return found


def _compares(signs: Sequence[Sign], start: int) -> bool:
    """Whether a comparison stands in the brackets that open here, and nothing around it."""
    depth = 0
    found = False
    for sign in signs[start:]:
        depth += sign.kind.startswith("OPEN") - sign.kind.startswith("CLOSE")
        found = found or (depth == 1 and sign.kind == "COMPARE")
        if depth == 0 or (depth == 1 and sign.kind in ("KEYWORD", "COMMA", "EQUALS")):
            return found and depth == 0
    return False


def with_indicators(signs: Sequence[Sign]) -> list[Sign]:
    """1(x<0) and 1_{x<0} as 1[x<0], and (x<0) too, where it is a number."""
    found = _without_lowered(signs)
    found = _with_ones(found)
    signs = tuple(found)
    for place in range(len(signs) - 1):
        one, bracket = signs[place : place + 2]
        if one.text not in ("1", "𝟙", "𝟏") or bracket.kind != "OPEN_PAREN":
            continue
        depth, end, compares = 0, place + 1, False
        while end < len(signs):
            depth += signs[end].kind.startswith("OPEN") - signs[end].kind.startswith("CLOSE")
            compares = compares or (depth == 1 and signs[end].kind == "COMPARE")
            if depth == 0:
                break
            end += 1
        if compares and end < len(signs):
            found[place] = one.as_("NUMBER", "1")
            found[place + 1] = bracket.as_("OPEN_BRACKET", "[")
            found[end] = signs[end].as_("CLOSE_BRACKET", "]")
    return found
