"""Both passes: their order, forks, replaced rules, pins, and what has no gradient."""

from typing import Any

import numpy as np
import pytest
from formulas import scalar_programs
from helpers import by_name, place, run, sent, typed_as
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.autodiff.backward import backward
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.tape import kind

NUMBERS = st.floats(-2, 2)


@pytest.mark.parametrize(
    ("formula", "order"),
    [
        ("(x+y)*z", "f>z f>q q>y q>x"),
        ("x*y + z*w", "f>q2 f>q1 q2>w q2>z q1>y q1>x"),
        ("max(x, y, z)", "f>z f>y f>x"),
        ("x*x", "f>x f>x"),
        ("s = x*y; s*s + s", "f>s f>q q>s q>s s>y s>x"),
        ("2*x + 3", "f>q q>x"),
    ],
)
def test_the_order_is_the_lectures(formula: str, order: str) -> None:
    """From the output back, each gate's last input first."""
    t = run(formula, x=-2, y=5, z=-4, w=1)
    assert sent(t) == order.split()


def test_gradients_add_at_a_fork() -> None:
    t = run("x*x + x", x=3)
    x = place(t, "x")
    assert t.gradients == {"x": 7.0}
    assert t.forks == {x: 3}
    assert [step.downstream for step in t.contributions(x)] == [1.0, 3.0, 3.0]


@pytest.mark.parametrize(
    ("formula", "gradient"),
    [
        ("max(x, x, x)", 1),
        ("max(x, x, 9) + x", 1),
        ("x + max(1, 2, x)", 2),
        ("sum([x, x, 2*x])", 4),
    ],
)
def test_gradients_add_at_a_gate_of_many_inputs(formula: str, gradient: float) -> None:
    assert run(formula, x=3).gradients == {"x": pytest.approx(gradient)}


@given(scalar_programs(), NUMBERS, NUMBERS, NUMBERS)
def test_what_arrives_is_what_was_sent(program: str, x: float, y: float, seed: float) -> None:
    """At every node the downstreams sum to the gradient; each is upstream × local."""
    t = run(program, x=x, y=y, seed=seed)
    received: dict[int, float] = {t.graph.output: seed}
    for step in t.steps:
        assert step.upstream == t.arrived[step.output]
        assert step.downstream == step.upstream * step.local
        received[step.input] = received.get(step.input, 0.0) + step.downstream
    for node, gradient in enumerate(t.arrived):
        assert received.get(node) == gradient
    arrivals = {node: len(t.contributions(node)) for node in received}
    assert t.forks == {node: count for node, count in arrivals.items() if count > 1}


@given(scalar_programs(), NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_gradients_are_linear_in_the_upstream(
    program: str, x: float, y: float, first: float, second: float
) -> None:
    def gradients(seed: float) -> Any:
        return np.array(list(run(program, x=x, y=y, seed=seed).gradients.values()), dtype=float)

    total = gradients(first) + 3 * gradients(second)
    np.testing.assert_allclose(gradients(first + 3 * second), total, rtol=1e-12, atol=1e-12)


@given(scalar_programs(), NUMBERS, NUMBERS)
def test_numbers_and_vectors_of_one_element_have_the_same_gradients(
    program: str, x: float, y: float
) -> None:
    number, vector = run(program, x=x, y=y), run(program, x=[x], y=[y], seed=np.ones(1))
    for one, other in zip(number.arrived, vector.arrived, strict=True):
        if one is None:
            assert other is None
        else:
            np.testing.assert_allclose(np.ravel(other), one, rtol=1e-12, atol=1e-15)


def test_where_nothing_arrives_there_is_no_gradient_and_no_zero() -> None:
    t = run("a = x + 1; b = 3*y; q = y * 2", x=1, y=2)
    assert t.gradients == {"x": None, "y": 2.0}
    for name in ("a", "b", "2", "1"):
        assert by_name(t, name).gradient is None
    assert run("2*3").gradients == {}
    # A zero that was sent is a zero: this input was looked at, and does not matter here.
    assert run("max(x, y)", x=1, y=2).gradients == {"x": 0.0, "y": 1.0}


def test_wrt_leaves_the_others_alone() -> None:
    t = run("x*y + y*z", wrt=frozenset("x"), x=2, y=3, z=4)
    assert t.gradients == {"x": 3.0}
    assert by_name(t, "y").gradient is None
    assert sent(t) == ["f>q1", "q1>x"]


class TestReplacedRules:
    """A mistake is another rule."""

    point = {"x": -2, "y": 5, "z": -4}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("rules", "gradients"),
        [
            ({}, {"x": -4, "y": -4, "z": 3}),
            ({("mul", 0): "g * a", ("mul", 1): "g * b"}, {"x": 3, "y": 3, "z": -4}),
            ({("mul", 0): "a", ("mul", 1): "b"}, {"x": 3, "y": 3, "z": -4}),
            ({("add", 1): "-1"}, {"x": -4, "y": 4, "z": 3}),
            ({("mul", 1): "1"}, {"x": -4, "y": -4, "z": 1}),
            ({("div", 0): "7"}, {"x": -4, "y": -4, "z": 3}),
        ],
    )
    def test_by_gate(self, rules: Any, gradients: Any) -> None:
        assert run("(x+y)*z", **self.point, rules=rules).gradients == gradients

    def test_by_node_goes_before_by_gate(self) -> None:
        first = place(run("x*y*z", **self.point), "q")
        rules = {("mul", 0): "10", (first, 0): "g * 100"}
        assert run("x*y*z", **self.point, rules=rules).gradients == {"x": 1000, "y": -20, "z": -10}

    def test_the_step_shows_the_rule_that_was_run(self) -> None:
        t = run("x*y", x=2, y=3, rules={("mul", 0): "a + 1"})
        assert [step.rule() for step in t.steps] == ["x", "x + 1"]
        assert [step.local for step in t.steps] == [2.0, 3.0]

    def test_of_a_gate_with_many_inputs(self) -> None:
        t = run("max(x, y, z)", **self.point, rules={("max_of", 0): "1"})
        assert t.gradients == {"x": 1, "y": 1, "z": 1}


