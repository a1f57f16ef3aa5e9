"""`explain --fold` and `--unfold`, as one types them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


def test_what_is_folded_is_what_is_shown(backprop: Run) -> None:
    ran = backprop("explain", "1/(1+exp(-x*y))", "--x", "1", "--y", "2", "--fold", "σ, tanh")
    assert ran.status == 0
    assert "is one sigmoid gate, σ(q)" in ran.out
    assert "sigmoid gate, gradient scaler: f = σ(q)" in ran.out
    assert "Both forms give the same gradients" in ran.out


def test_nothing_to_fold_is_no_error(backprop: Run) -> None:
    ran = backprop("explain", "x*y", "--x", "1", "--y", "2", "--fold", "sigmoid")
    assert ran.status == 0
    assert "\nNothing to fold: there is no 1/(1 + exp(-u))" in ran.out
    assert "Both forms" not in ran.out


@pytest.mark.parametrize(
    ("options", "folded", "both"),
    [
        ((), True, True),
        (("--only", "gradients"), True, True),
        (("--only", "backward"), True, True),
        (("--only", "forward"), True, False),
        (("--only", "circuit"), True, False),
        (("--no", "gradients,backward"), True, False),
        (("--no", "folded"), False, False),
        (("--only", "gradients", "--no", "folded"), False, False),
    ],
)
def test_parts(backprop: Run, options: tuple[str, ...], folded: bool, both: bool) -> None:
    out = backprop("explain", "1/(1+exp(-x))", "--x", "1", "--fold", "all", *options).out
    assert ("Folded" in out, "Both forms" in out) == (folded, both)


def test_in_json_nothing_is_lost(backprop: Run) -> None:
    arguments = ("a = -x; 1/(1+exp(a))", "--x", "-1000", "--fold", "sigmoid", "--format", "json")
    data = json.loads(backprop("explain", *arguments).out)
    assert data["expression"] == "a = -x; 1/(1+exp(a))"
    assert data["gradients"] == {"x": 0.0}
    assert data["rewritten"] == {
        "direction": "fold",
        "gates": ["sigmoid"],
        "formula": "sigmoid(x)",
        "rewrites": [
            {
                "gate": "sigmoid",
                "node": "f",
                "before": "1 / (1 + exp(-x))",
                "after": "sigmoid(x)",
                "span": [8, 20],
                "steps": ["a"],
            }
        ],
        "kept": [],
        "gradients_as_typed": {"x": "NaN"},
        "differences": {"x": "NaN"},
    }
    assert "rewritten" not in json.loads(
        backprop("explain", "x", "--x", "1", "--format", "json").out
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x", "--fold", "sigmid"), "--fold: there is no form of a gate 'sigmid'\n  did you mean 'sigmoid'?"),
        (("x", "--unfold", "square"), "--unfold: there is no form of a gate 'square'"),
        (("x", "--fold", "sigmoid", "--unfold", "tanh"), "--fold and --unfold cannot be combined"),
        (("1/(1+exp(-W@x))", "--W", "[[1,2]]", "--fold", "all", "--x", "[1]"), "1/(1+exp(-W@x))\n             ^"),
        (("1/(1+exp(-y))", "--fold", "all"), "no value for y"),
    ],
)  # fmt: skip
def test_errors_point_at_what_was_typed(
    backprop: Run, arguments: tuple[str, ...], message: str
) -> None:
    ran = backprop(
        "explain", *arguments, *(() if "--W" in arguments or "y" in arguments[0] else ("--x", "1"))
    )
    assert ran.status == 2
    assert message in ran.err


def test_a_bound_e_is_no_base_of_exp(backprop: Run) -> None:
    out = backprop("explain", "1/(1+e^-x)", "--x", "1", "--e", "3", "--fold", "all").out
    assert "Nothing to fold" in out


def test_step_by_step_and_measured(backprop: Run, tmp_path: Any) -> None:
    path = tmp_path / "screen.txt"
    ran = backprop(
        "explain", "1/(1+exp(-x))", "--x", "1", "--fold", "all", "--check", "-o", str(path)
    )
    assert ran.status == 0
    assert "measured: 0.1966" in path.read_text(encoding="utf-8")
    assert "Both forms" in path.read_text(encoding="utf-8")
