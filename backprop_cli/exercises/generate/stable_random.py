"""Draw by lot, the same on any machine and any version of Python, for ever.

Python's own generator promises that for its numbers, and not for what it makes of them;
a student's inputs must never change between two runs. So: a hash of the keys and a counter.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Item = TypeVar("Item")


class StableRandom:
    """A sequence of draws that follows from its keys."""

    def __init__(self, *keys: str | int) -> None:
        joined = "\0".join(f"{type(key).__name__}:{key}" for key in keys)
        self._key = blake2b(joined.encode(), digest_size=32).digest()
        self._count = 0

    def below(self, bound: int) -> int:
        """A whole number from 0 to `bound` - 1, each as likely as the others."""
        limit = 2**64 - 2**64 % bound
        while True:
            block = blake2b(self._count.to_bytes(8, "big"), key=self._key, digest_size=8).digest()
            self._count += 1
            number = int.from_bytes(block, "big")
            # What is left over at the top would make the first numbers likelier.
            if number < limit:
                return number % bound

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def number(self, low: float, high: float, step: float) -> float:
        """`low`, `low + step`, … up to `high`, rounded to what the step can say."""
        steps = int((high - low) / step + 1e-9)
        return round(low + step * self.below(steps + 1), 12) + 0.0

    def choice(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """All items in any order."""
        rest = list(items)
        return [rest.pop(self.below(len(rest))) for _ in items]
