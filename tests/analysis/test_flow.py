"""What befalls a gradient on its way back, and which gate is to blame."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from formulas import scalar_programs
from helpers import place, run
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.analysis.flow import Flow, flow, may_die, size_of, steepest
from backprop_cli.analysis.notes.stable import advice
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.gates.table import BY_NAME, GATES


def of(formula: str, **inputs: Any) -> Flow:
    return flow(run(formula, **inputs))


def names(found: Flow, nodes: Any) -> list[str]:
    return [found.trace.graph.names[k] for k in nodes]


def test_nodes_come_in_the_order_of_the_backward_pass_and_inputs_last() -> None:
    found = of("h = w*x; exp(h) + h*b", w=1, x=2, b=3)
    assert names(found, found.nodes) == ["f", "q2", "q1", "h", "w", "x", "b"]
    assert [found.sizes[k] for k in found.nodes][:2] == [1, 1]


@pytest.mark.parametrize("depth", [10, 20, 60])
def test_sigmoids_vanish_and_are_blamed(depth: int) -> None:
    path = of("sigmoid(" * depth + "w*x" + ")" * depth, w=0.5, x=1).vanishing
    assert path is not None
    assert path.factors[0].gate == "sigmoid"
    assert path.factors[0].gates == depth
    assert 0.19 < path.factors[0].factor ** (1 / depth) < 0.25


def test_products_explode_and_are_blamed() -> None:
    found = of("x" + "*w" * 12 + "/2", x=1, w=10)
    assert found.vanishing is None
    assert found.exploding is not None
    factors = {one.gate: one for one in found.exploding.factors}
    assert list(factors) == ["mul", "div"]
    assert factors["div"].factor == 0.5


@pytest.mark.parametrize("formula", ["exp(x)*w + 1e-9*x", "1e-9*x + exp(x)*w"])
def test_at_a_fork_most_is_followed(formula: str) -> None:
    path = of(formula, x=20, w=1).exploding
    assert path is not None
    assert path.factors[0].gate == "exp"


@settings(max_examples=50, deadline=None)
@given(scalar_programs(), st.floats(-30, 30), st.floats(-30, 30))
def test_the_factors_of_a_path_are_the_whole_of_it(program: str, x: float, y: float) -> None:
    found = of(program, x=x, y=y)
    for path in (found.vanishing, found.exploding):
        if path is not None:
            product = np.prod([one.factor for one in path.factors])
            assert product == pytest.approx(path.ratio, rel=1e-9)


@pytest.mark.parametrize(
    ("formula", "inputs", "blocked"),
    [
        ("relu(w*x)", {"w": -1, "x": 2}, ["f>q"]), ("relu(w*x)", {"w": 1, "x": 2}, []),
        ("x*y", {"x": 0, "y": 3}, ["f>y"]), ("sigmoid(x)*y", {"x": -800, "y": 1}, ["f>y", "q>x"]),
        ("tanh(tanh(x))", {"x": 30}, ["q>x"]), ("max(x, y)", {"x": 1, "y": 2}, ["f>x"]),
        # It stops once; and where another way leads on it does not.
        ("relu(relu(x))", {"x": -1}, ["f>q"]), ("relu(x) + x", {"x": -1}, []),
        ("x - x", {"x": 2}, ["f>x"]), ("sum(relu(v))", {"v": [-1, -2]}, ["q>v"]),
        ("sum(relu(v))", {"v": [-1, 2]}, []),
    ],
)  # fmt: skip
def test_where_it_stops(formula: str, inputs: dict[str, Any], blocked: list[str]) -> None:
    found = of(formula, **inputs)
    assert [">".join(names(found, block)) for block in found.blocks] == blocked


@pytest.mark.parametrize(
    ("formula", "inputs", "weak"),
    [
        ("sigmoid(x)", {"x": 0}, []), ("sigmoid(x)", {"x": 4}, []), ("sigmoid(x)", {"x": 7}, [(1, 1)]),
        ("tanh(x)", {"x": -4}, [(1, 1)]), ("tanh(x)", {"x": 2}, []),
        ("sum(relu(v))", {"v": [-1, -2, 0, 3]}, [(3, 4)]), ("sum(relu(v))", {"v": [-1, -2, 3]}, []),
        ("sum(tanh(v))", {"v": [9, -9, 0, 7]}, [(3, 4)]),
        # A dead one is told of elsewhere; where nothing arrives nothing is weak.
        ("relu(x)", {"x": -1}, []), ("0*sigmoid(x)", {"x": 9}, []),
    ],
)  # fmt: skip
def test_saturated_and_half_dead(formula: str, inputs: dict[str, Any], weak: list[Any]) -> None:
    assert [(one.hits, one.size) for one in of(formula, **inputs).weak] == weak


@pytest.mark.parametrize(
    ("formula", "inputs", "program", "by_hand"),
    [
        ("log(sum(exp(x)))", {"x": [1000, 1001]}, "logsumexp(x)", False),
        ("log(1 + exp(x))", {"x": 1000}, "softplus(x)", False),
        ("1/(1+exp(-x))", {"x": -1000}, "sigmoid(x)", False),
        ("exp(x)/(1+exp(x))", {"x": 1000}, "sigmoid(x)", False),
        ("sum(exp(x)/sum(exp(x)) * [1, 2])", {"x": [1000, 0]}, "sum(softmax(x) * [1, 2])", False),
        ("sqrt(sum(v^2))", {"v": [1e200, 1e200]}, "||v||", False),
        ("log(sigmoid(x))", {"x": -1000}, "-softplus(-x)", True),
        ("log(softmax(x))[1]", {"x": [1000, 0]}, "(x - logsumexp(x))[1]", True),
    ],
)  # fmt: skip
def test_the_stable_form_is_found_and_cures(
    formula: str, inputs: Any, program: str, by_hand: bool
) -> None:
    better = advice(run(formula, **inputs))
    assert better is not None
    assert better.program == program
    assert better.by_hand == by_hand
    assert better.cured
    t = run(program, **inputs)
    assert all(np.isfinite(found).all() for found in (t.value, *t.gradients.values()))


@pytest.mark.parametrize(
    ("formula", "inputs"),
    [
        # What is finite needs no cure, and what no form helps gets none.
        ("log(sum(exp(x)))", {"x": [1, 2]}), ("exp(x)", {"x": 1000}), ("1/x", {"x": 0}),
        ("1/(1+exp(-x)) / 0", {"x": 1}),
    ],
)  # fmt: skip
def test_no_advice_where_none_helps(formula: str, inputs: dict[str, Any]) -> None:
    assert advice(run(formula, **inputs)) is None


def test_nan_is_carried_in_a_size() -> None:
    assert np.isnan(size_of(np.array([1.0, np.nan])))
    assert size_of(np.array([-3.0, 2.0])) == 3
    assert size_of(None) == 0


def test_inf_has_no_path() -> None:
    found = of("log(x)", x=0)
    assert found.exploding is None
    assert found.sizes[place(found.trace, "x")] == np.inf


def test_a_long_chain_is_followed() -> None:
    found = of("x" + "*0.999" * 20_000, x=1)
    assert found.vanishing is not None
    assert found.vanishing.factors[0].gates == 20_000


SLOPES = {"sigmoid": 0.25, "tanh": 1.0, **dict.fromkeys(("relu", "softplus", "exp", "sin", "1/x"))}


@pytest.mark.parametrize(("name", "slope"), SLOPES.items())
def test_the_rule_of_a_row_says_whether_it_saturates(name: str, slope: float | None) -> None:
    assert steepest(BY_NAME[name]) == slope
    assert may_die(BY_NAME[name]) == (name == "relu")


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_any_row_can_be_asked(gate: Gate) -> None:
    most = steepest(gate)
    assert most is None or most > 0


def test_a_new_row_saturates_by_its_own_rule() -> None:
    row = Gate("softsign", ("a",), "a / (1 + abs(a))", ("1 / (1 + abs(a))^2",), Pattern.SCALER)
    assert steepest(row) == 1
    wrong = replace(row, local=("3 / (1 + abs(a))^2",))
    assert steepest(wrong) == 3
