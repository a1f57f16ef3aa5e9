"""Formulas are read as the chalkboard means them; Lark's own parser agrees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.errors import BackpropError
from backprop_cli.language import generate
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import CHALK, show_program
from backprop_cli.language.syntax import Expression

NUMBERS = st.floats(0, 1e6, allow_nan=False).map(lambda x: f"{x:.3g}")
ATOMS = NUMBERS | st.sampled_from(["x", "y", "θ", "W", "x1", "pi"])
FORMULAS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/@^"), inner).map(lambda t: f"({t[0]}){t[1]}({t[2]})"),
        inner.map(lambda t: f"-({t})"),
        inner.map(lambda t: f"sigmoid({t})"),
        inner.map(lambda t: f"||{t}||"),
        inner.map(lambda t: f"({t}).T"),
        st.tuples(inner, inner).map(lambda t: f"max({t[0]}, {t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"[{t[0]}, {t[1]}]"),
        inner.map(lambda t: f"({t})[0, 1]"),
    ),
    max_leaves=12,
)


def structure(e: Expression) -> list[object]:
    """The terms without their places in the source; one spelling for a root and a sigmoid."""
    spelt = {"σ": "sigmoid", "√": "sqrt"}
    return [(t.op, t.args, spelt.get(str(t.payload), t.payload)) for t in e.terms]


def test_the_tables_are_those_of_the_grammar() -> None:
    assert generate.TABLES.read_text(encoding="utf-8") == generate.tables_source()


@pytest.mark.parametrize(
    ("formula", "same"),
    [
        ("-x^2", "-(x^2)"), ("x^-1", "x^(-1)"), ("2^3^2", "2^(3^2)"), ("-2^2", "-(2^2)"),
        ("a-b-c", "(a-b)-c"), ("a/b/c", "(a/b)/c"), ("a+b*c", "a+(b*c)"), ("W@x*y", "(W@x)*y"),
        ("x**2", "x^2"), ("+x", "x"), ("-x*y", "(-x)*y"), ("a*-b", "a*(-b)"),
        ("2^-x^2", "2^(-(x^2))"), ("(x)", "x"), ("a@b.T", "a@(b.T)"), ("x[0]^2", "(x[0])^2"),
        ("a×b·c", "a*b*c"), ("a−b÷c", "a-b/c"), ("x²", "x^2"), ("x⁻¹", "x^-1"), ("x₁²", "x1^2"),
        ("√x", "sqrt(x)"), ("√(x+y)", "sqrt(x+y)"), ("‖q‖²", "||q||^2"), ("xᵀ", "x.T"),
        ("-x²", "-(x^2)"), ("(a +\n b)", "a+b"), ("a +\n b", "a+b"), ("x # note", "x"),
        ("q = a; q*b\n", "q=a\nq*b"), (" ;x; ", "x"), ("||x|| * ||y||", "(||x||)*(||y||)"),
    ],
)  # fmt: skip
def test_two_spellings_of_one_formula(formula: str, same: str) -> None:
    assert structure(parse(formula)) == structure(parse(same))


@given(FORMULAS)
def test_printing_and_reading_gives_the_same_terms(formula: str) -> None:
    expression = parse(formula)
    assert structure(parse(show_program(expression))) == structure(expression)
    chalk = show_program(expression, CHALK).replace("√(", "sqrt(")
    assert structure(parse(chalk)) == structure(expression)


@given(FORMULAS)
def test_a_span_is_the_text_of_its_term(formula: str) -> None:
    expression = parse(formula)
    for place, term in enumerate(expression.terms):
        again = parse(formula[term.start : term.end])
        assert structure(again)[-1][0] == structure(expression)[place][0]


TOKENS = [
    "x",
    "2",
    "+",
    "-",
    "*",
    "^",
    "@",
    "(",
    ")",
    "[",
    "]",
    ",",
    "||",
    ".T",
    "=",
    ";",
    "f(",
    "²",
    ">",
]


@given(st.lists(st.sampled_from(TOKENS), max_size=9).map(" ".join))
def test_lark_accepts_what_we_accept(text: str) -> None:
    import lark

    parser = LARK.setdefault("parser", generate.lark_parser())
    try:
        parser.parse(text.replace(" ", ""))
        theirs = True
    except lark.exceptions.LarkError:
        theirs = False
    try:
        parse(text.replace(" ", ""))
        ours = True
    except BackpropError:
        ours = False
    assert ours == theirs


LARK: dict[str, object] = {}


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("2x", "did you mean 2*x?"), ("2(x+1)", "did you mean 2*(x+1)?"),
        ("(x+1)(y+2)", "did you mean (x+1)*(y+2)?"), ("x y", "did you mean x*y?"),
        ("f(x)y", "did you mean f(x)*y?"), ("x²y", "did you mean x²*y?"), ("2σ(x)", "did you mean 2*σ(x)?"),
    ],
)  # fmt: skip
def test_a_missing_operator_is_named(formula: str, hint: str) -> None:
    with pytest.raises(BackpropError) as caught:
        parse(formula)
    assert caught.value.message == "an operator is missing here"
    assert caught.value.hint == hint


def test_depth_and_length_are_no_matter() -> None:
    assert len(parse("(" * 100_000 + "x" + ")" * 100_000).terms) == 1
    deep = parse("sin(" * 100_000 + "x" + ")" * 100_000)
    assert show_program(parse(show_program(deep))) == show_program(deep)
    assert len(parse("x" + "+x" * 100_000).terms) == 200_001
