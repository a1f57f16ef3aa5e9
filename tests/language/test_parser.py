"""Formulas are read as the chalkboard means them, printed as they read back, and never in vain."""

from typing import Any

import pytest
from formulas import PROGRAMS, structure
from helpers import run
from hypothesis import given, settings

from backprop_cli.errors import BackpropError
from backprop_cli.language.parser import parse
from backprop_cli.language.parsing.lexer import tokenize
from backprop_cli.language.printer import show_program
from backprop_cli.language.style import CHALK, SOURCE, Style

PRECEDENCE = [
    ("-x^2", "-(x^2)"), ("x^-1", "x^(-1)"), ("2^3^2", "2^(3^2)"), ("-2^2", "-(2^2)"),
    ("2^-x^2", "2^(-(x^2))"), ("(-2)^2", "((-2))^2"), ("--x", "-(-x)"), ("+x", "x"), ("-+x", "-x"),
    ("a-b-c", "(a-b)-c"), ("a/b/c", "(a/b)/c"), ("a/b*c", "(a/b)*c"), ("a+b*c", "a+(b*c)"),
    ("-x*y", "(-x)*y"), ("a*-b", "a*(-b)"), ("a--b", "a-(-b)"), ("a-b+c", "(a-b)+c"),
    ("W@x*y", "(W@x)*y"), ("y*W@x", "(y*W)@x"), ("a@b.T", "a@(b.T)"), ("-x.T", "-(x.T)"),
    ("x^2.T", "x^(2).T"), ("x[0]^2", "(x[0])^2"), ("x.T[0]", "(x.T)[0]"), ("-W[0,1]", "-(W[0,1])"),
    ("√x^2", "(√x)^2"), ("||x|| * ||y||", "(||x||)*(||y||)"),
]  # fmt: skip

UNICODE = [
    ("a×b⊙c∘d", "a*b*c*d"), ("a·b⋅c∙d", "a*b*c*d"), ("a−b÷c", "a-b/c"), ("a∗b", "a*b"), ("a–b*–c", "a-b*-c"),
    ("∥q∥²", "||q||^2"), ("x**2", "x^2"), ("x²", "x^2"), ("-x²", "-(x^2)"),
    ("x⁻¹", "x^-1"), ("x¹⁰", "x^10"), ("x₁²", "x1^2"), ("x₁", "x1"), ("√x", "sqrt(x)"),
    ("√(x+y)", "sqrt(x+y)"), ("σ(θ)", "sigmoid(θ)"), ("‖q‖²", "||q||^2"), ("Wᵀ", "W.T"),
    ("xᵀ@y", "x.T@y"), ("ℓ", "l"),
]  # fmt: skip

LAYOUT = [
    ("(a +\n b)", "a+b"), ("a +\n b", "a+b"), ("f(a,\n\n b)", "f(a,b)"), ("[1,\n2]", "[1,2]"),
    ("x # a note; y", "x"), ("# first\nx\n# last", "x"), ("x\t+ y ", "x+y"), (" ;x; ", "x"),
    ("q = a; q*b\n", "q=a\nq*b"), ("q =\n a", "q=a"), ("x = y # note\nx", "x=y;x"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "same"), PRECEDENCE + UNICODE + LAYOUT)
def test_two_spellings_of_one_formula(formula: str, same: str) -> None:
    assert structure(parse(formula)) == structure(parse(same))


# The chalkboard's = for a comparison is for the eye: a formula has no comparisons.
STYLES = {"source": SOURCE, "chalk": CHALK._replace(equals=" == ")}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@settings(max_examples=400)
@given(program=PROGRAMS)
def test_what_is_printed_reads_back_the_same(style: Style, program: str) -> None:
    expression = parse(program)
    printed = show_program(expression, style)
    assert structure(parse(printed)) == structure(expression)


@pytest.mark.parametrize(
    ("formula", "source", "chalk"),
    [
        ("a-(b-c)-d", "a - (b - c) - d", "a - (b - c) - d"), ("x^(y^z)", "x^y^z", "x^y^z"),
        ("(a*b)/(c*d)", "a * b / (c * d)", "a·b/(c·d)"), ("(x^y)^z", "(x^y)^z", "(x^y)^z"),
        ("-(x^2)", "-x^2", "-x²"), ("(-x)^2", "(-x)^2", "(-x)²"), ("x^-1", "x^-1", "x⁻¹"),
        ("(x²)²", "(x^2)^2", "(x²)²"), ("x - -2", "x - (-2)", "x - (-2)"),
        ("--x", "-(-x)", "-(-x)"), ("-(x*y)", "-(x * y)", "-(x·y)"),
        ("x*(-y)", "x * (-y)", "x·(-y)"), ("(a+b).T", "(a + b).T", "(a + b)ᵀ"),
        ("√(y)", "sqrt(y)", "√(y)"), ("sigmoid(x)", "sigmoid(x)", "σ(x)"),
        ("||W@x||^2", "||W @ x||^2", "‖W @ x‖²"), ("2.50*x", "2.5 * x", "2.5·x"),
    ],
)  # fmt: skip
def test_as_few_parentheses_as_read_back_the_same(formula: str, source: str, chalk: str) -> None:
    assert show_program(parse(formula)) == source
    assert show_program(parse(formula), CHALK) == chalk


