"""Each step of a trace shows the rule that was run, and where it ran."""

from math import prod
from typing import Any

import numpy as np
import pytest
from helpers import by_name, run

from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.steps import Step
from backprop_cli.autodiff.trace import Trace
from backprop_cli.graph.build import build
from backprop_cli.inputs.values import as_value
from backprop_cli.language.parser import parse
from backprop_cli.language.style import CHALK


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


VALUES: dict[str, Any] = {
    "u": [1.0, -2.0], "v": [3.0, 0.5], "W": [[1.0, 2.0], [-3.0, 4.0]], "M": [[0.5, 1.0], [2.0, -1.0]],
    "X": [[1.0, 2.0, 0.5], [-3.0, 4.0, 1.0]],
}  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "rules"),
    [
        # A plain vector left of @ is a row: of a vector and a matrix, and of two vectors.
        ("sum(u @ W)", "1 | u @ g.T | g @ W.T"), ("u @ v", "u * g | g * v"),
        ("r = u.T; sum(r @ W)", "1 | r.T @ g | g @ W.T | g.T"), ("W @ M", "W.T @ g | g @ M.T"),
        ("r = u.T; r @ v", "r.T * g | g * v.T | g.T"), ("sum(W @ v)", "1 | W.T @ g | g @ v.T"),
        ("r = v.T; u @ r", "u.T @ g | g @ r.T | g.T"), ("u @ W @ v", "q * g | g * v | u @ g.T | g @ W.T"),
        ("u @ u", "u * g | g * u"), ("q = W @ v; q @ u", "q * g | g * u | W.T @ g | g @ v.T"),
        # What was reduced along an axis is as wide as what was not.
        ("softmax(X, axis=1)", "f * (g - [sum(g * f, axis=1)].T)"),
        ("softmax(X, axis=0)", "f * (g - sum(g * f, axis=0))"), ("softmax(u)", "f * (g - sum(g * f))"),
        ("logsumexp(X, axis=1)", "exp(X - [f].T)"), ("logsumexp(X, axis=0)", "exp(X - f)"),
        ("norm(X, axis=1)", "X / [f].T"), ("norm(X, axis=0)", "X / f"), ("norm(X, axis=1)^2", "2 * X"),
        ("sum(X, axis=1)", "1"), ("mean(X, axis=1)", "1 / 3"),
    ],
)  # fmt: skip
def test_a_rule_that_is_typed_gives_the_number_that_was_sent(formula: str, rules: str) -> None:
    inputs = {name: value for name, value in VALUES.items() if name in formula.replace("sum", "")}
    shape = np.shape(value_of(formula, inputs))
    t = run(formula, **inputs, seed=np.arange(1, 1 + prod(shape)).reshape(shape) if shape else 2.0)
    assert " | ".join(step.rule() for step in t.steps) == rules
    for step in t.steps:
        np.testing.assert_allclose(
            typed(t, step), step.downstream if step.local is None else step.local
        )


def typed(t: Trace, step: Step) -> Any:
    """What the language gives for a rule, with the nodes of the run as its inputs."""
    nodes = {t.graph.names[k]: (t.values[k], t.graph.types[k]) for k in range(len(t.graph))}
    nodes["g"] = step.upstream, t.graph.types[step.output]
    used = {name: nodes[name] for name in parse(step.rule()).free_names()}
    rows = "".join(f"{name} = {name}_.T; " for name, (_, type_) in used.items() if type_.is_row)
    inputs = {f"{n}_" if type_.is_row else n: value for n, (value, type_) in used.items()}
    if not inputs:
        return eval(step.rule())
    return value_of(rows + step.rule(), inputs)


def value_of(formula: str, inputs: dict[str, Any]) -> Any:
    graph = build(parse(formula), {name: np.shape(value) for name, value in inputs.items()})
    return forward(graph, {name: as_value(name, v) for name, v in inputs.items()})[graph.output]


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


def test_a_fork_is_complete_with_its_last_contribution() -> None:
    t = run("x*x + x*y + x", x=3, y=-1)
    told = [(t.graph.names[step.input], completes) for step, completes in t.steps_in_order()]
    assert [name for name, completes in told if completes] == ["x"]
    assert told[-1] == ("x", True)
    assert [completes for _, completes in run("x + y", x=1, y=2).steps_in_order()] == [False, False]
    assert not any(completes for _, completes in t.steps_in_order(2))


def test_who_uses_a_node_is_worked_out_once() -> None:
    t = run(
        "+".join(f"x{n}*y{n}*x{n}" for n in range(300)),
        **{f"{c}{n}": n for c in "xy" for n in range(300)},
    )
    looked = []
    graph = t.graph

    class Watched(list):  # type: ignore[type-arg]
        def __getitem__(self, k: Any) -> Any:
            looked.append(k)
            return super().__getitem__(k)

    object.__setattr__(graph, "args", Watched(graph.args))
    for node in t.forks:
        assert len(t.contributions(node)) == 2
    assert len(looked) < 20 * len(graph)


def test_the_rule_of_an_inverse_is_a_product_of_matrices() -> None:
    # `out` once had no type here, was taken for a number, and q ⊙ g ⊙ q was printed.
    t = run("sum(inv(X))", X=[[2, 1], [1, 3]])
    assert [step.rule() for step in t.each_step()][-1] == "-q.T @ g @ q.T"
