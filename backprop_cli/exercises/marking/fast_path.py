"""Know a sheet on which every number is right, as most of a large class are, in no time.

All such sheets of a variant have one outcome, which the marker itself wrote; a test compares
the two ways. Anything else is left to the marker.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from backprop_cli.exercises.answers.reading import Read

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,17})?", re.ASCII)

_MOST = 10**300
"""Of whole numbers; a larger one may be none that a float can hold."""


class _Key(NamedTuple):
    name: str
    key: float
    within: float


class Quick:
    """The key of a variant, and the outcome of a sheet on which all is right."""

    def __init__(self, keys: Sequence[_Key], outcome: str) -> None:
        self.keys = keys
        self._outcome = outcome

    def outcome(self, answers: Mapping[str, object]) -> str | None:
        """The outcome, where each answer is a plain right number; else None."""
        if len(answers) != len(self.keys):
            return None
        for name, key, within in self.keys:
            raw: Any = answers.get(name)
            kind = type(raw)
            if kind is str and _NUMBER.fullmatch(raw):
                number = float(raw)
            elif kind is float or (kind is int and -_MOST < raw < _MOST):
                number = raw
            else:
                return None
            if not abs(number - key) <= within:
                return None
        return self._outcome


def quick_for(reads: Sequence[Read], outcome: str) -> Quick | None:
    """What knows the right sheets of a variant; None where not only numbers are asked.

    Args:
        reads: its questions, with the key.
        outcome: what the marker writes for a sheet on which all is right.
    """
    plain = all(
        read.asked.kind.is_number and isinstance(read.key, float) and abs(read.key) < 1e300
        for read in reads
    )
    if not plain or not reads:
        return None
    keys = [
        _Key(read.asked.name, read.key, read.asked.tolerance.around(read.key)) for read in reads
    ]
    return Quick(keys, outcome)
