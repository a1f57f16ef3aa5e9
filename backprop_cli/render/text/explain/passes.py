"""Lists of gates and inputs: the forward pass, the gradients, every node."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from backprop_cli.autodiff.steps import array_names, formula_of, rule_names
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells, inert
from backprop_cli.gates.compiler import rule
from backprop_cli.gates.gate import Gate
from backprop_cli.language.printer import show
from backprop_cli.render.table import INDENT, Cell, Column, table_lines
from backprop_cli.render.text.explain.rounding import EQUAL, gate_sign
from backprop_cli.render.text.options import FAINT, GRADIENT, NAME, VALUE, Look

MAX_GATES_SHOWN = 50
"""Gates of which a table shows the steps unless it is told to show all."""


MAX_IN_FULL = 100
"""Elements of the largest gradient that is written in full unasked."""


def value_of(trace: Trace, k: int, look: Look, width: int = 40) -> str:
    """The value of node `k` on one line."""
    return look.value(trace.values[k], width, trace.graph.types[k].is_row)


def gradient_of(trace: Trace, k: int, look: Look, width: int = 40) -> str:
    """The gradient of node `k` on one line."""
    return look.value(trace.arrived[k], width, trace.graph.types[k].is_row)


def called(gate: Gate) -> str:
    """What a learner calls the gate: max, whether of two values, of many or in an array."""
    return gate.label if gate.label.isalpha() else gate.name.replace("_", " ")


def written(trace: Trace, k: int, look: Look, values: bool = False) -> str:
    """Gate `k` as a formula: x + y; with its inputs' values in place of names where asked."""
    graph = trace.graph
    gate = trace.gate(k)
    names = rule_names(graph, k)
    if values:
        shown = [
            inert(graph.names[arg]) if arg in graph.constants else value_of(trace, arg, look, 18)
            for arg in graph.args[k]
        ]
        names |= dict(zip(gate.inputs, shown, strict=False))
        if gate.variadic:
            names["all"] = ", ".join(shown)
    formula = formula_of(graph, k)
    arrays = array_names(graph, k)
    return look.cut(inert(show(formula, names, look.style, arrays=arrays)))


def forward_lines(trace: Trace, look: Look, most: int | None = MAX_GATES_SHOWN) -> list[Text]:
    """A line such as "q = x + y = -2 + 5 = 3", for every gate."""
    blocks = forward_blocks(trace, look, most)
    left = trace.graph.gate_count - len(blocks)
    return [line for block in blocks for line in block] + left_out(left, look)


def forward_blocks(trace: Trace, look: Look, most: int | None) -> list[list[Text]]:
    """The lines of each of the first `most` gates, aligned with each other."""
    graph = trace.graph
    rows: list[tuple[str, ...]] = []
    signs: list[str] = []
    for k in [k for k, gate in enumerate(graph.gates) if gate is not None][:most]:
        put_in = written(trace, k, look, values=True)
        symbols = written(trace, k, look)
        value = value_of(trace, k, look, look.room)
        long = cells(put_in) > 36 or look.dots in put_in
        # A copy, a list and a transpose only hand their input on: its value is theirs.
        again = put_in == value and rule(trace.gate(k).text).terms[-1].op in ("name", "list", ".T")
        put_in = "" if put_in == symbols or again or long else f"= {put_in}"
        rows.append((f"{inert(graph.names[k])} = {symbols}", put_in, value))
        signs.append(f"{look.said(gate_sign(trace, k, look)) if put_in else EQUAL} ")
    return _in_columns(rows, look, ("", FAINT, VALUE), gap=1, signs=signs)


def _in_columns(
    rows: list[tuple[str, ...]],
    look: Look,
    styles: tuple[str, ...],
    gap: int = 2,
    signs: Sequence[str] = (),
) -> list[list[Text]]:
    """The rows as aligned columns, the last one of numbers; a row too wide goes on below.

    `signs` stand before the cells of the last column.
    """
    if not rows:
        return []
    limit = (look.width - INDENT) // 2
    widths = [
        max((cells(row[c]) for row in rows if cells(row[c]) <= limit), default=0)
        for c in range(len(rows[0]))
    ]
    numbers = [row[-1] for row in rows if not row[-1].startswith("[")]
    last = max(map(cells, numbers), default=0)
    rows = [_right_aligned(row, last) for row in rows]
    kept = [c for c in range(len(styles)) if any(row[c] for row in rows)]
    columns = [Column("", styles[c], min_width=widths[c]) for c in kept[:-1]]
    signs = signs or [""] * len(rows)
    ends = INDENT + sum(widths[:-1]) + gap * (len(kept) - 1) + len(signs[0])
    fit = [
        ends + cells(row[-1]) <= look.width and all(cells(row[c]) <= widths[c] for c in kept[:-1])
        for row in rows
    ]
    fitting: list[list[Cell]] = [
        [*(row[c] for c in kept[:-1]), Text(sign).append(row[-1], styles[-1])]
        for row, fits, sign in zip(rows, fit, signs, strict=True)
        if fits
    ]
    aligned = iter(table_lines([*columns, Column()], fitting, INDENT, gap))
    return [
        [next(aligned)] if fits else _broken(row, widths, look, styles, gap, sign)
        for row, fits, sign in zip(rows, fit, signs, strict=True)
    ]


def _right_aligned(row: tuple[str, ...], last: int) -> tuple[str, ...]:
    """The row with its number ended where the other numbers end."""
    short = cells(row[-1]) < last <= 12 and row[-1] and row[-1][0] != "["
    return (*row[:-1], row[-1].rjust(last)) if short else row


