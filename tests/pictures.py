"""Pictures for the tests: runs to draw, and their golden files."""

from pathlib import Path
from typing import Any

import numpy as np
from golden import GOLDEN, same_text
from helpers import EXAMPLES, run

from backprop_cli.autodiff.trace import Trace

FOLDER = GOLDEN / "pictures"
RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    **{e["id"]: (e["program"], e["inputs"]) for e in EXAMPLES},
    "fork-of-8": ("x*1.5+x*y+sin(x)+exp(x)+x^2+x/y+tanh(x)+y", {"x": 0.5, "y": -2}),
    "kinks": ("max(x, 0) + abs(x) + log(x)", {"x": 0}),
    "order": ("z = x*y; (y-z)/(x-2)^x", {"x": 3, "y": 4}),
    "network": (
        "h = relu(X@W + b); mean(logsumexp(h, axis=1))",
        {"X": np.arange(6).reshape(3, 2) / 7, "W": np.eye(2) - 0.3, "b": [0.1, -0.2]},
    ),
}
ATTACK = "\"'><script>alert(1)</script>&amp;]]>\\N`end`\x1b[2J\u202e#35;|}\n]--"
"""A name that would be markup, code or an escape in one of the formats."""


def traced(name: str) -> Trace:
    formula, inputs = RUNS[name]
    return run(formula, **inputs)


def attacked() -> Trace:
    """A run with names that the language would refuse, and a formula that says the same."""
    t = run("q = x*y; q+x", x=3, y=-4)
    t.graph.__dict__["names"] = [f"{ATTACK}{k}" for k in range(len(t.graph))]
    object.__setattr__(t.graph, "source", ATTACK)
    return t


def same_file(name: str, text: str, folder: Path = FOLDER) -> None:
    """See that a text is that of the golden file."""
    same_text(folder / name, text)
