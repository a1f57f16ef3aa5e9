"""`explain` for programs and notebooks."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rich.console import Console, ConsoleOptions
from rich.text import Text

from backprop_cli.analysis.notes.note import Note
from backprop_cli.analysis.notes.notes import notes
from backprop_cli.autodiff.trace import Trace, trace
from backprop_cli.errors import BackpropError
from backprop_cli.gates.value import Value
from backprop_cli.graph.reading import Notation
from backprop_cli.inputs import gradients
from backprop_cli.inputs.understand import understand
from backprop_cli.inputs.values import as_value
from backprop_cli.render.text.explain.parts import BY_NAME as PARTS
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.options import Look


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(Trace):
    """A trace that shows itself: as text, in a terminal by Rich, in a notebook as HTML."""

    def __repr__(self) -> str:
        look = Look()
        lines = [f"{self.output} = {look.value(self.value)}"]
        lines += [
            f"{look.derivative(self.objective, name)} = {look.value(gradient)}"
            for name, gradient in self.gradients.items()
        ]
        if self.seed is None:
            lines = [f"{lines[0]}, no gradient without an upstream value"]
        return f"<backprop {self.expression!r}: {', '.join(lines)}>"

    @cached_property
    def notes(self) -> list[Note]:
        """What is worth a remark: kinks, where inf and NaN were born, gradients of 0."""
        return notes(self)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        yield from screen(self, Look(options.max_width, ascii=options.ascii_only))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What a notebook shows: the picture, where it can be drawn, and below it the steps."""
        from backprop_cli.render.picture.notebook import as_image, notebook_picture

        lines = screen(self, Look(100))
        plain = "\n".join(line.plain for line in lines)
        picture = notebook_picture(self)
        if picture is None:
            return {"text/plain": plain, "text/html": _html(lines)}
        below = screen(self, Look(100), Contents([part for part in PARTS if part != "circuit"]))
        return {
            "text/plain": plain,
            "text/html": f"{as_image(picture, self)}\n{_html(below)}",
            "image/svg+xml": picture,
        }


def explain(
    formula: str | Callable[..., Any],
    inputs: Mapping[str, Any] | None = None,
    /,
    *,
    upstream: Any = None,
    wrt: Any = None,
    data: Any = None,
    **named: Any,
) -> Explanation:
    """Run a formula forwards and backwards.

    Args:
        formula: "(x+y)*z", or a program: "q = x + y; f = q * z", in any of the notations; or a
            plain Python function, whose source is read, and which is never called.
        inputs: name -> number, list or array with one or two axes; for names that are
            also parameters of this function.
        upstream: the gradient of the output, in its shape. Needed for a vector or a matrix;
            without it such an output has values, but no gradients.
        wrt: the inputs whose gradients are wanted, "x,y" or ["x", "y"]; by default all.
        data: the inputs that are data, of which no gradients are wanted, in the same way.
        **named: inputs by name: `x=-2`.

    Returns:
        The trace: `.value`, `.gradients["x"]`, `.nodes`, `.steps`, `.notes`.

    Raises:
        BackpropError: for anything that cannot be used, with `message`, `span` and `hint`.
    """
    notation, defaults = None, {}
    if callable(formula):
        defaults = _defaults(formula)
        formula, notation = _source_of(formula), Notation.PYTHON
    if not isinstance(formula, str):
        raise BackpropError('a formula is a text, such as "(x+y)*z"')
    given = _given(inputs, named)
    found = understand(formula, given, lambda name: f"{name}=VALUE", notation, defaults)
    graph, values = found.graph(), found.values
    seed = None if upstream is None else as_value("upstream", upstream)
    run = trace(
        graph,
        values,
        gradients.upstream(seed, graph, "upstream"),
        gradients.wanted(wrt, data, graph, labels=found.labels),
    )
    return Explanation(run.graph, run.values, run.arrived, run.seed, run.wrt)


def _source_of(function: Callable[..., Any]) -> str:
    """The source of a plain Python function.

    Raises:
        BackpropError: where it cannot be had, or does not say all.
    """
    import inspect

    hint = "give the formula as a text"
    if not inspect.isfunction(function):
        raise BackpropError("only a plain Python function can be read", hint=hint)
    if function.__name__ == "<lambda>":
        what = "the source of a lambda cannot be told from the line around it"
        raise BackpropError(what, hint=hint)
    if function.__closure__:
        names = ", ".join(function.__code__.co_freevars)
        what = f"this function uses {names} from the function around it"
        raise BackpropError(what, hint="make it a parameter, and give its value")
    unknown = "the source of this function cannot be had: it was not read from a file"
    if function.__code__.co_filename == "<string>":
        # Of exec or of -c: Python 3.13 would give the text of -c for both.
        raise BackpropError(unknown, hint=hint)
    try:
        return inspect.getsource(function)
    except (OSError, TypeError, SyntaxError):
        raise BackpropError(unknown, hint=hint) from None


def _defaults(function: Callable[..., Any]) -> dict[str, Value]:
    """The values of parameters that have one; of those that are numbers or arrays."""
    import inspect

    found: dict[str, Value] = {}
    if inspect.isfunction(function):
        for name, parameter in inspect.signature(function).parameters.items():
            if parameter.default is not inspect.Parameter.empty:
                with suppress(BackpropError):
                    found[name] = as_value(name, parameter.default)
    return found


def _given(inputs: Mapping[str, Any] | None, named: Mapping[str, Any]) -> dict[str, Value]:
    """The values that were given, in the mapping or by keyword."""
    inputs = {} if inputs is None else inputs
    if not isinstance(inputs, Mapping) or not all(isinstance(name, str) for name in inputs):
        what = "inputs are given as a mapping of names to values, or by keyword"
        raise BackpropError(
            what, hint='explain("x*y", {"x": 1, "y": 2}) or explain("x*y", x=1, y=2)'
        )
    for name in inputs.keys() & named.keys():
        raise BackpropError(f"'{name}' is given twice")
    return {name: as_value(name, value) for name, value in {**inputs, **named}.items()}


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
