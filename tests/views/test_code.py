"""Generated code computes what the trace holds, in every style, for every gate."""

from typing import Any

import needs
import numpy as np
import pytest
from coded import agrees, text_of
from golden import same
from helpers import EXAMPLES, run
from hypothesis import given, settings
from hypothesis import strategies as st
from one_gate import graph_of, names_of, uses
from rich.text import Text

from backprop_cli.errors import BackpropError
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import GATES
from backprop_cli.trace.trace import Trace, trace
from backprop_cli.views.code.pieces import is_finite
from backprop_cli.views.code.styles import STYLES

RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    **{e["id"]: (e["program"], e["inputs"]) for e in EXAMPLES},
    **{f"{e['id']}-formula": (e["expression"], e["inputs"]) for e in EXAMPLES},
    "forks": ("x*x + x*y + x", {"x": 3, "y": -1}),
    "vector-forks": ("sum((x + y) * x + x)", {"x": [1, 2], "y": [3, -1]}),
    "network": (
        "h = relu(X@W + b); mean(logsumexp(h, axis=1))",
        {"X": np.arange(6).reshape(3, 2) / 7, "W": np.eye(2) - 0.3, "b": [0.1, -0.2]},
    ),
}
LIBRARIES = [pytest.param("torch", marks=needs.module("torch"))]
EVERY = [*LIBRARIES, "numpy", "gates"]


@pytest.mark.parametrize("style", EVERY)
@pytest.mark.parametrize("name", RUNS)
def test_the_examples(name: str, style: str) -> None:
    formula, inputs = RUNS[name]
    agrees(run(formula, **inputs), style)


@pytest.mark.parametrize("style", [style.name for style in STYLES])
@pytest.mark.parametrize("name", ["cs231n-xyz", "cs231n-sigmoid", "cs231n-vec", "forks"])
def test_the_code_reads_so(name: str, style: str) -> None:
    formula, inputs = RUNS[name]
    try:
        text = text_of(run(formula, **inputs), style)
    except BackpropError as error:
        text = error.report()
    same(f"code-{style}-{name}", map(Text, text.splitlines()), 100)


@st.composite
def runs(draw: Any, gate: Gate) -> Trace:
    """The gate at inputs where ties and kinks and the ends of its domain are frequent."""
    formula, shapes = draw(uses(gate))
    random = np.random.RandomState(draw(st.integers(0, 10**6)))
    grid = [-1.0, 0.0, 1.0, 2.0] if draw(st.booleans()) else [0.5, 1.5, 2.0, 2.5]
    inputs = {
        name: random.choice(grid, shape) if shape else float(random.choice(grid))
        for name, shape in zip(names_of(gate), shapes, strict=True)
    }
    graph = graph_of(gate, formula, inputs)
    shape = graph.shapes[graph.output]
    return trace(graph, inputs, random.uniform(1, 2, shape) if shape else 1.5)


@pytest.mark.parametrize("style", ["numpy", "gates"])
@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
@settings(max_examples=30)
@given(data=st.data())
def test_every_gate(gate: Gate, style: str, data: st.DataObject) -> None:
    agrees(data.draw(runs(gate)), style)


@needs.module("torch")
@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_gate_in_torch(gate: Gate, data: st.DataObject) -> None:
    """PyTorch takes the same gradients at kinks and ties; only inf and nan may go other ways."""
    t = data.draw(runs(gate))
    text_of(t, "torch")
    if all(map(is_finite, (t.value, *t.gradients.values()))):
        agrees(t, "torch")
