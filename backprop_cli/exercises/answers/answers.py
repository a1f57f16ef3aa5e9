"""Read what was answered: a number, a list, a matrix. It is data, and is never run."""

import re
from collections.abc import Collection
from functools import lru_cache
from math import isfinite, nan
from typing import Any

from backprop_cli.autodiff.forward import forward
from backprop_cli.errors import BackpropError, inert
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.gates.value import Value
from backprop_cli.graph.build import build
from backprop_cli.graph.functions import CONSTANTS
from backprop_cli.inputs.values import as_value
from backprop_cli.language.parser import parse

MAX_ANSWER = 2000
"""Characters of the longest answer that is read."""

MAX_COMPUTED = 50_000
"""Answers that are kept with their value: a class gives the same ones again and again."""

MOST_TERMS = 500
"""Numbers, names and operators of the longest answer."""

MOST_NUMBERS = 20_000
"""Numbers of the longest list."""


_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_TUPLE = re.compile(r"\([^()]*,[^()]*\)")
"""A list as Python's tuples are printed."""

_LISTED = re.compile(r"[(\[]|[-+−]?[\d.]+[\s;]")
"""What was meant as a list: numbers with nothing but blanks or semicolons between them."""

_NO_COMMAS = re.compile(r"\[[^\[\],]*[\d.]\s+[-+−][\d.][^\[\],]*\]")
"""[30 -40]: two numbers, as NumPy prints them, and not one."""

_GAP = re.compile(r"(?<=[\[,])\s*(?:(?:\?|_+|-|–|—|…|\.\.\.)\s*(?=[,\]])|(?=,))")
"""An element that was left out: [1, , 3], [1, ?, 3]."""

_LIST = "a list is written [1, 2], a matrix [[1, 2], [3, 4]]"

_LEFT_OUT = {"", "-", "–", "—", "?", "…", "...", "n/a"}


def shown(raw: Any) -> str:
    """An answer as it was typed, inert and at most 200 characters long."""
    text = raw if isinstance(raw, str) else "" if raw is None else as_text(raw)
    text = inert(" ".join(text[:400].split()))
    return text if len(text) <= 200 else text[:199] + "…"


def as_text(raw: Any) -> str:
    """An answer that is no text, as one: 3.0 as 3."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    try:
        return repr(raw)[:400]
    except (RecursionError, ValueError):
        return f"a {type(raw).__name__}"


def is_blank(raw: Any) -> bool:
    """Whether nothing was answered."""
    return raw is None or raw == [] or (isinstance(raw, str) and raw.strip().lower() in _LEFT_OUT)


def read_number(raw: Any, names: Collection[str]) -> Value | Unreadable:
    """The number, vector or matrix that was answered.

    Args:
        raw: a number, a text such as `1/3`, `-4*1` or `[[1, 2], [3, 4]]`, or a list.
        names: the names of the circuit, which are no numbers.
    """
    if type(raw) is float:
        return raw
    if isinstance(raw, bool):
        return Unreadable("a number is wanted, not true or false")
    if isinstance(raw, int):
        return float(raw) if abs(raw) < 10**308 else Unreadable("the number is too large")
    if isinstance(raw, str):
        return _computed(raw.strip(), frozenset(names))
    if isinstance(raw, list):
        return _listed(raw, names)
    return Unreadable("a number or a list is wanted")


def _listed(raw: list[Any], names: Collection[str]) -> Value | Unreadable:
    """A vector or a matrix; its elements may be texts, such as "1/3"."""
    rows = [row if isinstance(row, list) else [row] for row in raw]
    if sum(map(len, rows)) > MOST_NUMBERS:
        return Unreadable(f"the list has more than {MOST_NUMBERS:,} numbers")
    read: list[Any] = []
    for given, row in zip(raw, rows, strict=True):
        numbers = [_element(item, names) for item in row if not isinstance(item, list)]
        if len(numbers) < len(row):
            return Unreadable("a list of numbers or of rows is wanted")
        for number in numbers:
            if isinstance(number, Unreadable):
                return number
        read.append(numbers if isinstance(given, list) else numbers[0])
    try:
        return _array(as_value("answer", read))
    except BackpropError:
        return Unreadable("the rows of the list have different lengths, or hold no numbers")


def _element(raw: Any, names: Collection[str]) -> Value | Unreadable:
    """An element of a list; NaN, which is equal to nothing, where it was left out."""
    is_gap = isinstance(raw, str) and is_blank(raw)
    return nan if is_gap else read_number(raw, names)


def _array(value: Value) -> Value:
    """A matrix of one column is the vector that it shows."""
    if not isinstance(value, float) and value.ndim == 2 and value.shape[1] == 1:
        return value.ravel()
    return value


@lru_cache(maxsize=MAX_COMPUTED)
def _computed(text: str, names: frozenset[str]) -> Value | Unreadable:
    """The value of a text without names."""
    text = text.lstrip("=≈ ")
    if len(text) > MAX_ANSWER:
        return Unreadable(f"it is longer than {MAX_ANSWER:,} characters")
    if _NUMBER.fullmatch(text):
        number = float(text)
        return number if isfinite(number) else Unreadable("the number is too large")
    if text.lower() in ("nan", "inf", "+inf", "-inf", "infinity", "-infinity"):
        return float(text)
    if re.fullmatch(r"[-+−]?\d+,\d+", text):
        return Unreadable(f"a decimal number is written with a point: {text.replace(',', '.')}")
    if _TUPLE.fullmatch(text):
        text = f"[{text[1:-1]}]"
    if text[:1] == "[" and any(character.isdigit() for character in text):
        # What is no number is written as one that has no value.
        text = _GAP.sub("(0/0)", text)
    if _NO_COMMAS.search(text):
        return Unreadable(_LIST)
    try:
        expression = parse(text)
        if len(expression.terms) > MOST_TERMS:
            return Unreadable(f"it has more than {MOST_TERMS} terms")
        if len(expression.statements) > 1 or expression.statements[0].name is not None:
            return Unreadable("one number is wanted, without a name before it")
        for name in expression.free_names():
            if name in names or name not in CONSTANTS:
                return Unreadable(f"a number is wanted, and '{inert(name)}' is a name")
        graph = build(expression, {})
    except BackpropError as error:
        if _LISTED.match(text):
            return Unreadable(_LIST)
        return Unreadable(error.message)
    values = forward(graph, {})
    return _array(values[graph.output])


def number_shown(value: Value) -> str:
    """A number, a vector or a matrix as text: six significant digits."""
    if isinstance(value, float):
        return f"{value + 0.0:.6g}"
    items = map(float, value) if value.ndim == 1 else value
    return "[" + ", ".join(map(number_shown, items)) + "]"
