"""One chain-rule step in symbols and numbers."""

from typing import NamedTuple

from backprop_cli.analysis.local_names import LOCAL, is_whole_derivative
from backprop_cli.autodiff.steps import Step
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.render.text.explain.broadcasting import broadcast_note, is_laid_along, lined_up
from backprop_cli.render.text.explain.put_in import put_in_rule
from backprop_cli.render.text.explain.rounding import product_sign
from backprop_cli.render.text.options import Look


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
            put_in = [f"= {self.put_in}"] if self.put_in else []
            return [*put_in, f"{self.equals} {self.down}"]
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
    equals = look.said(product_sign(step, look))
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
