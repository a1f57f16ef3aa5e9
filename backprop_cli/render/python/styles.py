"""The styles of code that `--style` chooses from: one style, one row."""

from typing import TYPE_CHECKING, NamedTuple

from backprop_cli.autodiff.trace import Trace
from backprop_cli.lazy import found

if TYPE_CHECKING:
    from backprop_cli.render.python.program import Program


class CodeStyle(NamedTuple):
    """One way to write a circuit as a program."""

    name: str
    where: str
    """The function that writes it, as `module:function`; imported when it is asked for."""
    proven: bool
    """Whether it is run and compared before it is shown: where it needs NumPy alone."""

    def write(self, trace: Trace, **options: bool) -> "Program":
        """The program for a run."""
        program: Program = found(self.where)(trace, **options)
        return program


STYLES = (
    CodeStyle("numpy", "backprop_cli.render.python.staged:staged", True),
    CodeStyle("gates", "backprop_cli.render.python.classes:classes", True),
    CodeStyle("torch", "backprop_cli.render.python.libraries:torch", False),
    CodeStyle("micrograd", "backprop_cli.render.python.libraries:micrograd", False),
)
BY_NAME = {style.name: style for style in STYLES}
