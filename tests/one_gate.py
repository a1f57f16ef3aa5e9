"""One gate alone, made from its row: a formula that uses it, inputs for it, slopes of it."""

from functools import cache
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from backprop_cli.autodiff.backward import backward
from backprop_cli.autodiff.errstate import without_warnings
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.steps import rule_arguments
from backprop_cli.autodiff.tape import kind
from backprop_cli.gates.compiler import compile_condition, rule
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shape_rules.shape_rule import ShapeRule
from backprop_cli.gates.shape_rules.value_type import ValueType, numbers, type_of
from backprop_cli.gates.shapes import Misfit
from backprop_cli.graph.build import build
from backprop_cli.graph.functions import CALLS
from backprop_cli.graph.graph import Graph
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import show

GRID = np.arange(-20, 21) / 8
"""Values so far apart that a slope never looks across a kink: they are on it or well beside."""

NAMES = "abc"


class Case(NamedTuple):
    """One use of a gate, and a weight for each element of its output."""

    graph: Graph
    inputs: dict[str, Any]
    upstream: Any


def formula_of(gate: Gate, axis: int | None = None, position: str = "0", rows: bool = False) -> str:
    """A program that uses the gate once, at its output; with `rows`, on transposed inputs."""
    text = gate.called
    if axis is not None:
        text = text.replace("||a||", "norm(a)").replace("(a)", f"(a, axis={axis})")
    names = {name: f"row_{name}" if rows else name for name in names_of(gate)}
    steps = [f"{row} = {name}.T" for name, row in names.items() if rows]
    last = show(rule(text), names | {"all": ", ".join(names.values()), "p": position})
    return "; ".join([*steps, f"f = {last}"])


def graph_of(gate: Gate, formula: str, inputs: dict[str, Any]) -> Graph:
    graph = build(parse(formula), {name: np.shape(value) for name, value in inputs.items()})
    assert graph.gates[graph.output] is gate
    return graph


def names_of(gate: Gate) -> str:
    """Names for its inputs; three of them where it takes any number."""
    return NAMES if gate.variadic else NAMES[: len(gate.inputs)]


RULES_ONLY = {"where", "sign", "ties", "onehot", "cofactors"}
"""Functions that rules call and learners do not; all others are gates, if they have a row."""


def needs_rows(gate: Gate) -> None:
    """Skip where a rule of the gate calls a function that has no row, as a new gate's may.

    Nothing says then how the rule itself changes, and no formula may call what it calls.
    """
    called = {
        str(term.payload) for text in gate.local for term in rule(text).terms if term.op == "call"
    }
    missing = sorted(called - CALLS.keys() - RULES_ONLY)
    if missing:
        pytest.skip(f"the rule of {gate.name} uses {', '.join(missing)}, which has no row")


SMALL = [(), *((n,) for n in (1, 2, 3)), *product((1, 2, 3), repeat=2)]
"""Shapes of small values."""


@cache
def fitting(rule: ShapeRule, count: int, rows: bool = False) -> list[tuple[tuple[int, ...], ...]]:
    """The small shapes of so many inputs that fit a rule; with `rows`, of transposed vectors."""
    return [
        shapes
        for shapes in product(SMALL, repeat=count)
        if (not rows or {len(shape) for shape in shapes} == {1}) and fits(rule, shapes, rows)
    ]


def fits(rule: ShapeRule, shapes: tuple[tuple[int, ...], ...], rows: bool = False) -> bool:
    """Whether inputs of these shapes can go into a gate of the rule."""
    types = [ValueType.ROW if rows else type_of(shape) for shape in shapes]
    try:
        rule.infer(shapes, types, None, (0,) if rule.picks_elements else ())
    except Misfit:
        return False
    return True


