"""How every table looks: no rules, two blanks between columns, numbers whole and to the right."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Span, Text

GAP = 2
"""Blanks between columns."""
INDENT = 2
"""Blanks before the first column."""
PIECE_ROWS = 100
"""Rows of a table in pieces that have their widths from each other."""
HEADER = "bold dim"

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
    wide = _widened(columns, widths)
    lines = [row_line(wide, row, indent, gap) for row in rows]
    if not any(column.header for column in columns):
        return lines
    heads = [column._replace(style=column.header_style) for column in wide]
    return [row_line(heads, [column.header for column in heads], indent, gap), *lines]


def table_pieces(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Iterator[Text]:
    """The lines of a table that nobody holds in full: a later piece is never narrower."""
    waiting = iter(rows)
    while piece := list(islice(waiting, PIECE_ROWS)):
        yield from table_lines(columns, piece)
        widths = [width_of(column, cells) for column, *cells in zip(columns, *piece, strict=True)]
        columns = [column._replace(header="") for column in _widened(columns, widths)]


def _widened(columns: Sequence[Column], widths: Sequence[int]) -> list[Column]:
    return [one._replace(min_width=width) for one, width in zip(columns, widths, strict=True)]


def row_line(
    columns: Sequence[Column], row: Sequence[Cell], indent: int = INDENT, gap: int = GAP
) -> Text:
    """A row in columns of their least width, without blanks at its end."""
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


def _width(cell: Cell) -> int:
    return cell_len(cell if isinstance(cell, str) else cell.plain)
