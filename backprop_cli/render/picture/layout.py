"""Where everything in the picture goes, in points: the places of the circuit's cells and lines."""

from collections.abc import Iterator, Mapping
from math import ceil

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells
from backprop_cli.render.picture.content import CELL, CIRCLE, LINE, chalk, shortened
from backprop_cli.render.picture.drawing import (
    GATE,
    INPUT,
    OUTPUT,
    Drawing,
    Label,
    Place,
    Point,
    Wire,
)
from backprop_cli.render.placement.lines import ABOVE, BELOW, ValueBox
from backprop_cli.render.placement.placement import CircuitRow, PlacedWire, Spot
from backprop_cli.render.placement.rows import rows
from backprop_cli.render.text.circuit.labels import Labels, Manner, labels
from backprop_cli.render.text.limits import refuse_more
from backprop_cli.render.text.options import Look

MOST_GATES = 2_000
"""Gates of the largest circuit that is drawn."""
MARGIN = 12.0

ROW = 15.0
"""Height of a line of the placement."""
_BODY = 1
"""Lines that a gate takes above its own, and as many below."""
_BETWEEN = 2
"""Lines between two rows of the circuit."""
_BESIDE = 7.0
"""Between a branch and the contribution beside it."""


def placed(trace: Trace, look: Look | None = None, width: float | None = None) -> Drawing:
    """The circuit of a run with a place for everything.

    Args:
        trace: the run.
        look: how numbers are written.
        width: points of a row, after which the circuit goes on in the next; None for one row.

    Raises:
        BackpropError: if the circuit is too large.
    """
    refuse_more(trace.graph.gate_count, "gates", "to draw", MOST_GATES)
    texts = labels(trace, look or Look(), Manner(names=False, circles=False, before=1, after=2))
    signs = {k: chalk(sign) for k, sign in texts.signs.items()}
    names = {k: shortened(name) for k, name in texts.names.items()}
    texts = texts._replace(signs=signs, names=names)
    steps = {k for k in texts.args if texts.args[k] and k != trace.graph.output}
    boxes = {k: _roomy(box, texts, k, k in steps) for k, box in texts.boxes(trace.graph).items()}
    wide = None if width is None else int((width - 2 * MARGIN) / CELL)
    found = rows(boxes, wide, body=_BODY, before=1, after=2)
    return _Pictured(texts, boxes, steps, found).drawing()


def _roomy(box: ValueBox, texts: Labels, k: int, named: bool) -> ValueBox:
    """The room of a value in a picture: with its name before it, and a circle round the sign."""
    above, wide = len(texts.above[k]), box.text
    if named:
        above, wide = _named(texts, k, wide)
    return box._replace(
        sign=max(ceil(CIRCLE / CELL), box.sign + 2),
        text=wide,
        above=ceil(above * LINE / ROW),
        below=ceil(box.below * LINE / ROW),
    )


def _named(texts: Labels, k: int, wide: int) -> tuple[int, int]:
    """The lines above a wire and the width at it, with the name of the step."""
    above, name = texts.above[k], cells(texts.names[k])
    if len(above) == 1:
        return 1, max(wide, name + 3 + cells(above[0]))
    return len(above) + 1, max(wide, name)


