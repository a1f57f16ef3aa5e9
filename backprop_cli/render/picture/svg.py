"""The circuit as SVG, at the places that the terminal and TikZ share.

One file, with no font, script, style sheet or link: colours are attributes, so that it looks the
same in a browser, in a notebook and through a converter, and a page can still restyle its classes.
"""

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from backprop_cli.analysis.notes.notes import notes
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.picture.content import CIRCLE, LINE, SIZE
from backprop_cli.render.picture.drawing import GATE, INPUT, Drawing, Label, Place, Point, Wire
from backprop_cli.render.picture.layout import MARGIN, placed
from backprop_cli.render.picture.legend import SMALL, Key, Legend, legend
from backprop_cli.render.picture.marks import PATHS, RADIUS
from backprop_cli.render.picture.theme import Theme, theme_named
from backprop_cli.render.text.explain.passes import called, written
from backprop_cli.render.text.options import Look

FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
ALIGNED = "Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace"
"""Of matrices, whose columns would not stand below each other otherwise."""
_NARROWEST = 340.0
_TURN = 7.0
"""Radius of a wire's turn."""
_HEAD = 6.0
"""Length of an arrow's head."""


def svg_view(trace: Trace, wish: FormatOptions) -> Iterable[str]:
    """The picture with the digits and the theme that were wished for."""
    look = Look(digits=wish.digits)
    return svg(trace, placed(trace, look, wish.row_width), look, theme_named(wish.theme))


def svg(
    trace: Trace, drawing: Drawing, look: Look, theme: Theme, interactive: bool = False
) -> Iterator[str]:
    """The picture, element by element.

    Args:
        trace: the run.
        drawing: where everything goes (`placed`).
        look: how numbers are written.
        theme: its colours.
        interactive: for a page that goes on with it: with `data-node` at all that belongs to a
            node, `data-to` ("gate-slot") at all that belongs to a branch, and no legend.
    """
    return SvgDrawing(trace, drawing, look, theme, interactive).elements()


