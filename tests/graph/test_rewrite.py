"""Formulas are folded into the gates that they are, and nothing else is."""

import re
from typing import Any

import numpy as np
import pytest
from formulas import structure
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.autodiff.trace import Trace, trace
from backprop_cli.errors import BackpropError
from backprop_cli.graph.build import build
from backprop_cli.graph.rewriting.patterns import BY_GATE, FORMS, HOLE, GateForm, read
from backprop_cli.graph.rewriting.rewrite import Rewritten, fold, unfold
from backprop_cli.inputs.values import as_value
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import show_program
from backprop_cli.language.syntax import Expression

SIGMOID = [BY_GATE["sigmoid"]]
UNFOLD = [form for form in FORMS if form.unfolds]


def folded(formula: str, forms: list[GateForm] = SIGMOID, bound: tuple[str, ...] = ()) -> str:
    return show_program(fold(parse(formula), forms, bound).expression)


def run_of(expression: Expression, inputs: dict[str, Any]) -> Trace:
    values = {name: as_value(name, value) for name, value in inputs.items()}
    shapes = {name: getattr(value, "shape", ()) for name, value in values.items()}
    return trace(build(expression, shapes), values)


def agree(first: Trace, second: Trace) -> None:
    assert np.allclose(first.value, second.value, rtol=1e-9, atol=1e-12)
    assert first.gradients.keys() == second.gradients.keys()
    for name, gradient in first.gradients.items():
        other = second.gradients[name]
        assert (gradient is None) == (other is None)
        assert gradient is None or np.allclose(gradient, other, rtol=1e-7, atol=1e-9), name


@pytest.mark.parametrize(
    ("typed", "now"),
    [
        ("1/(1+exp(-x))", "sigmoid(x)"), ("1/(1+e^-x)", "sigmoid(x)"), ("1.0 / (exp(-x) + 1)", "sigmoid(x)"),
        ("(1+exp(-x))^-1", "sigmoid(x)"), ("(e^(-x) + 1)⁻¹", "sigmoid(x)"), ("1/(1+1/exp(x))", "sigmoid(x)"),
        ("exp(x)/(1+exp(x))", "sigmoid(x)"), ("e^x/(exp(x)+1)", "sigmoid(x)"),
        ("exp(x+y)/(1+exp(y+x))", "sigmoid(x + y)"), ("exp(-x)/(1+exp(-x))", "sigmoid(-x)"),
        # The minus that a formula begins with is the minus of all of it.
        ("1/(1+exp(-(x*y)))", "sigmoid(x * y)"), ("1/(1+exp(-x*y))", "sigmoid(x * y)"),
        ("1/(1+exp(-x*y-b))", "sigmoid(x * y + b)"), ("1/(1+exp(-x+y))", "sigmoid(x - y)"),
        ("1/(1+exp(-2*x))", "sigmoid(2 * x)"), ("1/(1+exp(-3))", "sigmoid(3)"), ("1/(1+exp(--x))", "sigmoid(-x)"),
        ("1/(1+exp(-x/2))", "sigmoid(x / 2)"), ("1/(1+exp(-W@x))", "sigmoid(W @ x)"),
        ("1/(1+exp(-(1/(1+exp(-x)))*y))", "sigmoid(sigmoid(x) * y)"),
        # In named steps
        ("a = -x; b = exp(a); c = 1 + b; s = 1/c", "s = sigmoid(x)"),
        ("a = -x*y; s = 1/(1 + exp(a)); s*s", "s = sigmoid(x * y); s * s"),
        ("b = exp(x); b/(1+b)", "sigmoid(x)"), ("q = x*y; 1/(1+exp(-q)) + q", "q = x * y; sigmoid(q) + q"),
        ("q = x*y; exp(q)/(1+exp(x*y))", "q = x * y; sigmoid(q)"),
        ("u = 3; s = 1/(1+exp(-x)); s*u", "u = 3; s = sigmoid(x); s * u"),
        # Many, and one in another
        ("1/(1+exp(-x)) * (1/(1+exp(-y)))", "sigmoid(x) * sigmoid(y)"),
        # -1/q is the number -1 over q, as 2/q is no sigmoid gate, and its sign is turned.
        ("1/(1+exp(-1/(1+exp(-x))))", "sigmoid(1 / (1 + exp(-x)))"),
        ("1/(1+exp(-(1/(1+exp(-x)))))", "sigmoid(sigmoid(x))"),
        ("exp(1/(1+exp(-x)))/(1+exp(1/(1+exp(-x))))", "sigmoid(sigmoid(x))"),
        ("b = exp(-x); exp(1/(1+exp(-x))) / (1 + exp(1/(1+b)))", "sigmoid(sigmoid(x))"),
    ],
)  # fmt: skip
def test_every_spelling_is_recognised(typed: str, now: str) -> None:
    assert folded(typed) == now


