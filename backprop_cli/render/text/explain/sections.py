"""Sections that `explain` shows when they are asked for, instead of its usual parts: one a row."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from backprop_cli.autodiff.trace import Trace
from backprop_cli.lazy import found
from backprop_cli.render.text.options import Look
from backprop_cli.render.text.section import SectionRequest, View

if TYPE_CHECKING:
    # Whoever asks for no section needs no Rich.
    from rich.text import Text


class ScreenSection(NamedTuple):
    """One section, and the option that asks for it."""

    option: str
    where: str
    """Its view, as `module:function`; imported when it is asked for."""
    help: str
    metavar: str = ""
    """What its option takes; empty for a flag."""
    pair: bool = False
    """Whether its option also takes two values, as in `--jacobian q x`."""
    gradients: bool = True
    """Whether it shows gradients of the output; else a vector needs no upstream for it."""
    takes: tuple[str, ...] = ("--wrt",)
    """Which it heeds of the options about the passes; any other contradicts it."""
    takes_two: tuple[str, ...] | None = None
    """The same where two values were given, if that is less."""

    def heeds(self, argument: str) -> tuple[str, ...]:
        """The options about the passes that it heeds."""
        return self.takes if argument == "all" or self.takes_two is None else self.takes_two

    @property
    def view(self) -> View:
        """The function that makes its lines."""
        view: View = found(self.where)
        return view


SECTIONS: tuple[ScreenSection, ...] = (
    ScreenSection(
        "--jacobian",
        "backprop_cli.render.text.arrays.jacobians:jacobian_lines",
        "The Jacobian of node q by node x, its structure, and what it costs; or of every gate.",
        metavar="Q X|all",
        pair=True,
        gradients=False,
        takes_two=(),
    ),
    ScreenSection(
        "--element",
        "backprop_cli.render.text.arrays.elements:element_lines",
        "The gradient of one element, W[0,1], as a sum over indices with its numbers.",
        metavar="X[I,J]",
        takes=("--wrt", "--upstream"),
    ),
    ScreenSection(
        "--shapes",
        "backprop_cli.render.text.explain.edge_shapes:shape_lines",
        "The shapes on every edge, and which rule of @ they allow.",
        gradients=False,
    ),
    ScreenSection(
        "--flow",
        "backprop_cli.render.text.explain.flow:flow_lines",
        "The size of the gradient along the circuit: where it vanishes, explodes, dies or breaks.",
        takes=("--wrt", "--upstream"),
    ),
    ScreenSection(
        "--closed",
        "backprop_cli.render.text.explain.closed_form:closed_form_lines",
        "The gradient of each input as one formula, simplified, and compared before it is shown.",
    ),
    ScreenSection(
        "--plot",
        "backprop_cli.render.text.explain.tangent:tangent_lines",
        "The curve of the output as x moves, with its tangent.",
        metavar="X[I,J]",
    ),
)
BY_OPTION = {section.option: section for section in SECTIONS}


def section_lines(
    trace: Trace, look: Look, sections: Mapping[str, str], most: int | None
) -> "list[Text]":
    """The sections that were asked for, option -> argument, in the order of the table."""
    from rich.text import Text

    lines: list[Text] = []
    for section in SECTIONS:
        if section.option in sections:
            asked = SectionRequest(sections[section.option], most)
            lines += [*([Text()] if lines else []), *section.view(trace, look, asked)]
    return lines
