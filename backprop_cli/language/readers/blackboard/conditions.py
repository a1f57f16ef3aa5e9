"""`a if x > 0 else b`, as where(x > 0, a, b)."""

from collections.abc import Sequence

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.blackboard.scan import Sign

_BOUNDS = ("SEPARATOR", "COMMA", "EQUALS")


def with_choices(signs: Sequence[Sign], source: str) -> list[Sign]:
    """The signs with each choice as a call of `where`; the last comes first, so that they nest.

    Raises:
        BackpropError: where an `if` has no `else`.
    """
    found = list(signs)
    for place in reversed(range(len(found))):
        if found[place].kind == "KEYWORD" and found[place].text == "if":
            found = _chosen(found, place, source)
    stray = next((sign for sign in found if sign.kind == "KEYWORD"), None)
    if stray is not None:
        raise BackpropError("this else has no if", source, (stray.start, stray.end))
    return found


def _chosen(signs: list[Sign], place: int, source: str) -> list[Sign]:
    start, end = _edge(signs, place, -1), _edge(signs, place, 1)
    word = signs[place]
    middle = _else(signs, place, end)
    if middle is None:
        what, hint = "an if needs an else", "write a if x > 0 else b"
        raise BackpropError(what, source, (word.start, word.end), hint)
    first, condition, second = (
        signs[start:place],
        signs[place + 1 : middle],
        signs[middle + 1 : end],
    )
    comma = word.as_("COMMA", ",")
    call = [word.as_("CALL", "where"), word.as_("OPEN_PAREN", "(")]
    inside = [*_within_bounds(condition), comma, *first, comma, *second]
    return [*signs[:start], *call, *inside, word.as_("CLOSE_PAREN", ")"), *signs[end:]]


def _within_bounds(condition: Sequence[Sign]) -> list[Sign]:
    """-1 <= x <= 1 as 1[-1 <= x] * 1[x <= 1]; any other condition as it is."""
    places = [place for place, sign in enumerate(condition) if sign.kind == "COMPARE"]
    if len(places) != 2:
        return list(condition)
    first, second = places
    sign = condition[first]
    middle = condition[first + 1 : second]
    parts = ([*condition[:first], sign, *middle], [*middle, *condition[second:]])
    one, opening, closing = (
        sign.as_("NUMBER", "1"),
        sign.as_("OPEN_BRACKET", "["),
        sign.as_("CLOSE_BRACKET", "]"),
    )
    left, right = ([one, opening, *part, closing] for part in parts)
    return [*left, sign.as_("TIMES", "*"), *right]


def _edge(signs: Sequence[Sign], place: int, step: int) -> int:
    """How far the choice reaches: to the bracket around it, or to the end of the step."""
    depth, at = 0, place
    while 0 <= at < len(signs):
        kind = signs[at].kind
        depth += step * (kind.startswith("OPEN") - kind.startswith("CLOSE"))
        after_else = step < 0 and kind == "KEYWORD" and signs[at].text == "else"
        if depth < 0 or (depth == 0 and (kind in _BOUNDS or after_else)):
            break
        at += step
    return at if step > 0 else at + 1


def _else(signs: Sequence[Sign], place: int, end: int) -> int | None:
    depth = 0
    for at in range(place + 1, end):
        kind = signs[at].kind
        depth += kind.startswith("OPEN") - kind.startswith("CLOSE")
        if depth == 0 and kind == "KEYWORD" and signs[at].text == "else":
            return at
    return None
