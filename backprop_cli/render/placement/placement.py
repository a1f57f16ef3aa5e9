"""A circuit with a place for everything, in cells across and lines down.

The terminal draws it as it is; TikZ and SVG give a cell and a line their own lengths. A wire
leads from where it begins, at a gate, an input or a fork, to one operand of a gate; a trunk leads
from where a value comes from to its last fork, or out of the picture.
"""

from collections.abc import Mapping
from typing import NamedTuple

from backprop_cli.render.placement.lines import LEFT, Lines, ValueBox, lay_out
from backprop_cli.render.placement.tracks import Tracks, stand

Spot = tuple[int, int]
"""A cell and a line."""


class PlacedWire(NamedTuple):
    """From a node to one operand of a gate."""

    source: int
    target: int
    slot: int
    """Which of the drawn operands it is, from 0."""
    side: str
    """From which side it enters the gate."""
    spots: tuple[Spot, ...]
    """Where it begins, turns and ends; it ends in the middle of its gate, or left of that."""
    label: Spot | None
    """Where its contribution begins, if it is a branch with one."""


class Trunk(NamedTuple):
    """The wire of a value up to its last fork, or out of the picture."""

    source: int
    start: Spot
    end: Spot
    goes_out: bool


class Placement(NamedTuple):
    """Everything in its place."""

    width: int
    height: int
    gates: dict[int, Spot]
    reach: dict[int, int]
    """Lines that each gate takes above and below its own."""
    names: dict[int, Spot]
    """Where the wires of inputs begin, left of which their names end."""
    ends: dict[int, Spot]
    """Where wires that go out end, right of which their names begin."""
    labels: dict[int, Spot]
    """Where what is written at a wire begins, and the wire's line."""
    trunks: tuple[Trunk, ...]
    wires: tuple[PlacedWire, ...]
    forks: tuple[tuple[int, Spot], ...]
    """A node, and where its value goes two ways."""
    columns: tuple[int, ...]
    """Where each column of gates begins; the first begins behind the inputs."""


class CircuitRow(NamedTuple):
    """One row and what is new in it; the rest comes from a row before and is only named."""

    placement: Placement
    new: frozenset[int]


def place(
    boxes: Mapping[int, ValueBox],
    body: int = 0,
    before: int = 1,
    after: int = 1,
    leaving: frozenset[int] = frozenset(),
) -> Placement:
    """Places for a circuit.

    Args:
        boxes: in order of computation.
        body: lines that a gate takes above its own, and as many below.
        before: cells of wire between a gate and what is written behind it.
        after: cells between what is written and the next column.
        leaving: nodes whose wires go out at the right, whatever uses them.
    """
    lines = lay_out(boxes, body, leaving)
    tracks = stand(boxes, lines, before, after)
    return _Placer(boxes, lines, tracks).placement()


class _Placer:
    def __init__(self, boxes: Mapping[int, ValueBox], lines: Lines, tracks: Tracks) -> None:
        self.boxes, self.lines, self.tracks = boxes, lines, tracks

    def placement(self) -> Placement:
        boxes, lines, tracks = self.boxes, self.lines, self.tracks
        uses: dict[int, list[tuple[int, int, int]]] = {node: [] for node in boxes}
        for node, box in boxes.items():
            for slot, arg in enumerate(box.feeding):
                uses[arg].append((self._leaves(node, slot), node, slot))
        trunks: list[Trunk] = []
        wires: list[PlacedWire] = []
        forks: list[tuple[int, Spot]] = []
        for node in boxes:
            y = lines.line[node]
            start = self._start(node), y
            used = sorted(uses[node])
            goes_out = lines.until[node] == lines.columns
            places = [x for x, _, _ in used]
            dots = sorted(set(places if goes_out else places[:-1]))
            forks += [(node, (x, y)) for x in dots]
            if goes_out or dots:
                end = tracks.end if goes_out else dots[-1]
                trunks.append(Trunk(node, start, (end, y), goes_out))
            for x, gate, slot in used:
                begins = max((dot for dot in dots if dot <= x), default=start[0])
                wires.append(self._wire(node, gate, slot, (begins, y)))
        ends = {t.source: t.end for t in trunks if t.goes_out}
        return Placement(
            tracks.end + 2 + max((boxes[node].behind for node in ends), default=0),
            max(self._bottom(node) for node in boxes) + 1,
            {node: (x, lines.line[node]) for node, x in tracks.gate.items()},
            lines.reach,
            {node: self._spot(tracks.left, node) for node in boxes if not boxes[node].feeding},
            ends,
            {node: self._spot(tracks.text[lines.column[node]], node) for node in boxes},
            tuple(trunks),
            tuple(wires),
            tuple(forks),
            tracks.columns,
        )

    def _spot(self, x: int, node: int) -> Spot:
        return x, self.lines.line[node]

    def _bottom(self, node: int) -> int:
        return self.lines.line[node] + max(self.boxes[node].below, self.lines.reach.get(node, 0))

    def _start(self, node: int) -> int:
        return self.tracks.gate.get(node, self.tracks.left)

    def _leaves(self, gate: int, slot: int) -> int:
        """Where the wire of an operand leaves the line of its value: at a turn, or never."""
        port, arg = self.lines.ports[gate][slot], self.boxes[gate].feeding[slot]
        if port.side == LEFT and port.line != self.lines.line[arg]:
            return self.tracks.turn[gate, slot]
        return self.tracks.gate[gate]

    def _wire(self, node: int, gate: int, slot: int, start: Spot) -> PlacedWire:
        port, x = self.lines.ports[gate][slot], self.tracks.gate[gate]
        turn = self._leaves(gate, slot)
        corners = [start, (turn, start[1]), (turn, port.line), (x, port.line)]
        label = None
        if port.label is not None:
            label = self.tracks.turn.get((gate, slot), turn) + 2, port.label
        return PlacedWire(node, gate, slot, port.side, tuple(dict.fromkeys(corners)), label)
