"""A handout: the circuit and every step with room to write, and on its last pages the solution."""

from collections.abc import Iterable, Iterator

from backprop_cli.analysis.local_names import LOCAL, is_whole_derivative
from backprop_cli.autodiff.steps import Step
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.latex.document import document, environment, heading
from backprop_cli.render.latex.equations import CHAIN_RULE, SUMMANDS, formula_rows, refuse_large
from backprop_cli.render.latex.latex import passes
from backprop_cli.render.latex.notation import Notation
from backprop_cli.render.latex.tikz import PACKAGES, picture


def handout_view(trace: Trace, wish: FormatOptions) -> Iterator[str]:
    """The document."""
    refuse_large(trace)
    notation = Notation(trace.graph, wish.digits, objective=trace.objective)
    return document(_pages(trace, wish, notation), PACKAGES)


def _pages(trace: Trace, wish: FormatOptions, notation: Notation) -> Iterator[str]:
    given = list(environment("gather", formula_rows(trace, wish, notation)))
    yield named("")
    yield from given
    yield from drawn(trace, notation, blank=True)
    yield heading("Forward pass")
    yield from environment("align", _forward(trace, notation))
    if trace.seed is not None:
        yield heading("Backward pass", CHAIN_RULE)
        yield from environment("align", _backward(trace, notation))
    yield r"\clearpage"
    yield r"{\large\bfseries Solution}\par"
    yield from given
    yield from drawn(trace, notation, blank=False)
    yield from passes(trace, notation, wish.closed)


def named(student: str) -> str:
    """The line for the name, with it where it is known."""
    line = student or r"\underline{\hspace{70mm}}"
    return rf"Name: {line}\hfill Date: \underline{{\hspace{{30mm}}}}\par"


def drawn(trace: Trace, notation: Notation, blank: bool) -> Iterable[str]:
    """The circuit; nothing where it is too large for a page."""
    try:
        return picture(trace, notation, blank)
    except BackpropError:
        return []


def _room(array: bool) -> tuple[str, str]:
    """A strut that makes a line tall, and a line to write on; for an array more of both."""
    tall, wide = (14, 34) if array else (9, 20)
    return rf"\rule{{0pt}}{{{tall}mm}}", rf"\underline{{\hspace{{{wide}mm}}}}"


def _forward(trace: Trace, notation: Notation) -> Iterator[str]:
    for k, gate in enumerate(trace.graph.gates):
        if gate is not None:
            tall, room = _room(bool(trace.graph.shapes[k]))
            yield f"{tall}{notation.called[k]} &= {notation.gate(k)} && = {room}"


def _backward(trace: Trace, notation: Notation) -> Iterator[str]:
    """A line for each step: its two factors and their product; and for the sum of each fork."""
    f = trace.graph.output
    tall, room = _room(bool(trace.graph.shapes[f]))
    yield f"{tall}{notation.gradient(f)} &= {room}"
    for step, completes in trace.told():
        yield _step(trace, step, notation)
        if completes:
            yield _fork(trace, step.input, notation)


def _step(trace: Trace, step: Step, notation: Notation) -> str:
    into, out = step.input, step.output
    tall, room = _room(bool(trace.graph.shapes[into] or trace.graph.shapes[out]))
    left, upstream = notation.gradient(into), notation.gradient(out)
    sign = r"&\mathrel{+}=" if into in trace.forks else "&="
    if step.local is None:
        return f"{tall}{left} {sign} {notation.rule(step, upstream)} && = {room}"
    whole = is_whole_derivative(trace, step)
    local = notation.derivative(out, into) if whole else rf"\text{{{LOCAL}}}"
    chain = rf"{upstream} \cdot {local}"
    return rf"{tall}{left} {sign} {chain} && = {room} \times {room} && = {room}"


def _fork(trace: Trace, node: int, notation: Notation) -> str:
    """A place for each contribution, and one for their sum."""
    tall, room = _room(bool(trace.graph.shapes[node]))
    count = min(trace.forks[node], SUMMANDS)
    parts = " + ".join([r"\underline{\hspace{12mm}}"] * count)
    more = r" + \cdots" if trace.forks[node] > count else ""
    left = notation.gradient(node)
    return f"{tall}{left} &= && \\phantom{{=}} {parts}{more} && = {room}"