@pytest.mark.parametrize(
    "formula",
    [
        "1/(1+exp(x))", "2/(1+exp(-x))", "1/(2+exp(-x))", "1/(1-exp(-x))", "1/(1+exp(-x))^2 - 1/(1+2^-x)",
        "1/(1+exp(y-x))", "exp(x)/(1+exp(y))", "exp(x)/(1+exp(-x))", "1/exp(-x) + 1", "(1+exp(-x))^-2",
        "1/(1+exp(x-y))", "1*(1+exp(-x))", "(1+exp(-x))/1", "1/x/(1+exp(-x))",
        # 0 and -0 are equal, and x/0 and x/-0 are not.
        "exp(x/0)/(1+exp(x/-0))",
        # A second name is a step of its own.
        "a = -x; b = a; 1/(1+exp(b))",
    ],
)  # fmt: skip
def test_what_is_none_is_left_alone(formula: str) -> None:
    expression = parse(formula)
    assert fold(expression, SIGMOID).expression is expression


def test_e_is_a_name_where_it_has_a_value() -> None:
    assert folded("1/(1+e^-x)", bound=("e", "x")) == "1 / (1 + e^-x)"
    assert folded("e = 3; 1/(1+e^-x)") == "e = 3; 1 / (1 + e^-x)"


def test_a_step_that_is_used_elsewhere_stays() -> None:
    formula = "a = -x; b = exp(a); c = 1 + b; s = 1/c; s*b"
    found = fold(parse(formula), SIGMOID)
    assert found.rewrites == ()
    assert [(kept.gate, kept.steps, formula[kept.start : kept.end]) for kept in found.kept] == [
        ("sigmoid", ("b",), "1/c")
    ]
    # A step that nothing uses is the learner's own, and stays too.
    assert folded("z = 5*x; 1/(1+exp(-x))") == "z = 5 * x; sigmoid(x)"


def test_what_was_folded_says_where_and_which_steps_are_gone() -> None:
    formula = "a = exp(-x); s = (1 + a)^-1; s*y"
    (one,) = fold(parse(formula), SIGMOID).rewrites
    assert (one.gate, one.before, one.after) == ("sigmoid", "(1 + exp(-u))^-1", "sigmoid(u)")
    assert (formula[one.start : one.end], one.steps) == ("(1 + a)^-1", ("a",))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.gate)
def test_every_row_is_true(form: GateForm) -> None:
    """Each text of a row is what its gate computes, with the same gradients, and folds to it."""
    for text in form.texts:
        expression = parse(text)
        # Some values at which exp and the rest are tame, and max meets no tie.
        inputs = {HOLE: [0.5, -1.25, 2.0]}
        whole = parse(f"sum(({text})*[1, 2, 3])")
        now = fold(whole, [form]).expression
        assert structure(now) == structure(parse(f"sum(({form.folded})*[1, 2, 3])")), text
        agree(run_of(whole, inputs), run_of(now, inputs))
        assert structure(fold(expression, [form]).expression) == structure(read(form.folded))
    if form.unfolds:
        back = unfold(parse(form.folded), [form]).expression
        assert structure(back) == structure(read(form.texts[0]))


PARTS = st.recursive(
    st.sampled_from(["x", "y", "x*y", "2", "(x - y)"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner, st.sampled_from("+-*")).map(lambda t: f"({t[0]} {t[2]} {t[1]})"),
        inner.map(lambda t: f"-{t}"),
        inner.map(lambda t: f"sigmoid({t})"),
        inner.map(lambda t: f"tanh({t})"),
        st.tuples(inner, st.sampled_from(SIGMOID[0].texts)).map(
            lambda t: (
                f"({t[1].replace('exp', 'EXP').replace('u', f'({t[0]})').replace('EXP', 'exp')})"
            )
        ),
        inner.map(lambda t: f"relu(0.1 + {t})"),
    ),
    max_leaves=6,
)


