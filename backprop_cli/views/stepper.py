"""The screen of `explain`, cut into one page for each step."""

from rich.text import Text

from backprop_cli.trace.trace import Trace
from backprop_cli.views.edges import backward_lines
from backprop_cli.views.look import Look
from backprop_cli.views.screen import Contents, screen
from backprop_cli.views.words import base_sentence, fork_sentence, sentence


def stages(trace: Trace, look: Look, contents: Contents) -> list[list[Text]]:
    """Pages: formula, circuit and forward pass; then a page a step; then gradients and notes."""
    first = tuple(part for part in contents.parts if part in ("formula", "circuit", "forward"))
    last = tuple(part for part in contents.parts if part in ("gradients", "notes"))
    pages = [screen(trace, look, Contents(first, most=contents.most))]
    if "backward" in contents.parts and trace.seed is not None:
        pages += _steps(trace, look, contents)
    pages.append(screen(trace, look, Contents(last, most=contents.most)))
    return [page for page in pages if page]


def _steps(trace: Trace, look: Look, contents: Contents) -> list[list[Text]]:
    """A page for the base case, and for each step its line and its sentence."""
    told = [base_sentence(trace, look)]
    arrived: dict[int, int] = {}
    for step in trace.each_step():
        text = sentence(trace, step, look)
        arrived[step.input] = arrived.get(step.input, 0) + 1
        if arrived[step.input] == trace.forks.get(step.input):
            text = f"{text} {fork_sentence(trace, step.input, look)}"
        told.append(text)
    lines = backward_lines(trace, look, None, contents.locals_measured)
    blocks = _blocks(lines)
    if contents.words or len(blocks) != len(told):
        blocks = [[] for _ in told]
    return [[*block, *_wrapped(text, look)] for block, text in zip(blocks, told, strict=True)]


def _wrapped(text: str, look: Look) -> list[Text]:
    from textwrap import wrap

    return [Text(f"  {line}", "italic") for line in wrap(text, max(20, look.width - 4))]


def _blocks(lines: list[Text]) -> list[list[Text]]:
    """The lines of the backward pass, cut after each step; a gate's heading goes with its first."""
    blocks: list[list[Text]] = []
    heading: list[Text] = []
    for line in lines:
        text = line.plain
        indent = len(text) - len(text.lstrip())
        if indent == 2 and blocks:
            heading = [line]
        elif indent > 4 or text.lstrip().startswith("fork at "):
            blocks[-1].append(line)
        else:
            blocks.append([*heading, line])
            heading = []
    return blocks
