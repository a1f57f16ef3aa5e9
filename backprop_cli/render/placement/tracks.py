"""Where the vertical wires of each column stand, so that no two of them touch."""

from collections.abc import Mapping

from backprop_cli.render.placement.lines import LEFT, Lines, ValueBox

Span = tuple[int, int]


class _Track:
    """Vertical wires that stand below each other, and the room that they take to each side."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.left = self.right = 0

    def free(self, span: Span) -> bool:
        """Whether nothing of the track is on these lines, nor right above or below them."""
        return not any(span[0] <= bottom + 1 and top <= span[1] + 1 for top, bottom in self.spans)


class Tracks:
    """Places across, in cells."""

    def __init__(self, left: int) -> None:
        self.left = left
        """Where the wires of inputs begin."""
        self.end = left
        """Where the wires end that go out."""
        self.gate: dict[int, int] = {}
        """The middle of each gate; operands from above and from below enter there."""
        self.turn: dict[tuple[int, int], int] = {}
        """(gate, operand) -> where one from the left leaves its own line, or is written at."""
        self.text: list[int] = []
        """For each column where what is written at its wires begins."""
        self.columns: tuple[int, ...] = ()
        """Where each column of gates begins."""


def stand(boxes: Mapping[int, ValueBox], lines: Lines, before: int, after: int) -> Tracks:
    """Places across for gates, turns and texts.

    Args:
        boxes: what has a place.
        lines: their columns and lines.
        before: cells of wire between a gate and what is written behind it.
        after: cells between what is written and the next column.
    """
    names = [box.before for box in boxes.values() if not box.feeding]
    found = Tracks(left=max(names, default=0) + 1)
    columns: list[list[int]] = [[] for _ in range(lines.columns)]
    for node in boxes:
        columns[lines.column[node]].append(node)
    x = found.left
    for number, nodes in enumerate(columns):
        if number:
            found.columns += (x,)
            x = _column(nodes, boxes, lines, found, x)
        found.text.append(x + before)
        x += before + max(boxes[node].text for node in nodes) + after
    found.end = x
    return found


def _column(
    nodes: list[int], boxes: Mapping[int, ValueBox], lines: Lines, found: Tracks, x: int
) -> int:
    """Stand the gates of a column side by side where they would touch; gives where it ends."""
    tracks: list[_Track] = []
    posts: dict[int, int] = {}
    turns: dict[tuple[int, int], int] = {}
    for node in nodes:
        box, line, reach = boxes[node], lines.line[node], lines.reach[node]
        sent = [*box.sent, *(0,) * len(box.feeding)]
        spots, first, room = {line - reach, line + reach}, 0, 0
        for slot, (arg, port) in enumerate(zip(box.feeding, lines.ports[node], strict=True)):
            start = lines.line[arg]
            label = sent[slot] + 3 if port.label is not None else 0
            if port.side != LEFT:
                spots.add(start)
                room = max(room, label)
            elif start != port.line or label:
                low, high = sorted((start, port.line))
                # A straight branch needs room below for what is written there.
                high = max(high, port.label or high) if start == port.line else high
                turns[node, slot] = _place(tracks, (low, high), 0, 0, label)
                first = max(first, turns[node, slot] + 1)
        half = box.sign // 2
        right = max(box.sign - half, room)
        posts[node] = _place(tracks, (min(spots), max(spots)), first, half, right)
    places = []
    for track in tracks:
        x += track.left
        places.append(x)
        x += max(track.right, 1) + 1
    found.gate.update({node: places[track] for node, track in posts.items()})
    found.turn.update({key: places[track] for key, track in turns.items()})
    return x - 1


def _place(tracks: list[_Track], span: Span, first: int, left: int, right: int) -> int:
    """The first track from `first` on that is free there."""
    number = first
    while number < len(tracks) and not tracks[number].free(span):
        number += 1
    while number >= len(tracks):
        tracks.append(_Track())
    track = tracks[number]
    track.spans.append(span)
    track.left, track.right = max(track.left, left), max(track.right, right)
    return number
