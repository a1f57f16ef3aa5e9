"""Functions without brackets: log x, cos 2πx, sin²(x)."""

from collections.abc import Sequence

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.blackboard.factors import factor_end
from backprop_cli.language.readers.blackboard.names import Names
from backprop_cli.language.readers.blackboard.scan import Sign, is_tight

_FACTOR = {"NUMBER", "NAME", "CALL", "OPEN_PAREN", "ROOT"}


def with_calls(signs: Sequence[Sign], source: str) -> list[Sign]:
    """The signs with brackets around what each function is applied to.

    The last function comes first, so that in log sin x the argument of log is whole.

    Raises:
        BackpropError: where it is unclear how far an argument goes, log x y.
    """
    found = list(signs)
    for place in reversed(range(len(found))):
        if found[place].kind == "CALL":
            found[place:] = _applied(found[place:], source)
    return found


def with_bases(signs: Sequence[Sign], names: Names) -> list[Sign]:
    """The signs with log_b(x) as log(x)/log(b)."""
    found = list(signs)
    for place in reversed(range(len(found))):
        base = names.base(found[place].text) if found[place].kind == "CALL" else None
        if base is None or place + 1 >= len(found):
            continue
        sign = found[place]
        end = place + 1 + len(_bare(found[place + 1 :]))
        kind = "NUMBER" if base.isdecimal() else "NAME"
        below = [
            sign.as_("DIVIDE", "/"),
            sign.as_("CALL", "log"),
            sign.as_("OPEN_PAREN", "("),
            sign.as_(kind, names.variable(base) if kind == "NAME" else base),
            sign.as_("CLOSE_PAREN", ")"),
        ]
        whole = [sign.as_("CALL", "log"), *found[place + 1 : end], *below]
        found[place:end] = [
            sign.as_("OPEN_PAREN", "("),
            *whole,
            sign.as_("CLOSE_PAREN", ")"),
        ]
    return found


def _applied(signs: list[Sign], source: str) -> list[Sign]:
    """What begins with a function, with its argument in brackets and its power behind them."""
    function, power_end = signs[0], _power_end(signs)
    power, rest = signs[1:power_end], signs[power_end:]
    if power and _is_inverse(power):
        what = f"'{function.text}⁻¹' could be the inverse function or 1/{function.text}"
        hint = f"write arc{function.text}(…) or 1/{function.text}(…)"
        raise BackpropError(what, source, (function.start, power[-1].end), hint)
    if rest and rest[0].kind == "OPEN_PAREN":
        end = factor_end([Sign("CALL", "", 0, 0), *_bare(rest)], 0) - 1
        return [function, *rest[:end], *power, *rest[end:]]
    if not rest or rest[0].kind not in _FACTOR:
        # The parser says what is missing.
        return [function.as_("NAME"), *signs[1:]]
    end = _argument_end(rest, function, source)
    opening = Sign("OPEN_PAREN", "(", rest[0].start, rest[0].start)
    closing = Sign("CLOSE_PAREN", ")", rest[end - 1].end, rest[end - 1].end)
    return [function, opening, *rest[:end], closing, *power, *rest[end:]]


def _bare(signs: Sequence[Sign]) -> list[Sign]:
    """The bracketed group that begins here, and nothing behind it."""
    depth = 0
    for end, sign in enumerate(signs, start=1):
        depth += sign.kind.startswith("OPEN") - sign.kind.startswith("CLOSE")
        if depth == 0:
            return list(signs[:end])
    return list(signs)


def _power_end(signs: Sequence[Sign]) -> int:
    if len(signs) > 1 and signs[1].kind == "SUPERSCRIPT":
        return 2
    if len(signs) > 2 and signs[1].kind == "POWER":
        if signs[2].kind == "NUMBER":
            return 3
        return 2 + len(_bare(signs[2:])) if signs[2].kind == "OPEN_PAREN" else 1
    return 1


def _is_inverse(power: Sequence[Sign]) -> bool:
    return "".join(sign.text for sign in power).strip("^*()") == "-1"


def _argument_end(rest: Sequence[Sign], function: Sign, source: str) -> int:
    """How far an argument without brackets goes: cos 2πx takes all that stands without a blank."""
    end = factor_end(rest, 0)
    if rest[0].kind == "CALL":
        return end
    while end < len(rest) and rest[end].kind in _FACTOR and is_tight(rest[end - 1], rest[end]):
        if rest[end].kind == "CALL":
            return end
        end = factor_end(rest, end)
    if end < len(rest) and rest[end].kind in _FACTOR - {"CALL"}:
        until = factor_end(rest, end)
        first, more = (
            source[a.start : b.end]
            for a, b in ((rest[0], rest[end - 1]), (rest[end], rest[until - 1]))
        )
        one, other = f"{function.text}({first})*{more}", f"{function.text}({first}*{more})"
        span = (function.start, rest[until - 1].end)
        what = f"'{source[slice(*span)]}' could mean {one} or {other}"
        raise BackpropError(what, source, span, f"write {one} or {other}")
    return end
