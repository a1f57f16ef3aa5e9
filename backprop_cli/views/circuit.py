"""Draw the circuit as the lecture does: values above the wires, gradients below them."""

from dataclasses import dataclass

from rich.text import Text

from backprop_cli.errors import inert
from backprop_cli.gates.gate import Gate
from backprop_cli.graph.graph import Graph
from backprop_cli.trace.trace import Trace
from backprop_cli.views.layout import Band, Layout, lay_out
from backprop_cli.views.look import GRADIENT, NAME, VALUE, Look

MOST_GATES = 60
"""Gates of the largest circuit that is drawn."""
MOST_LINES = 100

_WIRE, _TWICE, _POST = "─", "═", "│"
_DOUBLE = str.maketrans("╮╯┬┴", "╖╜╥╨")
_ASCII = str.maketrans("─═│║╮╯╖╜┬┴╥╨┤┼", "-=||.'.'++++++")


@dataclass(frozen=True)
class _Manner:
    """How much room a drawing takes: names on the wires, circles round the gates, space."""

    names: bool
    circles: bool
    before: int
    """Columns of wire before a label."""
    after: int


_MANNERS = (
    _Manner(True, True, 1, 1),
    _Manner(False, True, 1, 1),
    _Manner(False, False, 1, 1),
    _Manner(False, False, 1, 0),
    _Manner(False, False, 0, 0),
)
"""From the roomy to the tight; the first that fits the width is taken."""


def circuit(trace: Trace, look: Look) -> list[Text] | None:
    """The drawing, line by line; None where the circuit is too large for the width."""
    graph = trace.graph
    if sum(gate is not None for gate in graph.gates) > MOST_GATES:
        return None
    for manner in _MANNERS:
        drawing = _Drawing(trace, look, manner)
        if drawing.width <= look.width and drawing.layout.height <= MOST_LINES:
            return drawing.lines()
    return None