class SvgDrawing:
    """One picture on its way out; `width` and `height` are in points."""

    def __init__(
        self, trace: Trace, drawing: Drawing, look: Look, theme: Theme, interactive: bool
    ) -> None:
        """Make the legend, which says how high the picture is. Arguments as for `svg`."""
        self.trace, self.drawing, self.look, self.theme = trace, drawing, look, theme
        self.interactive = interactive
        self.width = drawing.width if interactive else max(_NARROWEST, drawing.width)
        self.legend = (
            Legend((), (), 0)
            if interactive
            else legend(trace, drawing, look, self.width - 2 * MARGIN)
        )
        self.height = drawing.height + self.legend.height
        self.noted: dict[str, str] = {}
        for note in notes(trace, look.style):
            if note.kind in ("kink", "inf", "nan"):
                self.noted.setdefault(note.node, note.message)

    def elements(self) -> Iterator[str]:
        """The picture, element by element."""
        theme, drawing = self.theme, self.drawing
        width, height = _n(self.width), _n(self.height)
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" font-family="{FONT}" '
            f'font-size="{_n(SIZE)}" text-anchor="middle">\n'
        )
        yield from self._said()
        if not self.interactive:
            yield f'<rect class="ground" width="100%" height="100%" fill="{theme.ground}"/>\n'
        paths = (self._path(wire) for wire in drawing.wires)
        yield from _group(paths, "wires", fill="none", stroke=theme.ink, stroke_width="1.4")
        forks = (self._fork(k, spot) for k, spot in drawing.forks)
        yield from _group(forks, "forks", fill=theme.ink)
        gates = [place for place in drawing.places if place.kind == GATE]
        yield from _group(map(self._gate, gates), "gates", fill=theme.ink)
        names = [place for place in drawing.places if place.kind != GATE]
        yield from _group(map(self._name, names), "names", fill=theme.ink, font_weight="bold")
        yield from self._written()
        yield from self._below()
        yield "</svg>\n"

    def _said(self) -> Iterator[str]:
        """What a screen reader says, and a browser shows where the mouse rests."""
        trace, look = self.trace, self.look
        formula = inert(" ".join(trace.expression.split()))
        yield f"<title>The circuit of {escape(look.cut(formula))}</title>\n"
        f, objective = inert(trace.output), inert(trace.objective)
        parts = [f"{inert(name)} = {look.value(v)}" for name, v in trace.inputs.items()]
        parts.append(f"{f} = {look.value(trace.value)}")
        parts += [
            f"{look.derivative(objective, inert(name))} = {look.value(gradient)}"
            for name, gradient in trace.gradients.items()
            if gradient is not None
        ]
        more = ["…"] if len(parts) > 40 else []
        yield f"<desc>{escape('; '.join([*parts[:40], *more]))}</desc>\n"

    # Wires

    def _path(self, wire: Wire) -> str:
        """The wire with round turns, and the head of an arrow where it feeds a gate."""
        head = "" if wire.target is None else _head(*wire.points[-2:])
        return f'<path{self._belongs(wire)} d="{_rounded(wire.points)}{head}"/>\n'

    def _fork(self, k: int, spot: Point) -> str:
        x, y = spot
        return f'<circle{self._node(k)} cx="{_n(x)}" cy="{_n(y)}" r="3.2"/>\n'

    def _written(self) -> Iterator[str]:
        """Values above the wires, gradients below: upright and slanted, green and red."""
        theme = self.theme
        labelled = [(wire, wire.label) for wire in self.drawing.wires if wire.label]
        above = (self._lines(wire, label, True) for wire, label in labelled)
        yield from _group(above, "values", fill=theme.value)
        below = (self._lines(wire, label, False) for wire, label in labelled)
        slanted = {"fill": theme.gradient, "font_style": "italic"}
        yield from _group(below, "gradients", **slanted)

    def _lines(self, wire: Wire, label: Label, above: bool) -> str:
        texts = [escape(line) for line in (label.above if above else label.below)]
        if above and label.name:
            named = f'<tspan class="name" fill="{self.theme.faint}">{escape(label.name)}'
            joined = f"{named} = </tspan>{texts[0]}" if len(texts) == 1 else ""
            texts = [joined] if joined else [f"{named}</tspan>", *texts]
        first = label.y - 5 - LINE * (len(texts) - 1) if above else label.y + SIZE
        x = label.x
        shape = ""
        if label.beside:
            # It begins beside its wire, however wide the font is.
            x, first, shape = x - label.width / 2, label.y + 5, ' text-anchor="start"'
        aligned = f' xml:space="preserve" font-family="{ALIGNED}"'
        rows = len(label.above if above else label.below)
        shape = aligned if rows > 1 else shape
        return "".join(
            f'<text{self._belongs(wire)}{shape} x="{_n(x)}" '
            f'y="{_n(first + LINE * line)}">{text}</text>\n'
            for line, text in enumerate(texts)
        )

    # Gates and names

    def _gate(self, place: Place) -> str:
        theme, trace, k = self.theme, self.trace, place.node
        gate = trace.gate(k)
        name = trace.graph.names[k]
        noted = self.noted.get(name)
        said = f"{name} = {written(trace, k, self.look)}: {called(gate)}, {gate.pattern.value}"
        said = f"{said}. {noted}" if noted else said
        stroke = f'stroke="{theme.warning}" stroke-dasharray="4 2.5"' if noted else ""
        stroke = stroke or f'stroke="{theme.ink}"'
        x, y, right, top = place.x, place.y, place.width / 2, place.height / 2
        mark = self._mark(PATHS[gate.pattern], x + 0.74 * right, y - 0.74 * top - 2)
        warned = self._warning(x + 0.74 * right, y + 0.74 * top + 2) if noted else ""
        return (
            f"<g{self._node(k)}><title>{escape(inert(said)[:400])}</title>"
            f'<rect x="{_n(x - right)}" y="{_n(y - top)}" width="{_n(place.width)}" '
            f'height="{_n(place.height)}" rx="{_n(min(CIRCLE / 2, right, top))}" '
            f'fill="{theme.gate}" stroke-width="1.6" {stroke}/>'
            f'<text x="{_n(x)}" y="{_n(y + 5)}">{escape(place.text)}</text>'
            f"{mark}{warned}</g>\n"
        )

    def _mark(self, path: str, x: float, y: float) -> str:
        theme = self.theme
        return (
            f'<g class="pattern" transform="translate({_n(x)} {_n(y)})" stroke="{theme.faint}" '
            f'stroke-linecap="round" stroke-linejoin="round"><circle r="{_n(RADIUS)}" '
            f'fill="{theme.ground}" stroke-width="0.8"/>'
            f'<path d="{path}" fill="none" stroke-width="1.2"/></g>'
        )

    def _warning(self, x: float, y: float) -> str:
        return (
            f'<g class="warning" fill="{self.theme.warning}"><circle cx="{_n(x)}" cy="{_n(y)}" '
            f'r="{_n(RADIUS)}"/><text x="{_n(x)}" y="{_n(y + 4)}" font-size="{_n(SMALL)}" '
            f'font-weight="bold" fill="{self.theme.ground}">!</text></g>'
        )

    def _name(self, place: Place) -> str:
        full = inert(self.trace.graph.names[place.node])
        title = f"<title>{escape(full[:400])}</title>" if full != place.text else ""
        edge = place.width / 2 - 4
        x = place.x + (edge if place.kind == INPUT else -edge)
        anchor = "end" if place.kind == INPUT else "start"
        return (
            f'<text{self._node(place.node)} x="{_n(x)}" y="{_n(place.y + 5)}" '
            f'text-anchor="{anchor}">{title}{escape(place.text)}</text>\n'
        )

    # Below the circuit

    def _below(self) -> Iterator[str]:
        look = {"fill": self.theme.faint, "font_size": _n(SMALL), "text_anchor": "start"}
        keys = map(self._key, self.legend.keys)
        lines = (
            f'<text x="{_n(MARGIN)}" y="{_n(self.drawing.height + y)}" '
            f'fill="{self.theme.warning}">{escape(line)}</text>\n'
            for line, y in self.legend.notes
        )
        yield from _group((*keys, *lines), "legend", **look)

    def _key(self, key: Key) -> str:
        theme = self.theme
        x, y = MARGIN + key.x + 8, self.drawing.height + key.y - 4
        if not isinstance(key.mark, str):
            mark = self._mark(PATHS[key.mark], x, y)
        elif key.mark == "fork":
            mark = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3.2" fill="{theme.ink}"/>'
        else:
            sample = {
                "value": f'fill="{theme.value}">1.2',
                "gradient": f'fill="{theme.gradient}" font-style="italic">3.4',
            }[key.mark]
            mark = f'<text x="{_n(x - 6)}" y="{_n(y + 4)}" {sample}</text>'
        return f'{mark}<text x="{_n(x + 15)}" y="{_n(y + 4)}">{escape(key.text)}</text>\n'

    # Attributes

    def _belongs(self, wire: Wire) -> str:
        """What a page needs to find it again."""
        to = "" if wire.target is None else f' data-to="{wire.target}-{wire.slot}"'
        return f"{self._node(wire.source)}{to}" if self.interactive else ""

    def _node(self, k: int) -> str:
        return f' data-node="{k}"' if self.interactive else ""


