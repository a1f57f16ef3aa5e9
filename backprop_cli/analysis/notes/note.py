"""One thing that a learner should know about a run."""

from typing import NamedTuple

MAX_NOTES_OF_A_KIND = 100
"""Notes of one kind; a program of a thousand unused steps would otherwise fill the screen."""


class Note(NamedTuple):
    """One thing to know about a run."""

    kind: str
    """kink, inf, nan, rounding, unused or constant."""
    node: str
    """The name of the node at which it happened."""
    message: str
