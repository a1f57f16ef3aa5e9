"""The circuit as DOT and as Mermaid: exact, and read by the programs that it is meant for."""

import subprocess
from pathlib import Path

import mermaid
import needs
import pytest
from helpers import run
from hypothesis import given
from hypothesis import strategies as st
from pictures import ATTACK, RUNS, attacked, same_file, traced

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError, inert
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.picture.dot import _quoted, dot_view
from backprop_cli.render.picture.mermaid import MOST_LETTERS, MOST_WIRES, escaped, mermaid_view
from backprop_cli.render.text.options import Look


@pytest.mark.parametrize("name", ["cs231n-xyz", "olah", "network"])
def test_golden(name: str) -> None:
    same_file(f"{name}.dot", "".join(dot_view(traced(name), FormatOptions())))
    same_file(f"{name}.mmd", "".join(mermaid_view(traced(name), FormatOptions())))


def test_dark_and_digits_are_heeded() -> None:
    t = run("x/3", x=1)
    dark = "".join(dot_view(t, FormatOptions(digits=9, theme="dark")))
    assert 'bgcolor="#0d1117"' in dark
    assert "0.333333333<" in dark
    assert "0#" not in "".join(mermaid_view(t, FormatOptions(digits=2)))


@needs.program("dot")
@pytest.mark.parametrize("name", [*RUNS, "attack", "one", "unused"])
def test_graphviz_reads_it(name: str) -> None:
    more = {
        "attack": attacked,
        "one": lambda: run("x", x=1),
        "unused": lambda: run("y = x; 3", x=1),
    }
    t = more[name]() if name in more else traced(name)
    text = "".join(dot_view(t, FormatOptions()))
    done = subprocess.run(["dot", "-Tsvg"], input=text.encode(), capture_output=True, check=True)
    picture = done.stdout.decode()
    assert "<script" not in picture
    assert not [line for line in done.stderr.decode().splitlines() if "Error" in line]
    if name == "attack":
        # What comes out as the label is what went in.
        assert "alert(1)" in picture
        assert "N`end`" in picture


@given(st.text(max_size=30))
def test_a_string_of_dot_ends_where_it_should(text: str) -> None:
    inside = _quoted(text)[1:-1]
    assert '"' not in inside.replace("\\\\", "").replace('\\"', "")
    assert not inside.replace("\\\\", "").endswith("\\")
    assert "\n" not in inside


@given(st.text(max_size=30))
def test_nothing_in_a_mermaid_label_has_a_meaning(text: str) -> None:
    said = escaped(text)
    assert not set(said) & set("\"'<>`[](){}|\\&*_~-:@$%/\n")


@needs.program("chromium", "google-chrome")
@mermaid.needed
def test_mermaid_draws_it(tmp_path: Path) -> None:
    charts = {
        f"run{n}": "".join(mermaid_view(traced(r), FormatOptions())) for n, r in enumerate(RUNS)
    }
    words = run("end*graph + subgraph*click + style", end=1, graph=2, subgraph=3, click=4, style=-5)
    charts["words"] = "".join(mermaid_view(words, FormatOptions()))
    charts["attack"] = "".join(mermaid_view(attacked(), FormatOptions()))
    charts["most"] = "".join(mermaid_view(_most(499), FormatOptions()))
    told = mermaid.rendered(charts, tmp_path)
    assert {name: one["error"] for name, one in told.items() if "error" in one} == {}
    assert "alert" not in told
    assert all(one["scripts"] == 0 for one in told.values())
    for number, name in enumerate(RUNS):
        t, labels = traced(name), told[f"run{number}"]["labels"]
        assert set(t.inputs) <= set(labels)
        for input_, value in t.inputs.items():
            if isinstance(value, float):
                said = Look().number(value) + Look().number(t.gradients[input_])
                assert said in labels, (name, input_)
    assert {"end", "graph", "subgraph", "click", "style"} <= set(told["words"]["labels"])
    assert "-51" in told["words"]["labels"]
    name = inert(ATTACK)[:23]
    assert any(label.startswith(name) for label in told["attack"]["labels"])


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(BackpropError, match="20,001 gates are too many to draw, 20,000 at most"):
        list(dot_view(run("x" + "+x" * 20_001, seed=None, x=1), FormatOptions()))


def _most(count: int, seed: float | None = None) -> Trace:
    """The largest of so many inputs: so many wires, and one behind it."""
    names = [f"x{k}" for k in range(count)]
    return run(f"max({','.join(names)})", seed=seed, **dict.fromkeys(names, 1))


def test_mermaid_is_given_as_many_wires_as_it_draws() -> None:
    assert "".join(mermaid_view(_most(499), FormatOptions())).count(" --- ") == MOST_WIRES == 500
    with pytest.raises(BackpropError, match="501 wires are too many for Mermaid, 500 at most"):
        mermaid_view(_most(500), FormatOptions())
    with pytest.raises(BackpropError, match="600 gates are too many for Mermaid"):
        mermaid_view(run("x" + "+x" * 600, x=1), FormatOptions())


def test_mermaid_is_given_as_many_letters_as_it_reads() -> None:
    assert 40_000 < len("".join(mermaid_view(_most(400, 1.0), FormatOptions()))) < MOST_LETTERS
    with pytest.raises(BackpropError, match=r"letters are too many for Mermaid, 50,000 at most"):
        mermaid_view(_most(450, 1.0), FormatOptions())
