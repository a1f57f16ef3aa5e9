"""When two numbers count as one: by relative and absolute difference, or by digits."""

from dataclasses import dataclass
from functools import lru_cache
from math import floor, isfinite, log10
from typing import Any

MAX_TOLERANCES = 256
"""Tolerances that are kept beside the wider one."""

_HAIR = 1 + 1e-9
"""For what rounding leaves of a difference that is just within the bound: 1.1 - 1 > 0.1."""


@dataclass(frozen=True)
class Tolerance:
    """How far an answer may be from the key.

    With `digits` an answer is right if it is the key rounded to at least so many significant
    digits; otherwise if it is within `relative` of the key, or within `absolute`.
    The default takes 0.3932 and 0.393 for 0.39322386648, and not the 0.39 of a figure.
    """

    relative: float = 1e-3
    absolute: float = 1e-9
    digits: int | None = None

    def around(self, key: float) -> float:
        """The largest difference from `key` that is accepted."""
        if not isfinite(key):
            # A share of infinity is infinity, within which every number would be.
            return self.absolute
        if self.digits is None:
            return max(self.relative * abs(key) * _HAIR, self.absolute)
        if not key:
            return self.absolute
        # Half a unit of the last digit.
        unit = 10.0 ** (floor(log10(abs(key))) - self.digits + 1)
        return max(0.5 * unit * _HAIR, self.absolute)


def close(answer: Any, key: Any, tolerance: Tolerance) -> bool:
    """Whether an answer, a float or an array, is the key. NaN equals nothing."""
    if isinstance(key, float):
        # An infinity is right only as itself: a difference of infinities is not a number.
        return isinstance(answer, float) and (
            answer == key or abs(answer - key) <= tolerance.around(key)
        )
    if isinstance(answer, float) or answer.shape != key.shape:
        return False
    pairs = zip(answer.ravel().tolist(), key.ravel().tolist(), strict=True)
    return all(close(one, other, tolerance) for one, other in pairs)


@lru_cache(maxsize=MAX_TOLERANCES)
def wider(tolerance: Tolerance) -> Tolerance:
    """A tolerance with room to spare, by which answers are told apart."""
    digits = None if tolerance.digits is None else max(1, tolerance.digits - 1)
    return Tolerance(4 * tolerance.relative, 4 * tolerance.absolute, digits)


def apart(first: Any, second: Any, tolerance: Tolerance) -> bool:
    """Whether two answers are told apart with room to spare, whichever of them is the key."""
    wide = wider(tolerance)
    return not close(first, second, wide) and not close(second, first, wide)
