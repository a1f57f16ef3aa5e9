"""The circuit as SVG inside a page: no colours, which are the page's, and a handle on each part."""

from collections.abc import Iterator
from html import escape

from backprop_cli.trace.trace import Trace
from backprop_cli.views.look import Look
from backprop_cli.views.picture.content import LINE, SIZE
from backprop_cli.views.picture.drawing import GATE, INPUT, Label, Place, Point, Wire
from backprop_cli.views.picture.layout import placed

LONGEST = 7
"""Columns kept free for a number, which grows when somebody changes an input."""


class Roomy(Look):
    """A look in which every value has room to grow."""

    def value(self, value: object, width: int = 40, row: bool = False) -> str:
        """The text in the middle of its room."""
        return super().value(value, width, row).center(LONGEST)


def circuit_svg(trace: Trace, look: Look, live: bool) -> Iterator[str]:
    """The drawing, in pieces.

    Raises:
        BackpropError: if there is no Graphviz, or the circuit is too large for it.
    """
    drawing = placed(trace, Roomy(digits=look.digits) if live else look)
    width, height = drawing.width, drawing.height
    yield (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        'role="img" aria-label="The circuit; all that it shows is in the table of values.">\n'
    )
    for wire in drawing.wires:
        yield from _wire(wire)
    for place in drawing.places:
        yield _place(place)
    yield "</svg>\n"


def _wire(wire: Wire) -> Iterator[str]:
    target = "" if wire.target is None else f' data-target="{wire.target}" data-slot="{wire.slot}"'
    yield f'<g class="wire" data-source="{wire.source}"{target}><path d="{_path(wire.points)}"/>'
    if wire.splits:
        x, y = wire.points[-1]
        yield f'<circle class="split" cx="{x:g}" cy="{y:g}" r="3.5"/>'
    if wire.label is not None:
        yield from _label(wire.label)
    yield "</g>\n"


def _path(points: tuple[Point, ...]) -> str:
    start, *rest = [f"{x:g},{y:g}" for x, y in points]
    return f"M{start}C{' '.join(rest)}"


def _label(label: Label) -> Iterator[str]:
    """The value above the wire and the gradient below it, each line a text of its own."""
    above = [_line(line, "value") for line in label.above]
    if label.name:
        name = f'<tspan class="name">{escape(label.name)}</tspan>'
        above = [f"{name} = {above[0]}"] if len(above) == 1 else [name, *above]
    for number, text in enumerate(above, start=1):
        yield _text(label.x, label.y - 5 - (len(above) - number) * LINE, text)
    for number, line in enumerate(label.below):
        yield _text(label.x, label.y + SIZE + number * LINE, _line(line, "gradient"))


def _line(line: str, kind: str) -> str:
    return f'<tspan class="{kind}">{escape(line.strip())}</tspan>'


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:g}" y="{y:g}">{text}</text>'


def _place(place: Place) -> str:
    x, y, text = place.x, place.y, escape(place.text)
    head = f'<g class="place {place.kind}" data-node="{place.node}">'
    if place.kind == GATE:
        radii = f'rx="{place.width / 2:g}" ry="{place.height / 2:g}"'
        head += f'<ellipse cx="{x:g}" cy="{y:g}" {radii}/>'
    anchor = {GATE: "", INPUT: ' class="end"'}.get(place.kind, ' class="start"')
    side = {GATE: 0.0, INPUT: 1.0}.get(place.kind, -1.0) * (place.width / 2 - 4)
    return f'{head}<text{anchor} x="{x + side:g}" y="{y + 5:g}">{text}</text></g>\n'
