"""When two numbers count as one: by relative and absolute difference, or by digits."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor, isfinite, log10
from typing import Any

MAX_TOLERANCES = 256
"""Tolerances that are kept beside the wider one."""

_HAIR = 1 + 1e-9
"""For what rounding leaves of a difference that is just within the bound: 1.1 - 1 > 0.1."""

_NOISE = 1e-15
"""The same of a difference of large numbers, relative to them: 20.05 - 19.95 > 0.1."""

_ZERO = 1e-12
"""A key up to here is 0 up to rounding."""


@dataclass(frozen=True)
class Tolerance:
    """How far an answer may be from the key.

    With `digits` an answer is right if it is the key rounded to at least so many significant
    digits; otherwise if it is within `relative` of the key, or within `absolute`.
    """

    relative: float = 1e-3
    absolute: float = 1e-9
    digits: int | None = None
    rounded: int | None = None
    """Significant digits to which the key may be rounded besides. Where it is given, `absolute`
    is for a key of 0 alone: next to a key of 1e-9 it would take anything for 0."""

    def around(self, key: float) -> float:
        """The largest difference from `key` that is accepted."""
        if not isfinite(key):
            # A share of infinity is infinity, within which every number would be.
            return self.absolute
        near = self.absolute * _HAIR + _NOISE * abs(key)
        if abs(key) <= _ZERO:
            return near
        if self.digits is not None:
            return max(_half_unit(key, self.digits), near)
        share = self.relative * abs(key) * _HAIR
        if self.rounded is not None and not key.is_integer():
            # Nobody rounds 1,024 to 1,020.
            return max(share, _half_unit(key, self.rounded))
        return max(share, near)


USUAL = Tolerance(rounded=3)
"""What an exercise takes that says nothing: 0.393 for 0.39322386648, and not the 0.39 of a figure;
and 1.01 for 1.0051, which is the same number with three digits."""


_WORDS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def digits_wanted(tolerance: Tolerance) -> int:
    """The significant digits with which any rounded key is right."""
    if tolerance.digits is not None:
        return tolerance.digits
    if tolerance.rounded is not None:
        return tolerance.rounded
    # A key of 1.00 is rounded furthest, relatively: by half a unit of its last digit.
    return 1 + ceil(-log10(2 * tolerance.relative)) if 0 < tolerance.relative < 0.5 else 15


def said_digits(tolerance: Tolerance) -> str:
    """How a sheet says how exactly numbers are wanted."""
    count = digits_wanted(tolerance)
    if count > max(_WORDS):
        return "Give all digits of a number."
    digits = "digit is" if count == 1 else "digits are"
    return f"{_WORDS[count].capitalize()} significant {digits} enough."


def _half_unit(key: float, digits: int) -> float:
    """Half a unit of the last of so many significant digits."""
    return 0.5 * 10.0 ** (floor(log10(abs(key))) - digits + 1) * _HAIR


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
    """A tolerance with room to spare, by which answers are told apart.

    Students' inputs are chosen by it, so it may never change for a tolerance that is in use.
    """
    digits = None if tolerance.digits is None else max(1, tolerance.digits - 1)
    return Tolerance(4 * tolerance.relative, 4 * tolerance.absolute, digits)


def apart(first: Any, second: Any, tolerance: Tolerance) -> bool:
    """Whether two answers are told apart with room to spare, whichever of them is the key."""
    wide = wider(tolerance)
    return not close(first, second, wide) and not close(second, first, wide)
