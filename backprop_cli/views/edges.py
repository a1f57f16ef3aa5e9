"""The backward pass: every gate with its pattern, and below it a line for every edge."""

from collections.abc import Mapping
from typing import NamedTuple

from rich.text import Text

from backprop_cli.errors import cells, inert
from backprop_cli.trace.steps import Step
from backprop_cli.trace.trace import Trace
from backprop_cli.views.look import FAINT, GRADIENT, HEADING, NAME, Look
from backprop_cli.views.passes import INDENT, MOST, left_out, written


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
    text = look.cut(inert(step.rule(look.style, upstream)))
    width = max(12, (look.width - INDENT - 14) // 3)
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
    groups: list[tuple[Text, list[Edge], list[tuple[int, list[Text]]]]] = []
    for k in shown:
        edges, forks = [], []
        for step in trace.steps_at(k):
            row = edge(trace, step, look)
            if measured and (k, step.slot) in measured:
                row = row._replace(local=f"{row.local} ({measured[k, step.slot]} measured)")
            edges.append(row)
            arrived[step.input] = arrived.get(step.input, 0) + 1
            if arrived[step.input] == trace.forks.get(step.input):
                forks.append((len(edges), fork_lines(trace, step.input, look)))
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
                lines += after[number]
    return lines + left_out(len(gates) - len(shown), look)


def _base_case(trace: Trace, look: Look) -> Text:
    f = inert(trace.output)
    line = Text(" " * INDENT, no_wrap=True)
    line.append(f"{look.derivative(f, f)} = {look.value(trace.seed, look.width // 2)}", NAME)
    given = not isinstance(trace.seed, float) or trace.seed != 1.0
    line.append("   the upstream that was given" if given else "   the base case", FAINT)
    return line


def heading(trace: Trace, k: int, look: Look) -> Text:
    """Mul gate, gradient switcher: f = q·z"""
    gate = trace.gate(k)
    line = Text(" " * INDENT, no_wrap=True)
    line.append(f"{gate.name}", HEADING)
    line.append(f" gate, {gate.pattern.value}: ")
    line.append(f"{inert(trace.graph.names[k])} = {written(trace, k, look)}")
    line.truncate(look.width, overflow="crop" if look.ascii else "ellipsis")
    return line


def fork_lines(trace: Trace, node: int, look: Look) -> list[Text]:
    """What arrived at a fork, and the sum: gradients add."""
    name, f = inert(trace.graph.names[node]), inert(trace.output)
    steps = trace.contributions(node)
    room = max(12, (look.width - 20) // 3)
    parts = [look.value(step.downstream, room) for step in steps[:7]]
    parts += [look.dots] if len(steps) > 7 else []
    total = " + ".join(f"({p})" if p.startswith("-") and n else p for n, p in enumerate(parts))
    gradient = look.value(trace.arrived[node], room)
    label = f"fork at {name}, gradient adder:"
    equation = f"{look.derivative(f, name)} = {total} = {gradient}"
    line = Text(" " * (INDENT + 2), no_wrap=True)
    line.append(label, HEADING)
    if cells(line.plain) + 1 + cells(equation) <= look.width:
        line.append(" ")
        line.append(equation, GRADIENT)
        return [line]
    below = Text(" " * (INDENT + 6), no_wrap=True)
    below.append(equation, GRADIENT)
    return [line, below]


class _Widths(NamedTuple):
    chain: int
    local: int
    numbers: tuple[int, int, int]


def _widths(rows: list[Edge], look: Look) -> _Widths:
    """The widths of the columns, for the rows that are not too long for them."""
    scalar = [row for row in rows if row.factors[0] and not row.factors[0].startswith("[")]
    columns = [(*row.factors, row.down) for row in scalar]
    numbers = [max((cells(c[n]) for c in columns if cells(c[n]) <= 9), default=0) for n in range(3)]
    room = (look.width - INDENT) // 2
    chains = [cells(row.chain) for row in rows if cells(row.chain) <= room]
    locals_ = [cells(row.local) for row in rows if cells(row.local) <= room]
    return _Widths(
        max(chains, default=0), max(locals_, default=0), (numbers[0], numbers[1], numbers[2])
    )


def _too_wide(row: Edge, widths: _Widths, look: Look) -> bool:
    """Whether the row does not fit into the columns, though it has numbers only."""
    numbers = bool(row.factors[0]) and not row.factors[0].startswith("[")
    wide = widths.chain + widths.local + cells(row.product(widths.numbers, look))
    return numbers and INDENT + 6 + wide > look.width


def _edge_lines(row: Edge, widths: _Widths, look: Look) -> list[Text]:
    """One aligned line; where that is too wide, one that is not aligned, else two or three."""
    indent, deeper = " " * (INDENT + 2), " " * (INDENT + 6)
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
