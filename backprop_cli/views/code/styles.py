"""The styles of code that `--style` chooses from: one style, one row."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from backprop_cli.late import found
from backprop_cli.trace.trace import Trace
from backprop_cli.views.bounds import refuse_more
from backprop_cli.views.formats import Wish

if TYPE_CHECKING:
    from backprop_cli.views.code.program import Program


class Style(NamedTuple):
    """One way to write a circuit as a program."""

    name: str
    where: str
    """The function that writes it, as `module:function`; imported when it is asked for."""
    proven: bool
    """Whether it is run and compared before it is shown: where it needs NumPy alone."""

    def write(self, trace: Trace, **options: bool) -> "Program":
        """The program for a run."""
        program: Program = found(f"backprop_cli.views.code.{self.where}")(trace, **options)
        return program


STYLES = (
    Style("numpy", "staged:staged", True),
    Style("gates", "classes:classes", True),
    Style("torch", "libraries:torch", False),
    Style("micrograd", "libraries:micrograd", False),
)
BY_NAME = {style.name: style for style in STYLES}


MOST_GATES = 20_000
"""Gates of the largest circuit that is written as code, which takes some seconds."""


def python_view(trace: Trace, wish: Wish) -> Iterator[str]:
    """The circuit as a Python program, in the style that was wished for.

    Raises:
        BackpropError: if the circuit is too large, or the style has no words for it.
    """
    refuse_more(trace.graph.gate_count, "gates", "to write as code", MOST_GATES)
    style = BY_NAME[wish.style]
    if style.proven:
        from backprop_cli.views.code.proof import proven

        return proven(style, trace).text()
    return style.write(trace).text()
