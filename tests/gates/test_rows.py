"""Every gate, driven by its row alone: its rules against slopes measured from its forward."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.engine.backward import backward
from backprop_cli.engine.forward import forward
from backprop_cli.engine.tape import kind
from backprop_cli.gates import arrays, scalars
from backprop_cli.gates.compiler import compile_rule, mentions, rule
from backprop_cli.gates.gate import Gate, Shape
from backprop_cli.gates.table import GATES
from backprop_cli.graph.build import build
from backprop_cli.graph.graph import Graph
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import show

NAMES = ("a", "b", "c")
SCALAR_SHAPES = [((), (), ())]
SHAPES: dict[Shape, list[tuple[tuple[int, ...], ...]]] = {
    Shape.ELEMENTWISE: [((), (), ()), ((3,), (3,), (3,)), ((2, 3), (3,), ()), ((2, 1), (1, 3), (3,))],
    Shape.MATMUL: [
        ((2, 3), (3, 4)), ((2, 3), (3,)), ((3,), (3, 2)), ((3,), (3,)),
    ],
    Shape.REDUCE: [((),), ((4,),), ((2, 3),)],
    Shape.SAME: [((),), ((4,),), ((2, 3),)],
    Shape.DOT: [((), ()), ((3,), (3,)), ((2, 3), (2, 3))],
    Shape.TRANSPOSE: [((),), ((3,),), ((2, 3),)],
    Shape.INDEX: [((4,),), ((3, 2),)],
    Shape.STACK: [((), (), ()), ((2,), (2,), (2,))],
}  # fmt: skip


def cases() -> Iterator[tuple[Gate, str, tuple[tuple[int, ...], ...]]]:
    """Each gate, a formula that uses it alone, and shapes for its inputs."""
    for gate in GATES:
        for shapes in SHAPES[gate.shape]:
            count = 3 if gate.variadic else len(gate.inputs)
            names = {"all": ", ".join(NAMES[:count]), "p": "1"}
            yield gate, show(rule(gate.text), names), shapes[:count]
            if gate.shape in (Shape.REDUCE, Shape.SAME) and len(shapes[0]) == 2:
                for axis in (0, 1):
                    called = gate.name.removesuffix("_in")
                    text = "norm(a, axis={})^2" if gate.name == "L2" else f"{called}(a, axis={{}})"
                    yield gate, text.format(axis), shapes[:count]


CASES = [pytest.param(*case, id=f"{case[1]} {case[2]}") for case in cases()]


def graph_of(gate: Gate, formula: str, shapes: tuple[tuple[int, ...], ...]) -> Graph:
    graph = build(parse(f"f = {formula}"), dict(zip(NAMES, shapes, strict=False)))
    assert graph.gates[graph.output] is gate
    return graph


def draw(gate: Gate, shapes: tuple[tuple[int, ...], ...], seed: int) -> dict[str, Any]:
    """Inputs inside the domain, and away from kinks: no two elements are alike or near 0."""
    random = np.random.RandomState(seed)
    total = sum(math.prod(shape) for shape in shapes)
    spread = random.permutation(total) * 0.37 + random.uniform(0.3, 0.4)
    signs = 1 if ">" in gate.domain else random.choice([-1, 1], size=total)
    numbers = iter(spread * signs)
    return {
        name: float(next(numbers)) if shape == () else
        np.array([next(numbers) for _ in range(math.prod(shape))]).reshape(shape)
        for name, shape in zip(NAMES, shapes, strict=False)
    }  # fmt: skip


def worst_error(graph: Graph, inputs: dict[str, Any], rules: Any = None) -> float:
    """The largest error of a gradient of a random projection, against central differences."""
    random = np.random.RandomState(1)
    values = forward(graph, inputs)
    out = values[graph.output]
    seed = float(random.uniform(1, 2)) if np.ndim(out) == 0 else random.uniform(1, 2, out.shape)
    gradients = backward(graph, values, seed, rules=rules)
    worst = 0.0
    for name, node in graph.inputs.items():
        way = random.uniform(0.5, 1.5, np.shape(inputs[name]))
        way = float(way) if np.ndim(way) == 0 else way

        def moved(h: float, name: str = name, way: Any = way) -> Any:
            changed = inputs | {name: inputs[name] + h * way}
            return np.sum(forward(graph, changed)[graph.output] * seed)

        measured = (moved(1e-5) - moved(-1e-5)) / 2e-5
        assert np.shape(gradients[node]) == np.shape(inputs[name])
        analytic = np.sum(gradients[node] * way)
        worst = max(worst, float(abs(analytic - measured) / max(1.0, abs(measured))))
    return worst


@pytest.mark.parametrize(("gate", "formula", "shapes"), CASES)
@pytest.mark.parametrize("seed", range(3))
def test_rules_are_the_slopes_of_forward(
    gate: Gate, formula: str, shapes: tuple[tuple[int, ...], ...], seed: int
) -> None:
    graph = graph_of(gate, formula, shapes)
    assert worst_error(graph, draw(gate, shapes, seed)) < 1e-7


RULES = [
    pytest.param(gate, slot, id=f"{gate.name}-{slot}")
    for gate in GATES
    for slot in range(len(gate.local))
]
WRONG = ("-({})", "2*({})", "({}) + 1", "{}")


@pytest.mark.parametrize(("gate", "slot"), RULES)
@pytest.mark.parametrize("change", WRONG[:3])
def test_a_wrong_rule_is_noticed(gate: Gate, slot: int, change: str) -> None:
    """The check can fail: every rule, changed, is caught on every shape it changes."""
    found = []
    for case in cases():
        if case[0] is gate:
            graph = graph_of(*case)
            text = change.format(gate.local[slot])
            if mentions(gate.local[slot], "g") and change == WRONG[2]:
                text = f"2*({gate.local[slot]}) - 0*({gate.local[slot]})"
            inputs = draw(gate, case[2], 0)
            values = forward(graph, inputs)
            if gate.name == "softmax" and case[2] == ((),):
                continue  # the softmax of one number is 1: its slope is 0, and so is twice it
            if math.prod(np.shape(values[graph.output])) >= 1:
                found.append(worst_error(graph, inputs, {(gate.name, slot): text}))
    if gate.pattern.word == "router" and change != WRONG[2]:
        assert max(found) > 1e-2  # 0 negated is 0 where this input was not let through
    else:
        assert min(found) > 1e-3


EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -1000.0, 1000.0, 1e308, math.inf, -math.inf, math.nan]


@pytest.mark.parametrize(
    "gate", [g for g in GATES if g.shape is Shape.ELEMENTWISE], ids=lambda g: g.name
)
def test_floats_and_arrays_agree(gate: Gate) -> None:
    """The same text on floats and on arrays: also at 0, at infinity and at NaN."""
    if gate.variadic:
        return
    texts = (gate.forward, *(text for text in gate.local))
    pairs = (
        [(a, b) for a in EDGES for b in EDGES]
        if len(gate.inputs) == 2
        else [(a, 0.0) for a in EDGES]
    )
    for text in texts:
        for a, b in pairs:
            with np.errstate(all="ignore"):
                out = compile_rule(gate.forward, ("a", "b"), "ss").run(a, b)
                names = ("a", "b", "out")
                ours = compile_rule(text, names, "sss").run(a, b, out)
                theirs = compile_rule(text, names, "vvv").run(*(np.array([x]) for x in (a, b, out)))
            np.testing.assert_allclose(
                ours, float(np.ravel(theirs)[0]), rtol=1e-12, err_msg=f"{text} at {a}, {b}"
            )


@pytest.mark.parametrize(
    "gate", [g for g in GATES if g.kink and g.shape is Shape.ELEMENTWISE], ids=lambda g: g.name
)
def test_kinks_have_the_one_sided_slopes_that_the_row_states(gate: Gate) -> None:
    assert gate.kink is not None
    count = 2 if gate.variadic else len(gate.inputs)
    formula = show(rule(gate.text), {"all": "a, b"}) if gate.variadic else gate.text
    if gate.name in ("pow", "max_of", "min_of"):
        return  # 0^0 jumps; ties of many are the two-input case
    graph = build(parse(f"f = {formula}"), dict.fromkeys(NAMES[:count], ()))
    inputs = dict.fromkeys(NAMES[:count], 0.0)
    f = graph.output
    here = forward(graph, inputs)[f]
    for name, left, right in zip(NAMES, gate.kink.left, gate.kink.right, strict=False):
        h = 1e-9
        above = (forward(graph, inputs | {name: h})[f] - here) / h
        below = (here - forward(graph, inputs | {name: -h})[f]) / h
        for measured, stated in ((below, left), (above, right)):
            value = compile_rule(stated, (), "").run()
            if math.isinf(value):
                assert measured > 1e4
            else:
                np.testing.assert_allclose(measured, value)


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_scalar_functions_never_raise(a: float, b: float) -> None:
    for name, function in scalars.FUNCTIONS.items():
        if name in ("max", "min", "dot", "div", "power"):
            function(a, b)
        elif name != "ties":
            function(a)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (1, 3), (2, 1)])
def test_fit_sums_what_was_copied(shape: tuple[int, ...]) -> None:
    like = np.zeros(shape) if shape else 0.0
    fitted = arrays.fit(np.ones((2, 3)), like)
    assert np.shape(fitted) == shape
    assert np.sum(fitted) == 6


def test_kinds_know_a_row_from_a_column() -> None:
    graph = build(parse("x.T @ W @ x"), {"x": (2,), "W": (2, 2)})
    assert kind(graph, graph.output).types == "rvs"
