"""Which column and line each value has, and through which port of a gate each operand enters.

Every value is a straight wire on a line of its own, from the gate that makes it to the last gate
that uses it. A gate stands in the column after its last operand. What it uses comes to it from
above, from below or from the left, each operand through a port of its own, so that no two wires
ever become one.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

ABOVE, LEFT, BELOW = "above", "left", "below"

_TURN, _CROSSING, _WRONG_ORDER = 3.0, 1.0, 1000.0
"""What a detour, a crossing, and operands that changed places cost, in lines of distance."""
_FARTHEST = 100_000
_NEAR = 60
"""Lines from a fork within which its contribution is written."""
_GAP, _MORE = 1, 2
"""Empty lines between two inputs, and how many more where one goes on: a gate stands between."""


class ValueBox(NamedTuple):
    """A value with the gate that makes it, and the room for what is written, in cells and lines."""

    feeding: tuple[int, ...]
    """The nodes that feed the gate, one for each operand; none for an input."""
    ordered: bool = False
    """Whether the first operand must enter above the second, as in a - b."""
    sign: int = 0
    """The width of the gate."""
    before: int = 0
    """The width of the name where the wire of an input begins."""
    behind: int = 0
    """The width of the name where a wire ends that nothing uses any more."""
    text: int = 0
    """The width of what is written at the wire."""
    above: int = 0
    """Lines that are written above the wire."""
    below: int = 0
    sent: tuple[int, ...] = ()
    """The width of what is written at each operand's branch; 0 for nothing."""


class Port(NamedTuple):
    """How an operand comes to its gate."""

    side: str
    line: int
    """On which it enters; that of the gate itself from above and from below."""
    label: int | None
    """The line on which its contribution is written."""


class Lines:
    """The place of each node, counted in columns and lines."""

    def __init__(self) -> None:
        self.column: dict[int, int] = {}
        self.until: dict[int, int] = {}
        """The last column in which the value is used; past the last one where it goes out."""
        self.line: dict[int, int] = {}
        self.ports: dict[int, tuple[Port, ...]] = {}
        self.reach: dict[int, int] = {}
        """Lines that the body of a gate takes above its own, and as many below."""

    @property
    def columns(self) -> int:
        """How many columns there are, inputs included."""
        return max(self.column.values()) + 1


def lay_out(boxes: Mapping[int, ValueBox], body: int, leaving: frozenset[int]) -> Lines:
    """Columns, lines and ports.

    Args:
        boxes: in order of computation.
        body: lines that a gate takes above its own, and as many below.
        leaving: nodes whose wires go out at the right, whatever uses them.
    """
    return _Liner(boxes, body, leaving).lines


def users_of(boxes: Mapping[int, ValueBox]) -> dict[int, list[int]]:
    """For each node the gates that it feeds, once for each operand."""
    users: dict[int, list[int]] = {node: [] for node in boxes}
    for node, box in boxes.items():
        for arg in box.feeding:
            users[arg].append(node)
    return users


