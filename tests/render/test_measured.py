"""What --check adds to the screen of explain."""

from typing import Any

import numpy as np
import pytest
from helpers import place, run

from backprop_cli.analysis.slopes import input_slopes, local_slopes
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.options import Look


def checked(formula: str, **inputs: Any) -> str:
    t, look = run(formula, **inputs), Look(80)
    contents = Contents(
        ("backward", "gradients"),
        locals_measured={at: look.number(s) for at, s in local_slopes(t, 50).items()},
        gradients_measured={name: look.number(s) for name, s in input_slopes(t).items()},
    )
    return "\n".join(line.plain for line in screen(t, look, contents))


def test_a_kink_shows_both_sides_and_no_central_slope() -> None:
    text = checked("relu(x)*y", x=0, y=2)
    assert "∂f/∂x = 0   measured: 0 from the left, 2 from the right\n" in text
    assert "∂f/∂y = 0   measured: 0" in text
    assert "∂f/∂q = y = 2 (2 measured)" in text
    assert "∂q/∂x = 1[x > 0] = 0  " in text


def test_a_steep_bend_is_no_kink() -> None:
    assert "∂f/∂x = 0   measured: 0\n" in checked("x^2 + relu(y)", x=0, y=0)
    assert "left" not in checked("1e5*x^2", x=1)


def test_a_small_array_is_measured_in_every_element() -> None:
    text = checked("||W @ x||^2", W=[[0.1, 0.5], [-0.3, 0.8]], x=[0.2, 0.4])
    assert "          measured: [[0.088, 0.176], [0.104, 0.208]]\n" in text
    assert text.endswith("          measured: [-0.112, 0.636]")


def test_a_large_array_is_measured_in_a_sample() -> None:
    text = checked("sum(W @ x)", W=np.arange(20.0).reshape(4, 5), x=np.arange(5.0))
    assert " elements and 2 directions at most " in text
    assert " off" in text


def test_an_array_at_a_kink_says_where() -> None:
    text = checked("sum(relu(x))", x=[0, 1, -2])
    assert "measured: x[0]: 0 from the left, 1 from the right; 2 elements at most" in text
    many = checked("sum(relu(x))", x=[0, 0, 0, 0])
    assert "; 2 more at a kink" in many.replace("\n              ", " ")


@pytest.mark.parametrize("name", ["x", "y"])
def test_an_input_without_gradient_is_not_measured(name: str) -> None:
    other = "y" if name == "x" else "x"
    t = run("x*y", x=[1, 2], y=3, wrt=frozenset(name), seed=np.ones(2))
    assert t.arrived[place(t, other)] is None
    contents = Contents(("gradients",), gradients_measured={})
    text = "\n".join(line.plain for line in screen(t, Look(80), contents))
    assert text.count("∂L/∂") == 1
