"""What stands in LaTeX means what the core language means."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from notations import INPUTS, SCALARS, Written, check_same

from backprop_cli import explain
from backprop_cli.graph.reading import Notation
from backprop_cli.language.latex import latex, name_latex
from backprop_cli.language.parser import parse
from backprop_cli.language.syntax import Expression


@given(SCALARS)
@settings(max_examples=200)
def test_it_has_the_value_and_the_gradients_of_the_core_formula(written: Written) -> None:
    check_same(written.core, written.latex, Notation.LATEX)


@pytest.mark.slow
@given(SCALARS)
@settings(max_examples=2000)
def test_it_has_them_in_many_examples(written: Written) -> None:
    check_same(written.core, written.latex, Notation.LATEX)


WORKED = json.loads((Path(__file__).parents[2] / "worked_examples.json").read_text("utf-8"))


def _written(expression: Expression) -> str:
    """Its steps as `--format latex` writes them."""
    names = {str(term.payload): "" for term in expression.terms if term.op == "name"}
    names |= {statement.name: "" for statement in expression.statements if statement.name}
    names = {name: name_latex(name, str) for name in names}
    arrays = [name for name in names if np.ndim(INPUTS.get(name, 0.0))]
    rows = []
    for statement in expression.statements:
        left = f"{names[statement.name]} = " if statement.name else ""
        rows.append(left + latex(expression, names, statement.term, arrays))
    return r" \\ ".join(rows)


@given(SCALARS)
def test_what_is_written_as_latex_is_read_back(written: Written) -> None:
    check_same(written.core, f"${_written(parse(written.core))}$", Notation.LATEX)


@pytest.mark.parametrize("example", WORKED, ids=lambda example: example["id"])
def test_what_format_latex_writes_is_read_back(
    example: dict[str, Any], backprop: Callable[..., Any]
) -> None:
    given = [f"{name}={json.dumps(value)}" for name, value in example["inputs"].items()]
    options = [word for one in given for word in ("--set", one)]
    shown = backprop("explain", example["expression"], *options, "--format", "latex").out
    rows = shown.partition("\\begin{gather*}\n")[2].partition("\\end{gather*}")[0].splitlines()
    text = "\n".join(rows[:-1]).strip().removesuffix(r"\\")
    trace, again = (explain(f, example["inputs"]) for f in (example["expression"], f"${text}$"))
    assert np.allclose(again.value, trace.value, rtol=1e-12)
    for name, gradient in trace.gradients.items():
        assert np.allclose(again.gradients[name], gradient, rtol=1e-12), name


@pytest.mark.parametrize(
    ("written", "gradient"),
    [
        (r"\log_2 x", 1 / np.log(2) / 3),
        (r"\log_{2}(x) + \frac{x}{2}", 1 / np.log(2) / 3 + 0.5),
        (r"\log_{10}{x}", 1 / np.log(10) / 3),
        (r"\log_e x", 1 / 3),
        (r"\log_3 x", 1 / np.log(3) / 3),
        ("log_2(x)", 1 / np.log(2) / 3),
        ("log_3 x", 1 / np.log(3) / 3),
        ("log₂ x", 1 / np.log(2) / 3),
    ],
)
def test_a_logarithm_has_the_base_below_it(written: str, gradient: float) -> None:
    assert explain(written, x=3.0).gradients["x"] == pytest.approx(gradient)