def columns_of(boxes: Mapping[int, ValueBox], users: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """For each node its column: as far left as it can be, or right before where it is used.

    A gate goes to the right where that makes no wires longer than it makes others shorter: what
    it uses is used elsewhere too, or comes from a gate that goes along.
    """
    column: dict[int, int] = {}
    for node, box in boxes.items():
        column[node] = 1 + max((column[arg] for arg in box.feeding), default=-1)
    for node in reversed(list(boxes)):
        feeding = boxes[node].feeding
        own = [arg for arg in feeding if len(users[arg]) == 1]
        if feeding and users[node] and len(own) < 2 and all(boxes[arg].feeding for arg in own):
            column[node] = min(column[user] for user in users[node]) - 1
    return column


class _Liner:
    def __init__(self, boxes: Mapping[int, ValueBox], body: int, leaving: frozenset[int]) -> None:
        self.boxes, self.body, self.lines = boxes, body, Lines()
        lines = self.lines
        self.users = users_of(boxes)
        lines.column = columns_of(boxes, self.users)
        for node, users in self.users.items():
            out = node in leaving or not users
            last = max((lines.column[user] for user in users), default=0)
            lines.until[node] = lines.columns if out else last
        self.passing: list[dict[int, int]] = [{} for _ in range(lines.columns + 1)]
        """For each column the lines on which wires come in, and whose they are."""
        self.written: list[set[int]] = [set() for _ in range(lines.columns + 1)]
        """For each column the lines that have something written behind its gates."""
        self.busy: list[set[int]] = [set() for _ in range(lines.columns + 1)]
        """For each column the lines that its gates take."""
        self.noted: list[set[int]] = [set() for _ in range(lines.columns + 1)]
        """For each column the lines on which something is written beside a branch."""
        self._inputs()
        gates = [node for node, box in boxes.items() if box.feeding]
        for node in sorted(gates, key=lines.column.__getitem__):
            self._gate(node)

    def _inputs(self) -> None:
        inputs = [node for node, box in self.boxes.items() if not box.feeding]
        line = gap = 0
        for node in inputs:
            box = self.boxes[node]
            forks = len(self.users[node]) > 1
            line += max(gap, _GAP + forks * _MORE) * (node != inputs[0]) + box.above
            self._take(node, line)
            line += box.below + 1
            gap = _GAP + forks * _MORE

    def _take(self, node: int, line: int) -> None:
        lines, box = self.lines, self.boxes[node]
        lines.line[node] = line
        first = lines.column[node]
        self.written[first].update(range(line - box.above, line + box.below + 1))
        for column in range(first + 1, lines.until[node] + 1):
            self.passing[column][line] = node

    def _gate(self, node: int) -> None:
        """Take the cheapest line: near the operands, with few crossings and few turns."""
        box, lines = self.boxes[node], self.lines
        lowest, written = box.above, self.written[lines.column[node]]
        wish = round(sum(lines.line[arg] for arg in box.feeding) / len(box.feeding))
        best: tuple[float, int, tuple[Port, ...], int] | None = None
        for distance in range(_FARTHEST):
            if best and best[0] <= distance:
                break
            for line in (wish - distance, wish + distance)[: 2 if distance else 1]:
                if line < lowest or line in written or not self._free_for_text(node, line):
                    continue
                for cost, ports, reach in self._ways(node, line):
                    if best is None or cost + distance < best[0]:
                        best = cost + distance, line, ports, reach
        assert best, "a hundred thousand lines were not enough"
        _, line, ports, reach = best
        lines.ports[node], lines.reach[node] = ports, reach
        column = lines.column[node]
        self.busy[column].update(range(line - reach, line + reach + 1))
        self.noted[column].update(port.label for port in ports if port.label is not None)
        self._take(node, line)

    def _free_for_text(self, node: int, line: int) -> bool:
        """Whether what is written there touches nothing, and the wire can go on to its end."""
        box, lines = self.boxes[node], self.lines
        column, until = lines.column[node], lines.until[node]
        passing, written = self.passing[column], self.written[column]
        for spot in range(line - box.above - 1, line + box.below + 2):
            inner = line - box.above <= spot <= line + box.below
            if inner and spot in written:
                return False
            wire = passing.get(spot)
            if wire is None or (spot == line and wire in box.feeding):
                continue
            # A wire that passes right above a value would seem to have that for its gradient.
            if inner or lines.until[wire] > column:
                return False
        return not any(line in self.passing[later] for later in range(column + 1, until + 1))

    def _ways(self, node: int, line: int) -> Iterator[tuple[float, tuple[Port, ...], int]]:
        """Each way in which the operands can enter at that line, and what it costs."""
        box = self.boxes[node]
        starts = [self.lines.line[arg] for arg in box.feeding]
        for sides, ends in _entries(line, starts, box.ordered):
            reach = max(self.body, *(abs(end - line) for end in ends))
            if line < reach or not self._free_for_gate(node, line, reach, sides, ends):
                continue
            ports = self._with_labels(node, line, reach, sides, ends)
            if ports is not None:
                yield self._cost(node, ports, starts) + reach, ports, reach

    def _free_for_gate(
        self, node: int, line: int, reach: int, sides: Sequence[str], ends: Sequence[int]
    ) -> bool:
        """Whether nothing runs through the gate but operands that end straight in their ports."""
        box, column = self.boxes[node], self.lines.column[node]
        passing, busy, noted = self.passing[column], self.busy[column], self.noted[column]
        straight = {
            (end, arg)
            for arg, side, end in zip(box.feeding, sides, ends, strict=True)
            if side == LEFT and passing.get(end) == arg and self._ends_here(arg, column)
        }
        return not any(
            spot in busy
            or spot in noted
            or (spot in passing and (spot, passing[spot]) not in straight)
            for spot in range(line - reach, line + reach + 1)
        )

    def _ends_here(self, arg: int, column: int) -> bool:
        """Whether the wire has this one use in its last column, so that it may run into a gate."""
        lines = self.lines
        used = sum(lines.column[user] == column for user in self.users[arg])
        return lines.until[arg] == column and used == 1

    def _with_labels(
        self, node: int, line: int, reach: int, sides: Sequence[str], ends: Sequence[int]
    ) -> tuple[Port, ...] | None:
        """The ports, each with a line for its contribution; None where one has no room."""
        box = self.boxes[node]
        ports: list[Port] = []
        taken = {end for side, end in zip(sides, ends, strict=True) if side == LEFT}
        for slot, (arg, side, end) in enumerate(zip(box.feeding, sides, ends, strict=True)):
            label = None
            if box.sent[slot : slot + 1] > (0,):
                start = self.lines.line[arg]
                near = self._label_lines(start, end, line, reach, side)[:_NEAR]
                label = next((spot for spot in near if self._free(node, spot, taken)), None)
                if label is None:
                    return None
            ports.append(Port(side, end, label))
        return tuple(ports)

    def _free(self, node: int, spot: int, taken: set[int]) -> bool:
        column = self.lines.column[node]
        return not (spot in taken or spot in self.busy[column] or spot in self.passing[column])

    def _label_lines(self, start: int, end: int, line: int, reach: int, side: str) -> Sequence[int]:
        """The lines beside a branch, from its fork on; below a branch that is straight."""
        if start == end:
            return (end + 1,)
        if end < start:
            stop = line + reach if side == BELOW else end
            return range(start - 1, stop, -1)
        stop = line - reach if side == ABOVE else end
        return range(start + 1, stop)

    def _cost(self, node: int, ports: tuple[Port, ...], starts: Sequence[int]) -> float:
        box, column = self.boxes[node], self.lines.column[node]
        cost = 0.0
        for port, start in zip(ports, starts, strict=True):
            if start != port.line:
                cost += _TURN * (port.side == LEFT)
                low, high = sorted((start, port.line))
                cost += _CROSSING * sum(low < spot < high for spot in self.passing[column])
        if box.ordered and len(ports) > 1:
            heights = [(_HEIGHT[port.side], port.line) for port in ports]
            cost += _WRONG_ORDER * (heights != sorted(heights))
        return cost


_HEIGHT = {ABOVE: 0, LEFT: 1, BELOW: 2}


def _entries(
    line: int, starts: Sequence[int], ordered: bool
) -> Iterator[tuple[Sequence[str], Sequence[int]]]:
    """The ways into a gate at that line: for each operand a side, and the line of its port."""
    if len(starts) <= 3:
        for sides in _combined([_possible(line, start) for start in starts]):
            if len(set(sides)) == len(sides):
                yield sides, [line] * len(starts)
    if len(starts) > 2:
        left = [LEFT] * len(starts)
        middle = abs(2 * line - min(starts) - max(starts)) < 2
        straight = not ordered or all(a < b for a, b in pairwise(starts))
        if middle and straight and len(set(starts)) == len(starts):
            # A high gate, into which each operand runs straight.
            yield left, starts
        order = range(len(starts))
        rank = order if ordered else sorted(order, key=starts.__getitem__)
        ends = [0] * len(starts)
        for place, slot in enumerate(rank):
            ends[slot] = line - len(starts) // 2 + place
        yield left, ends


def _possible(line: int, start: int) -> tuple[str, ...]:
    if start == line:
        return (LEFT,)
    return (ABOVE, LEFT) if start < line else (BELOW, LEFT)


def _combined(possible: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    if not possible:
        yield ()
        return
    for first in possible[0]:
        for rest in _combined(possible[1:]):
            yield (first, *rest)
