"""Formulas are equal, different at a witness, or undecided; nothing that is typed raises."""

import math
import random
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from formulas import FORMULAS
from helpers import run
from hypothesis import assume, given
from hypothesis import strategies as st
from spellings import formulas

from backprop_cli.autodiff.trace import trace
from backprop_cli.exercises.answers.equality import Comparison, Outcome, Sample, compare
from backprop_cli.exercises.answers.formula import MAX_FORMULA, Unreadable, read_formula
from backprop_cli.exercises.generate.levels import fresh
from backprop_cli.exercises.generate.random_values import drawn_value
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse
from backprop_cli.language.style import CHALK, SOURCE, Style
from backprop_cli.language.syntax import Expression

EQUAL, DIFFERENT, UNDECIDED = Outcome


def points(count: int = 9) -> list[dict[str, float]]:
    """Values of x, y, z: whole numbers first, then any, of both signs and never 0."""
    chance = random.Random(7)
    whole = [
        dict(zip("xyz", chance.sample([-3, -2, 2, 3, 4, 5], 3), strict=True)) for _ in range(3)
    ]
    sizes = [{name: chance.uniform(0.2, 3) for name in "xyz"} for _ in range(count)]
    some = [{name: size * chance.choice((-1, 1)) for name, size in p.items()} for p in sizes]
    return [{name: float(x) for name, x in p.items()} for p in whole + some]


def sampled(text: str) -> list[Sample]:
    """The formula as its own reference, by the engine."""
    x = {"x": 1.0, "y": 1.0, "z": 1.0}
    return [(p, run(f"0*x*y*z + ({text})", **(x | p)).value) for p in points()]


def judged(answer: str, reference: str) -> Comparison:
    return compare(answer, sampled(reference))


def shapely(reference: Callable[..., Any], columns: int = 3) -> list[Sample]:
    """Points of ||W·x||²: W, x, q = W·x, a number k and X, a column as a matrix."""
    random_ = np.random.RandomState(3)
    found: list[Sample] = []
    for _ in range(6):
        W, x = random_.randn(2, columns), random_.randn(columns)
        names = {"W": W, "x": x, "q": W @ x, "k": 2.0, "X": x.reshape(-1, 1)}
        found.append((names, reference(**names)))
    return found


# Equal


@pytest.mark.parametrize(
    "answers",
    [
        ["x/6", "(x-0)/6", "0.5*x/3", "x*(1/6)", "x/2/3", "x·6⁻¹", "x*6^-1", "x/(2*3)", "2*x/12"],
        ["x", "x^2/x", "(x*y)/y", "x+y-y", "exp(log(x^2)/2)*sign(x)", "max(x, x)", "--x", "x**1"],
        ["-x+y", "y-x", "-(x-y)", "-1*(x - y)", "(y^2 - x^2)/(x+y)"],
        ["x^2", "x*x", "square(x)", "x**2", "x²", "abs(x)^2", "||x||^2", "(-x)*(-x)"],
        ["exp(-x)", "1/exp(x)", "e^(-x)", "exp(x)^-1", "exp(-x/2)^2"],
        ["1 - tanh(x)^2", "4/(exp(x)+exp(-x))^2", "(1-tanh(x))*(1+tanh(x))", "4*σ(2*x)*(1-σ(2*x))"],
        ["sigmoid(x)*(1-sigmoid(x))", "(1-σ(x))*σ(x)", "exp(-x)/(1+exp(-x))^2", "σ(x)*σ(-x)"],
        ["y*1[x > 0]", "where(x > 0, y, 0)", "y*(1+sign(x))/2", "y*relu(x)/x", "1[0 < x]*y", "y*1[x ≥ 0]", "y*(1 - 1[x ≤ 0])", "y*1[max(x, 0) = x]", "y*1 [relu(x) ≠ 0]"],
        ["x*(y+z)", "x*y + x*z", "(z+y)*x", "x*y+z*x"],
        ["1/3", "0.33333333", "2/6", "1-2/3", "x/(3*x)"],
        ["2*pi*x", "x*2π".replace("2π", "2*π"), "6.283185307*x", "dfdx = 2*pi*x"],
    ],
)  # fmt: skip
def test_spellings_of_one_formula_are_equal(answers: list[str]) -> None:
    for answer in answers:
        for reference in answers:
            if (
                "=" not in reference
                and "[" not in reference
                and "sign" not in reference
                and "where" not in reference
            ):
                assert judged(answer, reference) == Comparison(EQUAL), (answer, reference)


