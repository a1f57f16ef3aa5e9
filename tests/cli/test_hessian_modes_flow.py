"""`hessian`, `modes` and `explain --flow` from the command line: exit statuses, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from backprop_cli.analysis import modes as both
from backprop_cli.autodiff import hessian as second

XY = ("x*y", "--x", "2", "--y", "3")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("hessian",), "error: there is no formula\n  for example: backprop explain \"(x+y)*z\" --x -2 --y 5 --z -4\n"),
        (("hessian", "2+3"), "error: there is no variable, so there are no derivatives\n"),
        (
            ("hessian", "sum(v)", "--v", "ones(65)"),
            "error: 65 elements have 4,225 second derivatives: this is for at most 64 elements\n"
            "  name fewer inputs: --wrt x\n",
        ),
        (("hessian", *XY, "--wrt", "z"), "error: --wrt: the formula has no input 'z'\n  it has x, y\n"),
        (("hessian", *XY, "--digits", "0"), "error: --digits takes a whole number from 1 to 17, not '0'\n"),
        (("modes", "2+3"), "error: there is no variable, so there is nothing to differentiate\n"),
        (("modes", *XY, "--along", "f"), "error: --along: 'f' is no input\n  there are x, y\n"),
        (
            ("modes", *XY, "--wrt", "y", "--along", "x"),
            "error: --along: 'x' is not among those whose gradients are wanted\n  there are y\n",
        ),
        (("modes", *XY, "--along", "nosuch"), "error: --along: there is no input 'nosuch'\n  there are x, y\n"),
        (
            ("modes", *XY, "--wrt", "y", "--along", "nosuch"),
            "error: --along: there is no input 'nosuch'\n  there are y\n",
        ),
        (("modes", "alpha*y", "--alpha", "2", "--y", "3", "--along", "alpah"), "error: --along: there is no input 'alpah'\n  did you mean 'alpha'?\n"),
        (("modes", *XY, "--along", "x[0]"), "error: --along: a number has no element [0]\n"),
        (
            ("modes", "sum(v)", "--v", "[1,2]", "--along", "v[2]"),
            "error: --along: there is no element [2] in a vector of 2, counted from 0\n",
        ),
        (
            ("modes", "sum(v)", "--v", "[1,2]", "--along", "v"),
            "error: --along: v is a vector of 2, not one element\n  for example: v[0]\n",
        ),
        (("modes", *XY, "--along", "df/dx"), "error: --along takes an input or an element of one, not 'df/dx'\n"),
        (
            ("modes", "v*2", "--v", "[1,2]", "--upstream", "[1,1]"),
            "error: --upstream makes one number of the output, and modes counts a pass for each\n"
            "  leave it out\n",
        ),
        (("explain", *XY, "--flow", "--only", "circuit"), "error: --flow and --only cannot be combined\n"),
    ],
)  # fmt: skip
def test_bad_input_has_its_message(backprop: Any, arguments: tuple[str, ...], message: str) -> None:
    ran = backprop(*arguments)
    assert (ran.status, ran.out, ran.err) == (2, "", message)


def test_an_array_needs_an_upstream_for_second_derivatives_but_not_for_modes(backprop: Any) -> None:
    array = ("v^2", "--v", "[1,2]")
    assert "a gradient starts from a single number" in backprop("hessian", *array).err
    ran = backprop("hessian", *array, "--upstream", "[3,5]")
    assert ran.status == 0
    assert "Second derivatives of f, weighted by the upstream" in ran.out
    assert backprop("modes", *array).status == 0


def test_the_answer_no_is_status_1(backprop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert backprop("hessian", *XY).status == backprop("modes", *XY).status == 0
    monkeypatch.setattr(second, "_row", lambda trace, element: [7.0, 7.0])
    ran = backprop("hessian", *XY)
    assert ran.status == 1
    assert "4 wrong: marked !, error above 1e-2" in ran.out
    monkeypatch.setattr(both, "_compared", lambda *_: ([1.0], [2.0]))
    ran = backprop("modes", *XY)
    assert ran.status == 1
    assert "which is not the same" in ran.out


@pytest.mark.parametrize("command", ["hessian", "modes"])
def test_letters_that_ascii_has_not(backprop: Callable[..., Any], command: str) -> None:
    ran = backprop(command, "sigmoid(x)*y", "--x", "2", "--y", "3", "--ascii")
    assert ran.status == 0
    assert ran.out.isascii()


def test_along_an_element_from_the_end_in_any_spelling(backprop: Any) -> None:
    ran = backprop("modes", "sum(θ^2)", "--theta", "[1,2]", "--along", "theta[1]")
    assert "Forwards ∂f/∂θ[1] = 4, and backwards, in one pass, 4: the same." in ran.out


def test_flow_in_a_file_and_with_other_sections(backprop: Any, tmp_path: Any) -> None:
    path = tmp_path / "flow.txt"
    assert backprop("explain", *XY, "--flow", "--shapes", "-o", str(path)).status == 0
    text = path.read_text(encoding="utf-8")
    assert "Gradient flow" in text
    assert "Shapes" in text


def test_all_shows_every_gate(backprop: Any) -> None:
    formula = ("x" + "*x" * 60, "--x", "1")
    assert "10 more gates" in backprop("explain", *formula, "--flow").out
    assert "more gates" not in backprop("explain", *formula, "--flow", "--all").out
    assert "11 more nodes that move" in backprop("modes", *formula).out
    assert "more nodes" not in backprop("modes", *formula, "--all").out