@given(PARTS, st.floats(-2, 2), st.floats(-2, 2))
def test_both_ways_give_the_same_gradients(formula: str, x: float, y: float) -> None:
    expression = parse(f"{formula} + 0*x + 0*y")
    inputs = {"x": x, "y": y}
    typed = run_of(expression, inputs)
    for way, forms in ((fold, SIGMOID), (unfold, SIGMOID), (fold, list(FORMS))):
        agree(typed, run_of(way(expression, forms).expression, inputs))
    there: Rewritten = fold(expression, SIGMOID)
    back = unfold(there.expression, SIGMOID).expression
    agree(typed, run_of(back, inputs))
    # Folded again, nothing is left to fold, and the formula is as it was.
    again = fold(back, SIGMOID).expression
    assert fold(again, SIGMOID).rewrites == ()


@given(PARTS)
def test_a_rewritten_formula_is_one_that_can_be_typed(formula: str) -> None:
    for now in (fold(parse(formula), FORMS), unfold(parse(formula), UNFOLD)):
        text = show_program(now.expression)
        assert structure(parse(text)) == structure(now.expression)


def test_a_formula_that_lost_its_minus_is_another() -> None:
    found = fold(parse("1/(1 + exp(-x*-x))"), list(FORMS))
    assert show_program(found.expression) == "sigmoid(x * (-x))"
    assert [one.gate for one in found.rewrites] == ["sigmoid"]


def test_a_norm_that_is_squared_is_no_gate() -> None:
    found = unfold(parse("||v||^2 + ||v||"), [BY_GATE["norm"]])
    assert show_program(found.expression) == "||v||^2 + sqrt(sum(v^2))"
    assert [one.gate for one in found.rewrites] == ["norm"]


def test_arrays_are_folded_too() -> None:
    expression = parse("sum(1/(1+exp(-W@x))*v)")
    inputs = {"W": [[1, 2], [3, -4]], "x": [0.5, 1], "v": [1, 2]}
    now = run_of(fold(expression, SIGMOID).expression, inputs)
    assert [gate.name for gate in now.graph.gates if gate] == ["matmul", "sigmoid", "mul", "sum"]
    agree(run_of(expression, inputs), now)


@pytest.mark.parametrize("value", [0.5, [0.5, 2], [[0.5, 1], [2, 3]]], ids=["s", "v", "m"])
@pytest.mark.parametrize("typed", ["x", "x.T", "(x*x)"])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.gate)
def test_what_can_be_built_can_be_built_folded(form: GateForm, typed: str, value: Any) -> None:
    def of(text: str) -> Expression:
        names = re.sub(rf"\b{HOLE}\b", typed, text)
        return parse(f"sum(({names}) * 3)")._replace(by_element=True)

    for text in form.texts:
        expression = of(text)
        try:
            before = run_of(expression, {"x": value})
        except BackpropError:
            continue
        now = fold(expression, [form])
        assert now.rewrites
        agree(before, run_of(now.expression, {"x": value}))
    if form.unfolds:
        expression = of(form.folded)
        now = unfold(expression, [form])
        assert now.rewrites
        agree(run_of(expression, {"x": value}), run_of(now.expression, {"x": value}))


def test_what_was_not_typed_stands_where_the_gate_stood() -> None:
    formula = "3*sigmoid(x + y)"
    t = run_of(unfold(parse(formula), SIGMOID).expression, {"x": 1, "y": 2})
    spans = {node.name: node.span for node in t.nodes}
    assert spans["1"] is None
    assert {formula[slice(*spans[name])] for name in ("q2", "q3", "q4", "q5")} == {"sigmoid(x + y)"}
    # Errors of what a value makes too large point at what was typed.
    huge = unfold(parse("sum(sigmoid(v))"), SIGMOID).expression
    with pytest.raises(BackpropError, match="elements together") as caught:
        build(huge, {"v": (2**24,)})
    assert caught.value.source[slice(*caught.value.span)] == "s"


@pytest.mark.parametrize(
    "formula",
    [
        "+".join(["1/(1+exp(-x))"] * 5_000),
        "1/(1+exp(-(" * 5_000 + "x" + ")))" * 5_000,
        "1/(1+exp(-x" + "-x" * 20_000 + "))",
        "; ".join(f"a{i} = 1/(1+exp(-{f'a{i - 1}' if i else 'x'}))" for i in range(5_000)),
    ],
    ids=["wide", "deep", "a long sum", "steps"],
)
def test_depth_and_length_do_not_matter(formula: str) -> None:
    expression = parse(formula)
    found = fold(expression, FORMS)
    assert "exp" not in {term.payload for term in found.expression.terms}
    back = unfold(found.expression, SIGMOID)
    assert len(back.rewrites) == len(found.rewrites)
