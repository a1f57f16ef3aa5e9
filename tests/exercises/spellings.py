"""Equivalent spellings of one answer, as students write it: none may change its mark."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from backprop_cli.language.parser import parse
from backprop_cli.language.printer import show


def spellings(value: Any) -> Iterator[str]:
    """Texts that all mean `value`: a number, a list, a list of lists or an array."""
    value = value.tolist() if hasattr(value, "tolist") else value
    listed = isinstance(value, (list, tuple))
    yield from dict.fromkeys(list_spellings(value) if listed else numbers(value))


def numbers(value: float) -> Iterator[str]:
    """Texts that all mean one finite number, exactly or to its last digits."""
    value = float(value)
    plain = repr(value)
    yield plain
    whole = value == int(value) and abs(value) < 1e15
    if whole:
        yield str(int(value))
        yield f"{int(value)}e0"
        yield f"{int(value)}."
    yield from (f"{plain}*1", f"1*({plain})", f"({plain})", f"{plain}/1")
    yield from (f"  {plain} ", f"{plain} ")
    yield f"{value:.16e}"
    yield f"{value:.12g}"
    yield f"-({-value!r})"
    yield f"-{-value!r}" if value < 0 else f"+{plain}"
    if value < 0:
        yield _typeset(plain)
        yield f"- {-value!r}"
        yield f"−{-value!r}*1"
    if 0 < abs(value) < 1:
        yield plain.replace("0.", ".", 1)
    ratio = Fraction(value).limit_denominator(1000)
    if ratio and abs(float(ratio) - value) <= 1e-14 * abs(value):
        top, bottom = ratio.numerator, ratio.denominator
        yield f"{top}/{bottom}"
        yield f"{top} / {bottom}"
        yield f"{3 * top}/{3 * bottom}"
        yield f"{top}*1/{bottom}"
        yield f"{top}÷{bottom}"


def list_spellings(value: Any) -> Iterator[str]:
    """Texts of a vector or a matrix, with each of its numbers in different spellings."""
    wide, narrow = _nested(value, repr, ", "), _nested(value, repr, ",")
    yield from (wide, narrow, f"  {wide} ", wide.replace("[", "[ ").replace("]", " ]"))
    yield _nested(value, lambda x: f"{x:.12g}", " ,  ")
    yield _nested(value, lambda x: next(reversed([*numbers(x)])), ", ")
    yield _typeset(wide)


def _typeset(text: str) -> str:
    """With the minus of a word processor, which is no part of an exponent."""
    return re.sub("(?<!e)-", "−", text)


def _nested(value: Any, one: Any, comma: str) -> str:
    if not isinstance(value, (list, tuple)):
        return str(one(float(value)))
    return f"[{comma.join(_nested(item, one, comma) for item in value)}]"


def formulas(text: str, scalar: bool = True) -> Iterator[str]:
    """Formulas that equal `text` wherever both have a value.

    Unless `scalar`, only rewrites that hold for vectors and matrices as well.
    """
    yield text
    yield from (f"({text})", f"  {text} ", f"1*({text})", f"({text})/1", f"-(-({text}))")
    yield from (f"2*({text})/2", f"0.5*(2*({text}))", f"({text})*3/3", f"-1*(-({text}))")
    yield from (f"({text}) + 0", f"({text}) - 0", f"0 + ({text})")
    yield show(parse(text))
    yield show(parse(text)).replace(" ", "")
    for old, new in (("^", "**"), ("*", "·"), ("*", "×"), ("-", "−"), ("sigmoid", "σ"), ("/", "÷")):
        if old in text and "**" not in text:
            yield text.replace(old, new)
    if scalar:
        yield from (f"({text})^1", f"3*({text}) - 2*({text})", f"({text})^3/({text})^2")
    yield from _each_term(text, scalar)


def _each_term(text: str, scalar: bool) -> Iterator[str]:
    """The formula with one term written otherwise, for each term and each way."""
    expression = parse(text)
    for term in expression.terms:
        parts = [show(expression, root=arg) for arg in term.args]
        for new in _rewritten(term.op, str(term.payload), parts, scalar):
            yield f"{text[: term.start]}({new}){text[term.end :]}"


def _rewritten(op: str, name: str, parts: list[str], scalar: bool) -> Iterator[str]:
    forms = _ALWAYS.get(op, ())
    if scalar:
        forms += _CALLS.get(name, ()) if op == "call" else _NUMBERS.get(op, ())
        forms += _SQUARES if op == "^" and parts[1] == "2" else ()
    for form in forms:
        yield form.format(*parts)


_ALWAYS = {
    "+": ("({1}) + ({0})", "({0}) - (-({1}))"),
    "-": ("-(({1}) - ({0}))", "-({1}) + ({0})"),
    "neg": ("-1*({0})", "0 - ({0})"),
}
"""What else an operator may be written as, whatever its operands are."""

_NUMBERS = {
    "*": ("({1}) * ({0})", "-({0}) * -({1})", "({0}) / (1/({1}))"),
    "/": ("({0}) * (1/({1}))", "(1/({1})) * ({0})", "({0})*({1})^-1", "(({0}) - 0)/({1})"),
}
_SQUARES = ("({0})*({0})", "square({0})")

_CALLS = {
    "exp": ("1/exp(-({}))", "e^({})", "exp(({})/2)^2"),
    "sigmoid": ("1/(1 + exp(-({})))", "1 - sigmoid(-({}))", "exp({0})/(1 + exp({0}))"),
    "tanh": ("2*sigmoid(2*({})) - 1", "-tanh(-({}))"),
    "relu": ("max(0, {})", "({0})*1[({0}) > 0]", "(({0}) + abs({0}))/2"),
    "max": ("max({1}, {0})", "-min(-({0}), -({1}))"),
    "min": ("min({1}, {0})", "-max(-({0}), -({1}))"),
    "log": ("-log(1/({}))", "ln({})"),
    "sqrt": ("({})^0.5", "({})^(1/2)", "√({})"),
    "square": ("({})^2", "({0})*({0})"),
    "sin": ("-sin(-({}))",),
    "cos": ("cos(-({}))",),
}
"""What else a function may be written as."""
