"""Sections on the command line: which options they go with, and what is said of bad ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VEC = ("||W @ x||^2", "--W", "[[0.1,0.5],[-0.3,0.8]]", "--x", "[0.2,0.4]")
NODES = "there are W, x, q, f"
QUESTIONS = "a question is q, df/dx, df/dW[0,1], shape(df/dW), pattern(q), formula(df/dx)"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("--jacobian", "--jacobian has no value\n  write --jacobian VALUE"),
        (
            "--jacobian q",
            "--jacobian takes all or two nodes, and 'q' is one\n  for example: --jacobian q x",
        ),
        (
            "--jacobian q --check",
            "--jacobian takes all or two nodes, and 'q' is one\n  for example: --jacobian q x",
        ),
        ("--jacobian q y", f"--jacobian: there is no input or step 'y'\n  {NODES}"),
        ("--jacobian qq x", "--jacobian: there is no input or step 'qq'\n  did you mean 'q'?"),
        ("--jacobian dq/dy", f"--jacobian: there is no input or step 'y'\n  {NODES}"),
        (
            "--jacobian dq/dx[0]",
            "--jacobian takes all, two names or a question, not 'dq/dx[0]'\n  for example: all, q x, dq/dx",
        ),
        ("--jacobian q/x", "'q' is no differential\n  q/x\n  ^ write dq or ∂q"),
        ("--jacobian q x --jacobian q W", "--jacobian is given twice"),
        ("--jacobian q x --only forward", "--jacobian and --only cannot be combined"),
        ("--jacobian q x --words", "--jacobian and --words cannot be combined"),
        (
            "--jacobian all --format json",
            "--jacobian and JSON cannot be combined: JSON holds everything",
        ),
        ("--element", "--element has no value\n  write --element VALUE"),
        ("--element W", "--element: W is a 2×2 matrix, not one element\n  for example: W[0,0]"),
        (
            "--element W[1]",
            "--element: W[1] is a vector of 2, not one element\n  for example: W[1,0]",
        ),
        (
            "--element W[0,2]",
            "--element: there is no element [0, 2] in a 2×2 matrix, counted from 0",
        ),
        ("--element x[0,0]", "--element: a vector of 2 has no element [0, 0]"),
        ("--element V[0]", f"--element: there is no input or step 'V'\n  {NODES}"),
        ("--element W[", f"this is no question\n  W[\n    ^ {QUESTIONS}"),
        (
            "--element shape(W)",
            "--element takes an element of an input or a step, not 'shape(W)'\n  for example: W[0,1]",
        ),
        (
            "--element dq/dx[0]",
            "--element takes an element of an input or a step, not 'dq/dx[0]'\n  for example: W[0,1]",
        ),
        (
            "--element x[0] --wrt W",
            "--element: no gradient arrives at 'x'\n  --wrt or --data leaves it out",
        ),
        ("--element x[0] --step", "--element and --step cannot be combined"),
        ("--flow --no backward", "--flow and --no backward cannot be combined"),
        ("--jacobian f W --wrt x", "--jacobian and --wrt cannot be combined"),
        ("--jacobian f W --upstream 2", "--jacobian and --upstream cannot be combined"),
        ("--jacobian all --upstream 2", "--jacobian and --upstream cannot be combined"),
        (
            "--shapes --jacobian all --upstream 2",
            "--shapes and --jacobian and --upstream cannot be combined",
        ),
        ("--shapes --check", "--shapes and --check cannot be combined"),
        ("--shapes -o f.json", "--shapes and JSON cannot be combined: JSON holds everything"),
    ],
)
def test_bad_sections(backprop: Callable[..., Any], typed: str, message: str) -> None:
    assert backprop("explain", *VEC, *typed.split()) == (2, "", f"error: {message}\n")


def test_what_does_not_depend(backprop: Callable[..., Any]) -> None:
    ran = backprop("explain", "p = y*2; x*x", "--x", "1", "--y", "2", "--element", "y")
    assert ran.err == "error: --element: no gradient arrives at 'y'\n  f does not depend on it\n"
    ran = backprop("explain", "q = 2*3; q*x", "--x", "1", "--jacobian", "f", "q")
    assert ran.err == "error: --jacobian: 'q' is made of constants only\n"
    ran = backprop("explain", *VEC, "--jacobian", "x", "q")
    assert "Zero: x does not depend on q: q depends on x, so ask for ∂q/∂x." in ran.out


@pytest.mark.parametrize("typed", ["q x", "dq/dx", "∂q/∂x"])
def test_all_spellings_ask_for_the_same(backprop: Callable[..., Any], typed: str) -> None:
    expected = backprop("explain", *VEC, "--jacobian", "q", "x")
    assert expected.status == 0
    assert "Jacobian ∂q/∂x" in expected.out
    assert "Circuit" not in expected.out
    assert backprop("explain", *VEC, "--jacobian", typed) == expected
    assert backprop("explain", f"--jacobian={typed}", *VEC) == expected
    assert backprop("explain", "--jacobian", *typed.split(), *VEC) == expected


def test_sections_stand_in_their_order(backprop: Callable[..., Any]) -> None:
    out = backprop("explain", *VEC, "--shapes", "--element", "W[0,1]", "--jacobian", "all").out
    assert out.startswith("||W @ x||^2\n  W = ")
    assert 0 < out.index("Jacobians") < out.index("Element") < out.index("Shapes")
    assert "2 q₀ x₁ = 0.176" in out
    short = backprop("explain", *VEC, "--shapes", "--no", "formula").out
    assert short.startswith("Shapes")


def test_a_vector_needs_no_upstream_for_its_jacobian(backprop: Callable[..., Any]) -> None:
    matrix = ("W @ x", *VEC[1:])
    assert "It is W itself." in backprop("explain", *matrix, "--jacobian", "f", "x").out
    assert backprop("explain", *matrix, "--shapes").status == 0
    assert backprop("explain", *matrix, "--element", "x[0]").status == 2
    out = backprop("explain", *matrix, "--element", "x[0]", "--upstream", "[1,2]").out
    assert "∂L/∂x₀ = ∂L/∂f₀ W₀₀ + ∂L/∂f₁ W₁₀ = -0.5" in out


def test_notes_are_shown_too(backprop: Callable[..., Any]) -> None:
    out = backprop("explain", "sum(relu(x))", "--x", "[0,1]", "--jacobian", "q", "x").out
    assert "Notes" in out
    assert "kink" in out


def test_a_section_goes_into_a_file(backprop: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    shown = backprop("explain", *VEC, "--element", "W[0,1]", "--ascii", "--digits", "2")
    assert "df/dW[0,1] = 2 * q[0] * x[1] = 0.18" in shown.out
    backprop("explain", *VEC, "--element", "W[0,1]", "--ascii", "--digits", "2", "-o", str(path))
    assert path.read_text() == shown.out


def test_what_is_folded_is_shown_folded(backprop: Callable[..., Any]) -> None:
    out = backprop(
        "explain", "sum(1/(1+exp(-x)))", "--x", "[1,2]", "--fold", "sigmoid", "--element", "x[0]"
    ).out
    assert "(1 - q₀) q₀" in out


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "--jacobian all --wrt x",
            "--shapes --data W",
            "--shapes --wrt x",
            "--flow --wrt x --upstream 2",
        ),
        *("--element x[0] --wrt x --upstream 2", "--jacobian q x --flow --wrt x --upstream 2"),
        "--flow --no formula,notes",
    ],
)
def test_options_that_a_section_heeds(backprop: Callable[..., Any], typed: str) -> None:
    plain = " ".join(word for word in typed.split() if word not in ("--upstream", "2"))
    ran = backprop("explain", *VEC, *typed.split())
    assert ran.status == 0
    assert (ran == backprop("explain", *VEC, *plain.split())) == ("2" not in typed.split())


def test_all_rows_are_checked(backprop: Callable[..., Any]) -> None:
    formula = "x" + "*1.01" * 60
    out = backprop("explain", formula, "--x", "1", "--all", "--check", "--only", "backward").out
    assert out.count("mul gate") == out.count("(1.01 measured)") == 60
