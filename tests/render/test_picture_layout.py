"""Where things go in a picture: nothing covers anything, and every wire is where it belongs."""

from itertools import combinations
from typing import Any

import needs
import pytest
from formulas import FORMULAS
from helpers import place, run
from hypothesis import HealthCheck, assume, given, settings
from pictures import RUNS, traced

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.render.picture import engine, layout
from backprop_cli.render.picture.content import content
from backprop_cli.render.picture.drawing import Drawing, Label, Place
from backprop_cli.render.picture.layout import placed
from backprop_cli.render.text.options import Look

graphviz = needs.program("dot", "graphviz-pure")


def overlap(one: Place | Label, other: Place | Label) -> bool:
    across = (one.width + other.width) / 2 - abs(one.x - other.x)
    down = (one.height + other.height) / 2 - abs(one.y - other.y)
    return min(across, down) > 0.5


def see_that_it_is_sound(t: Trace, drawing: Drawing) -> None:
    labels = [wire.label for wire in drawing.wires if wire.label]
    things: list[Place | Label] = [*drawing.places, *labels]
    assert not [pair for pair in combinations(things, 2) if overlap(*pair)]
    for thing in things:
        assert thing.width / 2 <= thing.x <= drawing.width - thing.width / 2
        assert thing.height / 2 <= thing.y <= drawing.height - thing.height / 2
    gates = {one.node: one for one in drawing.places if one.kind == "gate"}
    fed = {(wire.target, wire.slot) for wire in drawing.wires if wire.target is not None}
    assert len(fed) == sum(wire.target is not None for wire in drawing.wires)
    for wire in drawing.wires:
        assert len(wire.points) % 3 == 1
        if wire.label:
            # It goes straight through what is written at it, from the left to the right.
            middle, half = wire.label, wire.label.width / 2
            for x in (middle.x - half, middle.x + half):
                assert any(abs(px - x) + abs(py - middle.y) < 2 for px, py in wire.points)
        if wire.target is not None:
            x, y = wire.points[-1]
            gate = gates[wire.target]
            assert wire.slot is not None
            assert t.graph.args[wire.target][wire.slot] == wire.source
            assert abs(x - gate.x) <= gate.width / 2 + 1
            assert abs(y - gate.y) <= gate.height / 2 + 1


@graphviz
@pytest.mark.parametrize("name", RUNS)
def test_the_worked_examples(name: str) -> None:
    t = traced(name)
    see_that_it_is_sound(t, placed(t))


@graphviz
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


@graphviz
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(FORMULAS)
def test_any_formula(formula: str) -> None:
    try:
        t = run(formula, seed=None, **dict.fromkeys(("x", "y", "W", "x1", "θ", "ŷ"), 0.5))
    except BackpropError:
        assume(False)
    see_that_it_is_sound(t, placed(t))


@graphviz
def test_the_branches_of_a_fork_say_what_adds_up() -> None:
    t = run("x*y + sin(x)", x=-2, y=5)
    x = place(t, "x")
    wires = placed(t).wires
    (trunk,) = [wire for wire in wires if wire.source == x and wire.splits]
    branches = [wire for wire in wires if wire.source == x and wire.target is not None]
    look = Look()
    assert trunk.label
    assert trunk.label.below == (look.number(t.gradients["x"]),)
    sent = {(s.output, s.slot): (look.number(s.downstream),) for s in t.contributions(x)}
    assert {(w.target, w.slot): w.label.below for w in branches if w.label} == sent
    assert all(wire.points[0] == trunk.points[-1] for wire in branches)


@graphviz
def test_a_value_used_all_along_is_one_wire_that_splits_again_and_again() -> None:
    t = run("x" + "+sin(y+x)" * 30, x=1, y=2)
    drawing = placed(t)
    see_that_it_is_sound(t, drawing)
    y = place(t, "y")
    trunks = [wire for wire in drawing.wires if wire.source == y and wire.splits]
    assert [wire.label is None for wire in trunks].count(False) == 1
    t = run("y" + "*y" * 40, y=1)
    trunks = [w for w in placed(t).wires if w.source == place(t, "y") and w.splits]
    assert len(trunks) == 39
    ends = {wire.points[-1] for wire in trunks}
    starts = {w.points[0] for w in placed(t).wires if w.source == place(t, "y")}
    assert ends <= starts


@pytest.mark.parametrize(("used", "splits"), [(2, 1), (4, 1), (5, 3), (6, 4)])
def test_a_fork_of_four_splits_once(used: int, splits: int) -> None:
    """Of more uses at different depths, each has a split of its own, but for the last two."""
    t = run("y" + "*y" * (used - 1), y=1)
    wires = content(t, Look()).wires
    starts = {w.begins for w in wires if w.source == place(t, "y") and w.target is not None}
    assert len(starts) == splits


@graphviz
def test_inputs_of_a_gate_that_cannot_change_places_stand_in_order() -> None:
    t = traced("order")
    drawing = placed(t)
    for k in range(len(t.graph)):
        wires = [wire for wire in drawing.wires if wire.target == k]
        in_order = [wire.points[-1][1] for wire in sorted(wires, key=lambda w: w.slot or 0)]
        if wires and t.gate(k).name in ("sub", "div", "pow"):
            assert in_order == sorted(in_order), t.gate(k).name


@graphviz
def test_the_same_engine_gives_the_same_places() -> None:
    assert placed(traced("network")) == placed(traced("network"))


def test_without_graphviz_both_ways_to_get_it_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PROGRAMS", ("no-such-program",))
    with pytest.raises(BackpropError, match=r"dot nor graphviz-pure[^$]*backprop-cli\[draw\]"):
        placed(run("x", x=1))


@graphviz
def test_a_layout_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SECONDS", 0)
    with pytest.raises(BackpropError, match="too tangled to draw"):
        placed(run("x", x=1))


def test_a_program_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o700)
    monkeypatch.setattr(engine, "program", lambda: str(broken))
    with pytest.raises(BackpropError, match="broken could not lay out"):
        placed(run("x", x=1))


def test_what_is_too_large_is_refused_at_once() -> None:
    with pytest.raises(BackpropError, match="3,000 gates are too many"):
        placed(run("x" + "+x" * 3000, x=1))


@pytest.mark.parametrize("answer", [{}, [], {"bb": "0,0"}, {"bb": "0,0,9,9", "objects": [{}]}])
def test_a_layout_that_is_none_is_said(answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "laid_out", lambda text: answer)
    with pytest.raises(BackpropError, match="no whole layout"):
        placed(run("x*y", x=1, y=2))
