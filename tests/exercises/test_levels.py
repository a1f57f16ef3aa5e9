"""FreshFormula formulas: the same for ever, tame wherever their inputs are, and none like the other."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from backprop_cli.autodiff.tape import dependent
from backprop_cli.autodiff.trace import Trace, trace
from backprop_cli.exercises.generate.intervals import LARGEST, Unsuitable, between
from backprop_cli.exercises.generate.levels import LEVELS, MAX_PROGRAM_CHARS, fresh
from backprop_cli.exercises.generate.quality import is_simple, reads_well
from backprop_cli.exercises.generate.random_values import drawn_value
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.generate.vector_formulas import FreshFormula
from backprop_cli.exercises.model.exercise import Drawn
from backprop_cli.graph.build import build
from backprop_cli.graph.graph import Graph
from backprop_cli.language.parser import parse


@cache
def many(level: int) -> list[FreshFormula]:
    return [fresh(level, StableRandom("a test", level, seed)) for seed in range(200)]


def graph_of(made: FreshFormula) -> Graph:
    return build(parse(made.program), {name: drawn.shape for name, drawn in made.inputs.items()})


def corners(made: FreshFormula) -> list[dict[str, Any]]:
    """Inputs at the ends of their ranges, in every combination (for up to four)."""
    names = list(made.inputs)
    found = []
    for number in range(2 ** len(names)):
        ends = {
            n: made.inputs[n].high if number >> k & 1 else made.inputs[n].low
            for k, n in enumerate(names)
        }
        found.append(
            {
                n: np.full(made.inputs[n].shape, end) if made.inputs[n].shape else end
                for n, end in ends.items()
            }
        )
    return found


def runs(made: FreshFormula, count: int = 5) -> list[Trace]:
    graph, random = graph_of(made), StableRandom("values")
    drawn = [
        {name: drawn_value(random, *how) for name, how in made.inputs.items()} for _ in range(count)
    ]
    return [trace(graph, values) for values in [*drawn, *corners(made)]]


PINNED = {
    1: [
        "c - a*b",
        "(w + b)*x",
        "q = x + w; f = q*y",
        "q = a*c; f = q*b",
    ],
    2: [
        "q = u - v; f = q*v^2",
        "q = c^2*a; f = b - q",
        "q = max(x, z); f = (q^2 - z)*y",
        "q = v^2; p = q*w*u; f = p + v",
    ],
    3: [
        "q = 3*v + 1; f = tanh(sigmoid(q*sigmoid(u)))^2",
        "q = x + y; f = 0.5*(sigmoid(w) - q)^2",
        "q = tanh(b); p = w + x; f = sigmoid(q)*p",
        "q = w*x + tanh(b); p = sigmoid(q); r = 1 - p; f = sigmoid(r)",
    ],
    4: [
        "q = c/(1 + a^2); p = c^2; r = q*b + p; f = r - relu(c)",
        "q = log(z); p = tanh(y); r = p*z; h = q - y/(1 + exp(-x)); f = max(r, h)",
        "q = s*t; p = q/(1 + exp(-t)); f = min(p, t)",
        "q = c/(1 + a^2); f = max(b, d) + a*min(q, b)",
    ],
    5: [
        "h = relu(x*z); f = mean(h)",
        "q = W.T @ y; h = 1/(1 + exp(-q)); f = ||h|| + t^2",
        "q = W @ x + b; h = sigmoid(q); f = t*||h||",
        "q = x - z; f = log(1 + ||q||^2)",
    ],
}


def test_formulas_are_the_same_for_ever() -> None:
    found = {
        level: [fresh(level, StableRandom("pinned", level, seed)).program for seed in range(4)]
        for level in LEVELS
    }
    assert found == PINNED


def test_ranges_are_the_same_for_ever() -> None:
    assert fresh(2, StableRandom("pinned", 2, 0)).inputs == {
        "u": Drawn(-5, 5, 1),
        "v": Drawn(-5, 5, 1),
    }
    vector = Drawn(-1.5, 1.5, 0.5, (3,))
    assert fresh(5, StableRandom("pinned", 5, 0)).inputs == {"x": vector, "z": vector}


@pytest.mark.parametrize("level", LEVELS)
def test_values_and_gradients_are_finite_and_moderate_wherever_the_inputs_are(level: int) -> None:
    for made in many(level):
        for run in runs(made):
            assert max(float(np.max(np.abs(value))) for value in run.values) <= LARGEST, made
            assert all(
                np.isfinite(gradient).all() for gradient in run.arrived if gradient is not None
            ), made


@pytest.mark.parametrize("level", LEVELS)
def test_every_input_and_every_gate_matters(level: int) -> None:
    for made in many(level):
        graph = graph_of(made)
        assert set(parse(made.program).free_names()) == set(made.inputs), made
        depends = dependent(graph)
        traces = runs(made, 24)
        for node, gate in enumerate(graph.gates):
            assert gate is None or depends[node], made
            if node not in graph.constants:
                slopes = [run.arrived[node] for run in traces]
                assert any(slope is not None and np.any(slope) for slope in slopes), (
                    made,
                    graph.names[node],
                )


@pytest.mark.parametrize(
    ("level", "least", "most"), [(1, 2, 2), (2, 3, 4), (3, 4, 7), (4, 6, 10), (5, 2, 9)]
)
def test_levels_grow(level: int, least: int, most: int) -> None:
    counts = [sum(gate is not None for gate in graph_of(made).gates) for made in many(level)]
    assert (min(counts), max(counts)) == (least, most)
    assert max(len(made.program) for made in many(level)) <= MAX_PROGRAM_CHARS


@pytest.mark.parametrize(
    ("level", "gates"),
    [
        (1, "add sub mul"), (2, "add sub mul max square neg 1/x"), (3, "exp sigmoid tanh log 1/x neg"),
        (4, "div pow max min relu sqrt exp tanh log square"),
        (5, "matmul transpose relu sigmoid tanh sum mean dot L2 norm max_in logsumexp exp"),
    ],
)  # fmt: skip
def test_levels_have_variety(level: int, gates: str) -> None:
    graphs = [graph_of(made) for made in many(level)]
    used = {gate.name for graph in graphs for gate in graph.gates if gate}
    assert set(gates.split()) <= used
    assert len({made.program for made in many(level)}) >= {1: 120, 2: 170, 5: 130}.get(level, 195)
    assert len({name for made in many(level) for name in made.inputs}) >= 6
    assert {len(graph.given) > 0 for graph in graphs} == {True, False}


def test_level_four_has_forks_and_level_five_has_matrices() -> None:
    for made in many(4):
        assert runs(made, 1)[0].forks, made
    shapes = {drawn.shape for made in many(5) for drawn in made.inputs.values()}
    assert {(), (2,), (3,), (2, 2), (2, 3), (3, 2), (3, 3)} <= shapes


def test_the_output_is_a_number_and_a_layer_has_a_bias_for_each_row() -> None:
    for made in [*many(1), *many(5)]:
        graph = graph_of(made)
        assert graph.shapes[graph.output] == (), made
        shapes = {name: drawn.shape for name, drawn in made.inputs.items()}
        if "b" in shapes and "W" in shapes:
            assert shapes["b"] == shapes["W"][:1], made


@pytest.mark.parametrize("level", [0, 6, -1])
def test_there_are_five_levels(level: int) -> None:
    with pytest.raises(ValueError, match="no level"):
        fresh(level, StableRandom())


@pytest.mark.parametrize(
    "formula",
    [
        "x*(y*z)",
        "x + (y - z)",
        "x - (y - z)",
        "x + (-y)",
        "(1/x)*y",
        "q = -x; q*y",
        "-(x*y)",
        "x/(y/z)",
    ],
)
def test_roundabout_formulas_are_not_written(formula: str) -> None:
    assert not is_simple(parse(formula))


@pytest.mark.parametrize(
    "formula", ["x*y*z", "(x + y)*z", "x - y*z", "1/(1 + exp(-x))", "-x^2", "x/(y + z)", "-x*y"]
)
def test_plain_formulas_are(formula: str) -> None:
    assert is_simple(parse(formula))


@pytest.mark.parametrize(
    "formula",
    ["x - x", "x*x", "exp(log(x))", "-(-x)", "(x^2)^2", "sin(x)*y + sin(x)", "2*pi + x", "max(x, max(x, y))", "x*y*x", "y*y^2", "sigmoid(sigmoid(x))", "-(x - y)"],
)  # fmt: skip
def test_what_is_simplified_at_a_glance_is_dull(formula: str) -> None:
    expression = parse(formula)
    names = [name for name in expression.free_names() if name != "pi"]
    assert not reads_well(build(expression, dict.fromkeys(names, ())))


@pytest.mark.parametrize(
    "formula", ["(x + y)*z", "sigmoid(w*x + b)", "q = x + y; q*x", "log(1 + exp(x))", "x*y + x*z"]
)
def test_a_lecturers_formulas_read_well(formula: str) -> None:
    expression = parse(formula)
    assert reads_well(build(expression, dict.fromkeys(expression.free_names(), ())))


def circuit(formula: str) -> Graph:
    expression = parse(formula)
    return build(expression, dict.fromkeys(expression.free_names(), ()))


@pytest.mark.parametrize(
    ("formula", "low", "high"),
    [
        ("x + y", -1, 7), ("x - y", -6, 2), ("x*y", -8, 12), ("-x", -3, 2), ("x^2", 0, 9), ("x^3", -8, 27), ("y^2", 1, 16),
        ("x/y", -2, 3), ("1/y", 0.25, 1), ("max(x, y)", 1, 4), ("min(x, y)", -2, 3), ("relu(x)", 0, 3),
        ("q = x + y; q*2", -2, 14), ("exp(x)", np.exp(-2), np.exp(3)), ("log(y)", 0, np.log(4)), ("sinh(x)", np.sinh(-2), np.sinh(3)), ("3", 3, 3),
    ],
)  # fmt: skip
def test_intervals(formula: str, low: float, high: float) -> None:
    assert between(circuit(formula), {"x": (-2, 3), "y": (1, 4)}) == pytest.approx((low, high))


@pytest.mark.parametrize(
    "formula", ["1/x", "y/x", "log(x)", "sqrt(x)", "exp(y*y)", "tanh(2*x)", "sigmoid(9*x)", "max(x, 3 + y)", "relu(y)", "relu(-y)", "(y^3)^2", "1/(y - 1)", "cosh(x)", "sin(y)", "sinh(2*y)", "abs(y)"]
)  # fmt: skip
def test_wild_formulas_are_seen(formula: str) -> None:
    with pytest.raises(Unsuitable):
        between(circuit(formula), {"x": (-2, 3), "y": (1, 4)})
