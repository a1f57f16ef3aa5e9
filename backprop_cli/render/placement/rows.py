"""A long circuit in rows, like a text: what goes on in a later row is named at both ends."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise

from backprop_cli.render.placement.lines import ValueBox, columns_of, users_of
from backprop_cli.render.placement.placement import CircuitRow, Placement, place


def rows(
    boxes: Mapping[int, ValueBox], width: int | None, body: int = 0, before: int = 1, after: int = 1
) -> list[CircuitRow]:
    """The circuit in rows of at most `width` cells, or of one column of gates where that is wider.

    Args:
        boxes: in order of computation.
        width: cells of a row; None for one row.
        body: lines that a gate takes above its own, and as many below.
        before: cells of wire between a gate and what is written behind it.
        after: cells between what is written and the next column.
    """
    placed = partial(place, body=body, before=before, after=after)
    whole = placed(boxes)
    if width is None or whole.width <= width:
        return [CircuitRow(whole, frozenset(boxes))]
    columns = _columns(boxes)
    widths = _widths(whole)
    names = 2 + max(box.before for box in boxes.values())
    # What is put in a row may take another width there than it took in the whole.
    for wish in range(width, -1, -max(1, width // 16)):
        parts = _alike(widths, names, wish)
        split = _split(boxes, columns, parts)
        found = [CircuitRow(placed(part, leaving=leaving), new) for part, leaving, new in split]
        if all(row.placement.width <= width for row in found):
            break
    return found


def _widths(whole: Placement) -> list[int]:
    """The width of the inputs, and of each column of gates."""
    edges = [0, *whole.columns, whole.width]
    return [end - start for start, end in pairwise(edges)]


def _alike(widths: list[int], names: int, width: int) -> list[int]:
    """How many columns stand in each row: as few rows as can be, and none of them short."""
    few = _filled(widths, names, width)
    for narrower in range(width // 2, width, max(1, width // 24)):
        tried = _filled(widths, names, narrower)
        if len(tried) == len(few):
            return tried
    return few


def _filled(widths: list[int], names: int, width: int) -> list[int]:
    """The same, each row as full as it can be."""
    counts: list[int] = []
    x = widths[0]
    for wide in widths[1:]:
        if counts and x + wide <= width:
            counts[-1] += 1
            x += wide
        else:
            # Behind the first row, most of what comes in has only its name.
            x = (names if counts else widths[0]) + wide
            counts.append(1)
    return counts


def _split(
    boxes: Mapping[int, ValueBox], columns: list[list[int]], counts: list[int]
) -> Iterator[tuple[dict[int, ValueBox], frozenset[int], frozenset[int]]]:
    """For each row what is in it, what leads out of it, and what is new in it."""
    seen: frozenset[int] = frozenset()
    first = 1
    for count in counts:
        part, leaving = _part(boxes, columns[first : first + count], seen)
        first += count
        if first == len(columns):
            part = {**_unused(boxes, seen), **part}
        new = frozenset(part) - seen
        yield part, leaving, new
        seen |= new


def _columns(boxes: Mapping[int, ValueBox]) -> list[list[int]]:
    """The nodes of each column."""
    column = columns_of(boxes, users_of(boxes))
    columns: list[list[int]] = [[] for _ in range(max(column.values()) + 1)]
    for node in boxes:
        columns[column[node]].append(node)
    return columns


def _part(
    boxes: Mapping[int, ValueBox], columns: list[list[int]], seen: frozenset[int]
) -> tuple[dict[int, ValueBox], frozenset[int]]:
    """The gates of some columns and what feeds them, and those whose wires lead out of the row."""
    gates = {node for column in columns for node in column}
    feeding = {arg for node in gates for arg in boxes[node].feeding} - gates
    part = {
        node: _named(box) if node in seen else box
        for node, box in boxes.items()
        if node in gates or node in feeding
    }
    later = {arg for node, box in boxes.items() if node not in seen | gates for arg in box.feeding}
    return part, frozenset(gates & later)


def _named(box: ValueBox) -> ValueBox:
    """A value that comes from a row before: only its name stands at its wire."""
    return ValueBox((), before=box.before, behind=box.behind)


def _unused(boxes: Mapping[int, ValueBox], seen: frozenset[int]) -> dict[int, ValueBox]:
    """Inputs that nothing uses."""
    used = {arg for box in boxes.values() for arg in box.feeding}
    return {k: box for k, box in boxes.items() if not box.feeding and k not in used | seen}
