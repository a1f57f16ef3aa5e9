"""What is written for TeX is compiled by it, alone and inside of another document."""

import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import needs
import numpy as np
import pytest
from helpers import run
from papers import EXERCISES, HOSTILE, RUNS, sheet, text_of, written

from backprop_cli.errors import BackpropError
from backprop_cli.gates.table import GATES
from backprop_cli.render.latex import pdf
from backprop_cli.render.latex.document import document
from backprop_cli.render.latex.escape import letter_latex, text_latex
from backprop_cli.render.text.gates import example


@needs.program("pdflatex")
@needs.program("pdftotext")
def test_everything_compiles_inside_of_another_document(tmp_path: Path) -> None:
    odd: dict[str, Any] = {"_a": 1, "θ1": 2, "名_2": 3, "é": 4, "x" * 10_000: 5}
    parts = {
        **{name: written("handout", run(f, **i)) for name, (f, i) in RUNS.items()},
        **{f"gate{n}": written("latex", example(gate)) for n, gate in enumerate(GATES)},
        "odd": written("handout", run("*".join(odd), **odd)),
        "deep": written("latex", run("sin(" * 90 + "x" + ")" * 90, x=1)),
        "twice": written("latex", run("(W.T)^2*W.T", seed=np.ones((2, 2)), W=np.eye(2))),
        "power": written("tikz", run("(x^y)^z^(x+1) + sqrt(x)^2 + 2^x", x=2, y=3, z=1)),
        **{path.stem: sheet(path, HOSTILE) for path in EXERCISES},
    }
    for name, text in parts.items():
        (tmp_path / f"{name}.tex").write_text(text, encoding="utf-8")
    inputs = "".join(rf"\input{{{name}}}\clearpage " for name in parts)
    letters = "".join(map(letter_latex, map(chr, [*range(32, 127), *range(161, 0x250)])))
    host = (
        r"\documentclass{article}\usepackage{amsmath,textcomp,tikz}\begin{document}"
        rf"{text_latex(HOSTILE)} {letters}\par Before.{inputs}After.\end{{document}}"
    )
    (tmp_path / "host.tex").write_text(host, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "host"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=100, check=False)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, re.findall(r"^!.*|^l\.\d+.*", said, re.MULTILINE)
    assert "too high" not in said
    words = text_of((tmp_path / "host.pdf").read_bytes(), tmp_path)
    assert r"\input{/etc/passwd}" in words
    assert "root:" not in words
    assert "After." in words


@needs.program("pdflatex")
@needs.program("pdftotext")
def test_tex_may_not_look_around(tmp_path: Path) -> None:
    outside = tmp_path / "secret.tex"
    outside.write_text("The secret.")
    # Written by hand, as if the escaping had failed.
    body = [rf"\input{{{outside}}}"]
    with pytest.raises(BackpropError, match="made no PDF"):
        pdf.typeset("".join(document(body)))
    body = [r"\immediate\write18{touch made-by-a-shell}\IfFileExists{made-by-a-shell}{Shell}{None}"]
    assert "None" in text_of(pdf.typeset("".join(document(body))), tmp_path)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo '! Undefined control sequence.'; exit 1", "made no PDF: ! Undefined control"),
        ("exec sleep 60", "took longer than 0.2 seconds"),
    ],
)
def test_a_tex_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, message: str
) -> None:
    engine = tmp_path / "pdflatex"
    engine.write_text(f"#!/bin/sh\n{script}\n")
    engine.chmod(engine.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(pdf, "SECONDS", 0.2 if "sleep" in script else 20)
    with pytest.raises(BackpropError, match=re.escape(message)):
        pdf.typeset("x")
