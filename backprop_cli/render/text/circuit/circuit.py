"""Draw the circuit as the lecture does: values above the wires, gradients below them."""

from rich.text import Text

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells
from backprop_cli.render.text.circuit.labels import Labels, Manner, labels
from backprop_cli.render.text.circuit.places import Places
from backprop_cli.render.text.options import GRADIENT, NAME, VALUE, Look

MOST_GATES = 60
"""Gates of the largest circuit that is drawn."""
MOST_LINES = 100

_WIRE, _TWICE, _POST = "─", "═", "│"
_DOUBLE = str.maketrans("╮╯┬┴", "╖╜╥╨")
_ASCII = str.maketrans("─═│║╮╯╖╜┬┴╥╨┤┼", "-=||.'.'++++++")


_MANNERS = (
    Manner(True, True, 1, 1),
    Manner(False, True, 1, 1),
    Manner(False, False, 1, 1),
    Manner(False, False, 1, 0),
    Manner(False, False, 0, 0),
)
"""From the roomy to the tight; the first that fits the width is taken."""

_NAMED = (
    Manner(True, True, 1, 1, 3),
    Manner(True, True, 1, 0, 3),
    Manner(True, True, 1, 0),
    Manner(True, False, 1, 1),
    Manner(True, False, 1, 0),
    Manner(True, False, 0, 0),
)
"""The same where names matter more than circles, and nobody may take a value for another's."""


def circuit(trace: Trace, look: Look, named: bool = False) -> list[Text] | str:
    """The drawing, line by line; where the circuit is too large, why it is not drawn.

    Args:
        trace: the run, as far as it is known.
        look: how wide it may be.
        named: draw it with the names of all steps, or not at all.
    """
    gates = trace.graph.gate_count
    if gates > MOST_GATES:
        return f"{gates:,} gates are too many to draw"
    fits = False
    for manner in _NAMED if named else _MANNERS:
        drawing = _Drawing(labels(trace, look, manner), look, manner)
        fits = drawing.width <= look.width
        if fits and drawing.layout.height <= MOST_LINES:
            return drawing.lines()
    return f"higher than {MOST_LINES} lines" if fits else f"does not fit {look.width} columns"


class _Drawing(Places):
    """One circuit in one manner, as lines."""

    def __init__(self, labels: Labels, look: Look, manner: Manner) -> None:
        super().__init__(labels, manner)
        self.look = look

    def lines(self) -> list[Text]:
        layout = self.layout
        bottom = max(layout.line[k] + len(self.below[k]) for k in self.args) + 1
        self.grid = [[(" ", "")] * self.width for _ in range(bottom)]
        for k in self.args:
            self._draw_wire(k)
        for k in self.signs:
            self._draw_post(k)
        for k in self.args:
            self._draw_texts(k)
        return [self._text(row) for row in self.grid]

    def _put(self, line: int, x: int, text: str, style: str = "") -> None:
        row = self.grid[line]
        for character in text:
            wide = cells(character)
            if not wide and x:
                # An accent stands on the letter before it.
                row[x - 1] = (row[x - 1][0] + character, style)
            for place in range(x, x + wide):
                row[place] = (character if place == x else "", style)
            x += wide

    def _draw_wire(self, k: int) -> None:
        layout = self.layout
        start = self.wire[layout.column[k]]
        if layout.until[k] == layout.columns:
            end = self.end
        else:
            last = [user for user in self.signs if k in self.args[user]]
            end = max(self._arrival(k, user) for user in last)
        self._put(layout.line[k], start, _WIRE * (end - start))

    def _arrival(self, k: int, user: int) -> int:
        """Where the wire of `k` ends at the gate `user`: at its post, or at its label."""
        post = self.post[self.layout.column[user], self.layout.track[user]]
        if self.layout.line[k] != self.layout.line[user]:
            return post
        return self._label_start(user)

    def _label_start(self, k: int) -> int:
        post = self.post[self.layout.column[k], self.layout.track[k]]
        return post - cells(self.signs[k]) // 2

    def _draw_post(self, k: int) -> None:
        """The vertical wire of a gate, the corners at which its inputs arrive, and its label."""
        layout = self.layout
        x = self.post[layout.column[k], layout.track[k]]
        own = layout.line[k]
        lines = [own, *(layout.line[arg] for arg in self.args[k])]
        twice = len(self.args[k]) > len(set(self.args[k]))
        for line in range(min(lines), max(lines) + 1):
            self._put(line, x, "║" if twice else _POST)
        for arg in self.args[k]:
            line = layout.line[arg]
            if line == own:
                continue
            ends = max(self._arrival(arg, u) for u in self.signs if arg in self.args[u]) == x
            goes_on = not ends or layout.until[arg] == layout.columns
            between = min(lines) < line < max(lines)
            if between:
                corner = "┼" if goes_on else "┤"
            elif line < own:
                corner = "┬" if goes_on else "╮"
            else:
                corner = "┴" if goes_on else "╯"
            self._put(line, x, corner.translate(_DOUBLE) if twice else corner)
        start = self._label_start(k)
        if twice and layout.line[self.args[k][0]] == own:
            self._twice(k, start)
        self._put(own, start, self.signs[k], NAME)
        after = start + cells(self.signs[k])
        self._put(own, after, _WIRE * (self.wire[layout.column[k]] - after))
        self._cross(k, after)

    def _twice(self, k: int, start: int) -> None:
        """A double wire where one value feeds both inputs of a gate."""
        x = start - 1
        while x >= 0 and self.grid[self.layout.line[k]][x][0] == _WIRE:
            self._put(self.layout.line[k], x, _TWICE)
            x -= 1

    def _cross(self, k: int, after: int) -> None:
        """Where the wire leaves past other posts of the column, the posts stay visible."""
        layout = self.layout
        for other in self.signs:
            if layout.column[other] == layout.column[k] and layout.track[other] > layout.track[k]:
                lines = [layout.line[other], *(layout.line[arg] for arg in self.args[other])]
                if min(lines) < layout.line[k] < max(lines):
                    x = self.post[layout.column[other], layout.track[other]]
                    self._put(layout.line[k], x, _POST)

    def _draw_texts(self, k: int) -> None:
        layout = self.layout
        line = layout.line[k]
        x = self.wire[layout.column[k]] + self.manner.before
        for offset, text in enumerate(self.above[k]):
            self._put(line - len(self.above[k]) + offset, x, text, VALUE)
        for offset, text in enumerate(self.below[k]):
            self._put(line + 1 + offset, x, text, GRADIENT)
        name = self.names[k]
        if not self.args[k]:
            self._put(line, self.left - 1 - cells(name), name, NAME)
        if layout.until[k] == layout.columns and self.args[k]:
            self._put(line, self.end + 1, name, NAME)

    def _text(self, row: list[tuple[str, str]]) -> Text:
        text = Text(no_wrap=True)
        for character, style in row:
            text.append(character.translate(_ASCII) if self.look.ascii else character, style)
        text.rstrip()
        return text
