"""`explain` for programs and notebooks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions
from rich.text import Text

from backprop_cli.engine.forward import forward
from backprop_cli.errors import BackpropError
from backprop_cli.graph.build import build
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.shapes import described
from backprop_cli.inputs.bind import bind
from backprop_cli.inputs.values import Value, as_value
from backprop_cli.language.parser import parse
from backprop_cli.trace.trace import Trace, trace
from backprop_cli.views.look import Look
from backprop_cli.views.screen import screen


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(Trace):
    """A trace that shows itself: as text, in a terminal by Rich, in a notebook as HTML."""

    def __repr__(self) -> str:
        look = Look()
        lines = [f"{self.output} = {look.value(self.value)}"]
        lines += [
            f"{look.derivative(self.output, name)} = {look.value(gradient)}"
            for name, gradient in self.gradients.items()
        ]
        if self.seed is None:
            lines = [f"{lines[0]}, no gradient without an upstream value"]
        return f"<backprop {self.expression!r}: {', '.join(lines)}>"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        yield from screen(self, Look(options.max_width, ascii=options.ascii_only))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What a notebook shows: the screen, in colour where it can."""
        lines = screen(self, Look(100))
        return {
            "text/plain": "\n".join(line.plain for line in lines),
            "text/html": _html(lines),
        }


def explain(
    formula: str,
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    upstream: Any = None,
    wrt: Any = None,
    **named: Any,
) -> Explanation:
    """Run a formula forwards and backwards.

    Args:
        formula: "(x+y)*z", or a program: "q = x + y; f = q * z".
        inputs: name -> number, list or array with one or two axes; for names that are
            also parameters of this function.
        upstream: the gradient of the output, in its shape. Needed for a vector or a matrix;
            without it such an output has values, but no gradients.
        wrt: the names of the inputs whose gradients are wanted; all unless told.
        **named: inputs by name: `x=-2`.

    Returns:
        The trace: `.value`, `.gradients["x"]`, `.nodes`, `.steps`.

    Raises:
        BackpropError: for anything that cannot be used, with `message`, `span` and `hint`.
    """
    if not isinstance(formula, str):
        raise BackpropError('a formula is a text, such as "(x+y)*z"')
    for name in (inputs or {}).keys() & named.keys():
        raise BackpropError(f"'{name}' is given twice")
    expression = parse(formula)
    given = {name: as_value(name, value) for name, value in {**(inputs or {}), **named}.items()}
    values = bind(expression, given, lambda name: f"{name}=VALUE")
    graph = build(expression, {name: getattr(v, "shape", ()) for name, v in values.items()})
    wanted = _wanted(wrt, graph)
    seed = _seed(upstream, graph)
    if seed is None:
        nothing: list[Value] = [None] * len(graph)
        return Explanation(graph, forward(graph, values), nothing, None, wanted)
    run = trace(graph, values, seed, wanted)
    return Explanation(graph, run.values, run.arrived, seed, wanted)


def _wanted(wrt: Any, graph: Graph) -> frozenset[str] | None:
    if wrt is None:
        return None
    names = frozenset([wrt] if isinstance(wrt, str) else wrt)
    for name in sorted(names - graph.inputs.keys()):
        listed = ", ".join(graph.inputs)
        raise BackpropError(f"wrt: the formula has no input '{name}'", hint=f"it has {listed}")
    return names


def _seed(upstream: Any, graph: Graph) -> Value:
    """The upstream of the output; None where it is needed and was not given."""
    shape = graph.shapes[graph.output]
    if upstream is None:
        return None if shape else 1.0
    seed = as_value("upstream", upstream)
    if getattr(seed, "shape", ()) != shape:
        have, need = described(getattr(seed, "shape", ())), described(shape)
        raise BackpropError(f"upstream is {have}, the output is {need}: they must be alike")
    return seed


def _html(lines: list[Text]) -> str:
    """The lines as one preformatted block; everything that was typed is escaped by Rich."""
    import io

    console = Console(
        file=io.StringIO(), record=True, width=100, force_jupyter=False, markup=False, emoji=False
    )
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)
    template = '<pre style="line-height:1.25;font-family:monospace">{code}</pre>'
    return console.export_html(inline_styles=True, code_format=template)
