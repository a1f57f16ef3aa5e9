"""What stands below and above Σ and Π: the index and its range; and how far the sum reaches."""

from collections.abc import Sequence
from typing import NamedTuple

from backprop_cli.language.counts import Counts
from backprop_cli.language.readers.blackboard.names import Names
from backprop_cli.language.readers.blackboard.scan import Sign, scan


class IndexRange(NamedTuple):
    """What stands below and above the sign: the index, where it begins and ends, what it skips."""

    letter: str
    first: int | None = None
    """Its first value as written; None for all elements."""
    last: int | None = None
    fewer: int = 0
    """Where its last value is not known: how many fewer than there are elements, n - 1."""
    skipped: str = ""
    """The index or number that it never equals."""


def one_index_each(signs: Sequence[Sign]) -> list[Sign]:
    """Σ_{i,j} as Σ_i Σ_j."""
    found: list[Sign] = []
    place = 0
    while place < len(signs):
        sign = signs[place]
        letters, end = "", place + 1
        if sign.kind == "SUM" and end < len(signs) and signs[end].kind == "LOWERED":
            letters, end = signs[end].text.lstrip("_"), end + 1
        elif sign.kind == "SUM" and end < len(signs) and signs[end].kind == "UNDERSCORE":
            below, end = _group(signs, end + 1)
            if all(s.kind in ("WORD", "NAME", "COMMA") for s in below):
                letters = "".join(s.text for s in below if s.kind != "COMMA")
        if len(letters) > 1 and letters.isalpha():
            for letter in letters:
                found += [sign, sign.as_("LOWERED", f"_{letter}")]
            place = end
        else:
            found.append(sign)
            place += 1
    return found


def body_end(signs: Sequence[Sign], place: int) -> int:
    """A sum reaches to the next plus or minus outside of brackets."""
    depth, start = 0, place
    while place < len(signs):
        kind = signs[place].kind
        depth += kind.startswith("OPEN") - kind.startswith("CLOSE")
        ends = kind in ("PLUS", "MINUS") and place > start and _is_binary(signs, place)
        if depth < 0 or (
            depth == 0 and (ends or kind in ("SEPARATOR", "COMMA", "COMPARE", "EQUALS", "KEYWORD"))
        ):
            return place
        place += 1
    return place


_OPERATORS = ("TIMES", "DOT", "DIVIDE", "MATMUL", "POWER", "PLUS", "MINUS")


def _is_binary(signs: Sequence[Sign], place: int) -> bool:
    return signs[place - 1].kind not in _OPERATORS


def _group(signs: Sequence[Sign], place: int) -> tuple[list[Sign], int]:
    """What stands in brackets at a place, or the single sign there, and the place after it."""
    if place < len(signs) and signs[place].kind == "OPEN_PAREN":
        depth = 0
        for end in range(place, len(signs)):
            depth += signs[end].kind.startswith("OPEN") - signs[end].kind.startswith("CLOSE")
            if depth == 0:
                return list(signs[place + 1 : end]), end + 1
    return list(signs[place : place + 1]), place + 1


def is_count(text: str) -> bool:
    """Whether it is a whole number that can count elements."""
    return text.isdecimal() and len(text) < 10


def index_range(signs: Sequence[Sign], counts: Counts) -> tuple[IndexRange | None, int]:
    """The range of the sum that begins here, and the place where its body begins.

    Raises:
        ValueError: where what stands below it is no range.
    """
    if len(signs) > 1 and signs[1].kind == "LOWERED":
        below, place = scan(signs[1].text.lstrip("_")), 2
    elif len(signs) > 2 and signs[1].kind == "UNDERSCORE":
        below, place = _group(signs, 2)
    else:
        return None, 1
    above: list[Sign] = []
    if place < len(signs) and signs[place].kind == "POWER":
        above, place = _group(signs, place + 1)
    elif place < len(signs) and signs[place].kind == "SUPERSCRIPT":
        above, place = [signs[place]], place + 1
    last, fewer = _last(above, counts)
    match [sign.text for sign in below]:
        case [index]:
            return IndexRange(index, None, last, fewer), place
        case [index, "=", first] if is_count(first):
            return IndexRange(index, int(first), last, fewer), place
        case [index, "!=", other] if not above:
            return IndexRange(index, skipped=other), place
    raise ValueError("no range")


def _last(above: Sequence[Sign], counts: Counts) -> tuple[int | None, int]:
    """The last value of the index; None where it is as many as there are, less a number."""
    match [sign.text for sign in above]:
        case []:
            return None, 0
        case [number] if is_count(number):
            return int(number), 0
        case [name] if name.isidentifier():
            return counts.get(name), 0
        case [name, "-", number] if name.isidentifier() and is_count(number):
            last = counts.get(name)
            return (None if last is None else last - int(number)), int(number)
    raise ValueError("no range")


def with_extremes(signs: Sequence[Sign], names: Names) -> list[Sign]:
    """max_i x_i as the sign Σ is: an index below it, and what it goes through behind it."""
    found: list[Sign] = []
    for place, sign in enumerate(signs):
        word, _, index = sign.text.partition("_")
        after = signs[place + 1].kind if place + 1 < len(signs) else ""
        is_extreme = sign.kind == "WORD" and word in EXTREMES and not names.is_variable(sign.text)
        if is_extreme and (index or after in ("UNDERSCORE", "LOWERED")):
            found.append(sign.as_("SUM", word))
            found += [sign.as_("LOWERED", f"_{index}")] if index else []
        else:
            found.append(sign)
    return found


EXTREMES = ("max", "min")
"""Functions that go through the values of an index, as a sum does."""


def index_letters(signs: Sequence[Sign]) -> set[str]:
    """The indices that stand below sums: x_i in them is no element by an input i."""
    found: set[str] = set()
    for place, sign in enumerate(signs[:-1]):
        if sign.kind == "SUM":
            below, _ = _group(signs, place + 2)
            if signs[place + 1].kind == "LOWERED":
                below = scan(signs[place + 1].text.lstrip("_"))
            elif signs[place + 1].kind != "UNDERSCORE":
                continue
            for before, part in zip([None, *below], below, strict=False):
                if part.kind == "WORD" and (before is None or before.kind == "COMMA"):
                    found |= {part.text, *part.text}
    return found


def with_places(signs: Sequence[Sign]) -> list[Sign]:
    """Where a sum has the index i: x_{i+1} as one name, y^{(i)} and y⁽ⁱ⁾ as y_i."""
    letters = index_letters(signs)
    found: list[Sign] = []
    place = 0
    while place < len(signs):
        before = found[-1] if found else None
        texts = [sign.text for sign in signs[place : place + 7]]
        below, length = "", 0
        match texts:
            case ["_", "(", letter, "+" | "-" as sign, number, ")", *_] if is_count(number):
                below, length = f"{letter}{sign}{number}", 6
            case ["^", "(", "(", letter, ")", ")", *_]:
                below, length = letter, 6
            case [raised, *_] if signs[place].kind == "RAISED" and raised[:1] == "(":
                letter = below = raised[1:-1]
                length = 1
            case _:
                letter = ""
        if before is not None and before.kind == "WORD" and letter in letters:
            found[-1] = Sign(
                "WORD", f"{before.text}_{below}", before.start, signs[place + length - 1].end
            )
            place += length
        else:
            found.append(signs[place])
            place += 1
    return found
