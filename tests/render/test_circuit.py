"""The circuit: where texts stand on the screen, and why one is not drawn."""

from dataclasses import replace
from typing import Any

import pytest
from helpers import run

from backprop_cli.errors import cells
from backprop_cli.render.text.circuit.circuit import circuit
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.options import Look


def drawn(formula: str, width: int = 80, **inputs: Any) -> list[str]:
    t = run(formula, **inputs)
    return [line.plain for line in screen(t, Look(width), Contents(("circuit",)))]


@pytest.mark.parametrize("name", ["x", "变", "变变", "ñandú", "ŷ_变"])
def test_wires_meet_whatever_the_width_of_a_name(name: str) -> None:
    lines = drawn(f"{name}*y + z", **{name: 1, "y": 2, "z": 3})
    first, second, gate = (
        next(line for line in lines if line.lstrip().startswith(start) and "─" in line)
        for start in (f"{name} ", "y ", "(*)")
    )
    assert place(first, "─") == place(second, "─") == max(cells(name), 1) + 1
    assert place(first, "╮") == place(second, "╯") == place(gate, "(*)") + 1


def place(line: str, text: str) -> int:
    """The column of the terminal in which a text begins."""
    return cells(line[: line.index(text)])


def test_an_accent_stands_on_its_letter() -> None:
    t = run("q = x + y; 2 * q", x=1, y=2)
    named = {k: name.replace("q", "e\u0301") for k, name in enumerate(t.graph.names)}
    t.graph.names[:] = list(named.values())
    line = next(line for line in screen(t, Look(80), Contents(("circuit",))) if "=3" in line.plain)
    plain = run("q = x + y; 2 * q", x=1, y=2)
    assert line.plain.replace("e\u0301", "q") in [
        other.plain for other in screen(plain, Look(80), Contents(("circuit",)))
    ]


def test_a_value_of_a_row_is_marked() -> None:
    text = "\n".join(drawn("q = x.T; sum(x @ q)", x=[-1, 2]))
    assert "q=[-1, 2]ᵀ" in text
    assert "[1, 1]ᵀ" in text


def test_why_a_circuit_is_not_drawn() -> None:
    many = run("+".join(["x"] * 71), x=1)
    assert circuit(many, Look(1000)) == "70 gates are too many to draw"
    wide = run("sin(cos(sin(cos(x))))", x=1)
    assert circuit(wide, Look(15)) == "does not fit 15 columns"
    assert len(circuit(wide, Look(30))) > len(circuit(wide, Look(80)))
    high = run(
        "max(" + ",".join(f"x{n}" for n in range(60)) + ")", **{f"x{n}": n for n in range(60)}
    )
    assert circuit(high, Look(200)) == "higher than 100 lines"
    title, *nodes = drawn("+".join(["x"] * 71), x=1)
    assert title == "Circuit   70 gates are too many to draw; each node with its value and gradient"
    assert nodes[-1] == "  … 51 more nodes: --all shows them, --format json writes them"
    squared = "[1, 2, 3, 4, 5, 6, 7, 8] * 2"
    assert drawn(squared, 20)[0] == "Circuit"


def test_a_circuit_before_its_run_has_names_only() -> None:
    t = run("q = x + y; q * z", x=1, y=2, z=3)
    bare = replace(t, values=[1.0, 2.0, 3.0, None, None], arrived=[None] * 5)
    lines = [line.plain for line in screen(bare, Look(80), Contents(("circuit",)))]
    assert lines[0] == "Circuit   value above the wire"
    assert any(line.rstrip().endswith("q") for line in lines)
