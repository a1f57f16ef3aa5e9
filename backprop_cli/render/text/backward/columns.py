"""The columns in which chain-rule steps stand, and the lines of a step too wide for them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.text import Text

from backprop_cli.errors import cells
from backprop_cli.render.table import GAP, INDENT, Cell, Column, table_lines
from backprop_cli.render.text.backward.edge import Edge
from backprop_cli.render.text.options import FAINT, GRADIENT, Look


class Widths(NamedTuple):
    """How wide each column of the backward pass is."""

    chain: int
    local: int
    numbers: tuple[int, ...]
    product: int
    down: int
    has_header: bool = False
    """Whether each column is wide enough for its header."""

    @property
    def total(self) -> int:
        """The columns of the screen that the table takes."""
        return INDENT + 2 + self.chain + self.local + self.product + self.down + 3 * GAP


def _headers(look: Look) -> tuple[str, str, str, str]:
    return "chain rule", "local derivative", f"upstream {look.times} local", "= downstream"


def widths_of(rows: Sequence[Edge], look: Look) -> Widths:
    """The widths of the columns, for the rows that are not too long for them.

    There is room for the headers if the table is then no wider than the screen.
    """
    scalar = [row for row in rows if row.factors and "[" not in row.factors[0]]
    columns = [(*row.factors, row.down) for row in scalar]
    wide = [max((cells(c[n]) for c in columns if cells(c[n]) <= 9), default=0) for n in range(3)]
    room = (look.width - INDENT) // 2
    chains = [cells(row.chain) for row in rows if cells(row.chain) <= room]
    locals_ = [cells(row.local) for row in scalar if cells(row.local) <= room]
    found = Widths(
        max(chains, default=0),
        max(locals_, default=0),
        tuple(wide),
        wide[0] + wide[1] + 3,
        wide[2] + 2,
    )
    chain, local, product, down = map(len, _headers(look))
    with_header = Widths(
        max(chain, found.chain),
        max(local, found.local),
        found.numbers,
        max(product, found.product),
        max(down, found.down),
        has_header=True,
    )
    return with_header if scalar and with_header.total <= look.width else found


def header_lines(widths: Widths, look: Look) -> list[Text]:
    """The headers of the columns; the equation of the numbers where they have no room."""
    if widths.has_header:
        return table_lines(_columns(widths, _headers(look)), [], INDENT + 2)
    return [Text(f"{' ' * INDENT}upstream {look.times} local = downstream", FAINT, no_wrap=True)]


def _columns(widths: Widths, headers: Sequence[str] = ("", "", "", "")) -> list[Column]:
    wide = (widths.chain, widths.local, widths.product, widths.down)
    styles = ("", FAINT, "", "")
    return [Column(*one) for one in zip(headers, styles, [False] * 4, wide, strict=True)]


def table_of(rows: Sequence[Edge], widths: Widths, look: Look) -> list[Text | None]:
    """A line for each step: chain rule, local derivative, product, downstream; None if too wide."""
    wide = (widths.chain, widths.local, widths.product, widths.down)
    table: list[tuple[Cell, ...] | None] = []
    for row in rows:
        *factors, down = row.pieces(look, widths.numbers)
        texts = (row.chain, row.local, " ".join(filter(None, factors)), down)
        fits = row.factors and all(cells(t) <= w for t, w in zip(texts, wide, strict=True))
        colored = Text(down[:2]).append(down[2:], GRADIENT)
        table.append((*texts[:3], colored) if fits and widths.total <= look.width else None)
    lines = iter(table_lines(_columns(widths), [row for row in table if row], INDENT + 2))
    return [next(lines) if row else None for row in table]


def is_too_wide(row: Edge, widths: Widths, look: Look) -> bool:
    """Whether a row of numbers does not fit into the columns."""
    wide = widths.chain + widths.local + cells(" ".join(row.pieces(look, widths.numbers)))
    return INDENT + 6 + wide > look.width


def edge_lines(row: Edge, widths: Widths, look: Look) -> list[Text]:
    """One aligned line; where that is too wide, one that is not aligned, else several."""
    aligned, bare = row.pieces(look, widths.numbers), row.pieces(look)
    for chain, local, text, pieces in (
        (widths.chain, widths.local, row.local, aligned),
        (widths.chain, 0, row.local, aligned),
        (widths.chain, 0, row.local, bare),
        (0, 0, row.local, bare),
        (0, 0, row.brief, bare),
    ):
        line = Text(" " * (INDENT + 2), no_wrap=True)
        line.append(row.chain + " " * (max(0, chain - cells(row.chain)) + 2))
        line.append(text, FAINT)
        line.append(" " * (max(0, local - cells(text)) + 2) if text else "")
        line.append(" ".join(piece for piece in pieces[:-1] if piece))
        line.append(f"{' ' if len(pieces) > 1 else ''}{pieces[-1][:2]}")
        line.append(pieces[-1][2:], GRADIENT)
        if cells(line.plain) <= look.width:
            return [line]
    return [*_symbols(row, look), *filled(list(_coloured(bare)), look)]


def _symbols(row: Edge, look: Look) -> list[Text]:
    """The chain and the local derivative, on one line or on two, with the number if it fits."""
    indent = " " * (INDENT + 2)
    for local in (row.local, row.brief):
        for lines in ([f"{row.chain}  {local}".rstrip()], [row.chain, f"    {local}"]):
            texts = [Text(indent + line, no_wrap=True) for line in lines]
            if all(cells(text.plain) <= look.width for text in texts):
                return texts
    return texts


def _coloured(pieces: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The pieces of a product; what is passed on has the gradient's colour."""
    yield from ((piece, "") for piece in pieces[:-1] if piece)
    yield pieces[-1], GRADIENT


def filled(pieces: Sequence[tuple[str, str]], look: Look) -> list[Text]:
    """The pieces on lines below a step, as many on each as fit."""
    lines: list[Text] = []
    for text, style in pieces:
        if lines and cells(lines[-1].plain) + 1 + cells(text) <= look.width:
            lines[-1].append(" ")
        else:
            lines.append(Text(" " * (INDENT + 6), no_wrap=True))
        sign = text[:2] if text.startswith(("= ", "≈ ", "~ ")) else ""
        lines[-1].append(sign)
        lines[-1].append(text.removeprefix(sign), style)
    return lines
