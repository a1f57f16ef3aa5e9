"""Forward mode and reverse mode: what is counted is what is done, and both say the same."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from formulas import scalar_programs
from helpers import place, run
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.analysis.costs import multiplications, peak, remembered
from backprop_cli.analysis.modes import Modes, modes
from backprop_cli.autodiff.backward import backward
from backprop_cli.autodiff.elements import Element, elements
from backprop_cli.errors import BackpropError

W, X = np.arange(6).reshape(3, 2) + 1.0, np.array([1.0, -1.0])


def of(formula: str, along: Element | None = None, **inputs: Any) -> Modes:
    return modes(run(formula, seed=None, **inputs), along)


@pytest.mark.parametrize(
    ("formula", "inputs", "forward", "reverse"),
    [
        # Passes, multiplications, numbers kept. One multiplication at each end of q*z, but z is
        # met by one pass forwards, q by two.
        ("(x+y)*z", {"x": -2, "y": 5, "z": -4}, (3, 3, 0), (1, 2, 2)),
        ("x + y - z", {"x": 1, "y": 2, "z": 3}, (3, 0, 0), (1, 0, 0)),
        ("x*x", {"x": 2}, (1, 2, 0), (1, 2, 1)), ("exp(x)", {"x": 2}, (1, 1, 0), (1, 1, 1)),
        # A matrix product: 3×2 times a vector of 2, for W and for x.
        ("W @ x", {"W": W, "x": X}, (8, 48, 0), (3, 36, 8)),
        ("W.T @ W", {"W": W}, (6, 144, 0), (4, 96, 12)),
        ("x @ x", {"x": X}, (2, 8, 0), (1, 4, 2)), ("r = x.T; x @ r", {"x": X}, (2, 16, 0), (4, 32, 4)),
        # Diagonal: one for each element; routers, sums and copies: none.
        ("sigmoid(x)", {"x": X}, (2, 4, 0), (2, 4, 2)), ("relu(x)", {"x": X}, (2, 0, 0), (2, 0, 2)),
        ("sum(x)", {"x": X}, (2, 0, 0), (1, 0, 0)), ("mean(x)", {"x": X}, (2, 2, 0), (1, 1, 0)),
        ("max(x)", {"x": X}, (2, 0, 0), (1, 0, 3)), ("x[1]", {"x": X}, (2, 0, 0), (1, 0, 0)),
        ("||x||^2", {"x": X}, (2, 4, 0), (1, 2, 2)), ("dot(x, x)", {"x": X}, (2, 8, 0), (1, 4, 2)),
        ("softmax(x)", {"x": X}, (2, 8, 0), (2, 8, 2)), ("[t, t*t]", {"t": 3}, (1, 2, 0), (2, 4, 1)),
        # A constant is part of the formula, and is not counted; nor is what leads nowhere.
        ("3*x", {"x": 2}, (1, 1, 0), (1, 1, 0)), ("a = y*y; 2*x", {"x": 2, "y": 1}, (2, 1, 0), (1, 1, 0)),
        # Broadcast: a number meets every element.
        ("sum(t*x)", {"t": 3, "x": X}, (3, 6, 0), (1, 4, 3)),
    ],
)  # fmt: skip
def test_what_is_counted(formula: str, inputs: dict[str, Any], forward: Any, reverse: Any) -> None:
    found = of(formula, **inputs)
    assert (found.forward.passes, found.forward.multiplications, found.forward.kept) == forward
    assert (found.reverse.passes, found.reverse.multiplications, found.reverse.kept) == reverse
    assert found.error == 0


@pytest.mark.parametrize("formula", ["x+y", "x-y", "-x", "f = x", "relu(x)", "max(x, y)", "[x, y]"])
def test_routers_and_distributors_do_not_multiply(formula: str) -> None:
    one = {"x": 2.0, "y": 3.0}
    t = run(formula, seed=None, **{name: one[name] for name in one if name in formula})
    for slot in range(len(t.graph.args[t.graph.output])):
        assert multiplications(t.graph, t.graph.output, slot) == 0


def test_what_the_way_back_needs_is_what_the_rules_read() -> None:
    """Each value that is kept is needed, and no other: without it some gradient is another."""
    t = run("h = relu(W @ x); sum(exp(h) * h + 3*h) + max(x)", W=W, x=[1.0, 2.0])
    kept = remembered(t.graph, t.reached, [True] * len(t.graph))
    for k in range(len(t.graph)):
        if k in t.graph.constants:
            continue
        values = list(t.values)
        values[k] = -0.75 if isinstance(values[k], float) else values[k] * 0 - 0.75
        found = backward(t.graph, values, t.seed)
        same = all(np.array_equal(found[i], t.arrived[i]) for i in t.graph.inputs.values())
        assert same == (k not in kept), t.graph.names[k]


def test_a_chain_forwards_has_two_values_in_hand_and_backwards_all() -> None:
    t = run("tanh(" * 100 + "x" + ")" * 100, x=0.1)
    found = modes(t)
    assert found.in_hand == 4
    assert found.reverse.kept == 100
    assert peak(t.graph, [False] * len(t.graph)) == 2


@settings(max_examples=40, deadline=None)
@given(scalar_programs(), st.floats(0.1, 2), st.floats(-2, -0.1), st.sampled_from("xy"))
def test_both_say_the_same(program: str, x: float, y: float, name: str) -> None:
    t = run(f"{program} + 0*x*y", x=x, y=y, wrt=frozenset(name))
    found = modes(t)
    assert found.along == Element(name, ())
    assert found.agree
    np.testing.assert_array_equal(found.rows, [t.gradients[name]])


def test_a_column_forwards_is_a_column_of_rows_backwards() -> None:
    found = of("tanh(W @ x)", Element("W", (1, 0)), W=W, x=X)
    slope = 1 - np.tanh(W @ X)[1] ** 2
    np.testing.assert_allclose(found.column, [0, slope, 0])
    assert found.column == found.rows


def test_they_can_disagree() -> None:
    found = of("W @ x", W=W, x=X)
    assert not Modes(**{**vars(found), "rows": [1.0, 2.0, 3.0]}).agree


def test_what_rounding_leaves_of_terms_that_cancel_is_the_same() -> None:
    found = of("sum(softmax(W@x))*exp(y*z)", W=[[0.1, 0.5], [-0.3, 0.8]], x=X[:2], y=-2, z=5.25)
    assert found.column != found.rows
    assert found.agree


def test_inf_and_nan_are_the_same_in_both() -> None:
    found = of("log(x) * y", x=0, y=2)
    assert found.column == found.rows == [np.inf]
    assert of("sqrt(x)*0", x=0).agree


def test_a_node_that_does_not_move_has_no_tangent() -> None:
    t = run("(x+y)*z", seed=None, x=1, y=2, z=3)
    found = modes(t, Element("z", ()))
    assert found.tangents[place(t, "q")] is None
    assert found.tangents[t.graph.output] == 3


def test_many_inputs_and_outputs_are_counted_not_run() -> None:
    found = of("W * 2", W=np.ones((300, 300)))
    assert found.forward.passes == found.reverse.passes == 90_000
    assert len(found.rows) == 64


def test_a_constant_has_no_direction() -> None:
    with pytest.raises(BackpropError, match="there is no variable"):
        of("2 + 3")


REPLACED: list[tuple[str, dict[str, Any], Any]] = [
    ("x*y", {"x": 2.0, "y": 3.0}, {("mul", 0): "a"}),
    ("x*y", {"x": 2.0, "y": 3.0}, {("mul", 0): "g * a", ("mul", 1): "g * (a + b)"}),
    ("x*y", {"x": [[2.0, 1.0], [0.5, 3.0]], "y": [3.0, 4.0]}, {("mul", 1): "g * b"}),
    ("sum(x*y)", {"x": X, "y": 3.0}, {("sum", 0): "g * a", ("mul", 0): "g + 0 * a"}),
    ("W @ x", {"W": W, "x": X}, {("matmul", 1): "2 * a.T @ g", ("matmul", 0): "g @ (b.T * 3)"}),
    ("softmax(x)", {"x": X}, {("softmax", 0): "g * out"}),
    ("dot(x, y)", {"x": X, "y": 2 * X}, {("dot", 0): "a"}),
    ("[x, y]", {"x": 2.0, "y": 3.0}, {("stack", 0): "2 * g[p]"}),
    ("max(x, y, z)", {"x": 2.0, "y": 3.0, "z": 1.0}, {("max_of", 0): "a"}),
]


@pytest.mark.parametrize(("formula", "inputs", "rules"), REPLACED)
def test_both_go_by_the_rules_that_were_run(formula: str, inputs: Any, rules: Any) -> None:
    t = run(formula, seed=None, **inputs)
    t = replace(t, rules=rules)
    found = [modes(t, element) for element in elements(t)]
    for one in found:
        assert one.agree, (one.along, one.column, one.rows)
    own = [modes(replace(t, rules=None), element) for element in elements(t)]
    assert [one.rows for one in own] != [one.rows for one in found]


def test_what_is_counted_follows_from_the_rules_that_were_run() -> None:
    t = run("x*y", seed=None, x=2.0, y=3.0)
    found = modes(replace(t, rules={("mul", 0): "1", ("mul", 1): "b"}))
    assert found.reverse.multiplications == 1
    assert found.nodes == [place(t, "y")]
    t = run("relu(x)", seed=None, x=2.0)
    assert modes(t).reverse.multiplications == 0
    assert modes(replace(t, rules={("relu", 0): "a"})).reverse.multiplications == 1
