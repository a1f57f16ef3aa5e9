"""Runs as LaTeX, Markdown and TikZ: exact files, and nothing in them that acts.

After a change that is meant: pytest tests/render/test_paper.py --regen-all
"""

import re
import unicodedata
from functools import cache
from typing import Any

import numpy as np
import pytest
from golden import GOLDEN, same_text
from helpers import run
from hypothesis import example as tried
from hypothesis import given, reject
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from papers import RUNS, written

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.gates.table import GATES
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.latex.escape import text_latex
from backprop_cli.render.latex.notation import LatexNotation
from backprop_cli.render.latex.tikz import picture
from backprop_cli.render.text.gates import example

ENDINGS = {"latex": "tex", "markdown": "md", "tikz": "tikz", "handout": "handout.tex"}


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("format_", ENDINGS)
def test_files(name: str, format_: str) -> None:
    formula, inputs = RUNS[name]
    text = written(format_, run(formula, **inputs))
    same_text(GOLDEN / "paper" / f"{name}.{ENDINGS[format_]}", text)


# Markdown


def formulas_in(text: str) -> list[Any]:
    """The paragraphs that are mathematics, as CommonMark reads them."""
    tokens = MarkdownIt("commonmark").enable("strikethrough").enable("table").parse(text)
    return [t for t in tokens if t.type == "inline" and t.content.startswith("$$")]


def unharmed(text: str) -> bool:
    """Whether Markdown leaves every formula as it is: no emphasis, no escape, no tag."""
    blocks = formulas_in(text)
    assert len(blocks) == text.count("\n$$\n") / 2
    for block in blocks:
        kinds = {child.type for child in block.children}
        read = "".join(c.content or "\n" for c in block.children)
        if kinds - {"text", "softbreak"} or read != block.content:
            return False
    return True


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_markdown_leaves_the_mathematics_of_every_gate(gate: Any) -> None:
    assert unharmed(written("markdown", example(gate)))


def test_markdown_would_harm_what_latex_may_hold() -> None:
    assert not unharmed("$$\na \\\\ b\n$$\n\n$$\nx\n$$\n".replace("$$\na", "\n$$\na"))
    assert not unharmed("\n$$\n\\mathit{a}_{b} \\mathit{c}_{d}\n$$\n")


NAMES = st.from_regex(r"[^\W\d²³¹⁰⁴-⁹₀-₉ʰ-ʸˠ-ˤᴬ-ᵡᵸᶛ-ᶿⁱⁿ¼-¾⅐-⅞]{1,4}[_0-9₀-₉a]{0,3}", fullmatch=True)


@given(
    st.lists(NAMES, min_size=1, max_size=3, unique_by=lambda n: unicodedata.normalize("NFKC", n))
)
def test_any_name_is_inert(names: list[str]) -> None:
    names = [f"n{name}" if name in ("pi", "e") else name for name in names]
    try:
        trace = run(" * ".join(names), **dict.fromkeys(names, 2.0))
    except BackpropError:
        reject()
    assert unharmed(written("markdown", trace))
    tex = written("latex", trace)
    assert tex.isascii()
    called = LatexNotation(trace.graph).called
    assert len({called[k] for k in trace.graph.inputs.values()}) == len(trace.graph.inputs)


def test_a_comment_cannot_end_its_block() -> None:
    text = written("markdown", run("x*x # ``` <b> $$\n# ```` \x1b[2J", x=2))
    assert text.startswith("`````text\nx*x # ``` <b> $$\n# ```` \\x1b[2J\n`````\n")


# LaTeX


@given(st.text(st.sampled_from("\\{}$&#_%^~\"'`<>|-") | st.characters()))
@tried("".join(map(chr, range(32, 127))))
def test_text_is_escaped(text: str) -> None:
    latex = text_latex(text)
    assert latex.isascii()
    assert "\n" not in latex
    left = re.sub(r"\\[a-zA-Z]+|\\[{}$&#_%`'^~=.\"]", "", latex)
    assert not set(left) & set('\\$&#_%^"')
    depth = 0
    for sign in re.sub(r"\\[{}]", "", latex):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


