"""Run what was written, and see that it computes what the trace holds, before anybody reads it."""

from math import isfinite
from typing import Any

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.render.python.names import CodeNames
from backprop_cli.render.python.program import Program
from backprop_cli.render.python.styles import CodeStyle

ROUNDING, NOISE = 1e-9, 1e-12
"""How far the two may be apart, by rounding: of the number, and of the largest number."""


def proven(style: CodeStyle, trace: Trace) -> Program:
    """The program in plain numbers or, where Python's stop or are not enough, in NumPy's.

    Raises:
        BackpropError: if its numbers are not those of the trace: a mistake of ours.
    """
    for careful in (False, True):
        program = style.write(trace, careful=careful)
        wrong = difference(program, trace, careful)
        if not wrong:
            return program
    raise BackpropError(
        f"the code in style {style.name} does not compute what was shown: {wrong}",
        hint="this is a mistake of backprop: please report the formula and its inputs",
    )


def difference(program: Program, trace: Trace, careful: bool) -> str:
    """What the program computes differently from the trace; empty where nothing."""
    import numpy as np

    scope: dict[str, Any] = {"__name__": "circuit"}
    with np.errstate(all="ignore" if careful else "raise", under="ignore"):
        try:
            for part in program.parts():
                # Our own text: names that were made identifiers, numbers, and known functions.
                exec(compile(part, "<code>", "exec"), scope)
        except (ArithmeticError, TypeError, ValueError) as error:
            # A root of a negative number is complex to Python, which then compares no two.
            return f"{type(error).__name__}: {error}"
    names = CodeNames(trace.graph)
    for known, called in ((trace.values, names.values), (trace.arrived, names.gradients)):
        most = max((_size(value) for value in known if value is not None), default=0.0)
        for name, value in zip(called, known, strict=True):
            if name and value is not None and not _same(scope.get(name), value, NOISE * most):
                return name
    return ""


def _size(value: Any) -> float:
    """The largest finite number in a value."""
    if isinstance(value, float):
        return abs(value) if isfinite(value) else 0.0
    import numpy as np

    return float(np.max(np.abs(value), initial=0.0, where=np.isfinite(value)))


def _same(found: Any, known: Any, noise: float) -> bool:
    """Whether the two are equal but for rounding; inf and NaN are equal to themselves."""
    import numpy as np

    if found is None or np.iscomplexobj(found) or np.shape(found) != np.shape(known):
        return False
    if isinstance(known, float) and isfinite(known):
        return abs(float(found) - known) <= noise + ROUNDING * abs(known)
    return bool(np.allclose(found, known, rtol=ROUNDING, atol=noise, equal_nan=True))
