"""Square brackets: an index, a list, or those of a product."""

from collections.abc import Sequence

from backprop_cli.language.readers.blackboard.bars import ENDS
from backprop_cli.language.readers.blackboard.names import Names
from backprop_cli.language.readers.blackboard.scan import Sign


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
        if after is not None and after.kind in ENDS:
            is_product = not _is_index(inside) and not _is_condition(after, inside)
        else:
            is_product = _is_single(inside) and _is_factor(signs, start, end)
        if is_product:
            found[start] = signs[start].as_("OPEN_PAREN", "(")
            found[end] = signs[end].as_("CLOSE_PAREN", ")")
        elif after is None or after.kind not in ENDS:
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
