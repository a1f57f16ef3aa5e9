"""Where everything in the picture goes: Graphviz decides, and we keep only its numbers.

What is written at a wire is a box of its own to Graphviz, which the wire enters on the left and
leaves on the right. So nothing that is written is ever crossed by a wire or by other writing.
"""

from collections.abc import Iterator
from typing import Any

from backprop_cli.trace.trace import Trace
from backprop_cli.views.look import Look
from backprop_cli.views.picture.content import Box, Content, Wired, content, refuse_more
from backprop_cli.views.picture.drawing import GATE, OUTPUT, Drawing, Label, Place, Point, Wire
from backprop_cli.views.picture.engine import laid_out

MOST_GATES = 2_000
"""Gates of the largest circuit that is drawn."""
MARGIN = 12.0

MANY = 400
"""Wires from which on Graphviz is to be quick rather than find the very best places."""


def placed(trace: Trace, look: Look | None = None) -> Drawing:
    """The circuit of a run with a place for everything.

    Raises:
        BackpropError: if there is no Graphviz, or the circuit is too large for it.
    """
    refuse_more(trace, MOST_GATES)
    drawn = content(trace, look or Look())
    return _drawing(drawn, laid_out("\n".join(_request(drawn))))


def _request(drawn: Content) -> Iterator[str]:
    """The graph for Graphviz, in which all is numbers: no text that anybody typed."""
    many = len(drawn.wires)
    hurry = f", nslimit={MANY / 2 / many:.3f}, mclimit=0.2" if many > MANY else ""
    yield f"digraph {{ graph [rankdir=LR, ranksep=0.28, nodesep=0.12{hurry}];"
    yield 'node [label="", shape=box, fixedsize=true]; edge [arrowhead=none, tailport=e];'
    for box in drawn.boxes:
        shape = "shape=ellipse, " if box.kind == GATE else ""
        shape += "ordering=in, " if box.ordered else ""
        yield f"{_id(box)} [{shape}{_size(box.width, box.height)}];"
    named = {box.node for box in drawn.boxes if box.kind == OUTPUT}
    at: dict[tuple[int, int | None], str] = {}
    for number, wire in enumerate(drawn.wires):
        start = at.get((wire.source, wire.begins), f"n{wire.source}")
        if wire.goes_on:
            end = at[wire.source, wire.splits] = f"s{number}"
            yield f"{end} [{_size(4, 4)}]; {start} -> {end} [id=a{number}, headport=w];"
            continue
        label = f"l{number}"
        yield f"{label} [{_size(wire.width, wire.height)}];"
        yield f"{start} -> {label} [id=a{number}, headport=w];"
        if wire.splits is not None:
            at[wire.source, wire.splits] = label
        elif wire.target is not None:
            yield f"{label} -> n{wire.target} [id=b{number}];"
        elif wire.source in named:
            yield f"{label} -> e{wire.source} [id=b{number}, headport=w];"
    yield "}"


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
    if wired.goes_on:
        end = centres[f"s{number}"]
        points = (*(before := curves[f"a{number}"]), before[-1], end, end)
        return Wire(wired.source, None, None, points, None, splits=True)
    x, y = centres[f"l{number}"]
    label = Label(x, y, _round(wired.width), wired.height, wired.name, wired.above, wired.below)
    before = curves[f"a{number}"]
    behind = curves.get(f"b{number}", ((_round(x + wired.width / 2), y),))
    points = (*before, before[-1], behind[0], *behind)
    return Wire(wired.source, wired.target, wired.slot, points, label, wired.splits is not None)


def _round(number: float) -> float:
    """Hundredths of a point: no eye sees less, and no -0.0."""
    return round(number, 2) + 0.0
