"""A circuit with a place for everything in points, as plain frozen data.

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
    """What is written at a wire, which goes straight through the middle of its box.

    A contribution stands beside its branch, in the middle of its own box.
    """

    x: float
    """The centre; the wire passes at `y`."""
    y: float
    width: float
    name: str
    """The name of a step, before its value; empty where another place shows it."""
    above: tuple[str, ...]
    """The lines of the value."""
    below: tuple[str, ...]
    """The lines of the gradient."""
    beside: bool = False
    """Whether it is a contribution, beside a branch."""


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
    """Where it begins, turns and ends, from source to target; pieces are level or upright."""
    label: Label | None


class Drawing(NamedTuple):
    """The whole picture."""

    width: float
    height: float
    places: tuple[Place, ...]
    wires: tuple[Wire, ...]
    forks: tuple[tuple[int, Point], ...]
    """A node, and where its value goes two ways."""