@st.composite
def uses(draw: Any, gate: Gate) -> tuple[str, tuple[tuple[int, ...], ...]]:
    """A program that uses the gate, on numbers, vectors, rows or matrices, and their shapes."""
    count = len(names_of(gate))
    rows = bool(fitting(gate.shape, count, rows=True)) and draw(st.integers(0, 3)) == 0
    chosen = draw(st.sampled_from(fitting(gate.shape, count, rows)))
    axes = range(min(map(len, chosen))) if gate.shape.takes_axis else ()
    place = [draw(st.integers(-n, n - 1)) for n in chosen[0]][: draw(st.integers(1, 2))]
    formula = formula_of(
        gate, draw(st.sampled_from([None, *axes])), ", ".join(map(str, place)), rows
    )
    return formula, chosen


@st.composite
def cases(draw: Any, gate: Gate) -> Case:
    """The gate inside its domain and beside its kink."""
    formula, chosen = draw(uses(gate))
    random = np.random.RandomState(draw(st.integers(0, 10**6)))
    inputs = {
        name: _shaped(random.choice(_allowed(gate, name), prod(shape)), shape)
        for name, shape in zip(names_of(gate), chosen, strict=True)
    }
    if gate.shape.takes_square:
        # Far from every matrix that has no inverse.
        inputs = {
            name: value + 9 * np.eye(*np.shape(value))
            for name, value in inputs.items()
            if np.ndim(value)
        } or inputs
        assume(all(np.ndim(value) or value for value in inputs.values()))
    graph = graph_of(gate, formula, inputs)
    values = forward(graph, inputs)
    assert not gate.domain or np.all(holds(graph, values, gate.domain))
    assume(gate.kink is None or not np.any(holds(graph, values, gate.kink.at)))
    out = np.shape(values[graph.output])
    return Case(graph, inputs, _shaped(random.uniform(1, 2, prod(out)), out))


def _allowed(gate: Gate, name: str) -> list[float]:
    """The values of the grid that one input may take, by the domain of the row."""
    if not gate.domain:
        return list(GRID)
    inside = compile_condition(gate.domain, gate.inputs, numbers(len(gate.inputs))).run
    return [
        value
        for value in GRID.tolist()
        if inside(*(value if other == name else 1.0 for other in gate.inputs))
    ]


def _shaped(numbers: Any, shape: tuple[int, ...]) -> Any:
    return numbers.reshape(shape) if shape else float(numbers[0])


def holds(graph: Graph, values: list[Any], condition: str) -> Any:
    """Where a condition of the row is true for the output's gate: 1, elsewhere 0."""
    k = graph.output
    about = kind(graph, k)
    names, types, arguments = rule_arguments(graph, graph.gates[k], about, values, k, 0)
    with without_warnings(graph):
        return compile_condition(condition, names, types, about.axis).run(*arguments)


def worst_error(case: Case, rules: Any = None) -> float:
    """The largest error of a gradient, against slopes measured from the forward pass alone.

    Each input moves along one random direction; with an upstream that weighs every element
    of the output differently, no element of the gradient can hide.
    """
    graph, inputs, upstream = case
    gradients = backward(graph, forward(graph, inputs), upstream, rules=rules)
    random = np.random.RandomState(1)
    worst = 0.0
    for name, node in graph.inputs.items():
        value, gradient = inputs[name], gradients[node]
        assert np.shape(gradient) == np.shape(value)
        way = _shaped(random.uniform(0.5, 1, np.size(value)), np.shape(value))
        measured = slope(case, name, way)
        error = abs(np.sum(gradient * way) - measured) / max(1.0, abs(measured))
        worst = max(worst, float(error))
    return worst


def slope(case: Case, name: str, way: Any, h: float = 1e-4) -> float:
    """The slope of the weighted output as an input moves, by Richardson's extrapolation."""

    graph = case.graph
    is_held = graph.gates[graph.output].is_held
    held = {graph.output: forward(graph, case.inputs)[graph.output]} if is_held else {}

    def moved(h: float) -> float:
        inputs = case.inputs | {name: case.inputs[name] + h * way}
        return float(np.sum(forward(graph, inputs, held)[graph.output] * case.upstream))

    wide, narrow = ((moved(step) - moved(-step)) / (2 * step) for step in (h, h / 2))
    return (4 * narrow - wide) / 3
