"""A circuit with a place for everything: what Graphviz worked out, as plain frozen data.

Lengths are in points, x to the right and y down. Nothing here says how it looks; whoever draws
it (SVG, the page) does.
"""

from typing import NamedTuple

Point = tuple[float, float]

INPUT, GATE, OUTPUT = "input", "gate", "output"


class Place(NamedTuple):
    """What stands in the picture: a gate's ellipse, or the name at the end of a wire."""

    node: int
    kind: str
    """input (or constant), gate, or output: the name behind a node that feeds nothing."""
    text: str
    """The gate's sign or the name, inert and short, but not escaped for any format."""
    x: float
    """The centre."""
    y: float
    width: float
    height: float


class Label(NamedTuple):
    """What is written at a wire, which goes straight through the middle of its box."""

    x: float
    """The centre; the wire passes at `y`."""
    y: float
    width: float
    height: float
    name: str
    """The name of a step, before its value; empty where another place shows it."""
    above: tuple[str, ...]
    """The lines of the value."""
    below: tuple[str, ...]
    """The lines of the gradient."""


class Wire(NamedTuple):
    """From a node to one input of a gate, with the value above and the gradient below.

    A fork has a trunk, with the value and the whole gradient, and a branch to each input that
    it feeds, with the contribution that comes back from there.
    """

    source: int
    """The node whose value it carries."""
    target: int | None
    """The gate that it feeds; None for a trunk, and for the wire of a node that feeds nothing."""
    slot: int | None
    """Which input of that gate it feeds, from 0."""
    points: tuple[Point, ...]
    """Cubic Bézier curves: a start, then three points for each curve, from source to target."""
    label: Label | None
    splits: bool = False
    """Whether it is the trunk of a fork, which splits where it ends."""


class Drawing(NamedTuple):
    """The whole picture."""

    width: float
    height: float
    places: tuple[Place, ...]
    wires: tuple[Wire, ...]
