"""Explain why a formula cannot be read: what is missing, and what was probably meant."""

import re
from typing import NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.language.characters import of_a_norm
from backprop_cli.language.lexer import KIND, SUPERSCRIPTS, Tokens
from backprop_cli.language.problems import SyntaxProblem

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

MAX_SUGGESTION_CHARS = 40
"""Characters of the longest product that a hint writes out."""


class SyntaxFinding(NamedTuple):
    """What is wrong, where, and what was probably meant."""

    problem: SyntaxProblem
    span: tuple[int, int]
    hint: str | None = None
    found: str = ""
    """What stands there, or a bracket without a partner."""
    partner: str = ""
    """The bracket that should stand there."""


def syntax_error(tokens: Tokens, position: int, expected: tuple[str, ...]) -> BackpropError:
    """The error for a parser that could not go on at token number `position`.

    Args:
        tokens: the whole text.
        position: where it stopped; one past the last token where more was needed.
        expected: the terminals of the grammar that could have stood there.
    """
    if not [kind for kind in tokens.kinds if kind != KIND["SEPARATOR"]]:
        return SyntaxProblem.EMPTY.error(hint="write for example (x+y)*z", expected=expected)
    finding = _unbalanced(tokens, position) or _find(tokens, position)
    return finding.problem.error(
        tokens.source,
        finding.span,
        finding.hint,
        expected=expected,
        found=finding.found,
        partner=finding.partner,
    )


def _find(tokens: Tokens, position: int) -> SyntaxFinding:
    """The first reason that fits; the most telling ones come first."""
    here = tokens.span(position)
    at_end = position >= len(tokens.kinds)
    kind = 0 if at_end else tokens.kinds[position]
    before = tokens.kinds[position - 1] if position else KIND["SEPARATOR"]
    if kind == KIND["SEPARATOR"] and before in _ENDS and _inside_brackets(tokens, position):
        hint = "what stands in brackets is separated by commas"
        return SyntaxFinding(SyntaxProblem.STEP_INSIDE_BRACKETS, here, hint)
    if kind in _STARTS and before in _ENDS:
        return SyntaxFinding(SyntaxProblem.OPERATOR_MISSING, here, _product(tokens, position))
    if kind == KIND["EQUALS"]:
        hint = _function_defined(tokens, position) or "name a step: q = x + y"
        return SyntaxFinding(SyntaxProblem.ASSIGNED_TO_NO_NAME, here, hint)
    if kind == KIND["COMPARE"]:
        return SyntaxFinding(
            SyntaxProblem.COMPARISON, here, "write 1[x > 0], or use max, min, relu or abs"
        )
    if kind == KIND["COMMA"]:
        return SyntaxFinding(SyntaxProblem.COMMA_OUTSIDE_BRACKETS, here, _decimal(tokens, position))
    if kind in _STARTS and before == KIND["BARS"]:
        if tokens.text(position).startswith("_"):
            hint = of_a_norm(tokens.text(position)[1:])
            return SyntaxFinding(SyntaxProblem.INDEX_OF_NORM, here, hint)
        return SyntaxFinding(SyntaxProblem.OPERATOR_MISSING, here, _WRITE_TIMES)
    if at_end or kind in (KIND["SEPARATOR"], *_CLOSING):
        last = tokens.text(position - 1) if position else ""
        return SyntaxFinding(SyntaxProblem.VALUE_MISSING_AFTER, here, found=last)
    found = tokens.text(position)
    if kind in _SIGNS and (before in _SIGNS or before not in _ENDS):
        return SyntaxFinding(SyntaxProblem.VALUE_MISSING_BEFORE, here, found=found)
    return SyntaxFinding(SyntaxProblem.UNEXPECTED, here, found=found)


def _unbalanced(tokens: Tokens, position: int) -> SyntaxFinding | None:
    """A bracket that closes nothing, or that nothing closes."""
    open_at: list[int] = []
    for place, kind in enumerate(tokens.kinds):
        if kind in _OPENING:
            open_at.append(place)
        elif kind in _CLOSING:
            bracket, partner = _CLOSING[kind], ""
            if open_at:
                partner = _PARTNER[_OPENING[tokens.kinds[open_at.pop()]]]
            if partner == bracket:
                continue
            if place > position:
                return None
            problem = SyntaxProblem.OTHER_BRACKET if partner else SyntaxProblem.CLOSES_NOTHING
            return SyntaxFinding(problem, tokens.span(place), None, bracket, partner)
    if position < len(tokens.kinds):
        # What is never closed is to blame only if the parser got to the end for want of it.
        return None
    if tokens.kinds.count(KIND["BARS"]) % 2:
        open_at = [len(tokens.kinds) - 1 - tokens.kinds[::-1].index(KIND["BARS"])]
    if not open_at:
        return None
    last = open_at[-1]
    return SyntaxFinding(SyntaxProblem.NEVER_CLOSED, tokens.span(last), found=tokens.text(last))