@given(PROGRAMS)
def test_the_span_of_a_term_is_its_text(program: str) -> None:
    # A superscript is a number only where it stands, and these have no statement of their own.
    expression = parse(program.replace("²", "^2").replace("⁻¹", "^-1"))
    for place, term in enumerate(expression.terms):
        if term.op not in ("keyword", "compare"):
            again = parse(expression.source[term.start : term.end])
            assert structure(again) == [(None, structure(expression, place))]


@given(PROGRAMS)
def test_arguments_stand_before_what_uses_them(program: str) -> None:
    for place, term in enumerate(parse(program).terms):
        assert all(arg < place for arg in term.args)


MISSING = "an operator is missing here"
COMPLAINTS = [
    # formula, what is marked, message, hint
    ("2x", "x", MISSING, "did you mean 2*x?"),
    ("2(x+1)", "(", MISSING, "did you mean 2*(x+1)?"),
    ("(x+1)(y+2)", "(", MISSING, "did you mean (x+1)*(y+2)?"),
    ("x y", "y", MISSING, "did you mean x*y?"),
    ("f(x)y", "y", MISSING, "did you mean f(x)*y?"),
    ("x²y", "y", MISSING, "did you mean x²*y?"),
    ("2σ(x)", "σ", MISSING, "did you mean 2*σ(x)?"),
    ("x.T W", "W", MISSING, "did you mean x.T*W or x.T@W?"),
    ("Wᵀx", "x", MISSING, "did you mean Wᵀ*x or Wᵀ@x?"),
    ("W x", "x", MISSING, "did you mean W*x or W@x?"),
    ("x1 y", "y", MISSING, "did you mean x1*y?"),
    ("x^2(y+1)", "(", MISSING, "did you mean x^2*(y+1)?"),
    ("2 + x^-1 y", "y", MISSING, "did you mean x^-1*y?"),
    ("x^T W", "W", MISSING, "did you mean x.T*W or x.T@W?"),
    ("||x|| y", "y", MISSING, "did you mean a product? write * between the two"),
    ("[1 2]", "2", MISSING, "for a list write [1, 2], for a product 1*2"),
    ("1.2.3", ".3", MISSING, "a number has one decimal point, and its exponent none"),
    ("max(x; y)", ";", "a step ends inside brackets",
     "what stands in brackets is separated by commas"),
    ("sin x", "x", MISSING, "for a function write sin(x), for a product sin*x"),
    ("2*log sin(x)", "sin", MISSING,
     "for a function write log(sin(x)), for a product log*sin(x)"),
    ("σ x", "x", MISSING, "for a function write σ(x), for a product σ*x"),
    ("sin^2(x)", "(", MISSING, "for a power of a function write sin(x)^2"),
    ("1 + sin² x", "x", MISSING, "for a power of a function write sin(x)^2"),
    ("cos⁻¹(x)", "(", MISSING, "for a power of a function write cos(x)^-1"),
    ("x +", "", "a value is missing after '+'", None),
    ("(x + )", ")", "a value is missing after '+'", None),
    ("* x", "*", "a value is missing before '*'", None),
    ("x */ y", "/", "a value is missing before '/'", None),
    ("√-x", "-", "a value is missing before '-'", None),
    ("f(x,)", ")", "a value is missing after ','", None),
    ("a = ; b", ";", "a value is missing after '='", None),
    ("(x + y", "(", "this '(' is never closed", None),
    ("x + y)", ")", "this ')' closes nothing", None),
    ("[x + y)", ")", "this ')' should be ']'", None),
    ("||x", "||", "this '||' is never closed", None),
    ("x + y = 2", "=", "only a name can stand on the left of '='", "name a step: q = x + y"),
    ("f(x,y) = x*y", "=", "only a name can stand on the left of '='", "write f = x*y"),
    ("q = x; f(x, g(y)) = x * y; f", "=", "only a name can stand on the left of '='",
     "write f = x * y"),
    ("f(x) + y = x*y", "=", "only a name can stand on the left of '='", "name a step: q = x + y"),
    ("||x||_2^2", "_2", "a norm has no index",
     "||x|| is the root of the sum of squares: leave the 2 out"),
    ("||x||_1", "_1", "a norm has no index", "for the sum of absolute values write sum(abs(x))"),
    ("x < y", "<", "a comparison has no gradient", "write 1[x > 0], or use max, min, relu or abs"),
    ("x, y", ",", "a comma separates arguments inside brackets only",
     "a list is written [1, 5], a decimal number 1.5"),
    ("3,5*x", ",", "a comma separates arguments inside brackets only",
     "a decimal number is written 3.5, a list [3, 5]"),
    ("1,2,3", ",", "a comma separates arguments inside brackets only",
     "a list is written [1, 5], a decimal number 1.5"),
    ("x ? y", "?", "'?' is not part of the language", None),
    ("x $ y", "$", "'$' is not part of the language", "LaTeX is not read: leave the $ out"),
    ("‖q‖₂²", "₂", "'₂' is not part of the language",
     "||x|| is the root of the sum of squares: leave the 2 out"),
    ("x≤y", "≤", "'≤' is not part of the language",
     "a comparison has no gradient: write 1[x > 0], or use max, min, relu or abs"),
    ("θ\u0302", "\u0302", "the accent U+0302 is not part of the language",
     "write the accent as a word, for example x_hat"),
    ("2*y\u0302", "\u0302", "the accent U+0302 is not part of the language",
     "write ŷ as one character"),
    ("f′", "′", "'′' is not part of the language", "write a name without a prime, for example x1"),
    ("1/(1+e⁻ˣ)", "⁻", "'⁻' is not part of the language", "for a power write ^, as in e^(-x)"),
    ("eˣ", "ˣ", "'ˣ' is not part of the language", "for a power write ^x, as in e^x"),
    ("e^{x}", "{", "'{' is not part of the language", "for a power write x^(…)"),
    ("W⊤@x", "⊤", "'⊤' is not part of the language", "for the transpose write W.T"),
    ("1 + np.exp(x)", ".", "'.' is not part of the language", "write exp without np."),
    ("x.sum()", ".", "'.' is not part of the language", "write sum(x)"),
    ("x.shape", ".", "'.' is not part of the language", "a shape is no part of a formula: write its number"),
    ("x\udce2", "\udce2", "this is not valid UTF-8", None),
    ("|x|", "|", "'|' is not part of the language",
     "for the absolute value write abs(x), for a norm ||x||"),
    ("x!", "!", "'!' is not part of the language", "there is no factorial"),
    ("x\x1b[2J", "\x1b", "U+001B (control character) is not allowed", None),
    ("x\u202ey", "\u202e", "U+202E (right-to-left override) is not allowed", None),
    ("x * 1e999", "1e999", "this number is larger than a double can hold (1.8e308)", None),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "marked", "message", "hint"), COMPLAINTS)