TAME = st.recursive(
    st.sampled_from(["x", "y", "z", "2", "3", "0.5"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]} / (2 + square({t[1]})))"),
        st.tuples(inner, inner).map(lambda t: f"max({t[0]}, {t[1]})"),
        inner.map(lambda text: f"tanh({text})"),
        inner.map(lambda text: f"sigmoid({text})"),
        inner.map(lambda text: f"exp(sin({text}))"),
        inner.map(lambda text: f"sqrt(1 + ({text})^2)"),
        inner.map(lambda text: f"(-{text})"),
        inner.map(lambda text: f"relu({text})"),
    ),
    max_leaves=6,
)


@given(TAME)
def test_no_rewrite_of_a_formula_differs_from_it(text: str) -> None:
    samples = sampled(text)
    for answer in formulas(text):
        found = compare(answer, samples)
        assert found.outcome is not DIFFERENT, (answer, found)
        if sum(abs(reference) > 1e-3 for _, reference in samples) == len(samples):
            assert found.outcome is EQUAL, (answer, found)


# Different

POLYNOMIALS = st.recursive(
    st.sampled_from(["x", "y", "z", "2", "3", "5"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, st.sampled_from("23")).map(lambda t: f"({t[0]} / {t[1]})"),
        inner.map(lambda text: f"(-{text})"),
    ),
    max_leaves=6,
)


def exactly(text: str) -> list[Any]:
    """A polynomial's values at some points, worked out in fractions."""
    spelt = re.sub(r"(\d+)", r"Fraction(\1)", text)
    at = [(113, 10007, 99991), (-1201, 17, 3), (5, -77773, 31337)]
    return [eval(spelt, {"Fraction": Fraction, "x": x, "y": y, "z": z}) for x, y, z in at]


@st.composite
def mutated(draw: Any) -> tuple[str, str]:
    """A polynomial, and the same with one number, name or sign changed."""
    text = draw(POLYNOMIALS)
    spots = [place for place, letter in enumerate(text) if letter in "xyz235+-*"]
    spot = draw(st.sampled_from(spots))
    kind = next(kind for kind in ("xyz", "235", "+-*") if text[spot] in kind)
    unary = text[spot] == "-" and text[spot - 1 : spot] == "("
    other = " " if unary else draw(st.sampled_from([c for c in kind if c != text[spot]]))
    return text, text[:spot] + other + text[spot + 1 :]


@given(mutated())
def test_a_changed_formula_is_never_equal(pair: tuple[str, str]) -> None:
    text, changed = pair
    same = exactly(text) == exactly(changed)
    assume(same or any(abs(reference) > 1e-9 for _, reference in sampled(text)))
    found = judged(changed, text)
    assert found.outcome is not (DIFFERENT if same else EQUAL), found


@given(POLYNOMIALS, POLYNOMIALS)
def test_two_polynomials_are_judged_as_fractions_judge(one: str, other: str) -> None:
    found = judged(one, other).outcome
    assert found is not (DIFFERENT if exactly(one) == exactly(other) else EQUAL)


