"""Draw the circuit as the lecture does: values above the wires, gradients below them."""

from collections.abc import Iterator
from itertools import pairwise

from rich.text import Text

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells
from backprop_cli.render.placement.placement import CircuitRow, Placement, Spot, place
from backprop_cli.render.text.circuit.labels import Labels, Manner, labels
from backprop_cli.render.text.options import FAINT, GRADIENT, NAME, VALUE, Look

MOST_GATES = 60
"""Gates of the largest circuit that is drawn."""
MOST_LINES = 100
_SAID = "In brackets: all gates of a named step. A picture (-o FILE.svg) shows each gate."
_MOST_INSIDE = 2_000
"""Gates inside the boxes of the largest circuit of named steps that is drawn."""

_LEFT, _RIGHT, _UP, _DOWN = 1, 2, 4, 8
_WIRES = {
    _LEFT | _RIGHT: "─",
    _LEFT: "─",
    _RIGHT: "─",
    _UP | _DOWN: "│",
    _UP: "│",
    _DOWN: "│",
    _LEFT | _DOWN: "╮",
    _LEFT | _UP: "╯",
    _RIGHT | _DOWN: "╭",
    _RIGHT | _UP: "╰",
}
_FORK, _BODY = "●", "┃"
_ASCII = str.maketrans("─│╮╯╭╰●┃", "-|.'.'o#")

_ROOMY, _TIGHT = Manner(True, True, 1, 2), Manner(True, False, 1, 2)
_BARE = Manner(True, False, 1, 2, sent=False)
"""With circles round the gates, without, and without the contributions of branches."""


def circuit(trace: Trace, look: Look) -> list[Text] | str:
    """The drawing, line by line; where the circuit is too large, why it is not drawn.

    Args:
        trace: the run, as far as it is known.
        look: how wide it may be.
    """
    drawn = _drawn(trace, look, boxed=False)
    # What is too large with all its gates may fit with a box for each named step.
    boxed = _drawn(trace, look, boxed=True) if isinstance(drawn, str) else drawn
    return drawn if isinstance(boxed, str) else boxed


def _drawn(trace: Trace, look: Look, boxed: bool) -> list[Text] | str:
    """The circuit of all gates or of all named steps, or why it is not drawn."""
    one, several = None, look.width
    tries = ((_ROOMY, one), (_TIGHT, one), (_ROOMY, several), (_TIGHT, several), (_BARE, several))
    if trace.graph.gate_count > (_MOST_INSIDE if boxed else MOST_GATES):
        return f"{trace.graph.gate_count:,} gates are too many to draw"
    why = f"does not fit {look.width} columns"
    for manner, width in tries:
        texts = labels(trace, look, manner)
        if boxed:
            from backprop_cli.render.text.circuit.steps import stepped

            texts = stepped(trace, texts, look)
        if boxed and not (texts.boxed and 1 < len(texts.signs) <= MOST_GATES):
            return "too many steps to draw"
        boxes = texts.boxes(trace.graph)
        if sum(not box.feeding for box in boxes.values()) > MOST_LINES:
            return f"higher than {MOST_LINES} lines"
        whole = place(boxes, before=manner.before, after=manner.after)
        found = [CircuitRow(whole, frozenset(boxes))]
        if width is not None:
            from backprop_cli.render.placement.rows import rows

            found = rows(boxes, width, before=manner.before, after=manner.after)
        if max(row.placement.width for row in found) <= look.width:
            drawn = [_Drawing(texts, look, row).lines() for row in found]
            lines = [line for row in drawn for line in (Text(), *row)]
            lines += [Text(), Text(_SAID, FAINT)] if boxed else []
            if len(lines) <= MOST_LINES + 1:
                return lines[1:]
            why = f"higher than {MOST_LINES} lines"
    return why


class _Drawing:
    """One row of a circuit, as a grid of characters."""

    def __init__(self, texts: Labels, look: Look, row: CircuitRow) -> None:
        self.texts, self.look, self.row = texts, look, row
        placement = row.placement
        self.grid = [[(" ", "")] * placement.width for _ in range(placement.height)]

    def lines(self) -> list[Text]:
        placement = self.row.placement
        self._draw_wires(placement)
        for _, (x, y) in placement.forks:
            self._put(y, x, _FORK)
        for k, (x, y) in placement.gates.items():
            self._draw_gate(k, x, y)
        for k, (x, y) in placement.names.items():
            name = self.texts.names[k]
            self._put(y, x - 1 - cells(name), name, NAME)
        for k, (x, y) in placement.ends.items():
            if self.texts.args[k]:
                self._put(y, x + 2, self.texts.names[k], NAME)
        for wire in placement.wires:
            if wire.label:
                x, y = wire.label
                self._put(y, x, self.texts.sent[wire.target, wire.slot], GRADIENT)
        for k in self.row.new:
            self._draw_texts(k, *placement.labels[k])
        return [self._text(row) for row in self.grid]

    def _draw_wires(self, placement: Placement) -> None:
        """All wires; where two values' wires cross, the vertical one passes over the other."""
        cells_of: dict[Spot, dict[int, int]] = {}
        paths = [(wire.source, wire.spots) for wire in placement.wires]
        paths += [(trunk.source, (trunk.start, trunk.end)) for trunk in placement.trunks]
        for source, spots in paths:
            for start, end in pairwise(spots):
                for spot, bits in _line(start, end):
                    here = cells_of.setdefault(spot, {})
                    here[source] = here.get(source, 0) | bits
        for (x, y), here in cells_of.items():
            if len(here) == 1:
                (bits,) = here.values()
                # A fork has a sign of its own, which is drawn later.
                character = _WIRES.get(bits, _FORK)
            else:
                character = "│"
            if x < placement.width:
                self._put(y, x, character)

    def _draw_gate(self, k: int, x: int, y: int) -> None:
        sign = self.texts.signs[k]
        reach = self.row.placement.reach[k]
        for line in range(y - reach, y + reach + 1):
            self._put(line, x, _BODY)
        self._put(y, x - cells(sign) // 2, sign, NAME)

    def _draw_texts(self, k: int, x: int, y: int) -> None:
        above, below = self.texts.above[k], self.texts.below[k]
        for offset, text in enumerate(above):
            self._put(y - len(above) + offset, x, text, VALUE)
        for offset, text in enumerate(below):
            self._put(y + 1 + offset, x, text, GRADIENT)

    def _put(self, line: int, x: int, text: str, style: str = "") -> None:
        row = self.grid[line]
        for character in text:
            wide = cells(character)
            if not wide and x:
                # An accent stands on the letter before it.
                row[x - 1] = (row[x - 1][0] + character, style)
            for spot in range(x, x + wide):
                row[spot] = (character if spot == x else "", style)
            x += wide

    def _text(self, row: list[tuple[str, str]]) -> Text:
        text = Text(no_wrap=True)
        for character, style in row:
            text.append(character.translate(_ASCII) if self.look.ascii else character, style)
        text.rstrip()
        return text


def _line(start: Spot, end: Spot) -> Iterator[tuple[Spot, int]]:
    """The cells of a straight line, each with the sides to which it leads."""
    (x, y), (to_x, to_y) = start, end
    if y == to_y:
        low, high = sorted((x, to_x))
        for place in range(low, high + 1):
            yield (place, y), _LEFT * (place > low) | _RIGHT * (place < high)
    else:
        low, high = sorted((y, to_y))
        for place in range(low, high + 1):
            yield (x, place), _UP * (place > low) | _DOWN * (place < high)
