"""Comparisons as numbers: 1(x < 0), 1_{x<0} and (x < 0)."""

from collections.abc import Sequence

from backprop_cli.language.readers.blackboard.scan import Sign


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
