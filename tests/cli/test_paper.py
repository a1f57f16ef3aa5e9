"""Papers and handouts from the command line: which ending and which format write what."""

from pathlib import Path
from typing import Any

import needs
import pytest
from papers import EXERCISES, text_of

VALUES = ("--x", "-2", "--y", "5", "--z", "-4")


@pytest.mark.parametrize(
    ("asked", "begins"),
    [
        (("-o", "f.tex"), "% Compiles as it is."),
        (("-o", "f.md"), "```text"),
        (("-o", "f.tikz"), "% Compiles as it is."),
        (("-o", "f.TEX", "--format", "handout"), "% Compiles as it is."),
        (("-o", "f.txt", "--format", "markdown"), "```text"),
    ],
)
def test_the_ending_says_the_format(
    backprop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: Any, begins: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert backprop("explain", "(x+y)*z", *VALUES, *asked).status == 0
    written = Path(asked[1]).read_text(encoding="utf-8")
    assert written.startswith(begins)
    format_ = (
        asked[-1]
        if "--format" in asked
        else {".tex": "latex", ".md": "markdown"}.get(Path(asked[1]).suffix, "tikz")
    )
    assert backprop("explain", "(x+y)*z", *VALUES, "--format", format_).out == written


@pytest.mark.parametrize("option", ["--words", "--ascii", "--all", "--check", "--only=forward"])
def test_other_options_are_refused(backprop: Any, option: str) -> None:
    ran = backprop("explain", "(x+y)*z", *VALUES, "--format", "latex", option)
    assert ran.status == 2
    assert "and latex cannot be combined" in ran.err


def test_folding_and_digits_are_heeded(backprop: Any) -> None:
    formula = ("explain", "2*(1/(1+exp(-x)))", "--x", "1/3", "--format", "latex")
    assert r"f &= 2 \cdot q" in backprop(*formula, "--fold", "all").out
    assert r"q &= \sigma\left(x\right)" in backprop(*formula, "--fold", "all").out
    assert r"q &= \sigma" not in backprop(*formula).out
    assert "x = 0.33\n" in backprop(*formula, "--digits", "2").out


@needs.program("pdflatex")
@needs.program("pdftotext")
def test_a_handout_has_a_page_to_fill_in_and_one_with_the_solution(
    tmp_path: Path, backprop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert backprop("explain", "(x+y)*z", *VALUES, "-o", "handout.pdf").status == 0
    made = Path("handout.pdf").read_bytes()
    first, second = text_of(made, tmp_path).rstrip("\f\n").split("\f")
    assert "Name:" in first
    assert "12" not in first
    assert "Solution" in second
    assert "mul: switcher" in second
    # The same run gives the same file.
    assert backprop("explain", "(x+y)*z", *VALUES, "-o", "again.pdf").status == 0
    assert Path("again.pdf").read_bytes() == made
    for format_ in ("latex", "tikz"):
        path = f"{format_}.pdf"
        assert (
            backprop("explain", "x*y", "--x=1", "--y=2", "--format", format_, "-o", path).status
            == 0
        )
        assert Path(path).read_bytes().startswith(b"%PDF")


def test_without_tex_the_message_names_what_to_install(
    backprop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = backprop("explain", "x*y", "--x", "1", "--y", "2", "-o", "f.pdf")
    assert ran.status == 2
    assert "none is installed" in ran.err
    assert "texlive-latex-recommended" in ran.err
    assert not Path("f.pdf").exists()


def test_it_is_written_by_the_command(
    backprop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    chain = next(str(path) for path in EXERCISES if path.stem == "chain")
    command = ("exercise", "worksheet", chain, "--student", "ada", "-o", "ada.tex")
    assert backprop(*command).status == 0
    assert Path("ada.tex").read_text().startswith("% Compiles as it is.")
    again = backprop(*command)
    assert again.status == 2
    assert "already exists" in again.err
