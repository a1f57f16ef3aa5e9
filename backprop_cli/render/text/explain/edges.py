"""The backward pass: every gate with its pattern, and below it a line for every edge."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.text import Text

from backprop_cli.analysis.local_names import LOCAL, is_whole_derivative
from backprop_cli.autodiff.steps import Step
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells, inert
from backprop_cli.render.table import GAP, INDENT, Cell, Column, table_lines
from backprop_cli.render.text.explain.broadcasting import broadcast_note, is_laid_along, lined_up
from backprop_cli.render.text.explain.passes import (
    MAX_GATES_SHOWN,
    called,
    gradient_of,
    left_out,
    written,
)
from backprop_cli.render.text.explain.put_in import put_in_rule
from backprop_cli.render.text.explain.rounding import fork_sign, product_sign
from backprop_cli.render.text.lines import broken
from backprop_cli.render.text.options import FAINT, GRADIENT, HEADING, NAME, Look


class Edge(NamedTuple):
    """The texts of one chain-rule step."""

    chain: str
    """∂f/∂x = ∂f/∂q · ∂q/∂x; with += where more contributions arrive."""
    local: str
    """∂f/∂z = q = 3"""
    brief: str
    """∂f/∂z = q, where there is no room to say the number twice."""
    factors: tuple[str, ...]
    """Upstream and local; empty for a matrix gate, whose rule is in the chain."""
    times: str
    """The sign between them."""
    note: str
    """Why the product has another shape than what is sent: summed over the rows."""
    equals: str
    """The sign before what is sent: = or ≈."""
    down: str
    put_in: str = ""
    """The rule of a matrix gate with numbers in the place of names, where there is room."""

    @property
    def of_numbers(self) -> bool:
        """Whether it fits into the columns: numbers only, no lists."""
        return bool(self.factors) and not any("[" in t for t in (*self.factors, self.down))

    def pieces(self, look: Look, widths: tuple[int, ...] = (0, 0, 0)) -> list[str]:
        """-4, × 1 and = -4, the numbers aligned to the right."""
        texts = [t.rjust(n) for t, n in zip((*self.factors, self.down), widths, strict=False)]
        if not self.factors:
            put_in = f"= {self.put_in}" if self.put_in else ""
            return [*broken(put_in, look.width - INDENT - 6), f"{self.equals} {self.down}"]
        up, local, down = texts
        return [
            up,
            f"{self.times} {local}{self.note and ','}",
            self.note,
            f"{self.equals} {down}",
        ]


def edge(trace: Trace, step: Step, look: Look, measured: str | None = None) -> Edge:
    """One step in symbols and numbers."""
    graph = trace.graph
    f = inert(trace.objective)
    out, name = (inert(graph.names[k]) for k in (step.output, step.input))
    sign = "+=" if step.input in trace.forks else "="
    upstream = look.derivative(f, out)
    local = look.derivative(out, name) if is_whole_derivative(trace, step) else LOCAL
    text = look.cut(inert(step.rule(look.style, upstream)))
    up, number, down = numbers(step, look, look.room)
    if step.local is None:
        chain = f"{look.derivative(f, name)} {sign} {text}"
        put_in, equals = put_in_rule(trace, step, look)
        return Edge(chain, "", "", (), "", "", equals, down, put_in)
    by = look.product_sign(step.upstream, step.local)
    times = " · " if by == "×" else f" {by} "
    equals = look.sign(product_sign(step, look))
    laid = f"[{upstream}]{look.style.transpose}" if is_laid_along(step) else upstream
    chain = f"{look.derivative(f, name)} {sign} {laid}{times}{local}"
    beside = f" ({measured} measured)" if measured else ""
    brief = f"{local} = {text}"
    full = f"{brief} = {number}" if text != number else brief
    return Edge(
        chain, full + beside, brief + beside, (up, number), by, broadcast_note(step), equals, down
    )


def numbers(step: Step, look: Look, width: int) -> tuple[str, str, str]:
    """Upstream, local and downstream, as they stand in the equation."""
    types = step.graph.types
    out, into = types[step.output].is_row, types[step.input].is_row
    row = (out or into) and getattr(step.local, "ndim", 0) == 1
    local = "" if step.local is None else look.value(step.local, width, row)
    return (
        look.value(lined_up(step), width, out),
        local,
        look.value(step.downstream, width, into),
    )


Measured = Mapping[tuple[int, int], str]
"""(gate, input) -> the measured local slope, as text."""


def backward_lines(
    trace: Trace, look: Look, most: int | None = MAX_GATES_SHOWN, measured: Measured | None = None
) -> list[Text]:
    """Every gate with its pattern, and below it every step, in the order of the backward pass."""
    lines = [line for block in backward_blocks(trace, look, most, measured) for line in block]
    return lines + left_out(len(trace.reached) - len(trace.reached[:most]), look)


def backward_blocks(
    trace: Trace, look: Look, most: int | None, measured: Measured | None
) -> list[list[Text]]:
    """The lines of the base case and of each step; a gate's heading goes with its first step."""
    told = list(trace.steps_in_order(most))
    texts = measured or {}
    rows = [edge(trace, s, look, texts.get((s.output, s.slot))) for s, _ in told]
    widths = _widths(rows, look)
    if not measured and any(row.of_numbers and _too_wide(row, widths, look) for row in rows):
        rows = [row._replace(local=row.brief) if row.of_numbers else row for row in rows]
        widths = _widths(rows, look)
    table = iter(_table_of(rows, widths, look))
    blocks = [[*_header(widths, look), _base_case(trace, look)]]
    triples = zip(told, rows, table, strict=True)
    for k, group in groupby(triples, key=lambda triple: triple[0].step.output):
        head = [heading(trace, k, look)]
        for (step, completes), row, line in group:
            fork = fork_lines(trace, step.input, look) if completes else []
            step_lines = [line] if line else _edge_lines(row, widths, look)
            blocks.append([*head, *step_lines, *fork])
            head = []
    return blocks


