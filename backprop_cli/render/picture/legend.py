"""What stands below a picture: its marks and what they mean, and the notes of the run."""

from textwrap import wrap
from typing import NamedTuple

from backprop_cli.analysis.notes.notes import notes
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.gates.gate import Pattern
from backprop_cli.render.picture.drawing import Drawing
from backprop_cli.render.text.options import Look

SMALL = 11.0
"""Height of a letter in the legend."""
ROW = 18.0
_LETTER = 0.54 * SMALL
"""Width of a letter in a sentence, on average: less than that of a digit."""
_MOST_NOTES = 6


class Key(NamedTuple):
    """One mark and what it means, at a place of its own."""

    mark: Pattern | str
    """A pattern, or value, gradient, fork."""
    text: str
    x: float
    y: float


class Legend(NamedTuple):
    """All that stands below the circuit, from 0 down."""

    keys: tuple[Key, ...]
    notes: tuple[tuple[str, float], ...]
    """Lines of text, and where each stands."""
    height: float


def legend(trace: Trace, drawing: Drawing, look: Look, width: float) -> Legend:
    """The marks that this circuit has, and its notes, in lines of `width`."""
    keys: list[Key] = []
    x, y = 0.0, ROW
    for mark, text in _meanings(trace, drawing):
        wide = 24 + _LETTER * len(text)
        if x and x + wide > width:
            x, y = 0.0, y + ROW
        keys.append(Key(mark, text, x, y))
        x += wide + 10
    lines: list[tuple[str, float]] = []
    for line in _noted(trace, look, int(width / _LETTER)):
        y += ROW - 2
        lines.append((line, y))
    return Legend(tuple(keys), tuple(lines), y + ROW / 2)


def _meanings(trace: Trace, drawing: Drawing) -> list[tuple[Pattern | str, str]]:
    found: list[tuple[Pattern | str, str]] = [("value", "value, above the wire")]
    if any(gradient is not None for gradient in trace.arrived):
        found.append(("gradient", "gradient, below the wire"))
    if drawing.forks:
        found.append(("fork", "fork: gradients add up"))
    used = {gate.pattern for gate in trace.graph.gates if gate is not None}
    return found + [(pattern, pattern.word) for pattern in Pattern if pattern in used]


def _noted(trace: Trace, look: Look, columns: int) -> list[str]:
    """The first notes of the run, in lines of at most so many columns."""
    found = notes(trace, look.style)
    said = [f"! {inert(note.message)}" for note in found[:_MOST_NOTES]]
    if len(found) > _MOST_NOTES:
        said.append(f"! {len(found) - _MOST_NOTES} more notes")
    return [line for text in said for line in wrap(text[:1000], max(30, columns))]
