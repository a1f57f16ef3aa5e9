"""The circuit as a Python program, which is run and compared before it is shown."""

from collections.abc import Iterator

from backprop_cli.autodiff.trace import Trace
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.python.proof import proven
from backprop_cli.render.python.styles import BY_NAME
from backprop_cli.render.text.limits import refuse_more

MAX_GATES = 20_000
"""Gates of the largest circuit that is written as code, which takes some seconds."""


def python_view(trace: Trace, wish: FormatOptions) -> Iterator[str]:
    """The circuit as a Python program, in the style that was wished for.

    Raises:
        BackpropError: if the circuit is too large, or the style has no words for it.
    """
    refuse_more(trace.graph.gate_count, "gates", "to write as code", MAX_GATES)
    style = BY_NAME[wish.style]
    if style.proven:
        return proven(style, trace).text()
    return style.write(trace).text()
