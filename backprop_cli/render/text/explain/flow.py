"""The size of the gradient along the circuit, in bars of a logarithmic scale, and its fate."""

from math import ceil, floor, isfinite, log10

from rich.text import Text

from backprop_cli.analysis.flow import Flow, flow
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells, inert
from backprop_cli.render.table import Column, table_lines
from backprop_cli.render.text.columns import clipped
from backprop_cli.render.text.explain.flow_diagnosis import diagnosis, words
from backprop_cli.render.text.explain.passes import called, left_out
from backprop_cli.render.text.lines import said, title
from backprop_cli.render.text.options import FAINT, GRADIENT, WARNING, Look
from backprop_cli.render.text.section import SectionRequest

LONGEST_NAME = 14
LONGEST_BAR = 40
MARKS = 8
"""Marks for a factor of 10 where there is room for more."""


def flow_lines(trace: Trace, look: Look, asked: SectionRequest) -> list[Text]:
    """A bar for each node, from the output back, and a sentence for each thing that happened."""
    found = flow(trace)
    aside = "the largest |element| at each node, from the output back"
    lines = [title("Gradient flow", aside, look)]
    if not any(trace.graph.gates[k] is None for k in found.nodes):
        return [*lines, Text("  there is no input for it to flow to")]
    lines += _bars(found, look, asked.most)
    lines.append(Text())
    for text, style in diagnosis(found, look):
        lines += said(text, look, style=style)
    return lines


def _bars(found: Flow, look: Look, most: int | None) -> list[Text]:
    """The bars of the first `most` gates and of as many inputs, and what a mark means."""
    graph = found.trace.graph
    gates = [k for k in found.nodes if graph.gates[k] is not None]
    inputs = [k for k in found.nodes if graph.gates[k] is None]
    shown = [*gates[:most], *inputs[:most]]
    names = {k: clipped(graph.names[k], LONGEST_NAME, look) for k in shown}
    kinds = {k: inert(_kind(found, k)) for k in shown}
    numbers = {k: look.number(found.sizes[k]) for k in shown}
    word = words(found) if look.width >= 60 else {}
    wide = [max(map(cells, column.values())) for column in (names, kinds, numbers)]
    words_wide = max((cells(word[k]) + 2 for k in shown if k in word), default=0)
    room = min(LONGEST_BAR, look.width - sum(wide) - 2 * 3 - 2 - words_wide)
    scale = _Scale([found.sizes[k] for k in shown], max(4, room))
    rows = []
    for k in shown:
        bar = Text().append(scale.bar(found.sizes[k]) * ("#" if look.ascii else "█"), GRADIENT)
        rows.append((names[k], kinds[k], numbers[k], bar))
        if k in word:
            bar.append(f"  {word[k]}", WARNING)
    lines = table_lines([Column()] * 4, rows)
    count = len(gates[:most])
    lines[count:count] = left_out(len(gates) - count, look)
    lines += left_out(len(inputs) - len(inputs[:most]), look, "inputs")
    return [*lines, Text(f"  {scale.meaning()}", FAINT)]


def _kind(found: Flow, k: int) -> str:
    gate = found.trace.graph.gates[k]
    return called(gate) if gate else "input"


class _Scale:
    """A logarithmic scale: how many marks a size is worth."""

    def __init__(self, sizes: list[float], room: int) -> None:
        real = [size for size in sizes if size > 0 and isfinite(size)]
        self.low = floor(log10(min(real, default=1.0)))
        span = max(1, ceil(log10(max(real, default=1.0))) - self.low)
        self.room = room
        self.marks = min(MARKS, (room - 1) // span)
        """Marks for a factor of 10; 0 where there is room for less than one."""
        self.decades = 1 if self.marks else ceil(span / (room - 1))

    def bar(self, size: float) -> int:
        """Marks for a size: none for 0 and for nan, all for inf."""
        if not size > 0:
            return 0
        if not isfinite(size):
            return self.room
        return 1 + floor((log10(size) - self.low) * (self.marks or 1) / self.decades + 1e-9)

    def meaning(self) -> str:
        """What a mark means."""
        if self.marks:
            what = f"{self.marks} marks" if self.marks > 1 else "1 mark"
            return f"logarithmic: {what} for each factor of 10, none for 0"
        return f"logarithmic: 1 mark for each factor of 1e{self.decades}, none for 0"
