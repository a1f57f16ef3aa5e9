"""Whole numbers that a text needs while it is read: how far a sum goes, what an index skips."""

from collections.abc import Mapping


class Counts:
    """The inputs that are whole numbers, and which of them a reading needed."""

    def __init__(self, given: Mapping[str, int] | None = None) -> None:
        """Know these: input -> its value."""
        self._given = given or {}
        self.used: set[str] = set()

    def get(self, name: str) -> int | None:
        """The value of an input, which is needed from now on; None where it is not known."""
        found = self._given.get(name)
        if found is not None:
            self.used.add(name)
        return found
