"""Show what a session says: lines of text, and beside each picture the same in words."""

from collections.abc import Callable, Sequence
from typing import Any

from rich.text import Text

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.exercises.answers.answers import number_shown
from backprop_cli.lessons.model.blocks import (
    Block,
    Derivation,
    Explained,
    Help,
    Options,
    Picture,
    Prose,
    Says,
    Title,
    TraceSoFar,
)
from backprop_cli.lessons.views.markdown import ascii_of, markdown
from backprop_cli.render.text.circuit.circuit import circuit
from backprop_cli.render.text.explain.passes import gradient_of, node_lines, value_of, written
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.explain.words import base_sentence, fork_sentence, sentence
from backprop_cli.render.text.lines import paragraph
from backprop_cli.render.text.options import FAINT, GRADIENT, HEADING, WARNING, Look

HELP = """
Type the answer: a number, `1/3`, `-4*1`, a list `[1, 2]`, a shape `2x3`, a word, or what is asked.

- `hint` – where to look, then which rule, then the step written out
- `show` – the solution; the question counts as shown
- `skip` – leave the question out
- `back` – one question back, to the step before if need be
- `why` – what is known up to here, and how it came about
- `play (x+y)*z --x 1 --y 2 --z 3` – any formula, explained
- `quit` – leave; `backprop learn` continues here
"""


FEWER = 4
"""Significant digits in a picture that would not fit otherwise."""


def lines_of(block: Block, look: Look) -> list[Text]:
    """The lines of a block."""
    show: Callable[[Any, Look], list[Text]] = _SHOW[type(block)]
    return show(block, look)


def _title(block: Title, look: Look) -> list[Text]:
    text = Text(inert(ascii_of(block.text, look)), HEADING)
    return [text.append(f"  ({block.aside})", FAINT)]


def _prose(block: Prose, look: Look) -> list[Text]:
    return markdown(block.text, look)


def _picture(block: Picture, look: Look) -> list[Text]:
    """The drawing, and below it the same as a sentence, for those who do not see it."""
    fewer = look._replace(digits=min(FEWER, look.digits))
    # The questions use the names of the steps. All digits are in the words below.
    for how in (look, fewer):
        drawn = circuit(block.trace, how)
        if not isinstance(drawn, str):
            break
    said = [Text(line, FAINT) for line in paragraph(in_words(block.trace, look), look)]
    if isinstance(drawn, str):
        return [*node_lines(block.trace, look)]
    return [*drawn, Text(), *said]


def in_words(trace: Trace, look: Look) -> str:
    """What a picture shows, as a sentence: known values, gates, known gradients."""
    graph = trace.graph
    parts: list[str] = []
    for k, name in enumerate(graph.names):
        if k in graph.constants:
            continue
        text = inert(name)
        if graph.gates[k] is not None:
            text += f" = {written(trace, k, look)}"
        if trace.values[k] is not None:
            text += f" = {value_of(trace, k, look)}"
        parts.append(text)

    gradients = [
        f"{look.derivative(inert(trace.objective), inert(name))} = {gradient_of(trace, k, look)}"
        for k, name in enumerate(graph.names)
        if trace.arrived[k] is not None
    ]
    known = "; gradients: " + ", ".join(gradients) if gradients else ""
    return f"In words: {', '.join(parts)}{known}."


def _derivation(block: Derivation, look: Look) -> list[Text]:
    lines = []
    for number, line in enumerate(block.lines, start=1):
        left = line.name.replace("d", "∂", 1).replace("/d", "/∂", 1)
        middle = f" = {line.text}" if line.text else ""
        text = f"{number}.  {left}{middle} = {number_shown(line.value)}"
        lines.append(Text(f"  {inert(ascii_of(text, look))}"))
    return lines


def _options(block: Options, look: Look) -> list[Text]:
    return [
        Text(f"  {number}) {inert(ascii_of(option, look))}")
        for number, option in enumerate(block.options, start=1)
    ]


_STYLES = {"right": "green", "wrong": GRADIENT, "problem": WARNING}
_MARKS = {"wrong": "Not yet. ", "hint": "Hint: ", "solution": "Solution: "}


def _says(block: Says, look: Look) -> list[Text]:
    text = ascii_of(_MARKS.get(block.kind, "") + block.text, look)
    if block.kind == "problem":
        return [Text(line, WARNING) for line in text.splitlines()]
    style = _STYLES.get(block.kind, "")
    return [Text(inert(line), style) for line in paragraph(text, look)]


def _why(block: TraceSoFar, look: Look) -> list[Text]:
    """Every node as far as it is known, and a sentence for each gradient that was found."""
    trace = block.trace
    head = Text("  Each with its value, then its gradient, as far as they are known:", FAINT)
    lines = [head, *node_lines(trace, look)]
    said = [base_sentence(trace, look)] if _has(trace.arrived, trace.graph.output) else []
    for step, completes in block.whole.steps_in_order():
        known = _has(trace.arrived, step.output, step.input)
        if not known or not _has(trace.values, step.output, *trace.graph.args[step.output]):
            continue
        said.append(sentence(block.whole, step, look))
        if completes:
            said.append(fork_sentence(block.whole, step.input, look))
    if not said:
        return lines
    return [*lines, Text(), *(Text(f"  {row}") for text in said for row in paragraph(text, look))]


def _has(numbers: Sequence[Any], *places: int) -> bool:
    return all(numbers[place] is not None for place in places)


def _explained(block: Explained, look: Look) -> list[Text]:
    return screen(block.trace, look, Contents())


def _help(block: Help, look: Look) -> list[Text]:
    return markdown(HELP, look)


_SHOW: dict[type, Callable[..., list[Text]]] = {
    Title: _title,
    Prose: _prose,
    Picture: _picture,
    Derivation: _derivation,
    Options: _options,
    Says: _says,
    TraceSoFar: _why,
    Explained: _explained,
    Help: _help,
}
