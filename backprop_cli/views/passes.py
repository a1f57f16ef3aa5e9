"""The forward pass, a line a gate, and the backward pass, a line an edge."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from rich.text import Text

from backprop_cli.errors import cells, inert
from backprop_cli.gates.compiler import rule
from backprop_cli.language.printer import show
from backprop_cli.trace.steps import Step, rule_names
from backprop_cli.trace.trace import Trace
from backprop_cli.views.look import FAINT, GRADIENT, HEADING, NAME, VALUE, Look

MOST = 50
"""Gates of which a table shows the steps unless it is told to show all."""

_INDENT = 2


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
    return inert(show(rule(gate.text), names, look.style, axis=graph.axes.get(k)))


def forward_lines(trace: Trace, look: Look, most: int | None = MOST) -> list[Text]:
    """Q = x + y = -2 + 5 = 3, for every gate."""
    graph = trace.graph
    gates = [k for k, gate in enumerate(graph.gates) if gate is not None]
    shown = gates if most is None else gates[:most]
    rows: list[tuple[str, ...]] = []
    for k in shown:
        put_in = written(trace, k, look, values=True)
        symbols = written(trace, k, look)
        put_in = "" if put_in == symbols or cells(put_in) > 36 else f"= {put_in}"
        value = look.value(trace.values[k], max(20, look.width - 40))
        rows.append((f"{inert(graph.names[k])} = {symbols}", put_in, "=", value))
    lines = _in_columns(rows, look, ("", FAINT, "", VALUE), gap=1)
    return lines + _left_out(len(gates) - len(shown), look)


def _in_columns(
    rows: list[tuple[str, ...]], look: Look, styles: tuple[str, ...], gap: int = 2
) -> list[Text]:
    """The rows as aligned columns, the last one of numbers; a row too wide goes on below."""
    if not rows:
        return []
    limit = (look.width - _INDENT) // 2
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
        line = Text(" " * _INDENT, no_wrap=True)
        for cell, width, style in zip(row, widths, styles, strict=True):
            if not width and not cell:
                continue
            if cells(line.plain) + cells(cell) > look.width and line.plain.strip():
                lines.append(line)
                line = Text(" " * (_INDENT + 4), no_wrap=True)
            line.append(cell, style)
            line.append(" " * (max(0, width - cells(cell)) + gap))
        lines.append(line)
    for line in lines:
        line.rstrip()
    return lines


def _left_out(count: int, look: Look) -> list[Text]:
    if count <= 0:
        return []
    dots = look.dots
    text = f"{dots} {count:,} more gates: --all shows them, --format json writes them"
    return [Text(" " * _INDENT + text, style=FAINT)]


class Edge(NamedTuple):
    """The texts of one chain-rule step."""

    chain: str
    """∂f/∂x = ∂f/∂q · ∂q/∂x; with += where more contributions arrive."""
    local: str
    """∂f/∂z = q = 3"""
    brief: str
    """∂f/∂z = q, where there is no room to say the number twice."""
    factors: tuple[str, str]
    """Upstream and local; both empty for a matrix gate, whose rule is in the chain."""
    down: str

    def product(self, widths: tuple[int, int, int], look: Look) -> str:
        """-4 × 1 = -4, with the numbers aligned to the right."""
        down = self.down.rjust(widths[2])
        if not self.factors[0]:
            return f"= {self.down}"
        up, local = (f.rjust(width) for f, width in zip(self.factors, widths, strict=False))
        return f"{up} {look.times} {local} = {down}"


def edge(trace: Trace, step: Step, look: Look) -> Edge:
    """One step in symbols and numbers."""
    graph = trace.graph
    f, out, name = (inert(graph.names[k]) for k in (graph.output, step.output, step.input))
    sign = "+=" if step.input in trace.forks else "="
    upstream, local = look.derivative(f, out), look.derivative(out, name)
    text = inert(step.rule(look.style, upstream))
    width = max(18, (look.width - 30) // 2)
    if step.local is None:
        chain = f"{look.derivative(f, name)} {sign} {text}"
        down = look.value(step.downstream, max(18, look.width - cells(chain) - 10))
        return Edge(chain, "", "", ("", ""), down)
    times = " * " if look.ascii else " · "
    chain = f"{look.derivative(f, name)} {sign} {upstream}{times}{local}"
    number = look.value(step.local, width)
    brief = f"{local} = {text}"
    full = f"{brief} = {number}" if text != number else brief
    up = look.value(step.upstream, width)
    return Edge(chain, full, brief, (up, number), look.value(step.downstream, width))


Measured = Mapping[tuple[int, int], str]
"""(gate, input) -> the measured local slope, as text."""


def backward_lines(
    trace: Trace, look: Look, most: int | None = MOST, measured: Measured | None = None
) -> list[Text]:
    """Every gate with its pattern, and below it every step, in the order of the backward pass."""
    gates = trace.reached
    shown = gates if most is None else gates[:most]
    arrived: dict[int, int] = {}
    groups: list[tuple[Text, list[Edge], list[tuple[int, Text]]]] = []
    for k in shown:
        edges, forks = [], []
        for step in trace.steps_at(k):
            row = edge(trace, step, look)
            if measured and (k, step.slot) in measured:
                row = row._replace(local=f"{row.local} ({measured[k, step.slot]} measured)")
            edges.append(row)
            arrived[step.input] = arrived.get(step.input, 0) + 1
            if arrived[step.input] == trace.forks.get(step.input):
                forks.append((len(edges), fork_line(trace, step.input, look)))
        groups.append((heading(trace, k, look), edges, forks))
    rows = [row for _, edges, _ in groups for row in edges]
    widths = _widths(rows, look)
    if not measured and any(_too_wide(row, widths, look) for row in rows):
        groups = [(h, [row._replace(local=row.brief) for row in e], f) for h, e, f in groups]
        widths = _widths([row for _, edges, _ in groups for row in edges], look)
    lines = [_base_case(trace, look)]
    for head, edges, forks in groups:
        lines.append(head)
        after = dict(forks)
        for number, row in enumerate(edges, start=1):
            lines += _edge_lines(row, widths, look)
            if number in after:
                lines.append(after[number])
    return lines + _left_out(len(gates) - len(shown), look)


def _base_case(trace: Trace, look: Look) -> Text:
    f = inert(trace.output)
    line = Text(" " * _INDENT, no_wrap=True)
    line.append(f"{look.derivative(f, f)} = {look.value(trace.seed, look.width // 2)}", NAME)
    given = not isinstance(trace.seed, float) or trace.seed != 1.0
    line.append("   the upstream that was given" if given else "   the base case", FAINT)
    return line


def heading(trace: Trace, k: int, look: Look) -> Text:
    """Mul gate, gradient switcher: f = q·z"""
    gate = trace.gate(k)
    line = Text(" " * _INDENT, no_wrap=True)
    line.append(f"{gate.name}", HEADING)
    line.append(f" gate, {gate.pattern.value}: ")
    line.append(f"{inert(trace.graph.names[k])} = {written(trace, k, look)}")
    line.truncate(look.width, overflow="crop" if look.ascii else "ellipsis")
    return line


def fork_line(trace: Trace, node: int, look: Look) -> Text:
    """What arrived at a fork, and the sum: gradients add."""
    name, f = inert(trace.graph.names[node]), inert(trace.output)
    parts = [look.value(step.downstream, 16) for step in trace.contributions(node)]
    shown = parts if len(parts) <= 8 else [*parts[:7], look.dots]
    total = " + ".join(f"({p})" if p.startswith("-") and n else p for n, p in enumerate(shown))
    line = Text(" " * (_INDENT + 2), no_wrap=True)
    line.append(f"fork at {name}, gradient adder: ", HEADING)
    gradient = look.value(trace.arrived[node], 30)
    line.append(f"{look.derivative(f, name)} = {total} = {gradient}", GRADIENT)
    return line


class _Widths(NamedTuple):
    chain: int
    local: int
    numbers: tuple[int, int, int]


def _widths(rows: list[Edge], look: Look) -> _Widths:
    """The widths of the columns, for the rows that are not too long for them."""
    scalar = [row for row in rows if row.factors[0] and not row.factors[0].startswith("[")]
    columns = [(*row.factors, row.down) for row in scalar]
    numbers = [max((cells(c[n]) for c in columns if cells(c[n]) <= 9), default=0) for n in range(3)]
    room = (look.width - _INDENT) // 2
    chains = [cells(row.chain) for row in rows if cells(row.chain) <= room]
    locals_ = [cells(row.local) for row in rows if cells(row.local) <= room]
    return _Widths(
        max(chains, default=0), max(locals_, default=0), (numbers[0], numbers[1], numbers[2])
    )


def _too_wide(row: Edge, widths: _Widths, look: Look) -> bool:
    """Whether the row does not fit into the columns, though it has numbers only."""
    numbers = bool(row.factors[0]) and not row.factors[0].startswith("[")
    wide = widths.chain + widths.local + cells(row.product(widths.numbers, look))
    return numbers and _INDENT + 6 + wide > look.width


def _edge_lines(row: Edge, widths: _Widths, look: Look) -> list[Text]:
    """One aligned line; where that is too wide, one that is not aligned, else two or three."""
    indent, deeper = " " * (_INDENT + 2), " " * (_INDENT + 6)
    aligned = row.product(widths.numbers, look)
    bare = row.product((0, 0, 0), look)
    for chain, local, product in (
        (widths.chain, widths.local, aligned),
        (widths.chain, 0, aligned),
        (widths.chain, 0, bare),
        (0, 0, bare),
    ):
        line = Text(indent, no_wrap=True)
        line.append(row.chain + " " * (max(0, chain - cells(row.chain)) + 2))
        line.append(row.local, FAINT)
        line.append(" " * (max(0, local - cells(row.local)) + 2) if row.local else "")
        line.append_text(_product(product))
        if cells(line.plain) <= look.width:
            return [line]
    both = f"{row.chain}  {row.local}"
    first = [both] if cells(indent + both) <= look.width else [row.chain, f"    {row.local}"]
    lines = [Text(indent + text.rstrip(), no_wrap=True) for text in first]
    last = Text(deeper, no_wrap=True)
    last.append_text(_product(bare))
    return [*lines, last]


def _product(text: str) -> Text:
    """Upstream × local = downstream, with what is passed on in the gradient's colour."""
    before, sign, down = text.rpartition("= ")
    line = Text(before + sign)
    line.append(down, GRADIENT)
    return line


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
        room = look.width - _INDENT - width - 3
        rows = look.rows(gradients[name], room, 6)
        line = Text(" " * _INDENT, no_wrap=True)
        line.append(label + " " * (width - cells(label)), NAME)
        line.append(" = ")
        number = isinstance(gradients[name], float)
        line.append(rows[0].rjust(wide) if number else rows[0], GRADIENT)
        if measured and name in measured:
            line.append(f"   measured: {measured[name]}", FAINT)
        lines.append(line)
        lines += [
            Text(" " * (_INDENT + width + 3) + row, GRADIENT, no_wrap=True) for row in rows[1:]
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
    for k in shown:
        name = inert(graph.names[k])
        formula = f"{name} = {written(trace, k, look)}" if graph.gates[k] else name
        gradient = trace.arrived[k]
        rows.append(
            (
                formula,
                look.value(trace.values[k], 24),
                "" if gradient is None else look.value(gradient, 24),
            )
        )
    lines = _in_columns(rows, look, ("", VALUE, GRADIENT))
    return lines + _left_out(len(nodes) - len(shown), look)