def _rounded(points: Sequence[Point]) -> str:
    """A path through the points, with round corners."""
    parts = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for before, (x, y), after in zip(points, points[1:], points[2:], strict=False):
        (x1, y1), (x2, y2) = _towards((x, y), before), _towards((x, y), after)
        parts.append(f"L{_n(x1)} {_n(y1)}Q{_n(x)} {_n(y)} {_n(x2)} {_n(y2)}")
    parts.append(f"L{_n(points[-1][0])} {_n(points[-1][1])}")
    return "".join(parts)


def _towards(start: Point, end: Point) -> Point:
    """The point a little way from one to the other; at most in the middle."""
    length = abs(end[0] - start[0]) + abs(end[1] - start[1])
    part = min(_TURN, length / 2) / (length or 1)
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _head(before: Point, tip: Point) -> str:
    """The head of an arrow."""
    length = abs(tip[0] - before[0]) + abs(tip[1] - before[1]) or 1
    x, y = (tip[0] - before[0]) / length, (tip[1] - before[1]) / length
    back_x, back_y = tip[0] - _HEAD * x, tip[1] - _HEAD * y
    one = back_x + _HEAD / 2 * y, back_y + _HEAD / 2 * x
    other = back_x - _HEAD / 2 * y, back_y - _HEAD / 2 * x
    return f"M{_n(one[0])} {_n(one[1])}L{_n(tip[0])} {_n(tip[1])}L{_n(other[0])} {_n(other[1])}"


def _group(items: Iterable[str], name: str, **attributes: str) -> Iterator[str]:
    """The elements in a group of that class, unless there are none."""
    shown = "".join(f" {key.replace('_', '-')}={quoteattr(v)}" for key, v in attributes.items())
    elements = [item for item in items if item]
    if elements:
        yield f'<g class="{name}"{shown}>\n'
        yield from elements
        yield "</g>\n"


def _n(number: float) -> str:
    """A number as short as it can be."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