def _base_case(trace: Trace, look: Look) -> Text:
    f = inert(trace.output)
    line = Text(" " * INDENT, no_wrap=True)
    value = gradient_of(trace, trace.graph.output, look, look.room)
    line.append(f"{look.derivative(inert(trace.objective), f)} = {value}", NAME)
    line.append(f"   {start(trace)}", FAINT)
    return line


def start(trace: Trace) -> str:
    """What the backward pass starts from."""
    if trace.is_seeded_by_one:
        return "the base case"
    return f"given; {trace.objective} is what comes after {trace.output}"


def heading(trace: Trace, k: int, look: Look) -> Text:
    """A line such as "mul gate, gradient switcher: f = q·z"."""
    gate = trace.gate(k)
    line = Text(" " * INDENT, no_wrap=True)
    line.append(called(gate), HEADING)
    line.append(f" gate, {gate.pattern.value}: ")
    line.append(f"{inert(trace.graph.names[k])} = {written(trace, k, look)}")
    line.truncate(look.width, overflow="crop" if look.ascii else "ellipsis")
    return line


def fork_lines(trace: Trace, node: int, look: Look) -> list[Text]:
    """What arrived at a fork, and the sum: gradients add."""
    name, f = inert(trace.graph.names[node]), inert(trace.objective)
    first, *rest = summands(trace, node, look, look.room, 7)
    total = gradient_of(trace, node, look, look.room)
    symbol = look.derivative(f, name)
    sign = look.sign(fork_sign(trace, node, look))
    pieces = [f"{symbol} = {first}", *(f"+ {part}" for part in rest), f"{sign} {total}"]
    label = Text(" " * (INDENT + 2), no_wrap=True)
    label.append(f"fork at {name}, gradient adder:", HEADING)
    line = label.copy().append(" ").append(" ".join(pieces), GRADIENT)
    if cells(line.plain) <= look.width:
        return [line]
    return [label, *_filled([(piece, GRADIENT) for piece in pieces], look)]


def summands(trace: Trace, node: int, look: Look, width: int, most: int) -> list[str]:
    """What arrived at a fork, in the order of the backward pass; negative ones in parentheses."""
    row = trace.graph.types[node].is_row
    steps = trace.contributions(node)
    parts = [look.value(step.downstream, width, row) for step in steps[:most]]
    more = [look.dots] if len(steps) > most else []
    return [f"({p})" if p.startswith("-") and n else p for n, p in enumerate(parts)] + more


class _Widths(NamedTuple):
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


def _widths(rows: Sequence[Edge], look: Look) -> _Widths:
    """The widths of the columns, for the rows that are not too long for them.

    There is room for the headers if the table is then no wider than the screen.
    """
    scalar = [row for row in rows if row.factors and "[" not in row.factors[0]]
    columns = [(*row.factors, row.down) for row in scalar]
    wide = [max((cells(c[n]) for c in columns if cells(c[n]) <= 9), default=0) for n in range(3)]
    room = (look.width - INDENT) // 2
    chains = [cells(row.chain) for row in rows if cells(row.chain) <= room]
    locals_ = [cells(row.local) for row in scalar if cells(row.local) <= room]
    found = _Widths(
        max(chains, default=0),
        max(locals_, default=0),
        tuple(wide),
        wide[0] + wide[1] + 3,
        wide[2] + 2,
    )
    chain, local, product, down = map(len, _headers(look))
    with_header = _Widths(
        max(chain, found.chain),
        max(local, found.local),
        found.numbers,
        max(product, found.product),
        max(down, found.down),
        has_header=True,
    )
    return with_header if scalar and with_header.total <= look.width else found


def _header(widths: _Widths, look: Look) -> list[Text]:
    """The headers of the columns; the equation of the numbers where they have no room."""
    if widths.has_header:
        return table_lines(_columns(widths, _headers(look)), [], INDENT + 2)
    return [Text(f"{' ' * INDENT}upstream {look.times} local = downstream", FAINT, no_wrap=True)]


def _columns(widths: _Widths, headers: Sequence[str] = ("", "", "", "")) -> list[Column]:
    wide = (widths.chain, widths.local, widths.product, widths.down)
    styles = ("", FAINT, "", "")
    return [Column(*one) for one in zip(headers, styles, [False] * 4, wide, strict=True)]


def _table_of(rows: Sequence[Edge], widths: _Widths, look: Look) -> list[Text | None]:
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


def _too_wide(row: Edge, widths: _Widths, look: Look) -> bool:
    """Whether a row of numbers does not fit into the columns."""
    wide = widths.chain + widths.local + cells(" ".join(row.pieces(look, widths.numbers)))
    return INDENT + 6 + wide > look.width


def _edge_lines(row: Edge, widths: _Widths, look: Look) -> list[Text]:
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
    return [*_symbols(row, look), *_filled(list(_coloured(bare)), look)]


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


def _filled(pieces: Sequence[tuple[str, str]], look: Look) -> list[Text]:
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
