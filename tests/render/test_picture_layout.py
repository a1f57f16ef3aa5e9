"""Where things go in a picture: nothing covers anything, and every wire is where it belongs."""

from itertools import combinations, pairwise
from typing import Any

import pytest
from formulas import FORMULAS
from helpers import place, run
from hypothesis import HealthCheck, assume, given, settings
from pictures import RUNS, traced

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.render.picture.content import LINE, content
from backprop_cli.render.picture.drawing import Drawing, Label, Place
from backprop_cli.render.picture.layout import placed
from backprop_cli.render.text.options import Look


def overlap(one: Place | Label, other: Place | Label) -> bool:
    across = (one.width + other.width) / 2 - abs(one.x - other.x)
    (top, bottom), (other_top, other_bottom) = heights(one), heights(other)
    return min(across, min(bottom, other_bottom) - max(top, other_top)) > 0.5


def heights(thing: Place | Label) -> tuple[float, float]:
    """Where it begins and ends, from the top down."""
    if isinstance(thing, Place):
        return thing.y - thing.height / 2, thing.y + thing.height / 2
    if thing.beside:
        return thing.y - LINE / 2, thing.y + LINE / 2
    above = len(thing.above) + (thing.name != "" and len(thing.above) != 1)
    return thing.y - above * LINE, thing.y + len(thing.below) * LINE


def see_that_it_is_sound(t: Trace, drawing: Drawing) -> None:
    labels = [wire.label for wire in drawing.wires if wire.label]
    things: list[Place | Label] = [*drawing.places, *labels]
    assert not [pair for pair in combinations(things, 2) if overlap(*pair)]
    for thing in things:
        assert thing.width / 2 <= thing.x <= drawing.width - thing.width / 2
        assert heights(thing)[0] >= 0
        assert heights(thing)[1] <= drawing.height
    gates = {one.node: one for one in drawing.places if one.kind == "gate"}
    fed = {(wire.target, wire.slot) for wire in drawing.wires if wire.target is not None}
    assert len(fed) == sum(wire.target is not None for wire in drawing.wires)
    for wire in drawing.wires:
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(wire.points))
        if wire.label and not wire.label.beside:
            assert wire.label.y == wire.points[0][1]
        if wire.target is not None:
            x, y = wire.points[-1]
            gate = gates[wire.target]
            assert wire.slot is not None
            assert t.graph.args[wire.target][wire.slot] == wire.source
            # It ends at the edge.
            across, down = abs(x - gate.x) - gate.width / 2, abs(y - gate.y) - gate.height / 2
            assert abs(max(across, down)) < 0.1


@pytest.mark.parametrize("name", RUNS)
def test_the_worked_examples(name: str) -> None:
    t = traced(name)
    see_that_it_is_sound(t, placed(t))


@pytest.mark.parametrize(
    ("formula", "inputs"),
    [
        ("x", {"x": 1}),
        ("3", {}),
        ("x+1", {"x": 1}),
        ("x*x", {"x": 2}),
        ("y = x; 3", {"x": 1}),
        ("a = x*y; b = x+y; a", {"x": 1, "y": 2}),
        ("[x, y, x] @ [1, 2, 3]", {"x": 1, "y": 2}),
        ("2^3 + sin(2)", {}),
        ("max(" + "x," * 20 + "y)", {"x": 1, "y": 2}),
    ],
)
def test_what_is_small_or_odd(formula: str, inputs: dict[str, Any]) -> None:
    t = run(formula, **inputs)
    see_that_it_is_sound(t, placed(t))


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(FORMULAS)
def test_any_formula(formula: str) -> None:
    try:
        t = run(formula, seed=None, **dict.fromkeys(("x", "y", "W", "x1", "θ", "ŷ"), 0.5))
    except BackpropError:
        assume(False)
    see_that_it_is_sound(t, placed(t))


def test_the_branches_of_a_fork_say_what_adds_up() -> None:
    t = run("x*y + sin(x)", x=-2, y=5)
    x = place(t, "x")
    drawing = placed(t)
    (trunk,) = [w for w in drawing.wires if w.source == x and w.target is None]
    branches = [w for w in drawing.wires if w.source == x and w.target is not None]
    look = Look()
    assert trunk.label
    assert trunk.label.below == (look.number(t.gradients["x"]),)
    sent = {(s.output, s.slot): (look.number(s.downstream),) for s in t.contributions(x)}
    assert {(w.target, w.slot): w.label.below for w in branches if w.label} == sent
    assert {wire.points[0] for wire in branches} == {spot for k, spot in drawing.forks if k == x}


def test_a_value_used_all_along_is_one_wire_that_splits_again_and_again() -> None:
    t = run("x" + "+sin(y+x)" * 30, x=1, y=2)
    drawing = placed(t)
    see_that_it_is_sound(t, drawing)
    y = place(t, "y")
    assert len([w for w in drawing.wires if w.source == y and w.target is None]) == 1
    assert len([spot for k, spot in drawing.forks if k == y]) == 29


def test_rows_are_no_wider_than_they_may_be() -> None:
    t = run("x" + "+sin(y+x)" * 30, x=1, y=2)
    drawing = placed(t, width=800)
    assert drawing.width <= 800
    assert {w.target for w in drawing.wires} >= {k for k, gate in enumerate(t.graph.gates) if gate}


@pytest.mark.parametrize(("used", "splits"), [(2, 1), (4, 1), (5, 3), (6, 4)])
def test_a_fork_of_four_splits_once(used: int, splits: int) -> None:
    """Of more uses at different depths, each has a split of its own, but for the last two."""
    t = run("y" + "*y" * (used - 1), y=1)
    wires = content(t, Look()).wires
    starts = {w.begins for w in wires if w.source == place(t, "y") and w.target is not None}
    assert len(starts) == splits


def test_inputs_of_a_gate_that_cannot_change_places_stand_in_order() -> None:
    t = traced("order")
    drawing = placed(t)
    for k in range(len(t.graph)):
        wires = [wire for wire in drawing.wires if wire.target == k]
        in_order = [wire.points[-1][1] for wire in sorted(wires, key=lambda w: w.slot or 0)]
        if wires and t.gate(k).name in ("sub", "div", "pow"):
            assert in_order == sorted(in_order), t.gate(k).name


def test_the_same_run_gives_the_same_places() -> None:
    assert placed(traced("network")) == placed(traced("network"))


def test_what_is_too_large_is_refused_at_once() -> None:
    with pytest.raises(BackpropError, match="3,000 gates are too many"):
        placed(run("x" + "+x" * 3000, x=1))
