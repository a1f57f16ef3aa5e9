"""Exact screens of what was folded. After a change that is meant: pytest --regen-all"""

from typing import Any

import pytest
from golden import same
from helpers import EXAMPLES

from backprop_cli.analysis.rewrite_comparison import RewriteComparison, differences
from backprop_cli.autodiff.trace import Trace, trace
from backprop_cli.graph.build import build
from backprop_cli.graph.patterns import BY_GATE
from backprop_cli.graph.rewrite import fold, unfold
from backprop_cli.inputs.values import as_value
from backprop_cli.language.parser import parse
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.explain.stepper import stages
from backprop_cli.render.text.options import Look


def comparison(formula: str, gates: str, folds: bool = True, **given: Any) -> RewriteComparison:
    values = {name: as_value(name, value) for name, value in given.items()}
    shapes = {name: getattr(value, "shape", ()) for name, value in values.items()}

    def run(expression: Any) -> Trace:
        return trace(build(expression, shapes), values)

    expression, names = parse(formula), tuple(gates.split())
    way = fold if folds else unfold
    rewritten = way(expression, [BY_GATE[name] for name in names], values)
    return RewriteComparison(folds, names, rewritten, run(expression), run(rewritten.expression))


RUNS: dict[str, tuple[str, str, bool, dict[str, Any]]] = {
    "sigmoid": (EXAMPLES[1]["expression"], "sigmoid", True, EXAMPLES[1]["inputs"]),
    "overflow": ("1/(1+exp(-x))", "sigmoid", True, {"x": -1000}),
    "steps": ("a = -x; b = exp(a); c = 1 + b; s = 1/c; s*x", "sigmoid", True, {"x": 1}),
    "array": (
        "sum(1/(1+exp(-W@x)))",
        "sigmoid",
        True,
        {"W": [[1, 2], [3, 4]], "x": [1, 2]},
    ),
    "names": (
        "a*b*sigmoid(relu(x*y) + ||v||^2)",
        "sigmoid relu norm",
        False,
        {"a": 1, "b": 2, "x": 3, "y": -1, "v": [1, 2]},
    ),
    "unfolded": ("sigmoid(x)*sigmoid(y)", "sigmoid", False, {"x": 1, "y": -1000}),
    "kink": ("max(0, x)", "relu", True, {"x": 0}),
    "many": ("+".join(["1/(1+exp(-x))"] * 12), "sigmoid", True, {"x": 1}),
    "nothing": ("2/(1+exp(-x)) + sigmoid(x)", "sigmoid", True, {"x": 1}),
    "nothing-of-all": ("x", " ".join(BY_GATE), True, {"x": 1}),
    "nothing-unfolded": ("x", "sigmoid tanh", False, {"x": 1}),
    "kept": ("b = exp(-x); s = 1/(1+b); s*b", "sigmoid", True, {"x": 1}),
}


LOOKS = {"80": Look(80), "40": Look(40), "ascii": Look(80, ascii=True)}


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("look", LOOKS)
def test_screens(name: str, look: str) -> None:
    formula, gates, folds, inputs = RUNS[name]
    both = comparison(formula, gates, folds, **inputs)
    contents = Contents(("formula", "folded", "gradients", "both", "notes"), comparison=both)
    lines = screen(both.now, LOOKS[look], contents)
    if look == "ascii":
        assert all(line.plain.isascii() for line in lines)
    same(f"rewritten-{name}-{look}", lines, LOOKS[look].width)


def test_step_by_step() -> None:
    both = comparison("1/(1+exp(-x))", "sigmoid", x=1)
    parts = ("formula", "folded", "forward", "backward", "gradients", "both", "notes")
    pages = stages(both.now, Look(), Contents(parts, comparison=both))
    first, *_, last = ["\n".join(line.plain for line in page) for page in pages]
    assert "Folded" in first
    assert "Both forms" in last


def test_digits_that_are_lost_are_told() -> None:
    # The rule of the sigmoid gate, (1 - out)*out, is 0 where out is 1; exp(-40) is not.
    both = comparison("1/(1+exp(-x))", "sigmoid", x=40)
    (one,) = differences(both)
    assert one.verdict == "apart"
    text = "\n".join(
        line.plain for line in screen(both.now, Look(), Contents(("both",), comparison=both))
    )
    assert "digits get lost on the" in text


@pytest.mark.parametrize(
    ("formula", "inputs", "verdict"),
    [
        ("1/(1+exp(-x))", {"x": 0}, "same"),
        ("1/(1+exp(-x))", {"x": 1.1}, "rounding"),
        ("1/(1+exp(-x))", {"x": -1000}, "odd"),
        ("sum(1/(1+exp(-v)))", {"v": [0, -1000]}, "odd"),
    ],
)
def test_verdicts(formula: str, inputs: dict[str, Any], verdict: str) -> None:
    (one,) = differences(comparison(formula, "sigmoid", **inputs))
    assert one.verdict == verdict
