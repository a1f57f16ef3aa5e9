"""The circuit as SVG: our own drawing, at the places that Graphviz found.

One file, with no font, script, style sheet or link: colours are attributes, so that it looks the
same in a browser, in a notebook and through a converter, and a page can still restyle its classes.
"""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from backprop_cli.analysis.notes.notes import notes
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.picture.content import LINE, SIZE
from backprop_cli.render.picture.drawing import GATE, INPUT, Drawing, Label, Place, Wire
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


def svg_view(trace: Trace, wish: FormatOptions) -> Iterable[str]:
    """The picture with the digits and the theme that were wished for."""
    look = Look(digits=wish.digits)
    return svg(trace, placed(trace, look), look, theme_named(wish.theme))


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
        splits = [wire for wire in drawing.wires if wire.splits]
        yield from _group(map(self._fork, splits), "forks", fill=theme.ink)
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
        (x, y), *rest = wire.points
        curves = " ".join(f"{_n(x)} {_n(y)}" for x, y in rest)
        return f'<path{self._belongs(wire)} d="M{_n(x)} {_n(y)}C{curves}"/>\n'

    def _fork(self, wire: Wire) -> str:
        x, y = wire.points[-1]
        return f'<circle{self._belongs(wire)} cx="{_n(x)}" cy="{_n(y)}" r="3.2"/>\n'

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
        aligned = f' xml:space="preserve" font-family="{ALIGNED}"'
        rows = len(label.above if above else label.below)
        shape = aligned if rows > 1 else ""
        return "".join(
            f'<text{self._belongs(wire)}{shape} x="{_n(label.x)}" '
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
            f'<ellipse cx="{_n(x)}" cy="{_n(y)}" rx="{_n(right)}" ry="{_n(top)}" '
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
