"""How every table looks: Rich's `Table`, with aligned numbers that never break.

A table is cut into blocks of lines, one a row, so that headings and notes can stand between
its rows while the columns still line up, and so that a long one is written piece by piece.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from io import StringIO
from typing import NamedTuple

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from backprop_cli.errors import cells

GAP = 2
"""Blanks between columns."""

MAX_RICH_ROWS = 200
"""Rows of the largest table that Rich lays out: it takes half a millisecond for each."""

MIN_FOLDED = 8
"""Columns of the terminal that a folded column keeps."""

HEAD = "dim"


class Column(NamedTuple):
    """One column of a table."""

    head: str = ""
    right: bool = False
    """Whether its cells end together, as numbers do."""
    style: str = ""
    folds: bool = False
    """Whether a cell that is too wide goes on below; a number never does."""
    rank: int = 0
    """Which columns are left out first where the screen is too narrow: those of the highest rank;
    a column of rank 0 never is."""


Row = Sequence[str | Text]


class Grid:
    """Rows under columns of the same widths."""

    def __init__(
        self,
        columns: Sequence[Column],
        rows: "Sequence[Row]",
        width: int,
        indent: int = 2,
        gap: int = GAP,
    ) -> None:
        """Find widths at which the rows fit.

        Args:
            columns: what stands in each column.
            rows: a cell for each column.
            width: the columns of the screen.
            indent: blanks before each line.
            gap: blanks between columns.
        """
        self.rows, self.indent, self.gap = rows, indent, gap
        self._given = list(columns)
        self._room = max(MIN_FOLDED, width - indent)
        self._places, self.widths = self._fitted()

    @property
    def is_too_wide(self) -> bool:
        """Whether the columns do not fit beside each other, so that rows go on below."""
        return self._total(self.widths) > self._room

    @property
    def columns(self) -> list[Column]:
        """The columns for which there is room."""
        return [self._given[place] for place in self._places]

    def head(self) -> list[Text]:
        """The names of the columns, where they stand above their cells."""
        if self.is_too_wide:
            return []
        return self._lines([[column.head for column in self.columns]], HEAD)

    def block(self, number: int) -> list[Text]:
        """The lines of one row."""
        return self.blocks[number]

    @cached_property
    def blocks(self) -> list[list[Text]]:
        """The lines of each row."""
        chosen = [[row[place] for place in self._places] for row in self.rows]
        is_long = len(chosen) > MAX_RICH_ROWS
        return [self._block(row, is_long) for row in chosen]

    def _block(self, row: Row, is_long: bool) -> list[Text]:
        if self.is_too_wide or any(self._overflows(row)):
            return self._stacked(row)
        return [self._plain(row)] if is_long and not self._folds(row) else self._lines([row])

    def __iter__(self) -> Iterator[Text]:
        """The names of the columns, where they have some, and the lines of all rows."""
        if any(column.head for column in self.columns):
            yield from self.head()
        for block in self.blocks:
            yield from block

    # Widths

    def _fitted(self) -> tuple[list[int], list[int]]:
        """The columns that are shown, and how wide each is."""
        places = list(range(len(self._given)))
        natural = [self._natural(place) for place in places]
        ranked = sorted((p for p in places if self._given[p].rank), key=self._rank, reverse=True)
        for place in ranked:
            if self._total([natural[p] for p in places]) <= self._room or self._can_fold(places):
                break
            places.remove(place)
        return places, self._folded(places, [natural[place] for place in places])

    def _rank(self, place: int) -> int:
        return self._given[place].rank

    def _natural(self, place: int) -> int:
        """The width of the widest cell, without those that take more than half of the room."""
        texts = [self._given[place].head, *(_plain(row[place]) for row in self.rows)]
        wide = [cells(line) for text in texts for line in text.split("\n")]
        limit = self._room if self._given[place].folds else self._room // 2
        return max((width for width in wide if width <= limit), default=0)

    def _total(self, widths: Sequence[int]) -> int:
        return sum(widths) + self.gap * max(0, len(widths) - 1)

    def _can_fold(self, places: Sequence[int]) -> bool:
        least = [self._least(place) for place in places]
        return self._total(least) <= self._room

    def _least(self, place: int) -> int:
        natural = self._natural(place)
        return min(natural, MIN_FOLDED) if self._given[place].folds else natural

    def _folded(self, places: Sequence[int], widths: list[int]) -> list[int]:
        """The widths, the widest of the columns that fold made narrower until all fit."""
        folding = [n for n, place in enumerate(places) if self._given[place].folds]
        while self._total(widths) > self._room and folding:
            widest = max(folding, key=lambda n: widths[n])
            if widths[widest] <= MIN_FOLDED:
                break
            widths[widest] -= 1
        return widths

    def _folds(self, row: Row) -> bool:
        return any(
            "\n" in _plain(cell) or cells(_plain(cell)) > width
            for cell, width in zip(row, self.widths, strict=True)
        )

    def _overflows(self, row: Row) -> Iterator[bool]:
        """For each cell, whether it can neither stand in its column nor fold there."""
        for cell, width, column in zip(row, self.widths, self.columns, strict=True):
            yield not column.folds and cells(_plain(cell)) > width

    # Lines

    def _stacked(self, row: Row) -> list[Text]:
        """A row that is too wide: its cells one after another, further lines indented."""
        lines: list[Text] = []
        line = Text(" " * self.indent, no_wrap=True)
        for cell, column in zip(row, self.columns, strict=True):
            text = _plain(cell).replace("\n", " ")
            if not text:
                continue
            if cells(line.plain) + cells(text) > self._room + self.indent and line.plain.strip():
                lines.append(line)
                line = Text(" " * (self.indent + 4), no_wrap=True)
            line.append(text, column.style)
            line.append(" " * self.gap)
        lines.append(line)
        for line in lines:
            line.rstrip()
        return lines

    def _lines(self, rows: Sequence[Row], style: str = "") -> list[Text]:
        table = Table(
            box=None,
            show_header=False,
            pad_edge=False,
            padding=(0, self.gap, 0, 0),
            style=style,
        )
        for column, width in zip(self.columns, self.widths, strict=True):
            table.add_column(
                justify="right" if column.right else "left",
                style=column.style if not style else "",
                width=width,
                no_wrap=not column.folds,
                overflow="fold",
            )
        for row in rows:
            table.add_row(*row)
        return as_lines(table, self._total(self.widths) + self.gap, self.indent)

    def _plain(self, row: Row) -> Text:
        line = Text(" " * self.indent, no_wrap=True)
        for cell, width, column in zip(row, self.widths, self.columns, strict=True):
            text = _plain(cell)
            blanks = " " * (width - cells(text) + self.gap)
            if column.right:
                blanks, after = blanks[self.gap :], blanks[: self.gap]
                line.append(blanks)
                line.append(text, column.style)
                line.append(after)
            else:
                line.append(text, column.style)
                line.append(blanks)
        line.rstrip()
        return line


def as_lines(table: Table, width: int, indent: int = 0) -> list[Text]:
    """What Rich makes of a table, as lines of text with their styles."""
    console = Console(
        width=max(1, width), file=StringIO(), markup=False, highlight=False, emoji=False
    )
    found = []
    for segments in console.render_lines(table, pad=False):
        line = Text(" " * indent, no_wrap=True)
        for text, style in _styled(segments):
            line.append(text, style)
        line.rstrip()
        found.append(line)
    return found


def _styled(segments: Iterable[Segment]) -> Iterator[tuple[str, Style]]:
    for segment in segments:
        yield segment.text, segment.style or Style.null()


def _plain(cell: str | Text) -> str:
    return cell.plain if isinstance(cell, Text) else cell
