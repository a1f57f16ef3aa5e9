"""Shapes on every edge: a gradient has that of its value, which often decides the rule."""

from itertools import product

from rich.text import Text

from backprop_cli.autodiff.tape import dependent
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells, inert
from backprop_cli.gates.compiler import rule
from backprop_cli.gates.shapes import copied_along
from backprop_cli.graph.graph import Graph
from backprop_cli.language.printer import show
from backprop_cli.render.table import Column, table_lines
from backprop_cli.render.text.explain.passes import called, left_out, written
from backprop_cli.render.text.lines import FIXED, said, title
from backprop_cli.render.text.options import FAINT, HEADING, NAME, Look
from backprop_cli.render.text.section import SectionRequest

Size = tuple[int, int]


def shape_lines(trace: Trace, look: Look, asked: SectionRequest) -> list[Text]:
    """The shapes at every gate, forwards and backwards, and what they say of its rule."""
    graph = trace.graph
    lines = [title("Shapes", "a gradient has the shape of its value; () is a number", look)]
    if graph.is_scalar:
        return [*lines, *said("Every value is a number, and so is every gradient.", look)]
    wanted = dependent(graph, trace.wrt)
    gates = [k for k, gate in enumerate(graph.gates) if gate is not None]
    for k in gates[: asked.most]:
        head = Text("  ", no_wrap=True).append(called(trace.gate(k)), HEADING)
        head.append(f" gate: {inert(graph.names[k])} = {written(trace, k, look)}")
        lines += [Text(), head, *_edges(trace, k, wanted, look)]
        for sentence in _spread(graph, k, wanted):
            lines += said(sentence, look, 4)
        if trace.gate(k).shape.matrix_sizes(graph.use(k)):
            for slot in (1, 0):
                if wanted[graph.args[k][slot]]:
                    lines += _candidates(trace, k, slot, look)
    return lines + left_out(len(gates) - len(gates[: asked.most]), look, in_json=False)


def _edges(trace: Trace, k: int, wanted: list[bool], look: Look) -> list[Text]:
    """What goes in and comes out, and the same backwards."""
    graph = trace.graph
    args = list(dict.fromkeys(graph.args[k]))
    arrow = " -> " if look.ascii else " → "

    def gradient(node: int) -> str:
        symbol = look.derivative(inert(trace.objective), inert(graph.names[node]))
        return f"{symbol}{FIXED}{fixed(graph, node)}"

    into = ", ".join(f"{inert(graph.names[arg])}{FIXED}{fixed(graph, arg)}" for arg in args[:8])
    more = f", {look.dots}" if len(args) > 8 else ""
    out = f"{inert(graph.names[k])}{FIXED}{fixed(graph, k)}"
    lines = said(f"forwards   {into}{more}{arrow}{out}", look, 4)
    back = [gradient(arg) for arg in reversed(args) if wanted[arg]]
    if back:
        more = f", {look.dots}" if len(back) > 8 else ""
        lines += said(f"backwards  {gradient(k)}{arrow}{', '.join(back[:8])}{more}", look, 4)
    return lines


def shape_of(graph: Graph, node: int) -> str:
    """A shape as NumPy writes it; the transpose of a vector is marked."""
    return f"{graph.shapes[node]}{' as a row' if graph.types[node].is_row else ''}"


def fixed(graph: Graph, node: int) -> str:
    """A shape that stays on one line."""
    return shape_of(graph, node).replace(" ", FIXED)


def _spread(graph: Graph, k: int, wanted: list[bool]) -> list[str]:
    """What is copied forwards and summed backwards, or the other way round."""
    gate, out = graph.gates[k], graph.shapes[k]
    assert gate is not None
    found = []
    for arg in dict.fromkeys(graph.args[k]):
        name, shape = inert(graph.names[arg]), graph.shapes[arg]
        if gate.shape.is_elementwise and shape != out:
            along = _axes(copied_along(shape, out))
            back = f"its gradient is summed over {along}" if wanted[arg] else "it gets no gradient"
            found.append(
                f"{name} {shape_of(graph, arg)} is copied along {along} to {out}; backwards {back}."
            )
        elif gate.shape.reduces and shape and wanted[arg]:
            axis = graph.axes.get(k)
            along = _axes(list(range(len(shape))) if axis is None else [axis])
            # Only a sum has the slope 1 everywhere.
            times = "" if gate.local == ("1",) else ", times the local derivative"
            found.append(
                f"{name} {shape_of(graph, arg)} is reduced along {along} to {out}; "
                f"backwards the upstream is copied along {along}{times}."
            )
    return found


