"""What came of one run of a student's code: the replies, and how it ended."""

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Ending(Enum):
    """How a run ended."""

    DONE = "done"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    PRINTED = "printed too much"
    GARBLED = "garbled"
    """Something else than a reply came where a reply was due, or one too large."""
    EXIT = "exit"
    """The code ended its process itself."""
    KILLED = "killed"
    """A signal ended the process, as a crash of the interpreter does."""


@dataclass(frozen=True)
class Report:
    """One run. All that comes from the child (`loaded`, `replies`, `printed`) is foreign."""

    layer: str
    """What stood between the code and this machine: bubblewrap, process, none."""
    ending: Ending
    started: bool = False
    """Whether the run came as far as the student's first line."""
    loaded: Any = None
    """What the child said of the source: its classes, or the error; None where nothing came."""
    replies: tuple[Any, ...] = ()
    """The replies to the requests in their order, as far as they came.

    `changed` in them is our own finding: the arrays that were given are not as they were."""
    printed: str = ""
    """The beginning of what the code printed."""
