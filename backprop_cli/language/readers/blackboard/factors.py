"""Put the products in that are not written, 2x, 3(a+b), xᵀAx, and ask where one is unclear."""

from collections.abc import Sequence

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.blackboard.scan import Sign, is_tight

_ENDS = {"NUMBER", "NAME", "CLOSE_PAREN", "CLOSE_BRACKET", "SUPERSCRIPT", "TRANSPOSE"}
_STARTS = {"NUMBER", "NAME", "CALL", "OPEN_PAREN", "ROOT", "OPEN_LIST"}


def with_products(signs: Sequence[Sign], source: str) -> list[Sign]:
    """The signs with an IMPLIED one between two factors that stand side by side.

    Raises:
        BackpropError: where what stands below a fraction's line is unclear, x/2y.
    """
    found: list[Sign] = []
    for sign in signs:
        if found and found[-1].kind in _ENDS and sign.kind in _STARTS:
            found.append(Sign("IMPLIED", "\u2062", sign.start, sign.start))
        found.append(sign)
    _check_fractions(found, source)
    return found


def factor_end(signs: Sequence[Sign], start: int) -> int:
    """The place after the factor that begins at `start`, with its powers and indices."""
    place = start
    while place < len(signs) and signs[place].kind in ("MINUS", "PLUS", "ROOT"):
        place += 1
    if place < len(signs) and signs[place].kind == "CALL":
        place += 1
    place = _past_group(signs, place)
    while place < len(signs) and signs[place].kind in (
        "SUPERSCRIPT",
        "TRANSPOSE",
        "POWER",
        "OPEN_BRACKET",
    ):
        if signs[place].kind == "POWER":
            place = factor_end(signs, place + 1)
        elif signs[place].kind == "OPEN_BRACKET":
            place = _past_group(signs, place)
        else:
            place += 1
    return place


def factor_start(signs: Sequence[Sign], end: int) -> int:
    """The place where the factor begins whose last sign stands before `end`."""
    place = end - 1
    while place >= 0 and signs[place].kind in ("SUPERSCRIPT", "TRANSPOSE"):
        place -= 1
    if place >= 0 and signs[place].kind.startswith("CLOSE"):
        depth = 0
        while place >= 0:
            depth += signs[place].kind.startswith("CLOSE") - signs[place].kind.startswith("OPEN")
            if depth == 0:
                break
            place -= 1
    if place > 0 and signs[place - 1].kind in ("CALL", "ROOT"):
        place -= 1
    if place > 1 and signs[place - 1].kind == "POWER":
        return factor_start(signs, place - 1)
    return max(place, 0)


def _past_group(signs: Sequence[Sign], place: int) -> int:
    """The place after a single sign, or after the brackets that open here."""
    depth = 0
    while place < len(signs):
        kind = signs[place].kind
        depth += kind.startswith("OPEN") - kind.startswith("CLOSE")
        place += 1
        if depth <= 0:
            break
    return place


def _check_fractions(signs: Sequence[Sign], source: str) -> None:
    for place, sign in enumerate(signs):
        if sign.kind == "DIVIDE":
            end = factor_end(signs, place + 1)
            if end < len(signs) and signs[end].kind == "IMPLIED":
                _check_fraction(signs, place, end, source)
        elif sign.kind == "ROOT" and place + 2 < len(signs):
            number, implied = signs[place + 1 : place + 3]
            if number.kind == "NUMBER" and implied.kind == "IMPLIED" and is_tight(number, implied):
                _ask_about_root(signs, place, source)


def _check_fraction(signs: Sequence[Sign], line: int, end: int, source: str) -> None:
    """See that the denominator is clear: one factor, from which what follows stands apart."""
    start = factor_start(signs, line)
    above, below, after = signs[start:line], signs[line + 1 : end], signs[end + 1]
    if not above or not below:
        return  # The parser says what is missing.
    apart = not is_tight(below[-1], after)
    numbers = all(len(part) == 1 and part[0].kind == "NUMBER" for part in (above, below))
    # 1/2 x, 1/2(a+b), 1/2‖x‖ and 1/n Σ: the fraction is a factor of its own.
    compact = is_tight(above[-1], signs[line]) and is_tight(signs[line], below[0])
    if compact and apart:
        return
    if numbers and not source[after.start].isalnum():
        return
    until = factor_end(signs, end + 1)
    top, bottom, rest = (
        source[part[0].start : part[-1].end].strip()
        for part in (above, below, signs[end + 1 : until])
    )
    first, second = f"({top}/{bottom})*{rest}", f"{top}/({bottom}*{rest})"
    span = (above[0].start, signs[until - 1].end)
    what = f"'{source[slice(*span)]}' could mean {first} or {second}"
    raise BackpropError(what, source, span, f"write {first} or {second}")


def _ask_about_root(signs: Sequence[Sign], place: int, source: str) -> None:
    until = factor_end(signs, place + 3)
    number, rest = signs[place + 1].text, source[signs[place + 3].start : signs[until - 1].end]
    first, second = f"√({number})*{rest}", f"√({number}*{rest})"
    span = (signs[place].start, signs[until - 1].end)
    what = f"'{source[slice(*span)]}' could mean {first} or {second}"
    raise BackpropError(what, source, span, f"write {first} or {second}")
