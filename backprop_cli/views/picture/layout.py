"""Where everything in the picture goes: Graphviz decides, and we keep only its numbers.

What is written at a wire is a box of its own to Graphviz, which the wire enters on the left and
leaves on the right. So nothing that is written is ever crossed by a wire or by other writing.
"""

from collections.abc import Iterator
from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.trace.trace import Trace
from backprop_cli.views.look import Look
from backprop_cli.views.picture.content import Box, Content, Wired, content
from backprop_cli.views.picture.drawing import GATE, OUTPUT, Drawing, Label, Place, Point, Wire
from backprop_cli.views.picture.engine import laid_out

MOST_GATES = 2_000
"""Gates of the largest circuit that is drawn."""
MARGIN = 12.0

_HEAD = (
    'digraph { graph [rankdir=LR, ranksep=0.22, nodesep=0.12]; node [label="", shape=box, '
    "fixedsize=true]; edge [arrowhead=none, tailport=e];"
)


def placed(trace: Trace, look: Look | None = None) -> Drawing:
    """The circuit of a run with a place for everything.

    Raises:
        BackpropError: if there is no Graphviz, or the circuit is too large for it.
    """
    gates = sum(gate is not None for gate in trace.graph.gates)
    if gates > MOST_GATES:
        raise BackpropError(
            f"{gates:,} gates are too many for a picture, which has at most {MOST_GATES:,}",
            hint="--format json writes them all",
        )
    drawn = content(trace, look or Look())
    return _drawing(drawn, laid_out("\n".join(_request(drawn))))


def _request(drawn: Content) -> Iterator[str]:
    """The graph for Graphviz, in which all is numbers: no text that anybody typed."""
    yield _HEAD
    for box in drawn.boxes:
        shape = "shape=ellipse, " if box.kind == GATE else ""
        yield f"{_id(box)} [{shape}{_size(box.width, box.height)}];"
    for number, wire in enumerate(drawn.wires):
        yield f"l{number} [{_size(wire.width, wire.height)}];"
    for number, (start, end) in enumerate(_ends(drawn)):
        yield f"{start} -> l{number} [id=a{number}, headport=w];"
        if end is not None:
            port = "" if drawn.wires[number].target is not None else ", headport=w"
            yield f"l{number} -> {end} [id=b{number}{port}];"
    yield "}"


def _ends(drawn: Content) -> Iterator[tuple[str, str | None]]:
    """Where each wire begins and ends: a box, or the label of the trunk of its fork."""
    trunks = {wire.source: f"l{n}" for n, wire in enumerate(drawn.wires) if wire.splits}
    named = {box.node for box in drawn.boxes if box.kind == OUTPUT}
    for wire in drawn.wires:
        start = f"n{wire.source}" if wire.target is None else ""
        start = start or trunks.get(wire.source, f"n{wire.source}")
        if wire.target is not None:
            yield start, f"n{wire.target}"
        else:
            yield start, f"e{wire.source}" if wire.source in named else None


def _id(box: Box) -> str:
    return f"{'e' if box.kind == OUTPUT else 'n'}{box.node}"


def _size(width: float, height: float) -> str:
    return f"width={width / 72:.4f}, height={height / 72:.4f}"


def _drawing(drawn: Content, found: dict[str, Any]) -> Drawing:
    """What was drawn, at the places that were found."""
    right, top = map(float, found["bb"].split(",")[2:])

    def point(text: str) -> Point:
        x, y = text.split(",")
        return _round(float(x) + MARGIN), _round(top - float(y) + MARGIN)

    centres = {one["name"]: point(one["pos"]) for one in found["objects"]}
    curves = {one["id"]: tuple(map(point, one["pos"].split())) for one in found.get("edges", ())}
    places = tuple(
        Place(box.node, box.kind, box.text, *centres[_id(box)], box.width, box.height)
        for box in drawn.boxes
    )
    wires = tuple(_wire(n, wire, centres, curves) for n, wire in enumerate(drawn.wires))
    return Drawing(_round(right + 2 * MARGIN), _round(top + 2 * MARGIN), places, wires)


def _wire(
    number: int, wired: Wired, centres: dict[str, Point], curves: dict[str, tuple[Point, ...]]
) -> Wire:
    """A wire: the curve to its label, straight through it, and the curve behind it."""
    x, y = centres[f"l{number}"]
    label = Label(x, y, _round(wired.width), wired.height, wired.name, wired.above, wired.below)
    before = curves[f"a{number}"]
    behind = curves.get(f"b{number}", ((_round(x + wired.width / 2), y),))
    points = (*before, before[-1], behind[0], *behind)
    return Wire(wired.source, wired.target, wired.slot, points, label, wired.splits)


def _round(number: float) -> float:
    """Hundredths of a point: no eye sees less, and no -0.0."""
    return round(number, 2) + 0.0