@pytest.mark.parametrize(
    ("answer", "reference", "outcome"),
    [
        ("x + 1e-3", "x", DIFFERENT), ("1.001*x", "x", DIFFERENT), ("0.333*x", "x/3", DIFFERENT),
        ("x*1.00001", "x", UNDECIDED), ("x*(1 + 1e-8)", "x", EQUAL), ("0.3333333*x", "x/3", EQUAL),
        # Rounding is no difference, and hides none that is clear.
        ("(x + 1e9) - 1e9", "x", EQUAL), ("(x + 1e9) - 1e9 + 1/100", "x", DIFFERENT),
        ("(x + 1e20) - 1e20", "x", UNDECIDED), ("1e20*(x/1e20)", "x", EQUAL),
        # A point without a value says nothing, and too few points decide nothing.
        ("log(x)*x/log(x)", "x", EQUAL), ("log(-1)*x", "x", UNDECIDED), ("9^9^9^9", "x", UNDECIDED),
        ("x/(y-y)", "x", UNDECIDED), ("0/0", "x", UNDECIDED), ("1/0", "x", UNDECIDED),
        # Equal on one side only.
        ("relu(x)", "x", DIFFERENT), ("abs(x)", "x", DIFFERENT), ("sqrt(x)^2", "x", EQUAL),
        ("x", "y", DIFFERENT), ("0", "x", DIFFERENT), ("3", "3", EQUAL), ("[x, x]", "x", DIFFERENT),
    ],
)  # fmt: skip
def test_outcomes(answer: str, reference: str, outcome: Outcome) -> None:
    found = judged(answer, reference)
    assert found.outcome is outcome, found
    assert (found.reason == "") is (outcome is EQUAL)


def test_the_witness_is_the_simplest_point_and_names_what_the_answer_uses() -> None:
    found = compare("x*y", sampled("x+y")[::-1])
    assert found.witness is not None
    assert set(found.witness.point) == {"x", "y"}
    assert found.reason == "at x = 2, y = -2 it is -4, and should not be"
    assert (found.witness.answer, found.witness.reference) == (-4.0, 0.0)


def test_too_few_points_decide_nothing_but_one_may_tell_a_difference() -> None:
    samples = sampled("x")
    assert compare("x", samples[:2]).outcome is UNDECIDED
    assert compare("y", samples[:1]).outcome is DIFFERENT
    assert compare("x", []).outcome is UNDECIDED


# Vectors and matrices


@pytest.mark.parametrize(
    "answer",
    ["2*q*x.T", "2*q @ x.T", "2*q·xᵀ", "x.T*2*q", "outer(2*q, x)", "2*(x*q.T).T", "2*W@x@x.T", "2*outer(q, x)",
     "q*x.T + q*x.T", "2 @ q @ x.T", "k*q*x.T", "2*q@X.T"],
)  # fmt: skip
def test_outer_products(answer: str) -> None:
    found = compare(answer, shapely(lambda q, x, **_: 2 * np.outer(q, x)))
    assert found == (Comparison(EQUAL) if "X" not in answer else found)


@pytest.mark.parametrize(
    "answer",
    ["W.T @ (2*q)", "2*W.T@q", "2*q@W", "(2*q.T@W).T", "2*W.T@W@x", "W.T@q + W.T@q", "2*(W.T @ W @ X)",
     "[2*W[0,0]*q[0] + 2*W[1,0]*q[1], 2*(W[0,1]*q[0] + W[1,1]*q[1]), 2*(W[0,2]*q[0] + W[1,2]*q[1])]"],
)  # fmt: skip
def test_columns(answer: str) -> None:
    assert compare(answer, shapely(lambda W, q, **_: 2 * W.T @ q)) == Comparison(EQUAL)


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        ("2*q.T@W", DIFFERENT, "it has the shape 1×3 of a row, the gradient's is 3"),
        ("2*q", DIFFERENT, "it has the shape 2, the gradient's is 3"),
        ("2*q*x.T", DIFFERENT, "it has the shape 2×3, the gradient's is 3"),
        ("W @ q", DIFFERENT, "W is a 2×3 matrix and q is a vector of 2: the inner sizes, 3 and 2, must be equal"),
        ("x[3]", DIFFERENT, "there is no element [3] in a vector of 3, counted from 0"),
        ("2*W.T*q", UNDECIDED, "write @ for the matrix product: * multiplies element by element"),
        ("W.T·q", UNDECIDED, "write @ for the matrix product: * multiplies element by element"),
        ("2*W*q", UNDECIDED, "write @ for the matrix product: * multiplies element by element"),
        ("2*sum(W*x)*x/x", UNDECIDED, "write @ for the matrix product: * multiplies element by element"),
        ("2*W.T @ x[0]", DIFFERENT, "it has the shape 3×2, the gradient's is 3"),
        ("2*x", DIFFERENT, ""), ("2", DIFFERENT, "it is one number, the gradient's shape is 3"), ("W.T@q", DIFFERENT, ""),
    ],
)  # fmt: skip
def test_shapes_and_reasons(answer: str, outcome: Outcome, reason: str) -> None:
    samples = shapely(lambda W, q, **_: 2 * W.T @ q)
    expression = read_formula(answer, samples[0][0].keys())
    assert isinstance(expression, Expression)
    found = compare(expression, samples)
    assert found.outcome is outcome, found
    assert found.reason.removeprefix("unreadable: ").startswith(reason)


