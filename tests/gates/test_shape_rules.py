"""Every gate of the table keeps what its shape rule promises, and no rule can leave anything out."""

import ast
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_gate import cases

from backprop_cli.analysis.costs import multiplications
from backprop_cli.analysis.terms import axes_fed
from backprop_cli.autodiff.elements import one_at, places
from backprop_cli.autodiff.trace import trace
from backprop_cli.gates.compiler import mentions
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.gates.shape_rules.outer import Outer
from backprop_cli.gates.shape_rules.shape_rule import ShapeRule
from backprop_cli.gates.table import GATES

PACKAGE = Path(__file__).resolve().parents[2] / "backprop_cli"


@pytest.mark.parametrize("method", sorted(ShapeRule.__abstractmethods__))
def test_a_rule_that_lacks_a_method_cannot_be_made(method: str) -> None:
    """Whoever adds a rule is told what is missing, before anything is run."""
    lacking = type("Lacking", (Outer,), {method: getattr(ShapeRule, method)})
    with pytest.raises(TypeError, match=f"abstract method '?{method}"):
        lacking()


def jacobian(case: Any, slot: int) -> Any:
    """∂output/∂input of the gate alone: a row for each element of the output."""
    graph, k = case.graph, case.graph.output
    run = trace(graph, case.inputs, case.upstream)
    rows = []
    for at in places(graph.shapes[k]):
        alone = run.steps_alone(k, graph.args[k][slot], one_at(graph.shapes[k], at))
        rows += [np.ravel(step.downstream) for step in alone if step.slot == slot]
    return np.array(rows)


def fed(graph: Any, slot: int) -> Any:
    """The same table, with True where an element of the input feeds one of the output."""
    k = graph.output
    shape, out = graph.shapes[graph.args[k][slot]], graph.shapes[k]
    table = np.zeros((prod(out), prod(shape)), dtype=bool)
    for column, position in enumerate(places(shape)):
        axes = axes_fed(graph, k, slot, position)
        if axes is not None:
            for row, at in enumerate(places(out)):
                table[row, column] = all(a in (None, n) for a, n in zip(axes, at, strict=True))
    return table


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_elements_feed_what_the_jacobian_says(gate: Gate, data: Any) -> None:
    case = data.draw(cases(gate))
    for slot in range(len(case.graph.args[case.graph.output])):
        assert not np.any(jacobian(case, slot)[~fed(case.graph, slot)])


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_multiplications_fit_the_jacobian(gate: Gate, data: Any) -> None:
    """None where its entries are 0, 1 and -1; else one for each entry that need not be 0.

    A factor that is the same for all elements is multiplied by before it is copied, and a rule
    that is no product with a matrix (softmax) may need fewer.
    """
    case = data.draw(cases(gate))
    graph, k = case.graph, case.graph.output
    for slot in range(len(graph.args[k])):
        text, count = gate.local[0 if gate.variadic else slot], multiplications(graph, k, slot)
        entries = int(fed(graph, slot).sum())
        if gate.pattern in (Pattern.ROUTER, Pattern.DISTRIBUTOR) and text != "1 / n":
            assert count == 0
            assert np.isin(jacobian(case, slot), (0, 1, -1)).all()
        elif text == "-1":
            assert count == 0
        elif not any(mentions(text, name) for name in (*gate.inputs, "out")):
            assert count == prod(graph.shapes[k]) <= entries
        elif mentions(text, "g") and not gate.shape.local_is_structural:
            assert 0 < count <= entries + prod(graph.shapes[k])
        else:
            assert count == entries


CORE = ("gates", "graph", "autodiff", "analysis", "render/python", "render/page")


def test_no_letters_of_dimensions_outside_of_the_shape_rules() -> None:
    """A type is asked what it is, so that values of more axes are one matter of one folder."""
    found = [
        f"{path.name}:{node.lineno} {node.value}"
        for folder in CORE
        for path in (PACKAGE / folder).rglob("*.py")
        if path.parent.name != "shape_rules"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value and set(node.value) <= set("svrm")
    ]
    assert found == []
