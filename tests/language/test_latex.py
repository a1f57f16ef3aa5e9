"""Mathematics means what was typed: it is read back, and compared."""

import re

import pytest
from formulas import FORMULAS, structure
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.language.latex import latex, name_latex, number_latex
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import show
from backprop_cli.language.style import CHALK

NAMES = {"x": "x", "y": "y", "W": "W", "x1": "x1", "θ": "theta", "ŷ": "yhat", "pi": "pi", "e": "e"}
BACK = {
    r"\left": "", r"\right": "", r"\cdot": "*", r"\odot": "*", r"\thinspace": "@", r"^{\top}": ".T",
    r"\lVert": "||(", r"\rVert": ")||", r"\lvert": "abs(", r"\rvert": ")", r"\mathbf{1}": "1",
    r"\mathrm{axis} = ": "axis=", " = ": "==", r"\neq": "!=", r"\geq": ">=", r"\leq": "<=",
    r"\sigma": "sigmoid", "theta": "θ", "yhat": "ŷ",
}  # fmt: skip
OPENED = {r"\frac{": ("((", ")/("), "^{": ("^(", ")"), "_{": ("[", "]"), r"\sqrt{": ("sqrt(", ")")}


def typed(mathematics: str) -> str:
    """Mathematics as one would type it."""
    text = re.sub(r"(\d) \\times 10\^\{(-?\d+)\}", r"\1e\2", mathematics)
    for there, here in BACK.items():
        text = text.replace(there, here)
    text = re.sub(r"\\mathrm\{(\w+)\}", r"\1", text)
    text = re.sub(r"\\(max|min|exp|log|sin|cos|tan|tanh)", r"\1", text)
    out, closing = [], []
    for token in re.split(r"(\\frac\{|\\sqrt\{|\^\{|_\{|\}\{|\})", text):
        if token in OPENED:
            before, after = OPENED[token]
            out.append(before)
            closing.append(after)
        elif token == "}{":
            assert closing.pop() == ")/("
            out.append(")/(")
            closing.append("))")
        else:
            out.append(closing.pop() if token == "}" else token)
    assert not closing
    return "".join(out)


@given(FORMULAS)
@settings(max_examples=300)
def test_it_reads_back_the_same(formula: str) -> None:
    expression = parse(formula)
    again = parse(typed(latex(expression, NAMES)))
    assert structure(again) == structure(expression)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1/(1+exp(-x))", r"\frac{1}{1 + \exp\left(-x\right)}"),
        ("(x+y)*z", r"\left(x + y\right) \cdot z"),
        ("x - (-y)", r"x - \left(-y\right)"),
        ("(x/y)^2", r"\left(\frac{x}{y}\right)^{2}"),
        ("x^(y+1)^2", r"x^{\left(y + 1\right)^{2}}"),
        ("||x||^2", r"\lVert x \rVert^{2}"),
        ("(W.T)^2", r"\left(W^{\top}\right)^{2}"),
        ("W.T @ x", r"W^{\top} \thinspace x"),
        ("W[0,1]", "W_{0, 1}"),
        ("sqrt(abs(x))", r"\sqrt{\lvert x \rvert}"),
        ("1e-9*x", r"1 \times 10^{-9} \cdot x"),
        ("x^1e-9", r"x^{1 \times 10^{-9}}"),
        ("relu(x)", r"\mathrm{relu}\left(x\right)"),
    ],
)
def test_forms(formula: str, expected: str) -> None:
    names = {name: name for name in "xyzW"}
    assert latex(parse(formula), names) == expected


def test_a_product_of_arrays_is_taken_element_by_element() -> None:
    names = {name: name for name in "xyc"}
    assert latex(parse("c*x*y"), names, arrays="xy") == r"c \cdot x \odot y"
    assert latex(parse("sum(x)*y"), names, arrays="xy") == r"\mathrm{sum}\left(x\right) \cdot y"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x", "x"),
        ("w0", "w_{0}"),
        ("w_12", "w_{12}"),
        ("x₁", "x_{1}"),
        ("neg", r"\mathit{neg}"),
        ("neg1", r"\mathit{neg_{1}}"),
        ("a_b", "a_{b}"),
        ("x_hat", r"x_{\mathit{hat}}"),
        ("θ", r"\theta"),
        ("theta1", r"\theta_{1}"),
        ("_x", r"\mathit{\underline{\enspace}x}"),
        ("é", "<é>"),
        ("x" * 10_000, rf"\mathit{{{'x' * 40}\ldots}}"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert name_latex(name, lambda letter: f"<{letter}>") == expected


@given(st.floats())
def test_numbers(number: float) -> None:
    text = number_latex(repr(number))
    if number == number and abs(number) != float("inf"):
        assert float(re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", text)) == number
    else:
        assert text in (r"\mathrm{NaN}", r"\infty", r"-\infty")


@pytest.mark.parametrize(
    ("text", "is_by_element"),
    [
        ("1[s > 0] * s", True),
        ("[1, 2] * s", True),
        ("onehot(1, 3) * s", True),
        ("s[0] * s", False),
        ("det(s) * s", False),
        ("max(s) * s", False),
        ("1[n > 0] * s", False),
    ],
)
def test_between_two_arrays_stands_the_sign_that_goes_element_by_element(
    text: str, is_by_element: bool
) -> None:
    expression = parse(text)
    assert ("⊙" in show(expression, style=CHALK, arrays=["s"])) == is_by_element
    assert (r"\odot" in latex(expression, {}, arrays=["s"])) == is_by_element


def test_two_lists_are_multiplied_element_by_element() -> None:
    assert r"\odot" in latex(parse("[0, 1]*[2, 3]"), NAMES)