def test_a_product_element_by_element_that_is_right_stays_right() -> None:
    assert compare("W*x", shapely(lambda W, x, **_: W * x)) == Comparison(EQUAL)


def test_a_number_stands_for_all_elements_and_one_for_a_list_of_one() -> None:
    assert compare("k/2", shapely(lambda q, **_: np.ones_like(q))) == Comparison(EQUAL)
    assert compare("[k]", shapely(lambda k, **_: np.array([k]))) == Comparison(EQUAL)
    assert compare("[k]", shapely(lambda k, **_: k)) == Comparison(EQUAL)
    assert compare("q.T@q", shapely(lambda q, **_: float(q @ q))) == Comparison(EQUAL)


def test_one_hidden_element_does_not_make_the_others_equal() -> None:
    samples = shapely(lambda x, **_: x)
    assert compare("[x[0], x[1], (x[2] + 1e20) - 1e20]", samples).outcome is UNDECIDED


def test_what_cancels_between_the_elements_of_a_sum_is_rounding_too() -> None:
    samples = shapely(lambda k, **_: k)
    assert compare("sum([1e20, k, -1e20])", samples).outcome is UNDECIDED


def test_rounding_of_the_reference_is_no_difference() -> None:
    # 1 - tanh(x)^2 has no correct digit left here.
    saturated = [({"x": x, "f": math.tanh(x)}, 1 - math.tanh(x) ** 2) for x in (17.0, 17.5, 18.0)]
    some = [({"x": x, "f": math.tanh(x)}, 1 - math.tanh(x) ** 2) for x in (1.0, 1.5, 2.0)]
    assert compare("4/(exp(x) + exp(-x))^2", saturated).outcome is UNDECIDED
    assert compare("4/(exp(x) + exp(-x))^2", saturated + some) == Comparison(EQUAL)
    assert compare("0", saturated).outcome is UNDECIDED


def test_an_element_that_is_only_rounding_does_not_count() -> None:
    samples = [(names, np.array([*names["x"], 0.0])) for names, _ in shapely(lambda **_: 0.0)]
    answer = "[x[0], x[1], x[2], (x[0] + 1/3 - x[0] - 1/3)]"
    assert compare(answer, samples).outcome is EQUAL


def test_of_a_large_array_one_element_is_shown() -> None:
    points = [{"A": np.arange(20.0).reshape(4, 5) + n, "x": np.arange(20.0) + n} for n in range(5)]
    wrong = compare("2*A", [(p, p["A"] * 2 + 5.0 * (p["A"] == 7)) for p in points])
    assert wrong.reason == "its element [1, 2] is 14 at one point, and should not be"
    wrong = compare("x", [(p, 3 * p["x"]) for p in points])
    assert wrong.reason.startswith("its element [19] is ")
    wrong = compare("sum(x)", [(p, 0.0) for p in points])
    assert wrong.reason == "it is 190, and should not be"


