"""Exact screens of second derivatives, of both modes and of the flow.

After a change that is meant: pytest tests/render --regen-all
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from formulas import PROGRAMS
from golden import same
from helpers import run
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from backprop_cli.analysis.hessian import hessian
from backprop_cli.analysis.modes import modes
from backprop_cli.errors import BackpropError, cells
from backprop_cli.language.parser import parse
from backprop_cli.render.text.arrays.hessian import hessian_lines
from backprop_cli.render.text.arrays.modes import mode_lines
from backprop_cli.render.text.explain.flow import flow_lines
from backprop_cli.render.text.lines import fitted
from backprop_cli.render.text.options import Look
from backprop_cli.render.text.section import SectionRequest

LOOKS = {"80": Look(80), "40": Look(40), "ascii": Look(80, ascii=True)}
W, X = np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([0.2, 0.4])

RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "xyz": ("(x+y)*z", {"x": -2, "y": 5, "z": -4}),
    "norm": ("||W @ x||^2", {"W": W, "x": X}),
    "kink": ("relu(x)*y + x^2", {"x": 0, "y": 2}),
}
FLOWS: dict[str, tuple[str, dict[str, Any]]] = {
    "fine": RUNS["xyz"],
    "vanishes": ("sigmoid(" * 12 + "w*x" + ")" * 12, {"w": 0.5, "x": 1}),
    "explodes": ("x" + "*w" * 9, {"w": 30, "x": 1}),
    "dies": ("relu(w*x + b)*v", {"w": -2, "x": 1, "b": 0.5, "v": 3}),
    "saturated": ("sum(tanh(W @ x)) * sigmoid(b)", {"W": 40 * W, "x": X, "b": 9}),
    "nan": ("log(sum(exp(x)))", {"x": [1000, 1001]}),
    "by-hand": ("log(sigmoid(x))", {"x": -1000}),
    "stops": ("x*y*max(z, 2)", {"x": 0, "y": 3, "z": 1}),
}

VALUES: list[Any] = [0.0, 1.0, -2.0, 0.5, 1e200, [0.0, 1.0], [2.0, -1.0], [[0.0, 1.0], [2.0, -0.5]]]


def folded(lines: list[Text], look: Look) -> list[Text]:
    return [piece for line in lines for piece in fitted(line, look.width)]


def checked(name: str, lines: list[Text], look: str) -> None:
    pieces = folded(lines, LOOKS[look])
    if look == "ascii":
        assert all(piece.plain.isascii() for piece in pieces)
    same(f"{name}-{look}", pieces, LOOKS[look].width)


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("look", LOOKS)
def test_hessian(name: str, look: str) -> None:
    formula, inputs = RUNS[name]
    found = hessian(run(formula, **inputs))
    # How far a measured slope is off depends on the last places of a machine's functions.
    found = replace(found, errors=[[1e-9] * len(found.names)] * len(found.names))
    checked(f"hessian-{name}", hessian_lines(found, LOOKS[look]), look)


@pytest.mark.parametrize("look", LOOKS)
def test_modes(look: str) -> None:
    for name, (formula, inputs) in RUNS.items():
        checked(
            f"modes-{name}", mode_lines(modes(run(formula, seed=None, **inputs)), LOOKS[look]), look
        )
    lines = mode_lines(modes(run("[sin(t), t^2]", seed=None, t=0.5)), LOOKS[look])
    checked("modes-curve", lines, look)


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize("look", LOOKS)
def test_flow(name: str, look: str) -> None:
    formula, inputs = FLOWS[name]
    checked(f"flow-{name}", flow_lines(run(formula, **inputs), LOOKS[look], SectionRequest()), look)


def text(lines: list[Text]) -> str:
    return "\n".join(line.plain for line in lines)


def test_a_wide_table_is_given_in_blocks_of_columns() -> None:
    found = hessian(run("sum(v)^2", v=np.ones(30)))
    lines = hessian_lines(found, Look(60))
    assert sum(line.plain.startswith("  v[29] ") for line in lines) == 5
    assert max(cells(line.plain) for line in lines[1:155]) <= 60


def test_all_zero_is_no_flat_gradient_at_a_kink() -> None:
    flat = "All are 0: the gradient stays the same"
    assert flat in text(hessian_lines(hessian(run("2*x + y", x=1, y=2)), Look()))
    assert flat not in text(hessian_lines(hessian(run("relu(x)*y", x=0, y=2)), Look()))


def test_what_is_wrong_is_marked() -> None:
    found = hessian(run("x*y + y^2", x=1, y=2))
    found.verdicts[0][1] = "wrong"
    shown = text(hessian_lines(found, Look()))
    assert "x 0  1!" in shown
    assert "1 wrong: marked !, error above 1e-2" in shown


@pytest.mark.parametrize("width", [20, 33, 59, 200])
def test_any_width(width: int) -> None:
    look = Look(width)
    for formula, inputs in FLOWS.values():
        t = run(formula, **inputs)
        for lines in (flow_lines(t, look, SectionRequest()), mode_lines(modes(t), look)):
            assert max(cells(line.plain) for line in folded(lines, look)) <= width


def test_a_large_graph_is_cut_with_a_sentence() -> None:
    t = run("x" + "*0.9" * 200, x=1)
    assert "150 more gates: --all shows them" in text(
        flow_lines(t, Look(), SectionRequest(most=50))
    )
    assert len(flow_lines(t, Look(), SectionRequest())) > 200
    assert "151 more nodes that move: --all shows them" in text(mode_lines(modes(t), Look()))


def test_long_names_are_cut() -> None:
    name = "a" * 5000
    t = run(f"{name}*y", **{name: 0.0, "y": 2.0})
    shown = [flow_lines(t, Look(), SectionRequest()), mode_lines(modes(t), Look())]
    shown.append(hessian_lines(hessian(t), Look()))
    for lines in shown:
        assert len(text(lines)) < 4_000


def test_sizes_beyond_any_scale() -> None:
    t = run("x*y", x=1e-300, y=1e300)
    assert "logarithmic: 1 mark for each factor of 1e" in text(
        flow_lines(t, Look(), SectionRequest())
    )
    t = run("2 + 3")
    assert "there is no input for it to flow to" in text(flow_lines(t, Look(), SectionRequest()))


@pytest.mark.filterwarnings("error")
@settings(max_examples=100, deadline=None)
@given(PROGRAMS, st.lists(st.sampled_from(VALUES), min_size=6, max_size=6))
def test_any_program_is_shown_or_refused(program: str, values: list[Any]) -> None:
    """Whatever can be run can be shown, with neither a traceback nor a warning."""
    try:
        names = parse(program).free_names()
        inputs = dict(zip(names, values, strict=False))
        t = run(program, seed=None, **inputs)
        shape = np.shape(t.value)
        t = run(program, seed=np.ones(shape) if shape else 1.0, **inputs)
    except BackpropError:
        return
    flow_lines(t, Look(), SectionRequest())
    for view, made in ((mode_lines, modes), (hessian_lines, hessian)):
        try:
            found = made(t)
        except BackpropError as error:
            # Too large, or nothing to differentiate.
            said = error.message
        else:
            said = text(view(found, Look()))
        assert said
        assert "in a rule" not in said


def test_what_underflows_is_not_said_to_have_no_slope() -> None:
    t = run("a = x * y; b = a * z; f = b * z", x=1e-170, y=3, z=1e-170)
    told = " ".join(text(flow_lines(t, Look(200), SectionRequest())).split())
    assert told.count("It underflows at b = a·z") == 1
    assert "It stops at b" not in told
