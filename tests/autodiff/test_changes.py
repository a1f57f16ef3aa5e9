"""What a mistake changes besides rules: forks overwritten, the upstream dropped; and following."""

import random

import pytest

from backprop_cli.autodiff.backward import backward
from backprop_cli.autodiff.follow_through import OwnGradients, follow
from backprop_cli.autodiff.forward import forward
from backprop_cli.graph.build import build
from backprop_cli.graph.graph import Graph
from backprop_cli.inputs.values import as_value
from backprop_cli.language.parser import parse

INPUTS = {"x": -2.0, "y": 5.0, "z": -4.0}


def graph_of(program: str) -> Graph:
    return build(parse(program), dict.fromkeys(INPUTS, ()))


@pytest.mark.parametrize(
    ("program", "first", "last"),
    [
        # In the order of the backward pass: each gate's last input first, the last gate first.
        ("f = x*y + x*z", -4, 5),
        ("f = x*x", -2, -2),
        ("q = x*y; f = q + x", 1, 5),
        ("f = max(x*2, y*x, x*z)", -4, 0),
        ("q = max(y*x, x, z*x); f = q*x", 8, 0),
        ("q = max(x, y, x); f = q + 3*x", 3, 0),
    ],
)
def test_an_overwritten_fork_keeps_one_contribution(program: str, first: int, last: int) -> None:
    graph = graph_of(program)
    x = graph.inputs["x"]
    values = forward(graph, INPUTS)
    assert backward(graph, values, forks={x: "first"})[x] == first
    assert backward(graph, values, forks={x: "last"})[x] == last


def test_a_variadic_gate_that_has_one_input_twice_sends_once() -> None:
    graph = graph_of("f = 7*max(x, x, x) + 0*y + 0*z")
    x = graph.inputs["x"]
    values = forward(graph, INPUTS)
    for keep in ("first", "last"):
        assert backward(graph, values, forks={x: keep})[x] == pytest.approx(7 / 3)


def test_other_forks_still_add() -> None:
    graph = graph_of("f = x*y + x*z + y*z")
    values = forward(graph, INPUTS)
    right = backward(graph, values)
    wrong = backward(graph, values, forks={graph.inputs["x"]: "last"})
    for name in "yz":
        assert wrong[graph.inputs[name]] == right[graph.inputs[name]]
    assert wrong[graph.inputs["x"]] != right[graph.inputs["x"]]


def test_a_dropped_upstream_is_one_and_is_kept_where_it_arrived() -> None:
    graph = graph_of("q = x*y; f = q*z")
    values = forward(graph, INPUTS)
    q = graph.names.index("q")
    wrong = backward(graph, values, dropped={q})
    assert (wrong[q], wrong[graph.inputs["x"]], wrong[graph.inputs["y"]]) == (-4, 5, -2)


def test_a_dropped_upstream_of_a_vector_is_ones() -> None:
    graph = build(parse("q = x^2; f = sum(3*q)"), {"x": (2,)})
    values = forward(graph, {"x": as_value("x", [1, 2])})
    wrong = backward(graph, values, dropped={graph.names.index("q")})
    assert wrong[graph.inputs["x"]].tolist() == [2, 4]


class TestFollow:
    def test_nothing_said_is_the_run_itself(self) -> None:
        graph = graph_of("q = x + y; f = q * z")
        values, gradients = follow(graph, INPUTS, {}, {})
        assert values == forward(graph, INPUTS)
        assert gradients == backward(graph, values)

    def test_each_answer_follows_from_those_before_it(self) -> None:
        graph = graph_of("q = x + y; f = q * z")
        place = graph.names.index
        values, gradients = follow(graph, INPUTS, {place("q"): 4.0}, {place("q"): 7.0})
        # q should be 3; but whoever goes on with 4 gets -16, and z's gradient 4.
        assert values[place("q")] == 3
        assert values[place("f")] == -16
        assert gradients[place("z")] == 4
        # The gradient of q should be z; whoever goes on with 7 sends 7 to x and y.
        assert gradients[place("q")] == -4
        assert gradients[place("x")] == gradients[place("y")] == 7

    def test_the_output_may_be_said_too(self) -> None:
        graph = graph_of("q = x + y; f = q * z")
        place = graph.names.index
        values, gradients = follow(graph, INPUTS, {place("f"): 1.0}, {place("f"): 3.0})
        assert (values[place("f")], gradients[place("f")]) == (-12, 1)
        assert gradients[place("q")] == -12


PROGRAMS = (
    "q = x*y; p = q + x; r = sigmoid(p); s = r*q; f = s - z*r",
    "q = max(x, y, z); p = x*q; r = p - y; s = r^2; f = s*p",
    "q = x + y; p = tanh(q); r = p*z; f = r/(1 + q^2)",
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_a_wrong_rule_gives_is_that_of_a_whole_pass(program: str) -> None:
    graph = graph_of(program)
    values = forward(graph, INPUTS)
    nodes = [k for k, gate in enumerate(graph.gates) if gate]
    chance = random.Random(program)
    for _ in range(60):
        said = {k: chance.uniform(-2, 2) for k in nodes if chance.random() < 0.4}
        own = OwnGradients(graph, values, said)
        k, fork = chance.choice(nodes), chance.choice([*graph.inputs.values()])
        gate = graph.gates[k]
        assert gate is not None
        changes: list[tuple[dict[tuple[str | int, int], str], dict[int, str], set[int]]] = [
            ({(k, slot): "g + 1" for slot in range(len(gate.local))}, {}, set()),
            ({}, {fork: "last"}, set()),
            ({}, {}, {k}),
        ]
        for rules, forks, dropped in changes:
            whole = backward(graph, values, rules=rules, forks=forks, dropped=dropped, pins=said)
            part = {n: g for n, g in own.under(rules, forks, dropped).items() if n not in said}
            assert part == pytest.approx({n: whole[n] for n in part})
            left = [n for n in graph.inputs.values() if n not in part]
            assert [own.following[n] for n in left] == pytest.approx([whole[n] for n in left])
