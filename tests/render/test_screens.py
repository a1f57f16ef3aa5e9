"""Exact screens. After a change that is meant: pytest tests/render --regen-all"""

from typing import Any

import numpy as np
import pytest
from golden import same
from helpers import EXAMPLES, run
from rich.text import Text

from backprop_cli.analysis.check import check, sweep
from backprop_cli.errors import cells
from backprop_cli.gates.table import GATES
from backprop_cli.render.text.backward.order import backward_lines
from backprop_cli.render.text.checks import check_lines, sweep_lines
from backprop_cli.render.text.explain.passes import forward_lines
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.gates import card, example, gate_lines
from backprop_cli.render.text.lines import broken, fitted
from backprop_cli.render.text.options import Look

RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    **{e["id"]: (e["program"], e["inputs"]) for e in EXAMPLES},
    "sigmoid-formula": (EXAMPLES[1]["expression"], EXAMPLES[1]["inputs"]),
    "forks": ("x*x + x*y + x", {"x": 3, "y": -1}),
    "kinks": ("max(x, 0) + abs(x) + log(x)", {"x": 0}),
    "stale-circuit": ("(x+sigmoid(y))/(sigmoid(x)+(x+y)^2)", {"x": 3, "y": -4}),
    "network": (
        "h = relu(X@W + b); mean(logsumexp(h, axis=1))",
        {"X": np.arange(6).reshape(3, 2) / 7, "W": np.eye(2) - 0.3, "b": [0.1, -0.2]},
    ),
}
LOOKS = {"80": Look(80), "120": Look(120), "40": Look(40), "ascii": Look(80, ascii=True)}


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("look", LOOKS)
def test_explain(name: str, look: str) -> None:
    formula, inputs = RUNS[name]
    lines = screen(run(formula, **inputs), LOOKS[look])
    if look == "ascii":
        assert all(line.plain.isascii() for line in lines)
    same(f"{name}-{look}", lines, LOOKS[look].width)


@pytest.mark.parametrize("name", ["cs231n-xyz", "cs231n-patterns", "cs231n-vec", "forks"])
def test_words(name: str) -> None:
    formula, inputs = RUNS[name]
    same(f"{name}-words", screen(run(formula, **inputs), Look(80), Contents(words=True)), 80)


def test_a_large_graph_is_cut_with_a_sentence() -> None:
    t = run("x" + "+x" * 1000, x=1)
    text = "\n".join(line.plain for line in screen(t, Look(80)))
    assert "950 more gates: --all shows them" in text
    assert len(screen(t, Look(80), Contents(most=None))) > 3000


def test_checks() -> None:
    t = run("relu(x)*y + x", x=0, y=2)
    same("check", check_lines(t, check(t), Look(80, digits=6)), 80)
    t = run("x*abs(x)", x=0)
    same("check-bend", check_lines(t, check(t), Look(80, digits=6)), 80)
    t = run("relu(x) - relu(-x) + sqrt(y)", x=0, y=0)
    same("check-convention", check_lines(t, check(t), Look(80, digits=6)), 80)
    lines = check_lines(t, check(t), Look(40))
    assert all(cells(line.plain) <= 40 for line in lines[: len(check(t)) + 1])
    t = run("a = x; 3", x=1)
    same("check-nothing", [*check_lines(t, check(t), Look()), *sweep_lines(sweep(t), Look())], 80)
    t = run("relu(x) + y", x=0, y=1)
    same("sweep-kink", sweep_lines(sweep(t), Look(80)), 80)
    t = run("x*x*x + y", x=2, y=1)
    for name, look in LOOKS.items():
        lines = sweep_lines(sweep(t), look)
        same(f"sweep-{name}", (p for line in lines for p in fitted(line, look.width)), look.width)


@pytest.mark.parametrize("width", [20, 33, 80])
@pytest.mark.parametrize(
    "text", ["word " * 500, "letters" * 500, "    名前 " * 500, "名" * 999, "  a"]
)
def test_a_line_is_folded_to_the_width(text: str, width: int) -> None:
    pieces = fitted(Text(text), width)
    assert all(cells(piece.plain) <= width for piece in pieces)
    assert "".join(piece.plain for piece in pieces).replace(" ", "") == text.replace(" ", "")


def test_a_gate_of_many_inputs_is_cut() -> None:
    lines = screen(run(f"max({'x,' * 300}x)", x=1), Look(80))
    assert max(len(line.plain) for line in lines) <= 80
    assert len(lines) < 3000


def test_the_card_of_all_gates() -> None:
    same("gates", card(Look(80)), 80)
    same("gates-ascii", card(Look(80, ascii=True)), 80)


def test_an_example_shows_more_than_rounding() -> None:
    for gate in (gate for gate in GATES if set(gate.local) != {"0"}):
        gradients = example(gate).gradients.values()
        assert max(np.max(np.abs(gradient)) for gradient in gradients) > 0.01, gate.name


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_every_gate_has_a_card(gate: Any) -> None:
    name = "one-over-x" if gate.name == "1/x" else gate.name
    same(f"gate-{name}", gate_lines(gate, Look(80)), 80)


def test_a_softmax_along_an_axis_shows_its_operands_and_the_sums_inside() -> None:
    t = run("sum(softmax(Z, axis=1) * T)", Z=[[1, 2], [3, 4]], T=[[1, 0], [0, 1]])
    lines = [line.plain.strip() for line in backward_lines(t, Look(80))]
    place = next(n for n, line in enumerate(lines) if line.startswith("softmax gate"))
    assert lines[place + 2 : place + 4] == [
        "= [[0.2689, 0.7311], [0.2689, 0.7311]] ⊙ ([[1, 0], [0, 1]] -",
        "[[0.2689, 0.7311]]ᵀ) ≈ [[0.1966, -0.1966], [-0.1966, 0.1966]]",
    ]


def test_a_step_whose_operands_do_not_fit_shows_them_on_a_line_of_their_own() -> None:
    t = run("sum(square(X - mean(X, axis=0)))", X=[[1, 2], [3, 4], [5, 7]])
    lines = [line.plain.strip() for line in forward_lines(t, Look(80))]
    assert "= square([[-2, -2.333], [0, -0.3333], [2, 2.667]])" in "\n".join(lines)


def test_a_text_of_numbers_is_broken_where_no_list_is() -> None:
    assert broken("= [1, 2, 3] @ [4, 5]", 16) == ["= [1, 2, 3] @", "[4, 5]"]
    assert broken("= [1, 2, 3]", 5) == ["= [1, 2, 3]"]
    assert broken("", 5) == []
