"""`explain --format python`, and which options go with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FORMULA = ("explain", "(x+y)*z", "--x", "-2", "--y", "5", "--z", "-4")


def test_the_ending_says_python(backprop: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "f.py"
    assert backprop(*FORMULA, "-o", str(path)) == (0, "", "")
    shown = backprop(*FORMULA, "--format", "python")
    assert path.read_text(encoding="utf-8") == shown.out
    assert "dz = q * df\n" in shown.out
    assert backprop(*FORMULA, "--format", "python", "--style", "numpy") == shown


@pytest.mark.parametrize(
    ("style", "line"),
    [
        ("gates", "class MultiplyGate:"),
        ("torch", "import torch"),
        ("micrograd", "from micrograd.engine import Value"),
    ],
)
def test_styles(backprop: Callable[..., Any], style: str, line: str) -> None:
    """The libraries themselves are not needed to write for them."""
    assert line in backprop(*FORMULA, "--format", "python", "--style", style).out.splitlines()


def test_what_was_folded_is_written(backprop: Callable[..., Any]) -> None:
    formula = ("explain", "1/(1+exp(-x))", "--x", "1", "--format", "python")
    assert "np.exp(q1)" in backprop(*formula).out
    assert "f = sigmoid(x)\n" in backprop(*formula, "--fold", "sigmoid").out


def test_some_gradients_only(backprop: Callable[..., Any]) -> None:
    out = backprop(*FORMULA, "--wrt", "x", "--format", "python").out
    assert "dx = " in out
    assert "dz = " not in out
    assert "dy = " not in out


def test_an_input_may_be_called_style(backprop: Callable[..., Any]) -> None:
    ran = backprop("explain", "style*x", "--set", "style=2", "--x", "3", "--format", "python")
    assert "dstyle = x * df\n" in ran.out
