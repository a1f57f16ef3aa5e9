"""Lay arrays in memory that a run shares with us, and see ourselves what it changes.

A run that says of itself that it left its inputs alone may lie. Here the inputs *are* our memory:
we write them before the run, and compare them when it has ended.
"""

import os
import sys
import tempfile
from array import array
from collections.abc import Sequence
from typing import Any


class Arrays:
    """The arrays of some requests, each in a place of its own."""

    def __init__(self, requests: Sequence[dict[str, Any]]) -> None:
        """Write them.

        Args:
            requests: with lists of numbers, nested or not, for arrays.

        Raises:
            OSError: if there is no memory, or no descriptor left.
        """
        self._numbers = array("d")
        self._ends: list[tuple[int, int]] = []
        self.requests = [self._placed(request) for request in requests]
        """The same requests; each list is now a place (in bytes) and a shape."""
        self.descriptor = _shared_memory()
        os.write(self.descriptor, self._numbers.tobytes() or bytes(8))

    def _placed(self, request: dict[str, Any]) -> dict[str, Any]:
        begin = len(self._numbers)
        steps = [
            [action, gate, [self._place(value) for value in values]]
            for action, gate, values in request["steps"]
        ]
        self._ends.append((begin * 8, len(self._numbers) * 8))
        return {**request, "steps": steps}

    def _place(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        place, shape, flat = len(self._numbers) * 8, [len(value)], value
        while flat and isinstance(flat[0], list):
            shape.append(len(flat[0]))
            flat = [item for row in flat for item in row]
        self._numbers.extend(flat)
        return {"at": place, "shape": shape}

    def changed(self) -> list[bool]:
        """For each request, whether any of its arrays is not as it was; call it after the run."""
        then = self._numbers.tobytes()
        now = os.pread(self.descriptor, len(then), 0)
        return [now[begin:end] != then[begin:end] for begin, end in self._ends]

    def close(self) -> None:
        """Give the memory back."""
        os.close(self.descriptor)


def _shared_memory() -> int:
    """A file that is in no folder."""
    if sys.platform.startswith("linux"):
        return os.memfd_create("arrays")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