def _broken(
    row: tuple[str, ...],
    widths: list[int],
    look: Look,
    styles: tuple[str, ...],
    gap: int,
    sign: str,
) -> list[Text]:
    """The lines of a row that does not fit into the columns."""
    lines: list[Text] = []
    line = Text(" " * INDENT, no_wrap=True)
    befores = [""] * (len(row) - 1) + [sign]
    for cell, width, style, before in zip(row, widths, styles, befores, strict=True):
        if not width and not cell:
            continue
        if cells(line.plain + before + cell) > look.width and line.plain.strip():
            lines.append(line)
            line, cell = Text(" " * (INDENT + 4), no_wrap=True), cell.lstrip()
        line.append(before)
        line.append(cell, style)
        line.append(" " * (max(0, width - cells(cell)) + gap))
    lines.append(line)
    for line in lines:
        line.rstrip()
    return lines


def left_out(count: int, look: Look, what: str = "gates", in_json: bool = True) -> list[Text]:
    """A sentence that says how many gates a table leaves out, and how to see them."""
    if count <= 0:
        return []
    dots = look.dots
    json = ", --format json writes them" if in_json else ""
    text = f"{dots} {count:,} more {what}: --all shows them{json}"
    return [Text(" " * INDENT + text, style=FAINT)]


def gradient_lines(
    trace: Trace,
    look: Look,
    most: int | None = MAX_GATES_SHOWN,
    measured: Mapping[str, str] | None = None,
) -> list[Text]:
    """∂f/∂x = -4, for every input; small matrices written out."""
    f = inert(trace.objective)
    gradients = trace.gradients
    names = list(gradients) if most is None else list(gradients)[: 2 * most]
    width = max((cells(look.derivative(f, inert(name))) for name in names), default=0)
    numbers = [g for g in map(gradients.get, names) if isinstance(g, float)]
    wide = max((cells(look.number(number)) for number in numbers), default=0)
    table: list[tuple[Cell, ...]] = []
    for name in names:
        room = look.width - INDENT - width - 3
        rows = _gradient_rows(gradients[name], room, most, look)
        number = isinstance(gradients[name], float)
        first = Text(rows[0].rjust(wide) if number else rows[0], GRADIENT)
        said = f"measured: {measured[name]}" if measured and name in measured else ""
        if number and said:
            first = Text().append_text(first).append(f"   {said}", FAINT)
        table.append((look.derivative(f, inert(name)), "=", first))
        table += [("", "", Text(row, GRADIENT)) for row in rows[1:]]
        if said and not number:
            table.append(("", "", Text(said, FAINT)))
    lines = table_lines([Column(style=NAME), Column(), Column()], table, gap=1)
    left = len(gradients) - len(names)
    if left:
        lines.append(Text(f"  {look.dots} {left:,} more inputs: --all shows them", style=FAINT))
    return lines


def _gradient_rows(value: Any, room: int, most: int | None, look: Look) -> list[str]:
    """A gradient in full, if it has no more than `MAX_IN_FULL` elements or all is asked for."""
    if isinstance(value, float) or value is None:
        return [look.value(value)]
    if value.size > MAX_IN_FULL and most is not None:
        return [f"{look.value(value, look.room)}   --all shows every element"]
    if len(value) == 1:
        # A matrix of one row, [[1, 2]], is no vector.
        text = look.value(value, room)
        return [text] if look.dots not in text else look.blocks(value, room)
    return look.blocks(value, room)


def node_lines(trace: Trace, look: Look, most: int | None = MAX_GATES_SHOWN) -> list[Text]:
    """Every node with its value and its gradient: the circuit where it is too wide to draw."""
    graph = trace.graph
    nodes = [k for k in range(len(graph)) if k not in graph.constants]
    shown = nodes if most is None else nodes[:most]
    room = max(12, (look.width - 30) // 2)
    rows: list[tuple[str, ...]] = [_node(trace, k, look, room) for k in shown]
    blocks = _in_columns(rows, look, ("", VALUE, GRADIENT))
    for place, (k, row) in enumerate(zip(shown, rows, strict=True)):
        if len(blocks[place]) > 1 or any(t.startswith(f"[{look.dots}]") for t in row[1:]):
            blocks[place] = _node_below(_node(trace, k, look, look.room))
    lines = [line for block in blocks for line in block]
    return lines + left_out(len(nodes) - len(shown), look, "nodes")


def _node(trace: Trace, k: int, look: Look, room: int) -> tuple[str, str, str]:
    """A node's formula, value and gradient; empty where there is none."""
    name = inert(trace.graph.names[k])
    return (
        f"{name} = {written(trace, k, look)}" if trace.graph.gates[k] else name,
        "" if trace.values[k] is None else value_of(trace, k, look, room),
        "" if trace.arrived[k] is None else gradient_of(trace, k, look, room),
    )


def _node_below(row: tuple[str, str, str]) -> list[Text]:
    """A node of which a column would show dots only: value and gradient below it, in full."""
    lines = [Text(" " * INDENT + row[0], no_wrap=True)]
    for label, text, style in zip(("value", "gradient"), row[1:], (VALUE, GRADIENT), strict=True):
        if text:
            lines.append(Text(f"{' ' * (INDENT + 2)}{label:<8} = ", no_wrap=True))
            lines[-1].append(text, style)
    return lines