def test_what_is_wrong_where_and_what_was_meant(
    formula: str, marked: str, message: str, hint: str | None
) -> None:
    with pytest.raises(BackpropError) as caught:
        parse(formula)
    error = caught.value
    assert (error.message, error.hint) == (message, hint)
    assert formula[slice(*error.span)] == marked


@pytest.mark.parametrize("formula", ["", "   ", "\n", ";;", "# only a note"])
def test_nothing_is_no_formula(formula: str) -> None:
    with pytest.raises(BackpropError, match="the formula is empty"):
        parse(formula)


def test_tokens_leave_out_space_comments_and_inner_line_breaks() -> None:
    tokens = tokenize("a + ( b\n ) # note\nc")
    assert [tokens.text(n) for n in range(len(tokens.kinds))] == [*"a+(b)", "\n", "c"]


MANY = " " * 1_000_000


@pytest.mark.parametrize(
    "formula",
    ["x + y" + MANY, f"x +{MANY}y", f"{MANY}x + y", f"x + y # {MANY}", "x + y\n" + " \n" * 500_000],
    ids=["last", "inside", "first", "in a comment", "in lines"],
)
def test_a_million_blanks_are_no_wait(formula: str) -> None:
    # A scanner that tries each blank as a start does not end within any patience.
    assert structure(parse(formula)) == structure(parse("x + y"))


N = 20_000
LONG: list[tuple[str, str, float]] = [
    # what, formula of x, ∂f/∂x at 1
    ("parentheses", "(" * N + "x" + ")" * N, 1.0),
    ("a sum", "x" + "+x" * N, N + 1.0),
    ("a product", "x" + "*x" * N, N + 1.0),
    ("powers of powers", "x" + "^x" * N, 1.0),
    ("signs", "-" * N + "x", 1.0),
    ("calls", "abs(" * N + "x" + ")" * N, 1.0),
    ("norms of lists", "||[" * 1000 + "x" + "]||" * 1000, 1.0),
    ("steps", "n0 = -x;" + ";".join(f"n{k} = -n{k - 1}" for k in range(1, N)), 1.0),
]


@pytest.mark.parametrize(("formula", "slope"), [t[1:] for t in LONG], ids=[t[0] for t in LONG])
def test_depth_and_length_do_not_matter(formula: str, slope: float) -> None:
    t = run(formula, x=1)
    assert t.gradients["x"] == slope
    expression: Any = parse(formula)
    assert parse(show_program(expression)).terms[-1].op == expression.terms[-1].op


@pytest.mark.slow
def test_a_million_operators() -> None:
    t = run("x" + "-x" * 1_000_000, x=1)
    assert t.value == 1 - 1_000_000
    assert t.gradients == {"x": 1.0 - 1_000_000}
