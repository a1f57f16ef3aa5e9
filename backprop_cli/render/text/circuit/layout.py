"""Where the gates and wires of a circuit go: columns from left to right, lines from top down.

Every node is a wire on a line of its own, from the gate that makes it to the last
gate that uses it. A gate stands in the column after its last input, on a vertical
wire that collects its inputs. A wire keeps its line, so a fork is a wire that goes on
after it was used, and no wire is ever hidden by another.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple


class Band(NamedTuple):
    """How many lines a node's labels need above and below its wire."""

    above: int
    below: int


class Layout:
    """The place of each drawn node."""

    def __init__(self) -> None:
        self.column: dict[int, int] = {}
        self.line: dict[int, int] = {}
        self.until: dict[int, int] = {}
        """The last column in which the node's wire is used; past the last one for an output."""
        self.track: dict[int, int] = {}
        """Which of several vertical wires in its column a gate stands on."""

    @property
    def columns(self) -> int:
        """How many columns there are, inputs included."""
        return max(self.column.values()) + 1

    @property
    def height(self) -> int:
        """The largest line that a wire is on."""
        return max(self.line.values()) + 1


def lay_out(args: Mapping[int, Sequence[int]], bands: Mapping[int, Band], gap: int) -> Layout:
    """Places for the nodes of `args`: node -> the nodes that feed it, none for an input.

    Args:
        args: in order of computation.
        bands: the room that each node's labels need.
        gap: empty lines between two inputs.
    """
    layout = Layout()
    for node, feeding in args.items():
        layout.column[node] = 1 + max((layout.column[arg] for arg in feeding), default=-1)
    for node in args:
        users = [layout.column[user] for user, feeding in args.items() if node in feeding]
        layout.until[node] = max(users, default=layout.columns)
    taken: dict[int, set[int]] = {}
    line = 0
    for node, feeding in args.items():
        if not feeding:
            line += bands[node].above
            _place(layout, node, line, bands[node], taken)
            line += bands[node].below + 1 + gap
    for node in sorted((n for n in args if args[n]), key=layout.column.__getitem__):
        wish = [layout.line[arg] for arg in dict.fromkeys(args[node])]
        wished = round(sum(wish) / len(wish))
        column = layout.column[node]
        ending = {
            arg
            for arg in args[node]
            if not any(
                arg in args[user] and layout.column[user] >= column for user in args if user != node
            )
        }
        spot = _free_line(layout, node, ending, wished, bands[node], taken)
        _place(layout, node, spot, bands[node], taken)
    _assign_tracks(layout, args)
    return layout


def _place(layout: Layout, node: int, line: int, band: Band, taken: dict[int, set[int]]) -> None:
    """Take the line up to the last use, and the labels' lines just after the gate."""
    layout.line[node] = line
    first = layout.column[node]
    taken.setdefault(first, set()).update(range(line - band.above, line + band.below + 1))
    for column in range(first + 1, layout.until[node]):
        taken.setdefault(column, set()).add(line)


def _free_line(
    layout: Layout,
    node: int,
    ending: Collection[int],
    wished: int,
    band: Band,
    taken: dict[int, set[int]],
) -> int:
    """The free line nearest to the wished one; that of an input only if its wire is `ending`."""
    column = layout.column[node]
    labels = taken.get(column, set())
    arriving = {
        layout.line[other]
        for other in layout.line
        if layout.column[other] < column <= layout.until[other] and other not in ending
    }
    later = [taken.get(c, set()) for c in range(column + 1, layout.until[node])]
    for distance in range(10_000):
        for line in dict.fromkeys((wished - distance, wished + distance)):
            room = range(line - band.above, line + band.below + 1)
            if line < band.above or line in arriving or any(spot in labels for spot in room):
                continue
            if not any(line in lines for lines in later):
                return line
    raise AssertionError("ten thousand lines were not enough")


def _assign_tracks(layout: Layout, args: Mapping[int, Sequence[int]]) -> None:
    """Gates of one column whose vertical wires would touch stand side by side."""
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for node, feeding in args.items():
        lines = [layout.line[node], *(layout.line[arg] for arg in feeding)]
        span = min(lines), max(lines)
        track = 0
        while any(
            span[0] <= bottom and top <= span[1]
            for top, bottom in spans.get((layout.column[node], track), [])
        ):
            track += 1
        spans.setdefault((layout.column[node], track), []).append(span)
        layout.track[node] = track
