"""The backward pass: every gate with its pattern, and below it a line for every edge."""

from collections.abc import Mapping
from itertools import groupby

from rich.text import Text

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells, inert
from backprop_cli.render.table import INDENT
from backprop_cli.render.text.backward.columns import (
    edge_lines,
    filled,
    header_lines,
    is_too_wide,
    table_of,
    widths_of,
)
from backprop_cli.render.text.backward.edge import edge
from backprop_cli.render.text.explain.passes import (
    MAX_GATES_SHOWN,
    called,
    gradient_of,
    left_out,
    written,
)
from backprop_cli.render.text.explain.rounding import fork_sign
from backprop_cli.render.text.options import FAINT, GRADIENT, HEADING, NAME, Look

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
    widths = widths_of(rows, look)
    if not measured and any(row.of_numbers and is_too_wide(row, widths, look) for row in rows):
        rows = [row._replace(local=row.brief) if row.of_numbers else row for row in rows]
        widths = widths_of(rows, look)
    table = iter(table_of(rows, widths, look))
    blocks = [[*header_lines(widths, look), _base_case(trace, look)]]
    triples = zip(told, rows, table, strict=True)
    for k, group in groupby(triples, key=lambda triple: triple[0].step.output):
        head = [heading(trace, k, look)]
        for (step, completes), row, line in group:
            fork = fork_lines(trace, step.input, look) if completes else []
            step_lines = [line] if line else edge_lines(row, widths, look)
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
    sign = look.said(fork_sign(trace, node, look))
    pieces = [f"{symbol} = {first}", *(f"+ {part}" for part in rest), f"{sign} {total}"]
    label = Text(" " * (INDENT + 2), no_wrap=True)
    label.append(f"fork at {name}, gradient adder:", HEADING)
    line = label.copy().append(" ").append(" ".join(pieces), GRADIENT)
    if cells(line.plain) <= look.width:
        return [line]
    return [label, *filled([(piece, GRADIENT) for piece in pieces], look)]


def summands(trace: Trace, node: int, look: Look, width: int, most: int) -> list[str]:
    """What arrived at a fork, in the order of the backward pass; negative ones in parentheses."""
    row = trace.graph.types[node].is_row
    steps = trace.contributions(node)
    parts = [look.value(step.downstream, width, row) for step in steps[:most]]
    more = [look.dots] if len(steps) > most else []
    return [f"({p})" if p.startswith("-") and n else p for n, p in enumerate(parts)] + more
