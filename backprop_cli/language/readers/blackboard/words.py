"""Say of each word what it is: a variable, a function that is called, or names side by side."""

from collections.abc import Sequence

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.blackboard.names import Names
from backprop_cli.language.readers.blackboard.scan import Sign


def with_names(signs: Sequence[Sign], names: Names, source: str) -> list[Sign]:
    """Words as NAME, CALL (a function that is called) or KEYWORD (if, else).

    Raises:
        BackpropError: where a word can be read in two ways.
    """
    found: list[Sign] = []
    for place, sign in enumerate(signs):
        if sign.kind != "WORD":
            found.append(sign)
            continue
        after = signs[place + 1] if place + 1 < len(signs) else None
        is_called = after is not None and after.kind == "OPEN_PAREN"
        if sign.text in ("if", "else"):
            found.append(sign.as_("KEYWORD"))
        elif is_called and _is_keyword(signs, place):
            found.append(sign.as_("NAME"))
        elif after is not None and after.kind == "UNDERSCORE":
            what = f"what stands below {sign.text} is no name"
            hint = f"write a name, such as {sign.text}_prev, or an element {sign.text}[0]"
            raise BackpropError(what, source, (sign.start, after.end), hint)
        else:
            found += _named(sign, names, is_called, source)
    return found


def _is_keyword(signs: Sequence[Sign], place: int) -> bool:
    """Whether a word names an argument: axis in sum(x, axis=0)."""
    return place + 1 < len(signs) and signs[place + 1].kind == "EQUALS"


def _named(sign: Sign, names: Names, is_called: bool, source: str) -> list[Sign]:
    word = sign.text
    function = names.function(word)
    if names.is_variable(word):
        if function is not None and is_called:
            span = (sign.start, sign.end)
            what = f"'{word}' is an input here, and a function as well"
            raise BackpropError(what, source, span, f"write {word}*(…) or {function}(…)")
        return [sign.as_("NAME", names.variable(word))]
    if function is not None:
        return [sign.as_("CALL", function)]
    if word.startswith(("argmax_", "argmin_")):
        what = f"'{word}' of elements is not read"
        over = word[3:6]
        hint = f"a place has no gradient: for the value there write {over}(x)"
        raise BackpropError(what, source, (sign.start, sign.end), hint)
    ways = names.splits(word)
    if not ways:
        # Nobody knows it: where it is called, whoever builds the formula says so.
        return [sign.as_("CALL" if is_called else "NAME")]
    if len(ways) > 1:
        first, second = ("*".join(way) for way in ways)
        what = f"'{word}' could mean {first} or {second}"
        hint = f"write {first} or {second}"
        raise BackpropError(what, source, (sign.start, sign.end), hint)
    (pieces,) = ways
    return [_piece(sign, piece, pieces, names) for piece in pieces]


def _piece(sign: Sign, piece: str, pieces: list[str], names: Names) -> Sign:
    start = sign.start
    for other in pieces:
        if other is piece:
            break
        start += len(other)
    function = None if names.is_variable(piece) else names.function(piece)
    # Where letters were respelt, places inside a word are not known: all of it is meant.
    exact = sum(map(len, pieces)) == sign.end - sign.start
    span = (start, start + len(piece)) if exact else (sign.start, sign.end)
    if function is not None:
        return Sign("CALL", function, *span)
    return Sign("NAME", names.variable(piece), *span)
