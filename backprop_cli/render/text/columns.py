"""Columns of text that line up, and names cut to the room there is."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from rich.text import Text

from backprop_cli.errors import cells, inert
from backprop_cli.render.table import GAP, Cell, Column, table_lines
from backprop_cli.render.text.options import HEADING, Look

MAX_ROWS_SHOWN = 20
"""Rows of a long list, unless all are asked for."""


def aligned(
    rows: Sequence[Sequence[str]], right: Collection[int] = (), gap: int = GAP
) -> list[Text]:
    """A line for each row, the first of which is the head; columns in `right` end together."""
    head, *body = rows
    columns = [Column(text, number=c in right) for c, text in enumerate(head)]
    return table_lines(columns, body, gap=gap)


class StyledEntry(NamedTuple):
    """One entry of a table."""

    text: str
    style: str = ""


def in_blocks(
    rows: Sequence[str],
    columns: Sequence[str],
    table: Sequence[Sequence[StyledEntry]],
    look: Look,
    gap: int = GAP,
) -> list[list[Text]]:
    """A table with names for rows and columns: as many columns at a time as the screen holds."""
    wide = [
        max(cells(name), *(cells(row[n].text) for row in table)) + gap
        for n, name in enumerate(columns)
    ]
    label = max(map(cells, rows))
    blocks = []
    for group in _groups(wide, look.width - label - 2):
        named_columns = [Column(columns[n], number=True, header_style=HEADING) for n in group]
        cells_of_rows: list[list[Cell]] = [
            [name, *(Text(row[n].text, row[n].style) for n in group)]
            for name, row in zip(rows, table, strict=True)
        ]
        blocks.append(table_lines([Column("", HEADING), *named_columns], cells_of_rows, gap=gap))
    return blocks


def _groups(wide: Sequence[int], room: int) -> list[range]:
    """The columns in groups, each no wider than the room, if it has more than one."""
    groups, first, used = [], 0, 0
    for n, width in enumerate(wide):
        if n > first and used + width > room:
            groups.append(range(first, n))
            first, used = n, 0
        used += width
    return [*groups, range(first, len(wide))]


def clipped(text: str, width: int, look: Look) -> str:
    """The text, inert, and its end cut off where it is wider than `width` columns."""
    text = inert(text)
    if cells(text) <= width:
        return text
    while text and cells(text) > width - len(look.dots):
        text = text[: max(0, width - len(look.dots)) if cells(text) > 2 * width else -1]
    return text + look.dots


def named(count: int, first: Sequence[str], look: Look) -> str:
    """The first names, as many as a line holds, and how many more there are."""
    room = look.width - 24
    shown: list[str] = []
    for name in (clipped(name, 24, look) for name in first):
        room -= cells(name) + 2
        if shown and room < 0:
            break
        shown.append(name)
    left = count - len(shown)
    return f"{', '.join(shown)}{f', {look.dots} ({left:,} more)' if left > 0 else ''}"


def counted(count: int, thing: str, things: str = "") -> str:
    """1 student, 2 students."""
    return f"{count:,} {thing if count == 1 else things or f'{thing}s'}"
