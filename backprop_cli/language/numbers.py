"""How numbers, errors, points and shares are written for people; whether a value is finite."""

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


def rough_number(value: float) -> str:
    """The size of an error, of which only the first digit says anything: 7e-03."""
    return f"{value:.0e}"


def points_number(value: float) -> str:
    """Points as people write them: 7, 7.5, 0.333."""
    return str(int(value)) if value == int(value) else f"{value:.3f}".rstrip("0").rstrip(".")


def counted_points(points: float) -> str:
    """1 point, 2.5 points."""
    return f"{points_number(points)} point{'' if points == 1 else 's'}"


def percent(part: float, whole: float) -> str:
    """A share in whole percent; empty of nothing."""
    return f"{100 * part / whole:.0f} %" if whole else ""


def is_finite(value: Any) -> bool:
    """Whether a number, or each of an array, is neither infinite nor NaN; None holds neither."""
    if value is None or isinstance(value, float):
        return value is None or isfinite(value)
    return bool((abs(value) < inf).all())
