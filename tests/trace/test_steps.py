"""Each step of a trace shows the rule that was run, and where it ran."""

from typing import Any

import numpy as np
import pytest
from helpers import by_name, run

from backprop_cli.language.printer import CHALK


@pytest.mark.parametrize(
    ("formula", "rules"),
    [
        # The last input first, in the names of the graph.
        ("x*y", "x | y"), ("x - y", "-1 | 1"), ("x/y", "-x / y^2 | 1 / y"), ("1/x", "-1 / x^2"),
        ("exp(x)", "f"), ("tanh(x)", "1 - f^2"), ("x^2", "2 * x"), ("relu(x)", "1[x > 0]"),
        # Of a rule with two branches, the one that was taken; 3 - 1 is worked out.
        ("x^3", "3 * x^2"), ("x^0", "0"), ("max(x, y)", "1[y > x] | 1[x > y]"),
        ("max(x, x)", "1 / 2 | 1 / 2"),
        ("max(x, y, 1)", "1[y == f] / ties(x, y, 1, f) | 1[x == f] / ties(x, y, 1, f)"),
        # Of arrays; a matrix gate shows its whole downstream.
        ("sum(W @ v)", "1 | W.T @ g | g @ v.T"), ("mean(v)", "1 / 3"), ("v[1]", "onehot(v, 1)"),
        ("||v||^2", "2 * v"), ("sum([x, y])", "1 | g[1] | g[0]"), ("dot(v, v)", "v | v"),
    ],
)  # fmt: skip
def test_rules_in_the_names_of_the_graph(formula: str, rules: str) -> None:
    assert " | ".join(step.rule() for step in run(formula, **inputs_of(formula)).steps) == rules


def inputs_of(formula: str) -> dict[str, Any]:
    values = {"x": 2.0, "y": 3.0, "v": [1.0, 2.0, 3.0], "W": np.ones((2, 3))}
    return {name: value for name, value in values.items() if name in formula.replace("exp", "")}


def test_the_chalkboard_has_its_own_spelling() -> None:
    (step,) = run("σ(x)^3", x=1, wrt=frozenset("x")).steps[:1]
    assert step.rule(CHALK) == "3·q²"
    (step, _) = run("W @ v", W=[[1, 2]], v=[1, 2], seed=np.ones(1)).steps
    assert step.rule(CHALK, upstream="∂f/∂f") == "Wᵀ @ ∂f/∂f"


@pytest.mark.parametrize(
    ("formula", "name", "local"),
    [
        ("x*y", "x", 3.0), ("relu(x)", "x", 1.0), ("sum(v)", "v", 1.0), ("mean(v)", "v", 1 / 3),
        ("||v||^2", "v", [2, 4, 6]), ("v[1]", "v", [0, 1, 0]), ("max(v)", "v", [0, 0, 1]),
        ("sum(v*x)", "x", [1, 2, 3]),
    ],
)  # fmt: skip
def test_locals(formula: str, name: str, local: Any) -> None:
    t = run(formula, **inputs_of(formula))
    (step,) = t.contributions(t.graph.inputs[name])
    np.testing.assert_allclose(step.local, local)


def test_a_matrix_gate_has_no_local_of_its_own() -> None:
    t = run("sum(W @ v)", W=np.ones((2, 3)), v=[1, 2, 3])
    assert [step.local is None for step in t.steps] == [False, True, True]


def test_a_node_says_all_that_is_known_of_it() -> None:
    t = run("q = x + y; q * z", x=-2, y=5, z=-4)
    node = by_name(t, "q")
    assert node == ("q", "add", ("x", "y"), (), 3.0, -4.0, (4, 9))
    assert [n.gate for n in t.nodes] == ["input", "input", "input", "add", "mul"]
    assert (t.output, t.value, t.inputs) == ("f", -12.0, {"x": -2.0, "y": 5.0, "z": -4.0})
    assert t.expression == "q = x + y; q * z"


def test_the_steps_are_worked_out_one_by_one() -> None:
    t = run("x" + "*x" * 1000, x=1)
    steps = t.each_step()
    assert [next(steps).downstream for _ in range(3)] == [1.0] * 3
