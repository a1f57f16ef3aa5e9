"""How every table looks: no rules, two blanks between columns, numbers whole and to the right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Span, Text

GAP = 2
"""Blanks between columns."""
INDENT = 2
"""Blanks before the first column."""
CHUNK_ROWS = 500
"""Rows of one Rich table: Rich measures all rows of a table before it writes the first."""
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


@dataclass(frozen=True)
class _Stack:
    """The cells of one column below each other: one cell of the Rich table.

    Rich spends 150 µs on a row of cells of its own, and a formula may have 10^5 rows.
    """

    cells: Sequence[Cell]
    width: int
    number: bool

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for cell in self.cells:
            padding = Segment(" " * (self.width - _width(cell)))
            if self.number:
                yield padding
            if isinstance(cell, str):
                yield Segment(cell)
            else:
                style = console.get_style(cell.style)
                yield from Segment.apply_style(cell.render(console), style)
            if not self.number:
                yield padding
            yield Segment.line()


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
    console = Console(width=sum(widths) + gap * len(widths) + 1, color_system=None, emoji=False)
    heads = any(column.header for column in columns)
    lines: list[Text] = []
    waiting = iter(rows)
    while (chunk := list(islice(waiting, CHUNK_ROWS))) or (heads and not lines):
        table = _table(columns, widths, gap, heads and not lines)
        if chunk:
            stacks = zip(columns, widths, zip(*chunk, strict=True), strict=True)
            table.add_row(*(_Stack(cells, width, column.number) for column, width, cells in stacks))
        lines += _lines(console, table, indent)
    return lines


def _table(columns: Sequence[Column], widths: Sequence[int], gap: int, heads: bool) -> Table:
    """An empty table of fixed widths, so that chunks of one table stand below each other."""
    table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, show_header=heads)
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            Text(column.header),
            width=width,
            no_wrap=True,
            style=column.style,
            header_style=column.header_style,
            justify="right" if column.number else "left",
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
