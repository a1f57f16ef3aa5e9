"""What was handed in: as it lay there, and as it was read."""

from collections.abc import Mapping
from typing import NamedTuple

MAX_BYTES = 2**20
"""The most bytes of one submission: a file, a line, a row."""
MAX_ANSWERS = 10_000
MAX_NAME = 200
"""The longest name of a student or of a question, in characters."""
MAX_DEPTH = 32
"""How deeply the lists of an answer may be nested."""


class Raw(NamedTuple):
    """One submission as it lay there: bytes that nobody has looked into.

    It is what travels to the processes that mark, so that these do the reading.
    """

    source: str
    """Where it was found: `class.jsonl, line 3`. Inert."""
    stem: str
    """Whose it is where it does not say so itself: the name of its file; empty for a line."""
    data: bytes
    """The answers as JSON or TOML; empty where there is only code."""
    kind: str = "json"
    """json, toml, or code, which has no answers."""
    code: bytes | None = None
    """The Python that was handed in."""
    problems: tuple[str, ...] = ()
    """What was odd about its files."""
    reason: str = ""
    """Why it cannot be read, where that is known already."""


class Submission(NamedTuple):
    """One submission that could be read."""

    student: str
    answers: Mapping[str, object]
    """Question -> a number, a text, a list of these, or nothing, as it was typed."""
    source: str
    digest: bytes
    problems: tuple[str, ...] = ()
    code: bytes | None = None


class UnreadableSubmission(NamedTuple):
    """One submission that could not be read."""

    student: str
    """The name of its file, or one made of its digest where it has none."""
    source: str
    digest: bytes
    reason: str
