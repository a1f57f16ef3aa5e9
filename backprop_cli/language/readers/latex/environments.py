"""What stands in rows and cells: cases, matrices."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.blackboard.scan import Sign

_CASE_WORDS = ("if", "otherwise", "for", "else", "when", "where")


class Environments:
    """Goes through rows and cells."""

    def __init__(self, source: str) -> None:
        """Read in a source."""
        self.source = source

    def items(self, children: Iterable[Any]) -> Iterator[Sign]:
        """The signs of some parts of the tree."""
        raise NotImplementedError

    def _cases(self, tree: Any) -> Iterator[Sign]:
        """Rows of a value and its condition, as `a if condition else b`."""
        start, end = span_of(tree)
        rows = _rows(tree.children[1])
        if not rows:
            raise BackpropError("there is no case here", self.source, (start, end))
        yield Sign("OPEN_PAREN", "(", start, start)
        for number, row in enumerate(rows):
            value, condition = self._row(row)
            yield from value
            if number < len(rows) - 1:
                if not condition:
                    span = (span_of(row[0])[0], span_of(row[-1])[1])
                    raise BackpropError("a case needs a condition", self.source, span)
                at = condition[0].start
                yield Sign("WORD", "if", at, at)
                yield from condition
                yield Sign("WORD", "else", condition[-1].end, condition[-1].end)
        yield Sign("CLOSE_PAREN", ")", end, end)

    def _matrix(self, tree: Any) -> Iterator[Sign]:
        """A list of rows; of one column a vector."""
        start, end = span_of(tree)
        rows = [self._cells(row) for row in _rows(tree.children[1])]
        if not rows or not all(cell for row in rows for cell in row):
            raise BackpropError("an element is missing here", self.source, (start, end))
        is_column = all(len(row) == 1 for row in rows)
        lists = [row[0] if is_column else _listed(row, start, end) for row in rows]
        yield from _listed(lists, start, end)

    def _cells(self, row: list[Any]) -> list[list[Sign]]:
        cells: list[list[Any]] = [[]]
        for child in row:
            if child.data == "cell":
                cells.append([])
            else:
                cells[-1].append(child)
        return [list(self.items(cell)) for cell in cells]

    def _row(self, row: list[Any]) -> tuple[list[Sign], list[Sign]]:
        cells = [place for place, child in enumerate(row) if child.data == "cell"]
        middle = cells[0] if cells else len(row)
        value = list(self.items(row[:middle]))
        condition = [sign for sign in self.items(row[middle + 1 :]) if sign.text not in _CASE_WORDS]
        while condition and condition[-1].kind == "COMMA":
            condition.pop()
        while value and value[-1].kind == "COMMA":
            value.pop()
        return value, condition


def _listed(parts: Sequence[Sequence[Sign]], start: int, end: int) -> list[Sign]:
    """[a, b, …] of the signs of its elements."""
    found = [Sign("OPEN_LIST", "[", start, start)]
    for place, part in enumerate(parts):
        if place:
            found.append(Sign("COMMA", ",", part[0].start, part[0].start))
        found += part
    return [*found, Sign("CLOSE_BRACKET", "]", end, end)]


def _rows(row: Any) -> list[list[Any]]:
    """What stands between the line breaks of a group of cases."""
    rows: list[list[Any]] = [[]]
    for child in row.children:
        if child.data == "new_row":
            rows.append([])
        else:
            rows[-1].append(child)
    return [parts for parts in rows if any(part.data not in ("layout", "cell") for part in parts)]


def span_of(tree: Any) -> tuple[int, int]:
    """Where a part of the tree stands."""
    meta = tree.meta
    return (meta.start_pos, meta.end_pos) if not meta.empty else (0, 0)
