"""What a session shows: plain data, which a view turns into lines."""

from typing import NamedTuple

from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.model.derivation import Line


class Title(NamedTuple):
    """The head of a lesson."""

    text: str
    aside: str


class Prose(NamedTuple):
    """Markdown."""

    text: str


class Picture(NamedTuple):
    """The circuit as far as it is filled in."""

    trace: Trace


class Derivation(NamedTuple):
    """A backward pass written down, one line of which is wrong."""

    lines: tuple[Line, ...]


class Options(NamedTuple):
    """What may be chosen."""

    options: tuple[str, ...]


class Says(NamedTuple):
    """A sentence or more: right, wrong, hint, solution, note or problem."""

    kind: str
    text: str


class TraceSoFar(NamedTuple):
    """The trace up to here."""

    trace: Trace
    """As far as it is known."""
    whole: Trace
    """From which steps are told, where all that they tell is known."""


class Explained(NamedTuple):
    """A formula that the learner tries, explained."""

    trace: Trace


class Help(NamedTuple):
    """The commands of a session."""


Block = Title | Prose | Picture | Derivation | Options | Says | TraceSoFar | Explained | Help
