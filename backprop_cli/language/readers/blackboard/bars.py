"""Bars as absolute values and norms, angles as dot products: |x|, ‖x‖₁, ⟨a, b⟩."""

from collections.abc import Sequence

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.blackboard.scan import Sign

ENDS = {
    *("NUMBER", "NAME", "FRACTION", "RAISED", "LOWERED", "SUPERSCRIPT", "TRANSPOSE"),
    *("CLOSE_PAREN", "CLOSE_BRACKET", "CLOSE_BARS", "CLOSE_ANGLE"),
}
"""What a value ends with."""


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
            ends = before in ENDS or (before in ("BAR", "BARS") and place - 1 in pairs.values())
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
