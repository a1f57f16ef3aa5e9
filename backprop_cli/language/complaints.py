"""Explain why a formula cannot be read: what is missing, and what was probably meant."""

from backprop_cli.errors import BackpropError
from backprop_cli.language.lexer import KIND, Tokens

_OPENING = {KIND["OPEN_PAREN"]: "(", KIND["OPEN_BRACKET"]: "["}
_CLOSING = {KIND["CLOSE_PAREN"]: ")", KIND["CLOSE_BRACKET"]: "]"}
_PARTNER = {"(": ")", "[": "]"}
_STARTS = {KIND[name] for name in ("NUMBER", "NAME", "OPEN_PAREN", "OPEN_BRACKET", "ROOT")}
_ENDS = {
    KIND[name]
    for name in ("NUMBER", "NAME", "CLOSE_PAREN", "CLOSE_BRACKET", "TRANSPOSE", "SUPERSCRIPT")
}
_AFTER = {KIND["SUPERSCRIPT"], KIND["TRANSPOSE"]}
_SIGNS = {KIND[n] for n in ("PLUS", "MINUS", "TIMES", "DIVIDE", "MATMUL", "POWER", "COMPARE")}

LONGEST_SUGGESTION = 40
"""Characters of the longest product that a hint writes out."""


def syntax_error(tokens: Tokens, position: int) -> BackpropError:
    """The error for a parser that could not go on at token number `position`."""
    if not [kind for kind in tokens.kinds if kind != KIND["SEPARATOR"]]:
        return BackpropError("the formula is empty", hint="write for example (x+y)*z")
    message, place, hint = _explain(tokens, position)
    return BackpropError(message, tokens.source, place, hint)


def _explain(tokens: Tokens, position: int) -> tuple[str, tuple[int, int], str | None]:
    """What is wrong, where, and a hint: the most telling reason first."""
    here = tokens.span(position)
    unbalanced = _unbalanced(tokens, position)
    if unbalanced:
        return unbalanced
    at_end = position >= len(tokens.kinds)
    kind = 0 if at_end else tokens.kinds[position]
    before = tokens.kinds[position - 1] if position else KIND["SEPARATOR"]
    if kind in _STARTS and before in _ENDS:
        return "an operator is missing here", here, _product(tokens, position)
    if kind == KIND["EQUALS"]:
        return "only a name can stand on the left of '='", here, "name a step: q = x + y"
    if kind == KIND["COMPARE"]:
        return "a comparison has no gradient", here, "use max, min, relu or abs"
    if kind == KIND["COMMA"]:
        hint = "a list is written [1, 5], a decimal number 1.5"
        return "a comma separates arguments inside brackets only", here, hint
    if at_end or kind in (KIND["SEPARATOR"], *_CLOSING):
        return f"a value is missing after '{_said(tokens, position - 1)}'", here, None
    if kind in _SIGNS and (before in _SIGNS or before not in _ENDS):
        return f"a value is missing before '{tokens.text(position)}'", here, None
    return f"'{tokens.text(position)}' cannot stand here", here, None


def _said(tokens: Tokens, position: int) -> str:
    return tokens.text(position) if position >= 0 else ""


def _unbalanced(tokens: Tokens, position: int) -> tuple[str, tuple[int, int], str | None] | None:
    """A bracket that closes nothing, or that nothing closes."""
    open_at: list[int] = []
    for place, kind in enumerate(tokens.kinds):
        if kind in _OPENING:
            open_at.append(place)
        elif kind in _CLOSING:
            bracket = _CLOSING[kind]
            if not open_at:
                if place > position:
                    return None
                return f"this '{bracket}' closes nothing", tokens.span(place), None
            partner = _PARTNER[_OPENING[tokens.kinds[open_at.pop()]]]
            if partner != bracket:
                if place > position:
                    return None
                return f"this '{bracket}' should be '{partner}'", tokens.span(place), None
    if position >= len(tokens.kinds) and tokens.kinds.count(KIND["BARS"]) % 2:
        last = len(tokens.kinds) - 1 - tokens.kinds[::-1].index(KIND["BARS"])
        return f"this '{tokens.text(last)}' is never closed", tokens.span(last), None
    # What is never closed is to blame only if the parser got to the end for want of it.
    if open_at and position >= len(tokens.kinds):
        bracket = _OPENING[tokens.kinds[open_at[-1]]]
        return f"this '{bracket}' is never closed", tokens.span(open_at[-1]), None
    return None


def _product(tokens: Tokens, position: int) -> str:
    """The product that `2x`, `2(x+1)` or `(x+1)(y+2)` probably meant."""
    first, last = _start_of(tokens, position - 1), _end_of(tokens, position)
    left = tokens.source[tokens.starts[first] : tokens.ends[position - 1]]
    right = tokens.source[tokens.starts[position] : tokens.ends[last]]
    if len(left) + len(right) > LONGEST_SUGGESTION:
        return "did you mean a product? write * between the two"
    return f"did you mean {left}*{right}?"


def _start_of(tokens: Tokens, position: int) -> int:
    """The first token of the operand that ends at `position`: of x², of f(x)."""
    while position and tokens.kinds[position] in _AFTER:
        position -= 1
    first = _matching(tokens, position, -1)
    called = first != position and first and tokens.kinds[first - 1] == KIND["NAME"]
    return first - 1 if called else first


def _end_of(tokens: Tokens, position: int) -> int:
    """The last token of the operand that begins at `position`."""
    called = tokens.kinds[position] == KIND["NAME"] and tokens.kinds[
        position + 1 : position + 2
    ] == [KIND["OPEN_PAREN"]]
    return _matching(tokens, position + called, +1)


def _matching(tokens: Tokens, position: int, step: int) -> int:
    """The other end of the bracket at `position`, or `position` where there is none."""
    depth = 0
    place = position
    while 0 <= place < len(tokens.kinds):
        kind = tokens.kinds[place]
        depth += (kind in _OPENING) - (kind in _CLOSING)
        if depth == 0:
            return place
        place += step
    return position
