"""Run generated code as its reader would, apart from how the tool itself checks it."""

import contextlib
import io
from typing import Any

import numpy as np

from backprop_cli.autodiff.trace import Trace
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.python.names import CodeNames
from backprop_cli.render.python.view import python_view


def text_of(trace: Trace, style: str) -> str:
    return "".join(python_view(trace, FormatOptions(style=style)))


def ran(text: str) -> dict[str, Any]:
    """What the program leaves behind; what it prints is thrown away."""
    scope: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()), np.errstate():
        exec(compile(text, "code.py", "exec"), scope)
    return scope


def agrees(trace: Trace, style: str, rtol: float = 1e-12) -> None:
    """See that the program computes the trace's value, and the gradient of each input."""
    scope = ran(text_of(trace, style))
    names = CodeNames(trace.graph)
    close(plain(scope[names.values[trace.graph.output]]), trace.value, rtol)
    for name, gradient in trace.gradients.items():
        node = trace.graph.inputs[name]
        if gradient is None:
            assert names.gradients[node] not in scope
        elif style in ("torch", "micrograd"):
            close(plain(scope[names.values[node]].grad), gradient, rtol)
        else:
            close(scope[names.gradients[node]], gradient, rtol)


def close(found: Any, known: Any, rtol: float) -> None:
    assert np.shape(found) == np.shape(known)
    np.testing.assert_allclose(found, known, rtol=rtol, atol=rtol)


def plain(value: Any) -> Any:
    """Numbers of a tensor or of a Value."""
    if hasattr(value, "detach"):
        return value.detach().numpy()
    return getattr(value, "data", value)
