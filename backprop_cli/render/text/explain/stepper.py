"""The screen of `explain`, cut into one page for each step, so that none tells what comes next."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rich.text import Text

from backprop_cli.autodiff.trace import Trace
from backprop_cli.render.text.backward.order import backward_blocks
from backprop_cli.render.text.explain.passes import forward_blocks, left_out
from backprop_cli.render.text.explain.screen import (
    Contents,
    locals_beside,
    screen,
    title_backward,
    title_forward,
)
from backprop_cli.render.text.explain.words import base_sentence, fork_sentence, sentence
from backprop_cli.render.text.lines import paragraph
from backprop_cli.render.text.options import Look

Page = list[Text]


def stages(trace: Trace, look: Look, contents: Contents) -> list[Page]:
    """Pages: the formula; one for each gate forwards; one for each step backwards; the end.

    The circuit is on the first page with its inputs, after the forward pass with its
    values, and on the last page with its gradients.
    """
    forward = "forward" in contents.parts
    first = _before(trace) if forward else _halfway(trace)
    pages = [_part(first, look, contents, "formula", "folded", "circuit")]
    if forward:
        pages += _forward(trace, look, contents)
        pages.append(_part(_halfway(trace), look, contents, "circuit"))
    if "backward" in contents.parts and trace.seed is not None:
        pages += _backward(trace, look, contents)
    final = (
        ("gradients", "notes") if trace.seed is None else ("circuit", "gradients", "both", "notes")
    )
    pages.append(_part(trace, look, contents, *final))
    return [page for page in pages if page]


def _before(trace: Trace) -> Trace:
    """The run before it began: inputs and constants only."""
    gates = trace.graph.gates
    known: list[Any] = [
        value if gate is None else None for value, gate in zip(trace.values, gates, strict=True)
    ]
    return replace(_halfway(trace), values=known)


def _halfway(trace: Trace) -> Trace:
    """The run after its forward pass."""
    return replace(trace, arrived=[None] * len(trace.graph))


def _part(trace: Trace, look: Look, contents: Contents, *parts: str) -> Page:
    shown = tuple(part for part in contents.parts if part in parts)
    return screen(trace, look, contents._replace(parts=shown))


def _forward(trace: Trace, look: Look, contents: Contents) -> Iterator[Page]:
    """A page for each gate."""
    blocks = forward_blocks(trace, look, contents.most)
    gates = trace.graph.gate_count
    for number, block in enumerate(blocks, start=1):
        head = [title_forward(look)] if number == 1 else []
        rest = left_out(gates - number, look) if number == len(blocks) else []
        yield [*head, *block, *rest]


def _backward(trace: Trace, look: Look, contents: Contents) -> Iterator[Page]:
    """A page for the base case, and for each step its line and its sentence."""
    told = list(trace.steps_in_order(contents.most))
    said = [base_sentence(trace, look)]
    for step, completes in told:
        fork = f" {fork_sentence(trace, step.input, look)}" if completes else ""
        said.append(sentence(trace, step, look) + fork)
    blocks = backward_blocks(trace, look, contents.most, locals_beside(trace, contents))
    gates = len(trace.reached)
    for number, (block, text) in enumerate(zip(blocks, said, strict=True), start=1):
        head = [title_backward(look)] if number == 1 else []
        last = contents.most is not None and number == len(blocks)
        rest = left_out(gates - (contents.most or 0), look) if last else []
        yield [*head, *([] if contents.words else block), *_wrapped(text, look), *rest]


def _wrapped(text: str, look: Look) -> Page:
    return [Text(f"  {line}", "italic") for line in paragraph(text, look)]
