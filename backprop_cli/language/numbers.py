"""How a number is written for people, and whether a value is finite."""

from math import inf, isfinite
from typing import Any


def short_number(value: float, digits: int = 4) -> str:
    """A number with so many significant digits; whole numbers below 10^9 in full."""
    if not isfinite(value):
        return "nan" if value != value else "inf" if value > 0 else "-inf"
    if value == int(value) and abs(value) < 10**9:
        return str(int(value))
    text = f"{value:.{digits}g}"
    if "e" in text and 1 <= abs(value) < 10**9:
        return f"{value:.0f}"
    return text


def is_finite(value: Any) -> bool:
    """Whether a number, or each of an array, is neither infinite nor NaN; None holds neither."""
    if value is None or isinstance(value, float):
        return value is None or isfinite(value)
    return bool((abs(value) < inf).all())
