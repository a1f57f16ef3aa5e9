"""Where everything in the picture goes: Graphviz decides, and we keep only its numbers.

What is written at a wire is a box of its own to Graphviz, which the wire enters on the left and
leaves on the right. So nothing that is written is ever crossed by a wire or by other writing.
"""

from collections.abc import Iterator
from typing import Any

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.render.picture.content import Content, Wired, content
from backprop_cli.render.picture.drawing import GATE, Drawing, Label, Place, Point, Wire
from backprop_cli.render.picture.engine import laid_out
from backprop_cli.render.text.limits import refuse_more
from backprop_cli.render.text.options import Look

MOST_GATES = 2_000
"""Gates of the largest circuit that is drawn."""
MARGIN = 12.0

_DOT = 4.0
"""Room for the dot where a trunk splits again."""
MANY = 400
"""Wires from which on Graphviz is to be quick rather than find the very best places."""


def placed(trace: Trace, look: Look | None = None) -> Drawing:
    """The circuit of a run with a place for everything.

    Raises:
        BackpropError: if there is no Graphviz, or the circuit is too large for it.
    """
    refuse_more(trace.graph.gate_count, "gates", "to draw", MOST_GATES)
    drawn = content(trace, look or Look())
    found = laid_out("\n".join(_request(drawn)))
    try:
        return _drawing(drawn, found)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError):
        # Killed in the middle, dot may leave JSON without places.
        raise BackpropError("Graphviz gave no whole layout", hint="try again") from None


def _request(drawn: Content) -> Iterator[str]:
    """The graph for Graphviz, in which all is numbers: no text that anybody typed."""
    many = len(drawn.wires)
    hurry = f", nslimit={MANY / 2 / many:.3f}, mclimit=0.2" if many > MANY else ""
    yield f"digraph {{ graph [rankdir=LR, ranksep=0.38, nodesep=0.12{hurry}];"
    yield 'node [label="", shape=box, fixedsize=true]; edge [arrowhead=none, tailport=e];'
    for box in drawn.boxes:
        shape = "shape=ellipse, " if box.kind == GATE else ""
        shape += "ordering=in, " if box.ordered else ""
        yield f"{box.id} [{shape}{_size(box.width, box.height)}];"
    entering: list[tuple[int, int, str]] = []
    for number, (wire, start, end) in enumerate(drawn.joined()):
        written = f"s{number}"
        size = (_DOT, _DOT) if wire.goes_on else (wire.width, wire.height)
        yield f"{written} [{_size(*size)}]; {start} -> {written} [id=a{number}, headport=w];"
        if wire.target is not None and wire.slot is not None:
            edge = f"{written} -> {end} [id=b{number}];"
            entering.append((wire.target, wire.slot, edge))
        elif end != written:
            yield f"{written} -> {end} [id=b{number}, headport=w];"
    # Where a gate's wires are to be in order, it is the order in which they are told.
    for _, _, edge in sorted(entering):
        yield edge
    yield "}"


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
        Place(box.node, box.kind, box.text, *centres[box.id], box.width, box.height)
        for box in drawn.boxes
    )
    splits: dict[tuple[int, int | None], Point] = {}
    wires = []
    for number, wired in enumerate(drawn.wires):
        wire = _wire(wired, centres[f"s{number}"], curves[f"a{number}"], curves.get(f"b{number}"))
        if wired.splits is not None:
            splits[wired.source, wired.splits] = wire.points[-1]
        if wired.begins is not None:
            # A branch begins in the middle of the dot, not at its edge.
            wire = wire._replace(points=(splits[wired.source, wired.begins], *wire.points[1:]))
        wires.append(wire)
    return Drawing(_round(right + 2 * MARGIN), _round(top + 2 * MARGIN), places, tuple(wires))


def _wire(
    wired: Wired, centre: Point, before: tuple[Point, ...], behind: tuple[Point, ...] | None
) -> Wire:
    """A wire: the curve to what is written at it, straight through that, the curve behind it."""
    source, target, slot = wired.source, wired.target, wired.slot
    if wired.goes_on:
        points = (*before, before[-1], centre, centre)
        return Wire(source, target, slot, points, None, splits=True)
    x, y = centre
    label = Label(x, y, _round(wired.width), wired.height, wired.name, wired.above, wired.below)
    behind = behind or ((_round(x + wired.width / 2), y),)
    points = (*before, before[-1], behind[0], *behind)
    return Wire(source, target, slot, points, label, wired.splits is not None)


def _round(number: float) -> float:
    """Hundredths of a point: no eye sees less, and no -0.0."""
    return round(number, 2) + 0.0
