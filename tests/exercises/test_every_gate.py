"""Each gate of the table is diagnosed: a row that is added is known to the marker at once."""

from typing import Any

import numpy as np
import pytest
from exercise_files import blamed, marked
from one_gate import formula_of, names_of

from backprop_cli.autodiff.trace import Trace
from backprop_cli.autodiff.trace import trace as run
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.diagnosis.predictions import foreseen as predicted
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import GATES
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse

TRIVIAL = {"1", "-1", "g.T", "g[p]"}
"""Local derivatives that change nothing but a sign or a place."""

SHAPES: tuple[tuple[tuple[int, ...], ...], ...] = (
    ((), (), ()),
    ((3,), (3,), (3,)),
    ((2, 3), (3,), ()),
    ((2, 3), (3, 2), ()),
)
"""Of the inputs of a gate; the first that fits is taken."""

NUMBERS = [0.7, 1.3, 1.9, 2.3, 0.4, 3.1]
"""Values at which nothing is equal by accident."""


def value(number: int, shape: tuple[int, ...]) -> Any:
    values = np.array(NUMBERS[number:] + NUMBERS[:number])
    return values[: int(np.prod(shape))].reshape(shape) if shape else float(values[0])


def circuit_of(gate: Gate) -> Trace:
    """The gate as `q`, and after it something that gives it an upstream other than 1."""
    for shapes in SHAPES:
        inputs = {n: value(k, shapes[k]) for k, n in enumerate(names_of(gate))}
        step = formula_of(gate, position="1").replace("f = ", "q = ")
        try:
            alone = build(parse(step), {name: np.shape(given) for name, given in inputs.items()})
            if alone.gates[alone.output] is not gate:
                continue
            after = alone.shapes[alone.output]
            last = "f = sum(q*y)" if after else "f = q*y"
            inputs["y"] = value(4, after)
            graph = build(parse(f"{step}; {last}"), {n: np.shape(v) for n, v in inputs.items()})
        except BackpropError:
            continue
        return run(graph, inputs)
    raise AssertionError(f"no inputs are found for {gate.name}")


def plain(value: Any) -> Any:
    return value if isinstance(value, float) else value.tolist()


def named(gate: Gate) -> set[str]:
    """The mistakes that marking names at the gate, of those that somebody could make there."""
    made = circuit_of(gate)
    graph = made.graph
    found: set[str] = set()
    for each in predicted(made):
        name = graph.names[each.node]
        if name in ("f", "q", "y"):
            continue
        question = f"df/d{name}"
        inputs = {name: plain(given) for name, given in made.inputs.items()}
        for answer, _ in each.wrong:
            graded = marked(graph.source, inputs, {question: plain(answer)})
            found |= {mistake for mistake, at in blamed(graded) if "q" in at}
    return found


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_two_mistakes_at_least_are_named_at_each_gate(gate: Gate) -> None:
    if set(gate.local) <= TRIVIAL:
        pytest.skip("nothing can go wrong but a sign")
    assert len(named(gate)) >= 2
