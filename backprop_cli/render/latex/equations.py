"""Both passes as equations that line up at their signs: what a paper or a page of Markdown shows.

A row is a line of an `align*`: cells between `&`, without the sign that ends it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backprop_cli.analysis.local_names import LOCAL, is_whole_derivative
from backprop_cli.analysis.notes.rounding_noise import without_noise
from backprop_cli.autodiff.steps import Step
from backprop_cli.autodiff.trace import Trace
from backprop_cli.language.latex import ENTRYWISE, TIMES, latex
from backprop_cli.language.parser import parse
from backprop_cli.language.syntax import Expression
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.latex.notation import CONSTANTS, LONGEST, LatexNotation
from backprop_cli.render.text.explain.broadcasting import broadcast_note, is_laid_along, lined_up
from backprop_cli.render.text.explain.passes import called
from backprop_cli.render.text.explain.rounding import (
    EQUAL,
    NEARLY,
    fork_sign,
    gate_sign,
    product_sign,
)
from backprop_cli.render.text.limits import refuse_more

MAX_EDGES = 500
"""Edges of the largest circuit that is written as equations."""

SUMMANDS = 4
"""Contributions to a fork that are written out."""

_DEEPEST, _IN_A_ROW = 25, 5
_SIGNS = {EQUAL: "=", NEARLY: r"\approx"}


def refuse_large(trace: Trace) -> None:
    """See that the run is small enough to be read as equations.

    Raises:
        BackpropError: where it is not.
    """
    edges = sum(map(len, trace.graph.args)) + len(trace.graph.inputs)
    refuse_more(edges, "chain-rule steps", "to write as equations", MAX_EDGES)


def formula_rows(trace: Trace, wish: FormatOptions, notation: LatexNotation) -> list[str]:
    """The formula as typed, or as folded, where it is small enough; and the inputs."""
    comparison = wish.comparison
    expression = (
        comparison.rewritten.expression
        if comparison
        else parse(trace.graph.read_as or trace.graph.source)
    )
    rows = list(_statements(trace, expression, notation))
    inputs = [
        f"{notation.called[node]} = {notation.value(trace.values[node], notation.is_row(node))}"
        for node in trace.graph.inputs.values()
    ]
    for start in range(0, len(inputs), _IN_A_ROW):
        comma = "," if start + _IN_A_ROW < len(inputs) else ""
        rows.append(r", \quad ".join(inputs[start : start + _IN_A_ROW]) + comma)
    return rows


def _statements(trace: Trace, expression: Expression, notation: LatexNotation) -> Iterator[str]:
    """A row for each statement; none where TeX would lose count of the fractions."""
    graph = trace.graph
    if len(graph.outputs) >= graph.gate_count:
        # Each statement is one gate: the forward pass says the same.
        return
    depths: list[int] = []
    for term in expression.terms:
        depths.append(1 + max((depths[arg] for arg in term.args), default=0))
    if max(depths) > _DEEPEST or len(expression.terms) > 20 * _DEEPEST:
        return
    # Numbers are written by themselves; whatever has a name, by what it is called here.
    named = (*graph.constants, *graph.inputs.values(), *graph.given)
    names = CONSTANTS | {graph.names[node]: notation.called[node] for node in named}
    arrays = [graph.names[node] for node in range(len(graph)) if graph.shapes[node]]
    for statement, node in zip(expression.statements, graph.outputs, strict=True):
        text = latex(expression, names, statement.term, arrays)
        if len(text) <= LONGEST:
            yield f"{notation.called[node]} = {text}"


def forward_rows(trace: Trace, notation: LatexNotation) -> Iterator[str]:
    """`q = x + y = -2 + 5 = 3`, for every gate."""
    graph = trace.graph
    for k, gate in enumerate(graph.gates):
        if gate is None:
            continue
        formula, value = notation.gate(k), notation.value(trace.values[k], notation.is_row(k))
        arrays = any(graph.shapes[node] for node in (k, *graph.args[k]))
        put_in = "" if arrays else notation.gate(k, trace.values)
        middle = f" = {put_in}" if put_in not in ("", formula, value) and _short(put_in) else ""
        sign = _SIGNS[gate_sign(trace, k, notation.look)] if middle else "="
        yield f"{notation.called[k]} &= {formula}{middle} {sign} {value}"


def _short(text: str) -> bool:
    return len(text) < 80


def backward_rows(trace: Trace, notation: LatexNotation) -> Iterator[str]:
    """Every step, upstream × local = downstream, and the sum where a fork is complete."""
    f = trace.graph.output
    about = "the base case" if trace.is_seeded_by_one else "the upstream that was given"
    value = notation.value(trace.arrived[f], notation.is_row(f))
    yield f"{notation.gradient(f)} &= {value} {_aside(about, 3)}"
    for step, completes in trace.steps_in_order():
        yield from _step(trace, step, notation)
        if completes:
            yield _fork(trace, step.input, notation)


def _aside(text: str, columns: int) -> str:
    """A remark after so many empty columns."""
    return rf"{'&& ' * columns}\text{{{text}}}"


def _after(text: str) -> str:
    """A remark on a line that is as wide as it is."""
    return rf" \quad \text{{{text}}}"


def _step(trace: Trace, step: Step, notation: LatexNotation) -> Iterator[str]:
    out, into = step.output, step.input
    sign = r"&\mathrel{+}=" if into in trace.forks else "&="
    upstream = notation.gradient(out)
    left, rule = notation.gradient(into), notation.rule(step, upstream)
    pattern = step.gate.pattern
    sends = f"{called(step.gate)}: {pattern.word}"
    down = notation.value(step.downstream, notation.is_row(into))
    if step.local is None:
        yield f"{left} {sign} {notation.wide(f'{rule} = {down}{_after(sends)}')}"
        return
    whole = is_whole_derivative(trace, step)
    local = notation.derivative(out, into) if whole else rf"\text{{{LOCAL}}}"
    product, dot = _product(step, notation)
    laid = rf"\left[{upstream}\right]^{{\top}}" if is_laid_along(step) else upstream
    chain = f"{left} {sign} {laid}{dot}{local}"
    sign_ = _SIGNS[product_sign(step, notation.look)]
    number = notation.value(step.local)
    equal = f" = {number}" if number != rule and isinstance(step.local, float) else ""
    how = _after(broadcast_note(step)) if broadcast_note(step) else ""
    if notation.graph.shapes[out] or notation.graph.shapes[into]:
        # Arrays are wide: their numbers stand on a line below.
        yield f"{chain} && {local} = {rule} {_aside(sends, 2)}"
        yield f"&= {notation.wide(f'{product} {sign_} {down}{how}')}"
    else:
        yield f"{chain} && {local} = {rule}{equal} && {product} {sign_} {down} {_aside(sends, 1)}"


def _product(step: Step, notation: LatexNotation) -> tuple[str, str]:
    """Upstream times local in numbers, and the sign between them in symbols."""
    up, local = lined_up(step), step.local
    arrays = not isinstance(up, float) and not isinstance(local, float)
    row = notation.is_row(step.output)
    times = ENTRYWISE if arrays else r" \times "
    lies = row or notation.is_row(step.input)
    first = notation.value(up, row)
    # A minus that a cell begins with is a sign, and no operator.
    first = f"{{{first}}}" if first.startswith("-") else first
    return f"{first}{times}{notation.signed(local, lies)}", ENTRYWISE if arrays else TIMES


def _fork(trace: Trace, node: int, notation: LatexNotation) -> str:
    """What arrived at a fork, and the sum: gradients add."""
    row = notation.is_row(node)
    steps = trace.contributions(node)
    first, *rest = (step.downstream for step in steps[:SUMMANDS])
    parts = [notation.value(first, row), *(notation.signed(value, row) for value in rest)]
    parts += [r"\cdots"] if len(steps) > SUMMANDS else []
    total = notation.value(trace.arrived[node], row)
    left = notation.gradient(node)
    sum_, after = " + ".join(parts), _after("fork: adder")
    equals = _SIGNS[fork_sign(trace, node, notation.look)]
    return f"{left} &= {notation.wide(f'{sum_} {equals} {total}{after}')}"


class PaperPart(NamedTuple):
    """One part of a paper."""

    title: str
    rows: Iterator[str]
    aside: str = ""


CHAIN_RULE = "upstream × local = downstream"


def parts(trace: Trace, notation: LatexNotation, closed: bool = False) -> Iterator[PaperPart]:
    """The passes and what comes of them, as a paper tells them."""
    typed = trace
    trace = without_noise(trace).trace
    yield PaperPart("Forward pass", forward_rows(trace, notation))
    if trace.seed is not None:
        yield PaperPart("Backward pass", backward_rows(trace, notation), CHAIN_RULE)
        yield PaperPart("Gradients", gradient_rows(trace, notation))
        rows = list(closed_rows(typed, notation, closed))
        if rows:
            yield PaperPart("Closed forms", iter(rows))


def gradient_rows(trace: Trace, notation: LatexNotation) -> Iterator[str]:
    """∂f/∂x = -4, for every input that was asked for."""
    for name, gradient in trace.gradients.items():
        node = trace.graph.inputs[name]
        value = notation.value(gradient, notation.is_row(node))
        yield f"{notation.gradient(node)} &= {value}"


def closed_rows(trace: Trace, notation: LatexNotation, every: bool) -> Iterator[str]:
    """The gradient of each input as one formula, and on what condition."""
    from backprop_cli.analysis.closed_form.closed import NOT_FOUND, closed_forms, short_forms

    graph = trace.graph
    called = dict(zip(graph.names, notation.called, strict=True))
    arrays = [name for k, name in enumerate(graph.names) if graph.shapes[k]]
    for form in closed_forms(trace) if every else short_forms(trace):
        left = notation.gradient(graph.inputs[form.input])
        if form.expression is None:
            yield rf"{left} &: \text{{{NOT_FOUND}}}"
            continue
        holds = [parse(f"1[{condition}]") for condition in form.conditions]
        conditions = [latex(text, called, text.terms[-1].args[1], arrays) for text in holds]
        where = rf" \quad \text{{where }} {', '.join(conditions)}" if conditions else ""
        steps = [
            f"{called[name]} = {latex(step, called, arrays=arrays)}" for name, step in form.steps
        ]
        with_ = rf" \quad \text{{with }} {', '.join(steps)}" if steps else ""
        yield f"{left} &= {latex(form.expression, called, arrays=arrays)}{with_}{where}"