class _Drawing:
    """One circuit in one manner: its layout, and where its columns are."""

    def __init__(self, trace: Trace, look: Look, manner: _Manner) -> None:
        self.trace, self.look, self.manner = trace, look, manner
        graph = trace.graph
        folded = {k: _folded_constants(graph, k) for k in range(len(graph))}
        self.args = {
            k: tuple(arg for arg in graph.args[k] if arg not in folded[k])
            for k in range(len(graph))
            if k not in _all_folded(graph, folded)
        }
        self.labels = {k: self._label(k, folded[k]) for k in self.args if self.args[k]}
        self.above = {k: self._above(k) for k in self.args}
        self.below = {k: self._below(k) for k in self.args}
        bands = {k: Band(len(self.above[k]), len(self.below[k])) for k in self.args}
        inputs = sum(not feeding for feeding in self.args.values())
        self.layout: Layout = lay_out(self.args, bands, gap=1 if inputs <= 6 else 0)
        self._measure()

    # Texts

    def _label(self, k: int, folded: tuple[int, ...]) -> str:
        """The sign in the gate's circle: + or *, with a constant +1 or 1/x."""
        graph = self.trace.graph
        gate = graph.gates[k]
        assert gate is not None
        sign = _sign(gate)
        if k in graph.positions:
            sign = f"[{','.join(map(str, graph.positions[k]))}]"
        if folded:
            constant = inert(graph.names[folded[0]])
            constant = constant if len(constant) <= 12 else self.look.dots
            before = folded[0] == graph.args[k][0] and gate.name not in ("add", "mul")
            space = " " if sign.isalpha() else ""
            sign = f"{constant}{space}{sign}" if before else f"{sign}{space}{constant}"
        return f"({sign})" if self.manner.circles else sign

    def _above(self, k: int) -> list[str]:
        rows = self.look.rows(self.trace.values[k], 24, 4)
        graph = self.trace.graph
        if self.manner.names and graph.gates[k] and k != graph.output:
            if len(rows) == 1:
                return [f"{inert(graph.names[k])}={rows[0]}"]
            return [inert(graph.names[k]), *rows]
        return rows

    def _below(self, k: int) -> list[str]:
        gradient = self.trace.arrived[k]
        return [] if gradient is None else self.look.rows(gradient, 24, 4)

    def _name(self, k: int) -> str:
        """What stands at the end of a wire: the name of an input or of an output."""
        return inert(self.trace.graph.names[k])

    # Places

    def _measure(self) -> None:
        """Where each column's tracks begin, and where the wire after it begins."""
        layout, space = self.layout, self.manner.before
        inputs = [k for k in self.args if not self.args[k]]
        self.left = max((len(self._name(k)) for k in inputs), default=0) + 1
        self.post: dict[tuple[int, int], int] = {}
        self.wire: list[int] = []
        x = 0
        for column in range(layout.columns):
            nodes = [k for k in self.args if layout.column[k] == column]
            if column == 0:
                x = self.left
            for track in range(max(layout.track[k] for k in nodes) + 1 if column else 0):
                widths = [len(self.labels[k]) for k in nodes if layout.track[k] == track]
                self.post[column, track] = x + max(widths) // 2
                x += max(widths) + space
            x -= space if column else 0
            self.wire.append(x)
            texts = [text for k in nodes for text in (*self.above[k], *self.below[k])]
            x += max((len(text) for text in texts), default=0) + space + self.manner.after
        ends = [k for k in self.args if layout.until[k] == layout.columns]
        self.end = x
        self.width = x + 1 + max((len(self._name(k)) for k in ends), default=0)

    # Drawing

    def lines(self) -> list[Text]:
        layout = self.layout
        bottom = max(layout.line[k] + len(self.below[k]) for k in self.args) + 1
        self.grid = [[(" ", "")] * self.width for _ in range(bottom)]
        for k in self.args:
            self._draw_wire(k)
        for k in self.labels:
            self._draw_post(k)
        for k in self.args:
            self._draw_texts(k)
        return [self._text(row) for row in self.grid]

    def _put(self, line: int, x: int, text: str, style: str = "") -> None:
        for place, character in enumerate(text, start=x):
            self.grid[line][place] = (character, style)

    def _draw_wire(self, k: int) -> None:
        layout = self.layout
        start = self.wire[layout.column[k]]
        if layout.until[k] == layout.columns:
            end = self.end
        else:
            last = [user for user in self.labels if k in self.args[user]]
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
        return post - len(self.labels[k]) // 2

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
            ends = max(self._arrival(arg, u) for u in self.labels if arg in self.args[u]) == x
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
        self._put(own, start, self.labels[k], NAME)
        after = start + len(self.labels[k])
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
        for other in self.labels:
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
        name = self._name(k)
        if not self.args[k]:
            self._put(line, self.left - 1 - len(name), name, NAME)
        if layout.until[k] == layout.columns and self.args[k]:
            self._put(line, self.end + 1, name, NAME)

    def _text(self, row: list[tuple[str, str]]) -> Text:
        text = Text(no_wrap=True)
        for character, style in row:
            text.append(character.translate(_ASCII) if self.look.ascii else character, style)
        text.rstrip()
        return text


def _sign(gate: Gate) -> str:
    """The sign of a gate: its own label, its operator, or its name."""
    if gate.label:
        return gate.label
    words = gate.text.split()
    return (
        words[1]
        if len(words) == 3 and words[0] == "a"
        else "^"
        if gate.name == "pow"
        else gate.name
    )


def _folded_constants(graph: Graph, k: int) -> tuple[int, ...]:
    """The constant that is written in the gate's circle: the lecture's +1 and *-1 gates."""
    args = graph.args[k]
    numbers = tuple(arg for arg in args if arg in graph.constants and not graph.shapes[arg])
    gate = graph.gates[k]
    if gate is None or gate.variadic or len(numbers) != 1 or len(args) != 2:
        return ()
    return numbers


def _all_folded(graph: Graph, folded: dict[int, tuple[int, ...]]) -> set[int]:
    """Constants that stand only in circles, and need no wire of their own."""
    used = {arg for k in range(len(graph)) for arg in graph.args[k] if arg not in folded[k]}
    return {node for node in graph.constants if node not in used and node != graph.output}