def test_text_of_a_book_is_cut() -> None:
    assert len(text_latex("x" * 10**6)) < 21_000
    assert text_latex(r"\input{a}%") == r"\textbackslash{}input\{a\}\%"
    assert text_latex("Zoë ∂ 名") == r"Zo\"{e} \ensuremath{\partial} \texttt{U+540D}"


def test_large_arrays_are_cut() -> None:
    t = run("W@x", seed=np.ones(30), W=np.ones((30, 400)), x=np.ones(400))
    text = written("latex", t)
    assert r"\underset{30 \times 400}{\begin{pmatrix}" in text
    assert r"\vdots & \vdots & \vdots & \vdots & \ddots & \vdots" in text
    assert len(text) < 10_000


def test_numbers_that_are_none() -> None:
    t = run("log(x) + y*1e-9", x=-1, y=float("inf"))
    text = written("latex", t)
    assert r"\mathrm{NaN}" in text
    assert r"y = \infty" in text
    assert r"1 \times 10^{-9}" in text


def test_two_names_never_look_alike() -> None:
    t = run("w0*w_0", w0=1, w_0=2)
    called = [LatexNotation(t.graph).called[k] for k in t.graph.inputs.values()]
    assert called == ["w_{0}", r"w_{0}\langle 1 \rangle"]


def test_constants_are_called_by_their_signs() -> None:
    text = written("latex", run("pi*x + π*e + 3*x", x=2))
    assert r"f = \pi \cdot x + \pi \cdot e + 3 \cdot x" in text
    assert text.isascii()


def test_digits_and_folding_are_heeded() -> None:
    t = run("x/y", x=1, y=3)
    assert "= 0.33" in written("latex", t, FormatOptions(2))
    assert "0.333" not in written("latex", t, FormatOptions(2))
    assert "0.33333333" in written("markdown", t, FormatOptions(8))


def test_a_deep_formula_is_told_gate_by_gate() -> None:
    text = written("latex", run("-1/(" * 30 + "x" + ")" * 30, x=2))
    assert text.count(r"\frac{") > 30
    assert r"}}}" not in text
    assert max(map(len, text.splitlines())) < 1000
    text = written("latex", run(f"max({', '.join(['sin(x)'] * 90)})", x=2))
    assert max(map(len, text.splitlines())) < 1000


def test_what_runs_forwards_only_has_no_gradients() -> None:
    t = run("x*2", seed=None, x=3)
    for format_ in ("latex", "markdown", "handout"):
        text = written(format_, t)
        assert "Forward" in text
        assert "partial" not in text


@cache
def large() -> Trace:
    return run("x" + "+x" * 20_000, x=1)


@pytest.mark.parametrize("format_", ["latex", "markdown", "tikz", "handout"])
def test_a_large_graph_is_refused(format_: str) -> None:
    with pytest.raises(BackpropError, match="too many") as caught:
        written(format_, large())
    assert "json" in str(caught.value.hint)


# The circuit


def test_the_circuit_has_values_and_gradients() -> None:
    t = run("(x+y)*z", x=-2, y=5, z=-4)
    told = "\n".join(picture(t, LatexNotation(t.graph)))
    values = re.findall(r"\\node\[value.*\$\{(.*)\}\$\};", told)
    assert values == ["-2", "5", "-4", "3", "-12"]
    gradients = re.findall(r"\\node\[gradient.*\$\{(.*)\}\$\};", told)
    assert gradients == ["-4", "-4", "3", "-4", "1"]


def test_a_circuit_to_fill_in_holds_no_answer() -> None:
    def blank(**inputs: float) -> str:
        t = run("q = (x+y)*z; f = q*q", **inputs)
        lines = picture(t, LatexNotation(t.graph), blank=True)
        return re.sub(r"\$\{-?[\d.]+\}\$", "", "\n".join(lines))

    # The inputs are all that differs.
    assert blank(x=1, y=2, z=3) == blank(x=-1.5, y=20, z=7)
    assert blank(x=1, y=2, z=3).count(r"\framebox") == 3 + 6 + 2
