"""Lists of gates and inputs: the forward pass, the gradients, every node."""

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from backprop_cli.errors import cells, inert
from backprop_cli.gates.compiler import rule
from backprop_cli.gates.spelling import along
from backprop_cli.language.printer import show
from backprop_cli.trace.steps import rule_names
from backprop_cli.trace.trace import Trace
from backprop_cli.views.look import FAINT, GRADIENT, NAME, VALUE, Look

MOST = 50
"""Gates of which a table shows the steps unless it is told to show all."""

INDENT = 2


def written(trace: Trace, k: int, look: Look, values: bool = False) -> str:
    """Gate `k` as a formula: x + y; with its inputs' values in place of names where asked."""
    graph = trace.graph
    gate = trace.gate(k)
    names = rule_names(graph, k)
    if values:
        names |= {
            name: look.value(trace.values[arg], 18)
            for name, arg in zip(gate.inputs, graph.args[k], strict=False)
        }
        if gate.variadic:
            names["all"] = ", ".join(look.value(trace.values[arg], 18) for arg in graph.args[k])
    formula = rule(gate.text)
    if k in graph.axes:
        formula = along(formula, graph.axes[k])
    return look.cut(inert(show(formula, names, look.style)))


def forward_lines(trace: Trace, look: Look, most: int | None = MOST) -> list[Text]:
    """Q = x + y = -2 + 5 = 3, for every gate."""
    graph = trace.graph
    gates = [k for k, gate in enumerate(graph.gates) if gate is not None]
    shown = gates if most is None else gates[:most]
    rows: list[tuple[str, ...]] = []
    for k in shown:
        put_in = written(trace, k, look, values=True)
        symbols = written(trace, k, look)
        long = cells(put_in) > 36 or look.dots in put_in
        put_in = "" if put_in == symbols or long else f"= {put_in}"
        value = look.value(trace.values[k], max(20, look.width - 40))
        rows.append((f"{inert(graph.names[k])} = {symbols}", put_in, "=", value))
    lines = _in_columns(rows, look, ("", FAINT, "", VALUE), gap=1)
    return lines + left_out(len(gates) - len(shown), look)


def _in_columns(
    rows: list[tuple[str, ...]], look: Look, styles: tuple[str, ...], gap: int = 2
) -> list[Text]:
    """The rows as aligned columns, the last one of numbers; a row too wide goes on below."""
    if not rows:
        return []
    limit = (look.width - INDENT) // 2
    widths = [
        max((cells(row[c]) for row in rows if cells(row[c]) <= limit), default=0)
        for c in range(len(rows[0]))
    ]
    numbers = [row[-1] for row in rows if not row[-1].startswith("[")]
    last = max(map(cells, numbers), default=0)
    lines: list[Text] = []
    for row in rows:
        if cells(row[-1]) < last <= 12 and row[-1] and row[-1][0] not in "[":
            row = (*row[:-1], row[-1].rjust(last))
        line = Text(" " * INDENT, no_wrap=True)
        for cell, width, style in zip(row, widths, styles, strict=True):
            if not width and not cell:
                continue
            if cells(line.plain) + cells(cell) > look.width and line.plain.strip():
                lines.append(line)
                line = Text(" " * (INDENT + 4), no_wrap=True)
            line.append(cell, style)
            line.append(" " * (max(0, width - cells(cell)) + gap))
        lines.append(line)
    for line in lines:
        line.rstrip()
    return lines


def left_out(count: int, look: Look) -> list[Text]:
    """A sentence that says how many gates a table leaves out, and how to see them."""
    if count <= 0:
        return []
    dots = look.dots
    text = f"{dots} {count:,} more gates: --all shows them, --format json writes them"
    return [Text(" " * INDENT + text, style=FAINT)]


def gradient_lines(
    trace: Trace, look: Look, most: int | None = MOST, measured: Mapping[str, str] | None = None
) -> list[Text]:
    """∂f/∂x = -4, for every input; small matrices written out."""
    f = inert(trace.output)
    lines: list[Text] = []
    gradients = trace.gradients
    names = list(gradients) if most is None else list(gradients)[: 2 * most]
    width = max((cells(look.derivative(f, inert(name))) for name in names), default=0)
    numbers = [gradients[name] for name in names if isinstance(gradients[name], float)]
    wide = max((cells(look.number(number)) for number in numbers), default=0)
    for name in names:
        label = look.derivative(f, inert(name))
        room = look.width - INDENT - width - 3
        rows = look.rows(gradients[name], room, 6)
        line = Text(" " * INDENT, no_wrap=True)
        line.append(label + " " * (width - cells(label)), NAME)
        line.append(" = ")
        number = isinstance(gradients[name], float)
        line.append(rows[0].rjust(wide) if number else rows[0], GRADIENT)
        if measured and name in measured:
            line.append(f"   measured: {measured[name]}", FAINT)
        lines.append(line)
        lines += [
            Text(" " * (INDENT + width + 3) + row, GRADIENT, no_wrap=True) for row in rows[1:]
        ]
    left = len(gradients) - len(names)
    if left:
        lines.append(Text(f"  {look.dots} {left:,} more inputs: --all shows them", style=FAINT))
    return lines


def node_lines(trace: Trace, look: Look, most: int | None = MOST) -> list[Text]:
    """Every node with its value and its gradient: the circuit where it is too wide to draw."""
    graph = trace.graph
    nodes = [k for k in range(len(graph)) if k not in graph.constants]
    shown = nodes if most is None else nodes[:most]
    rows: list[tuple[Any, ...]] = []
    room = max(12, (look.width - 30) // 2)
    for k in shown:
        name = inert(graph.names[k])
        formula = f"{name} = {written(trace, k, look)}" if graph.gates[k] else name
        gradient = trace.arrived[k]
        rows.append(
            (
                formula,
                look.value(trace.values[k], room),
                "" if gradient is None else look.value(gradient, room),
            )
        )
    lines = _in_columns(rows, look, ("", VALUE, GRADIENT))
    return lines + left_out(len(nodes) - len(shown), look)