class _Pictured:
    """The rows of a circuit, on their way to points."""

    def __init__(
        self, texts: Labels, boxes: Mapping[int, ValueBox], steps: set[int], found: list[CircuitRow]
    ) -> None:
        self.texts, self.boxes, self.steps, self.rows = texts, boxes, steps, found
        self.top = 0
        """Lines above the row that is under way."""

    def drawing(self) -> Drawing:
        places: list[Place] = []
        wires: list[Wire] = []
        forks: list[tuple[int, Point]] = []
        for row in self.rows:
            forks += [(k, self._point(spot)) for k, spot in row.placement.forks]
            places += self._places(row)
            wires += self._wires(row)
            self.top += row.placement.height + _BETWEEN
        width = max(row.placement.width for row in self.rows) * CELL
        height = (self.top - _BETWEEN) * ROW
        size = _round(width + 2 * MARGIN), height + 2 * MARGIN
        return Drawing(*size, tuple(places), tuple(wires), tuple(forks))

    def _point(self, spot: Spot) -> Point:
        x, y = spot
        return _round(x * CELL + MARGIN), _round((y + self.top + 0.5) * ROW + MARGIN)

    def _places(self, row: CircuitRow) -> Iterator[Place]:
        placement, texts = row.placement, self.texts
        for k, spot in placement.gates.items():
            reach = placement.reach[k]
            high = CIRCLE if reach <= _BODY else 2 * reach * ROW + 24
            yield Place(k, GATE, texts.signs[k], *self._point(spot), self._wide(k), high)
        for kind, ends, side in ((INPUT, placement.names, -1), (OUTPUT, placement.ends, 1)):
            for k, spot in ends.items():
                if kind == OUTPUT and not texts.args[k]:
                    continue
                x, y = self._point(spot)
                wide = cells(texts.names[k]) * CELL + 8
                yield Place(k, kind, texts.names[k], _round(x + side * wide / 2), y, wide, LINE + 4)

    def _wires(self, row: CircuitRow) -> Iterator[Wire]:
        placement = row.placement
        written = {k: self._label(row, k) for k in row.new}
        for trunk in placement.trunks:
            k = trunk.source
            ends = self._from(row, k, trunk.start), self._point(trunk.end)
            yield Wire(k, None, None, ends, written.pop(k, None))
        for wire in placement.wires:
            label = self._sent(wire)
            points = self._path(row, wire)
            own = written.pop(wire.source, None)
            if own and label:
                # The rest of the fork is in another row, so what is at the stem has a wire apart.
                middle = _round(own.x + own.width / 2), own.y
                yield Wire(wire.source, None, None, (points[0], middle), own)
                points = (middle, *points[1:])
                own = None
            slot = self.texts.slots[wire.target][wire.slot]
            yield Wire(wire.source, wire.target, slot, points, own or label)

    def _from(self, row: CircuitRow, k: int, spot: Spot) -> Point:
        """Where a wire begins: at the edge of its gate, if it does not begin at a fork."""
        x, y = self._point(spot)
        gate = row.placement.gates.get(k) == spot
        return (_round(x + self._wide(k) / 2), y) if gate else (x, y)

    def _wide(self, k: int) -> float:
        return max(CIRCLE, _round((self.boxes[k].sign - 0.2) * CELL))

    def _path(self, row: CircuitRow, wire: PlacedWire) -> tuple[Point, ...]:
        """From the fork, gate or name to the edge of the gate that is fed."""
        first, *between = wire.spots
        points = [self._from(row, wire.source, first), *map(self._point, between)]
        x, y = self._point((row.placement.gates[wire.target][0], wire.spots[-1][1]))
        inwards = {ABOVE: (0.0, -CIRCLE / 2), BELOW: (0.0, CIRCLE / 2)}
        across, down = inwards.get(wire.side, (-self._wide(wire.target) / 2, 0.0))
        points[-1] = _round(x + across), _round(y + down)
        return tuple(points)

    def _label(self, row: CircuitRow, k: int) -> Label:
        x, y = self._point(row.placement.labels[k])
        wide = max(self.boxes[k].text, 1) * CELL
        name = self.texts.names[k] if k in self.steps else ""
        middle = _round(x + wide / 2)
        shown = tuple(self.texts.above[k]), tuple(self.texts.below[k])
        return Label(middle, y, _round(wide), name, *shown)

    def _sent(self, wire: PlacedWire) -> Label | None:
        """What a branch sends back, beside it."""
        if wire.label is None:
            return None
        text = self.texts.sent[wire.target, wire.slot]
        x, y = self._point(wire.label)
        wide = cells(text) * CELL
        left = x - 2 * CELL + _BESIDE
        return Label(_round(left + wide / 2), y, _round(wide), "", (), (text,), beside=True)


def _round(number: float) -> float:
    """Hundredths of a point: no eye sees less, and no -0.0."""
    return round(number, 2) + 0.0