class TestPins:
    """Follow-through: go on from somebody's own value."""

    @pytest.mark.parametrize(
        ("pins", "gradients"),
        [
            ({"q": 10.0}, {"x": 10, "y": 10, "z": 3}),
            ({"f": 2.0}, {"x": -8, "y": -8, "z": 6}),
            ({"x": 99.0}, {"x": 99, "y": -4, "z": 3}),
            ({"f": 2.0, "q": 10.0, "z": 0.5}, {"x": 10, "y": 10, "z": 0.5}),
        ],
    )
    def test_a_pinned_gradient_is_followed(self, pins: Any, gradients: Any) -> None:
        names = ["x", "y", "z", "q", "f"]
        t = run("(x+y)*z", x=-2, y=5, z=-4, pins={names.index(name): pins[name] for name in pins})
        assert t.graph.names == names
        assert t.gradients == gradients

    @given(scalar_programs(), NUMBERS, NUMBERS)
    def test_pinning_what_arrives_changes_nothing(self, program: str, x: float, y: float) -> None:
        t = run(program, x=x, y=y)
        pins = {node: gradient for node, gradient in enumerate(t.arrived) if gradient is not None}
        assert run(program, x=x, y=y, pins=pins).arrived == t.arrived


@pytest.mark.parametrize(
    "formula",
    [
        # An array handed to both inputs of add, or passed on by copy, to which more is added.
        "sum((x + y) * x)", "sum(x + y + x*y)", "a = x; b = a; sum(b*x + a + b)", "sum(x + x)",
        "sum((x - y) + (x.T).T)", "sum(max(x, y) + x)", "r = x.T; sum((r + r).T + x + y)",
    ],
)  # fmt: skip
def test_an_array_that_is_handed_on_is_never_changed(formula: str) -> None:
    inputs = {"x": np.array([1.0, 2.0]), "y": np.array([3.0, -4.0])}
    t = run(formula, **inputs)
    for step in t.steps:
        np.testing.assert_array_equal(step.upstream, t.arrived[step.output])
    for node in t.graph.inputs.values():
        total = sum(step.downstream for step in t.contributions(node))
        np.testing.assert_array_equal(total, t.arrived[node])
    np.testing.assert_array_equal(inputs["x"], [1, 2])


def test_the_upstream_that_was_given_is_not_changed() -> None:
    seed = np.array([1.0, 2.0])
    t = run("x + x*y", seed=seed, x=[1, 2], y=[3, 4])
    np.testing.assert_array_equal(t.gradients["x"], [4, 10])
    np.testing.assert_array_equal(seed, [1, 2])


def test_a_graph_may_run_again_with_other_values() -> None:
    graph = run("(x+y)*z", x=0, y=0, z=0).graph
    for x, y, z in [(-2.0, 5.0, -4.0), (1.0, 2.0, 3.0)]:
        values = forward(graph, {"x": x, "y": y, "z": z})
        assert values[graph.output] == (x + y) * z
        assert backward(graph, values)[:3] == [z, z, x + y]
        assert backward(graph, values, 2.0, rules={("mul", 1): "b"})[2] == 2 * z


def test_a_value_may_be_taken_instead_of_computed() -> None:
    graph = run("(x+y)*z", x=0, y=0, z=0).graph
    q = graph.names.index("q")
    assert forward(graph, {"x": 1.0, "y": 1.0, "z": 2.0}, {q: 10.0})[graph.output] == 20


@pytest.mark.parametrize(
    ("formula", "types"),
    [("x.T @ W @ x", "rvs"), ("x @ W", "rmr"), ("W @ x", "mvv"), ("x @ x.T", "vrm")],
)
def test_a_vector_is_a_column_and_its_transpose_a_row(formula: str, types: str) -> None:
    t = run(formula, seed=None, wrt=frozenset(), x=[1, 2], W=[[1, 2], [3, 4]])
    assert kind(t.graph, t.graph.output).types == typed_as(types)


def test_a_trace_is_never_changed() -> None:
    found = run("(x+y)*z", x=1, y=2, z=3)
    assert isinstance(found.values, tuple)
    assert isinstance(found.arrived, tuple)
