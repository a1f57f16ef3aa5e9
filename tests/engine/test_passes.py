"""Both passes: order, forks, replaced rules, pins, and what has no gradient."""

import math
import random

import numpy as np
import pytest
from helpers import by_name, run
from hypothesis import given
from hypothesis import strategies as st


def test_the_order_is_the_lectures() -> None:
    t = run("(x+y)*z", x=-2, y=5, z=-4)
    assert [t.graph.names[s.input] for s in t.steps] == ["z", "q", "y", "x"]


def test_gradients_add_at_a_fork() -> None:
    t = run("x*x + x", x=3)
    assert t.gradients == {"x": 7.0}
    x = t.graph.inputs["x"]
    assert t.forks == {x: 3}
    assert [s.downstream for s in t.contributions(x)] == [1.0, 3.0, 3.0]


def test_where_nothing_arrives_there_is_no_gradient_and_no_zero() -> None:
    t = run("a = x + 1; q = y * 2", x=1, y=2)
    assert t.gradients == {"x": None, "y": 2.0}
    assert by_name(t, "2").gradient is None
    assert run("2*3").gradients == {}


def test_wrt_leaves_the_others_alone() -> None:
    t = run("x*y + x*z", wrt=frozenset("x"), x=2, y=3, z=4)
    assert t.gradients == {"x": 7.0}
    assert by_name(t, "y").gradient is None
    assert {t.graph.names[s.input] for s in t.steps} == {"x", "q1", "q2"}


def test_a_mistake_is_another_rule() -> None:
    wrong = run("(x+y)*z", x=-2, y=5, z=-4, rules={("mul", 0): "g * a", ("mul", 1): "g * b"})
    assert wrong.gradients == {"x": 3.0, "y": 3.0, "z": -4.0}
    t = run("x*y*z", x=2, y=3, z=5)
    first = t.graph.names.index("q")
    only = run("x*y*z", x=2, y=3, z=5, rules={(first, 1): "a * 0"})
    assert only.gradients == {"x": 15.0, "y": 0.0, "z": 6.0}


def test_a_pinned_gradient_is_followed_through() -> None:
    t = run("(x+y)*z", x=-2, y=5, z=-4)
    q = t.graph.names.index("q")
    assert run("(x+y)*z", x=-2, y=5, z=-4, pins={q: 10.0}).gradients == {"x": 10, "y": 10, "z": 3}


def test_a_gradient_handed_to_two_inputs_is_not_shared() -> None:
    t = run("sum((x + y) * x)", x=[1, 2], y=[3, 4])
    np.testing.assert_array_equal(t.gradients["y"], [1, 2])
    np.testing.assert_array_equal(t.gradients["x"], [5, 8])


def test_gradients_are_linear_in_the_upstream() -> None:
    once = run("W @ x", seed=np.array([1.0, 2.0]), W=[[1, 2], [3, 4]], x=[5, 6])
    twice = run("W @ x", seed=np.array([2.0, 4.0]), W=[[1, 2], [3, 4]], x=[5, 6])
    np.testing.assert_array_equal(2 * once.gradients["W"], twice.gradients["W"])
    np.testing.assert_array_equal(once.gradients["x"], [7, 10])


def program(seed: int, gates: int) -> str:
    """A random program with shared nodes."""
    draw = random.Random(seed)
    names, lines = ["x", "y"], []
    for number in range(gates):
        a, b = draw.choice(names), draw.choice(names)
        text = draw.choice(
            (f"{a} + {b}", f"{a} * {b}", f"{a} - {b}", f"tanh({a})", f"max({a}, {b})")
        )
        lines.append(f"n{number} = tanh({text})")
        names.append(f"n{number}")
    return "; ".join([*lines, " + ".join(names)])


@given(st.integers(0, 10_000))
def test_steps_sum_to_the_gradient_of_each_node(seed: int) -> None:
    t = run(program(seed, 12), x=0.3, y=-0.7)
    sums: dict[int, float] = {}
    for step in t.steps:
        assert step.upstream * step.local == step.downstream
        assert step.upstream == t.arrived[step.output]
        sums[step.input] = sums.get(step.input, 0.0) + step.downstream
    for node, total in sums.items():
        assert math.isclose(total, t.arrived[node], rel_tol=1e-12, abs_tol=1e-12)


def test_a_chain_of_100_000_gates() -> None:
    t = run("x" + "+x" * 100_000, x=0.5)
    assert t.gradients == {"x": 100_001.0}


@pytest.mark.parametrize(("formula", "values"), [("x + 1", (1, 2)), ("sum(x) * y", ([1, 2], 3))])
def test_a_graph_runs_more_than_once(formula: str, values: tuple[object, ...]) -> None:
    inputs = dict(zip("xy", values, strict=False))
    if formula == "x + 1":
        inputs = {"x": values[0]}
    first, second = run(formula, **inputs), run(formula, **inputs)
    assert repr(first.gradients) == repr(second.gradients)
