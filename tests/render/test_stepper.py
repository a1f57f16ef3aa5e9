"""Step by step, nothing is told before its time."""

from typing import Any

import pytest
from helpers import run

from backprop_cli.render.text.explain.screen import Contents
from backprop_cli.render.text.explain.stepper import stages
from backprop_cli.render.text.options import Look

CHAIN: dict[str, Any] = {"x": -2, "y": 5, "z": -4}


def pages(formula: str = "(x+y)*z", contents: Contents | None = None, **inputs: Any) -> list[str]:
    t = run(formula, **(inputs or CHAIN))
    return [
        "\n".join(line.plain for line in page)
        for page in stages(t, Look(80), contents or Contents())
    ]


def test_each_page_tells_one_thing_more() -> None:
    first, add, mul, circuit, base, *steps, last = pages()
    assert "3" not in first
    assert "-12" not in first
    assert add.splitlines()[1:] == ["  q = x + y = -2 + 5 =   3"]
    assert mul.splitlines() == ["  f = q·z   = 3·(-4) = -12"]
    assert "q=3" in circuit
    assert "gradient" not in circuit
    assert circuit.count("-4") == 1
    assert base.splitlines()[0] == "Backward pass   from the output to the inputs"
    assert "  ∂f/∂f = 1   the base case" in base.splitlines()
    assert [page.splitlines()[-1].split(":")[0] for page in steps] == [
        "  The mul gate switches",
        "  The mul gate switches",
        "  The add gate distributes",
        "  The add gate distributes",
    ]
    assert ["mul gate, " in page for page in steps] == [True, False, False, False]
    assert "value above the wire, gradient below" in last
    assert "∂f/∂x = -4" in last


def test_a_fork_is_told_with_its_last_contribution() -> None:
    told = [page for page in pages("x*x + x", x=3) if "fork at x" in page]
    assert len(told) == 1
    assert "so its gradients add: 1 + 3 + 3 = 7." in told[0]


def test_measured_slopes_are_on_every_page_that_shows_a_slope() -> None:
    contents = Contents(locals_measured={(3, 0): "1.25"}, gradients_measured={"x": "-4.5"})
    text = pages(contents=contents)
    assert sum("(1.25 measured)" in page for page in text) == 1
    assert "measured: -4.5" in text[-1]


@pytest.mark.parametrize("words", [False, True])
def test_words_leave_the_equations_out(words: bool) -> None:
    text = "\n".join(pages(contents=Contents(words=words)))
    assert ("∂f/∂z = ∂f/∂f · ∂f/∂z" in text) is not words
    assert "The mul gate switches" in text


def test_parts_that_were_left_out_have_no_page() -> None:
    whole = Contents()
    without = whole._replace(parts=("formula", "circuit", "backward"))
    first, *rest = pages(contents=without)
    assert "q=3" in first
    assert "Forward pass" not in "\n".join(rest)
    assert "Gradients" not in rest[-1]


def test_of_a_large_graph_as_many_gates_as_the_table_shows() -> None:
    text = pages("+".join(["x"] * 100), x=1)
    assert len(text) < 200
    assert sum("49 more gates: --all shows them" in page for page in text) == 2
    everything = pages("+".join(["x"] * 100), Contents(most=None), x=1)
    assert len(everything) > 290
    assert not any("--all" in page for page in everything[1:-1] if "Circuit" not in page)