def _axes(axes: list[int]) -> str:
    return f"{'axis' if len(axes) == 1 else 'axes'} {' and '.join(map(str, axes))}"


def _candidates(trace: Trace, k: int, slot: int, look: Look) -> list[Text]:
    """The products of upstream and other input that can be formed, and which of them fit."""
    graph = trace.graph
    f = inert(trace.objective)
    q, x = (inert(graph.names[n]) for n in (k, graph.args[k][slot]))
    of = trace.gate(k).shape.matrix_sizes(graph.use(k))
    assert of is not None
    need = of[slot]
    sizes = {"g": of[2], "ab"[1 - slot]: of[1 - slot]}
    own = trace.gate(k).local[slot]
    names = {"g": look.derivative(f, q)}
    names |= dict(zip("ab", (inert(graph.names[arg]) for arg in graph.args[k]), strict=True))
    rows, texts, fitting = [], candidate_texts(sizes), 0
    for text, (first, second) in texts.items():
        if first[1] != second[0]:
            continue
        made = (first[0], second[1])
        fits = made == need
        fitting += fits
        verdict = ("fits" if fits else "does not fit") + (", the rule" if text == own else "")
        rows.append((show(rule(text), names, look.style), f"{first} @ {second} = {made}", verdict))
    return [
        *_question(graph, k, x, need, look),
        *_rows(rows, look),
        *_decided(rows, len(texts), fitting, look),
    ]


def candidate_texts(sizes: dict[str, Size]) -> dict[str, tuple[Size, Size]]:
    """Every product of two matrices, each as it is or turned, with the two sizes.

    A number is not turned: that were the same product once more.
    """
    found = {}
    for pair in (tuple(sizes), tuple(sizes)[::-1]):
        ways = [_ways(name, sizes[name]) for name in pair]
        for (left, first), (right, second) in product(*ways):
            found[f"{left} @ {right}"] = (first, second)
    return found


def _ways(name: str, size: Size) -> list[tuple[str, Size]]:
    """A matrix as it is, and turned."""
    return [(name, size), (f"{name}.T", (size[1], size[0]))][: 1 if size == (1, 1) else 2]


def _question(graph: Graph, k: int, x: str, need: Size, look: Look) -> list[Text]:
    gate, use, aside = graph.gates[k], graph.use(k), ""
    assert gate is not None
    if gate.shape.meant(use.types, graph.types[k])[0] != use.types:
        aside = ", a vector on the left of @ being a row"
    elif any(len(graph.shapes[node]) == 1 for node in (*graph.args[k], k)):
        aside = ", a vector being a column"
    return said(f"Which product has the shape of {x}, {need}{aside}?", look, 4)


def _rows(rows: list[tuple[str, str, str]], look: Look) -> list[Text]:
    """The candidates that can be multiplied, in columns where there is room."""
    widths = [max(cells(row[n]) for row in rows) for n in range(3)]
    if 6 + sum(widths) + 6 > look.width:
        return [
            line
            for product_, sizes, verdict in rows
            for line in said(f"{product_}: {sizes.partition(' = ')[2]} {verdict}", look, 6)
        ]
    columns = [Column(style=NAME), Column(), Column()]
    table = [
        (product_, sizes, Text(verdict, "" if verdict.startswith("fits") else FAINT))
        for product_, sizes, verdict in rows
    ]
    return table_lines(columns, table, indent=6, gap=3)


def _decided(rows: list[tuple[str, str, str]], count: int, fitting: int, look: Look) -> list[Text]:
    """Whether the shapes decide."""
    left = count - len(rows)
    others = f"The other {left} cannot be multiplied. " if left else ""
    if fitting == 1:
        return said(f"{others}One fits, so the shapes decide.", look, 4)
    what = "the sizes are equal, so the shapes do not decide: only the rule does."
    return said(f"{others}{fitting} fit: {what}", look, 4)
