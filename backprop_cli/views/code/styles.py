"""The styles of code that `--style` chooses from: one style, one row."""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from backprop_cli.trace.trace import Trace
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
        module, name = self.where.split(":")
        program: Program = getattr(import_module(f"backprop_cli.views.code.{module}"), name)(
            trace, **options
        )
        return program


STYLES = (
    Style("numpy", "staged:staged", True),
    Style("gates", "classes:classes", True),
    Style("torch", "libraries:torch", False),
    Style("micrograd", "libraries:micrograd", False),
)
DEFAULT = STYLES[0].name
BY_NAME = {style.name: style for style in STYLES}


def python_view(trace: Trace, wish: Wish) -> Iterator[str]:
    """The circuit as a Python program, in the style that was wished for."""
    style = BY_NAME[wish.style]
    if style.proven:
        from backprop_cli.views.code.proof import proven

        return proven(style, trace).text()
    return style.write(trace).text()
