"""How every table looks: no rules, two blanks between columns, numbers whole and to the right."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.table import Table
from rich.text import Span, Text

GAP = 2
"""Blanks between columns."""
INDENT = 2
"""Blanks before the first column."""
RICH_ROWS = 100
"""Rows that Rich lays out: it takes 150 µs for each, and a formula may have 10^5."""
HEADER = "dim"

Cell = str | Text


class Column(NamedTuple):
    """One column of a table."""

    header: str = ""
    style: str = ""
    number: bool = False
    """Whether its cells end together."""
    min_width: int = 0
    header_style: str = HEADER


def width_of(column: Column, cells: Sequence[Cell]) -> int:
    """The columns of the screen that the widest cell takes, the header among them."""
    widest = max((_width(cell) for cell in cells), default=0)
    return max(column.min_width, cell_len(column.header), widest)


def table_lines(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    indent: int = INDENT,
    gap: int = GAP,
) -> list[Text]:
    """One line for each row; before them one of the headers, if a column has one.

    Args:
        columns: what each column is called and how it looks.
        rows: as many cells as there are columns, each of one line.
        indent: blanks before the first column.
        gap: blanks between two columns.
    """
    widths = [width_of(column, [row[n] for row in rows]) for n, column in enumerate(columns)]
    table = _table(columns, widths, gap)
    for row in rows[:RICH_ROWS]:
        table.add_row(*map(_padded, columns, widths, row))
    console = Console(width=sum(widths) + gap * len(widths) + 1, color_system=None, emoji=False)
    lines = list(_lines(console, table, indent)) if rows or table.show_header else []
    wide = _widened(columns, widths)
    return lines + [row_line(wide, row, indent, gap) for row in rows[RICH_ROWS:]]


def table_pieces(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Iterator[Text]:
    """The lines of a table that nobody holds in full: a later piece is never narrower."""
    waiting = iter(rows)
    while piece := list(islice(waiting, RICH_ROWS)):
        yield from table_lines(columns, piece)
        widths = [width_of(column, cells) for column, *cells in zip(columns, *piece, strict=True)]
        columns = [column._replace(header="") for column in _widened(columns, widths)]


def _widened(columns: Sequence[Column], widths: Sequence[int]) -> list[Column]:
    return [one._replace(min_width=width) for one, width in zip(columns, widths, strict=True)]


def _padded(column: Column, width: int, cell: Cell) -> Text:
    """A cell, a number to the right: Rich would cut the blank that stands for a missing mark."""
    text = Text(cell) if isinstance(cell, str) else cell.copy()
    if column.number:
        text.pad_left(width - text.cell_len)
    return text


def row_line(
    columns: Sequence[Column], row: Sequence[Cell], indent: int = INDENT, gap: int = GAP
) -> Text:
    """A row as Rich lays it out, in columns of their least width."""
    plain, spans, blanks = "", [], indent
    for column, cell in zip(columns, row, strict=True):
        text = cell if isinstance(cell, str) else cell.plain
        padding = max(0, column.min_width - cell_len(text))
        plain += " " * (blanks + padding * column.number)
        start = len(plain)
        plain += text
        if column.style:
            spans.append(Span(start, len(plain), column.style))
        if not isinstance(cell, str):
            spans += [Span(start, len(plain), cell.style)] if cell.style else []
            spans += [span.move(start) for span in cell.spans]
        blanks = gap + padding * (not column.number)
    plain = plain.rstrip()
    inside = [span.right_crop(len(plain)) for span in spans if span.start < len(plain)]
    return Text(plain, no_wrap=True, spans=inside)


def _table(columns: Sequence[Column], widths: Sequence[int], gap: int) -> Table:
    """An empty table of fixed widths."""
    heads = any(column.header for column in columns)
    table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, show_header=heads)
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            _padded(column, width, column.header),
            width=width,
            no_wrap=True,
            style=column.style,
            header_style=column.header_style,
        )
    return table


def _lines(console: Console, table: Table, indent: int) -> Iterator[Text]:
    """The lines of a table as texts, without blanks at their ends."""
    for segments in Segment.split_lines(console.render(table)):
        plain, spans = " " * indent, []
        for text, style, _ in segments:
            if style:
                spans.append(Span(len(plain), len(plain) + len(text), style))
            plain += text
        plain = plain.rstrip()
        inside = [span.right_crop(len(plain)) for span in spans if span.start < len(plain)]
        yield Text(plain, no_wrap=True, spans=inside)


def _width(cell: Cell) -> int:
    return cell_len(cell if isinstance(cell, str) else cell.plain)