def _product(tokens: Tokens, position: int) -> str:
    """The product that `2x`, `2(x+1)` or `(x+1)(y+2)` probably meant, or the call `sin x`."""
    first, last = _start_of(tokens, position - 1), _end_of(tokens, position)
    left = tokens.source[tokens.starts[first] : tokens.ends[position - 1]]
    right = tokens.source[tokens.starts[position] : tokens.ends[last]]
    if len(left) + len(right) > MAX_SUGGESTION_CHARS:
        return _WRITE_TIMES
    if tokens.kinds[position - 1] == tokens.kinds[position] == KIND["NUMBER"]:
        if tokens.ends[position - 1] == tokens.starts[position]:
            return "a number has one decimal point, and its exponent none"
        return f"for a list write [{left}, {right}], for a product {left}*{right}"
    # The T of x^T W is no power.
    left = f"{left[:-2]}.T" if left.endswith("^T") else left
    word, _, power = left.partition("^")
    called = right if right.startswith("(") else f"({right})"
    if tokens.kinds[position - 1] == KIND["SUPERSCRIPT"]:
        word = tokens.source[tokens.starts[first] : tokens.starts[position - 1]]
        power = tokens.text(position - 1).translate(SUPERSCRIPTS)
    if left.endswith((".T", "ᵀ")) or _CAPITAL.fullmatch(left):
        return f"did you mean {left}*{right} or {left}@{right}?"
    if _WORD.fullmatch(word):
        if power:
            return f"for a power of a function write {word}{called}^{power}"
        return f"for a function write {word}{called}, for a product {left}*{right}"
    return f"did you mean {left}*{right}?"


def _inside_brackets(tokens: Tokens, position: int) -> bool:
    kinds = tokens.kinds[:position]
    return sum((kind in _OPENING) - (kind in _CLOSING) for kind in kinds) > 0


_WRITE_TIMES = "did you mean a product? write * between the two"

_WORD = re.compile(r"[^\W\d_]{2,}|σ")
"""A name that may be meant as a function: x, x1 and W are not."""

_CAPITAL = re.compile(r"[A-Z]\d*")
"""A name that may be a matrix."""


def _decimal(tokens: Tokens, position: int) -> str:
    """How to write the 3,5 of many countries."""
    kinds = tokens.kinds[max(0, position - 1) : position + 3]
    if kinds[:3] == [KIND["NUMBER"], KIND["COMMA"], KIND["NUMBER"]] and KIND["COMMA"] != kinds[-1]:
        whole, part = tokens.text(position - 1), tokens.text(position + 1)
        if whole.isdecimal() and part.isdecimal():
            return f"a decimal number is written {whole}.{part}, a list [{whole}, {part}]"
    return "a list is written [1, 5], a decimal number 1.5"


def _function_defined(tokens: Tokens, position: int) -> str | None:
    """`f = x*y`, where `f(x,y) = x*y` was written."""
    start, end = position, position
    while start and tokens.kinds[start - 1] != KIND["SEPARATOR"]:
        start -= 1
    while end < len(tokens.kinds) and tokens.kinds[end] != KIND["SEPARATOR"]:
        end += 1
    if tokens.kinds[start : start + 2] != [KIND["NAME"], KIND["OPEN_PAREN"]]:
        return None
    if _matching(tokens, start + 1, +1) != position - 1:
        return None
    name, rest = tokens.text(start), tokens.source[tokens.starts[position] : tokens.ends[end - 1]]
    rest = rest if len(rest) <= MAX_SUGGESTION_CHARS else "= …"
    return f"write {name} {rest}"


def _start_of(tokens: Tokens, position: int) -> int:
    """The first token of the operand that ends at `position`: of x², of f(x), of x^2."""
    while position and tokens.kinds[position] in _AFTER:
        position -= 1
    first = _matching(tokens, position, -1)
    called = first != position and first and tokens.kinds[first - 1] == KIND["NAME"]
    first = first - 1 if called else first
    signed = first and tokens.kinds[first - 1] in (KIND["MINUS"], KIND["PLUS"])
    power = first - 1 - bool(signed)
    # The base of a power is a name in what people type; a longer one is left as it is.
    if power > 0 and tokens.kinds[power - 1 : power + 1] == [KIND["NAME"], KIND["POWER"]]:
        return power - 1
    return first


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
