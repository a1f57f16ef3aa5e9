"""The screen of `explain`: its parts, in the order in which the lecture tells them."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from backprop_cli.analysis.notes import notes
from backprop_cli.analysis.rounding_noise import without_noise
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells, inert
from backprop_cli.render.text.backward.order import Measured, backward_lines
from backprop_cli.render.text.circuit.circuit import circuit
from backprop_cli.render.text.explain.parts import BY_NAME
from backprop_cli.render.text.explain.passes import (
    MAX_GATES_SHOWN,
    forward_lines,
    gradient_lines,
    node_lines,
)
from backprop_cli.render.text.explain.words import sentences
from backprop_cli.render.text.lines import fitted, paragraph, title
from backprop_cli.render.text.options import FAINT, HEADING, VALUE, WARNING, Look

if TYPE_CHECKING:
    from backprop_cli.analysis.rewrite_comparison import RewriteComparison


class Contents(NamedTuple):
    """What the screen shows."""

    parts: Collection[str] = tuple(BY_NAME)
    words: bool = False
    most: int | None = MAX_GATES_SHOWN
    """Gates of the longest table; None for no limit."""
    locals_measured: Measured | None = None
    gradients_measured: Mapping[str, str] | None = None
    comparison: "RewriteComparison | None" = None
    """The formula as typed, where what is shown was folded or unfolded."""
    sections: Mapping[str, str] = MappingProxyType({})
    """Sections that were asked for: option -> argument."""


def screen(trace: Trace, look: Look, contents: Contents | None = None) -> list[Text]:
    """The lines of the screen."""
    contents = contents or Contents()
    blocks = [
        block
        for part in BY_NAME
        if part in contents.parts and (block := _LINES[part](_shown(part, trace), look, contents))
    ]
    lines: list[Text] = []
    for block in blocks:
        lines += [*([Text()] if lines else []), *block]
    return [piece for line in lines for piece in fitted(line, look.width)]


def _shown(part: str, trace: Trace) -> Trace:
    """The run as a part shows it: notes say of what is left by rounding that it is shown as 0."""
    return trace if part in ("notes", "sections", "both") else without_noise(trace).trace


def _formula(trace: Trace, look: Look, contents: Contents) -> list[Text]:
    """The formula as typed, and the values of its inputs."""
    source = trace.expression
    shown = source if len(source) <= 5 * look.width else source[: 5 * look.width] + look.dots
    lines = [Text(inert(line.strip()), HEADING) for line in shown.splitlines() if line.strip()]
    if len(lines) > 20:
        lines = [*lines[:19], Text(f"{look.dots} {len(lines) - 19} more lines", FAINT)]
    if trace.graph.read_as:
        said = f"read as {look.cut(inert(trace.graph.read_as))}"
        lines += [Text(line, FAINT) for line in paragraph(said, look)]
    values = [f"{inert(name)} = {look.value(value, 60)}" for name, value in trace.inputs.items()]
    return [*lines, *_wrapped(values[: 2 * MAX_GATES_SHOWN], look)]


def _folded(trace: Trace, look: Look, contents: Contents) -> list[Text]:
    """What was folded or unfolded."""
    if contents.comparison is None:
        return []
    from backprop_cli.render.text.explain.rewritten import rewritten_lines

    return rewritten_lines(contents.comparison, look, contents.most)


def _both(trace: Trace, look: Look, contents: Contents) -> list[Text]:
    """The gradients of the formula as typed beside those of the one that is shown."""
    if contents.comparison is None:
        return []
    from backprop_cli.render.text.explain.rewritten import compared_lines

    return compared_lines(contents.comparison, look, contents.most)


def _wrapped(items: list[str], look: Look) -> list[Text]:
    """The items, as many on a line as fit."""
    lines: list[Text] = []
    line = ""
    for number, item in enumerate(items):
        item += "," if number < len(items) - 1 else ""
        if line and cells(line) + cells(item) + 3 > look.width:
            lines.append(Text(f"  {line}", VALUE, no_wrap=True))
            line = ""
        line = f"{line} {item}".strip()
    return [*lines, Text(f"  {line}", VALUE, no_wrap=True)] if line else lines


def title_forward(look: Look) -> Text:
    """What stands above the forward pass."""
    return title("Forward pass", "from the inputs to the output", look)


def title_backward(look: Look) -> Text:
    """What stands above the backward pass."""
    return title("Backward pass", "from the output to the inputs", look)


def _circuit(trace: Trace, look: Look, contents: Contents) -> list[Text]:
    drawing = circuit(trace, look)
    if isinstance(drawing, str):
        nodes = node_lines(trace, look, contents.most and min(contents.most, 20))
        return [
            title("Circuit", f"{drawing}; each node with its value and gradient", look),
            *nodes,
        ]
    known = any(gradient is not None for gradient in trace.arrived)
    below = ", gradient below" if known else ""
    return [title("Circuit", f"value above the wire{below}", look), *drawing]


def _forward(trace: Trace, look: Look, contents: Contents) -> list[Text]:
    lines = forward_lines(trace, look, contents.most)
    return [title_forward(look), *lines] if lines else []


def _backward(trace: Trace, look: Look, contents: Contents) -> list[Text]:
    if trace.seed is None or trace.arrived[trace.graph.output] is None:
        return []
    if contents.words:
        lines = _sentences(trace, look, contents)
    else:
        lines = backward_lines(trace, look, contents.most, locals_beside(trace, contents))
    return [title_backward(look), *lines]


def locals_beside(trace: Trace, contents: Contents) -> Measured | None:
    """The measured slopes that stand beside the local derivatives."""
    if contents.locals_measured is None:
        return None
    from backprop_cli.render.text.measured import beside_locals

    return beside_locals(trace, contents.locals_measured)


def _sentences(trace: Trace, look: Look, contents: Contents) -> list[Text]:
    return [
        Text(("    " if number else "  ") + line)
        for text in sentences(trace, look, contents.most)
        for number, line in enumerate(paragraph(text, look) or [""])
    ]


def _gradients(trace: Trace, look: Look, contents: Contents) -> list[Text]:
    measured = contents.gradients_measured
    if measured is not None:
        from backprop_cli.render.text.measured import beside_gradients

        measured = beside_gradients(trace, look, measured)
    lines = gradient_lines(trace, look, contents.most, measured)
    known = trace.seed is not None and lines
    if not known:
        return []
    closed: list[Text] = []
    # One gate says it all itself, and needs no formulas found.
    if contents.words and trace.graph.gate_count > 1:
        from backprop_cli.render.text.explain.closed_form import short_lines

        closed = short_lines(trace, look)
    return [title("Gradients", "", look), *lines, *closed]


def _sections(trace: Trace, look: Look, contents: Contents) -> list[Text]:
    if not contents.sections:
        return []
    from backprop_cli.render.text.explain.sections import section_lines

    return section_lines(trace, look, contents.sections, contents.most)


def _notes(trace: Trace, look: Look, contents: Contents) -> list[Text]:
    found = notes(trace, look.style)
    if not found:
        return []
    lines = [title("Notes", "", look)]
    for note in found:
        for number, line in enumerate(paragraph(inert(note.message), look)):
            lines.append(Text(("    " if number else "  ") + line, WARNING))
    return lines


_LINES = {
    "formula": _formula,
    "folded": _folded,
    "circuit": _circuit,
    "forward": _forward,
    "backward": _backward,
    "gradients": _gradients,
    "both": _both,
    "sections": _sections,
    "notes": _notes,
}