def test_large_formulas_are_left_to_the_teacher() -> None:
    names = {"A": np.ones((500, 500))}
    answer = " @ ".join(["A"] * 40)
    found = compare(answer, [(names, np.ones((500, 500)))] * 5)
    assert found == Comparison(UNDECIDED, "it takes too long to work out")


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("style", [SOURCE, CHALK])
def test_every_rule_that_a_screen_shows_is_a_right_answer(level: int, style: Style) -> None:
    for seed in range(12):
        made, chance = fresh(level, StableRandom("rules", seed)), StableRandom("points", seed)
        graph = build(
            parse(made.program), {name: drawn.shape for name, drawn in made.inputs.items()}
        )
        fine = {name: drawn._replace(step=0.001) for name, drawn in made.inputs.items()}
        runs = [
            trace(graph, {name: drawn_value(chance, *how) for name, how in fine.items()})
            for _ in range(8)
        ]
        for number, step in enumerate(runs[0].steps):
            steps = [run.steps[number] for run in runs]
            # A gate of matrices has no local derivative: its rule tells the whole downstream.
            wanted = [s.downstream if s.local is None else s.local for s in steps]
            points = [
                {name: run.values[k] for k, name in enumerate(graph.names)} | {"g": s.upstream}
                for run, s in zip(runs, steps, strict=True)
            ]
            found = compare(step.rule(style), [*zip(points, wanted, strict=True)])
            assert found == Comparison(EQUAL), (made.program, step, step.rule(style))


# Reading


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("w", "there is no 'w' in the circuit; did you mean 'W'?"),
        ("pq7 + 1", "there is no 'pq7' in the circuit"),
        ("banana", "there is no 'banana' in the circuit"),
        ("sgmoid(k)", "unknown function 'sgmoid'; did you mean 'sigmoid'?"),
        ("h9(3)", "'h9' is not a function; did you mean h9*(3)?"),
        ("sigmoid(k, k)", "sigmoid takes 1 argument, not 2"), ("where(k)", "where takes 3 arguments, not 1"),
        ("where(k=1)", "where takes 3 arguments, not 0"), ("sign(k=1)", "sign takes 1 argument, not 0"),
        ("k; k", "one formula is expected, not a program"), (" ", "it is empty"), ("#k", "it is empty"),
        ("1" * 2_001, "it is longer than 2,000 characters"), ("+".join("k" * 300), "it has more than 500 terms"),
        ("k\x1b[31m", r"U+001B (control character) is not allowed"), ("x[k]", "an index is a whole number"),
        ("1[k > 0, 2]", "an index is a whole number"),
    ],
)  # fmt: skip
def test_what_is_unreadable_says_why(text: str, reason: str) -> None:
    found = read_formula(text, {"W": (2, 3), "q": (2,), "x": (3,), "k": ()})
    assert found == Unreadable(reason)


def test_names_are_read_as_the_circuit_spells_them() -> None:
    names = ["θ", "x1", "e"]
    assert isinstance(read_formula("theta*x₁*e*pi", names), Expression)
    samples = [({"θ": float(n), "e": 5.0}, 5.0 * n) for n in range(1, 9)]
    assert compare("theta*e", samples) == Comparison(EQUAL)


ANY = st.one_of(
    FORMULAS,
    st.text(max_size=60),
    st.text("xWqk0123456789.eE+-*/^@()[],<=>|√²ᵀT \n;:'", max_size=60),
    st.sampled_from(
        [
            "(" * 1990,
            "-" * 1999 + "k",
            "[" * 900 + "k" + "]" * 900,
            "9^" * 240 + "9",
            "k" + "ᵀ" * 480,
        ]
    ),
)


@given(ANY)
def test_nothing_that_is_typed_raises(text: str) -> None:
    samples = shapely(lambda q, **_: q)
    assert len(text) <= MAX_FORMULA
    found = compare(text, samples)
    assert isinstance(found.reason, str)
    assert all(letter.isprintable() for letter in found.reason)


def test_numbers_need_no_numpy() -> None:
    from test_layers import modules_after

    code = (
        "from backprop_cli.exercises.answers.equality import compare\n"
        "found = compare('1[x > 0]*x/(1+exp(-x)) + 1e20 - 1e20', [({'x': 1.0*n}, n/2) for n in range(9)])\n"
        "assert found.outcome.value in ('undecided', 'different'), found"
    )
    assert "numpy" not in modules_after(code)
