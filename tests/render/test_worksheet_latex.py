"""The sheet on paper asks what the sheet in TOML asks, and tells no more."""

import re
import tomllib
from pathlib import Path

import pytest
from papers import EXERCISES, HOSTILE, sheet

from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.authoring.worksheet import worksheet
from backprop_cli.exercises.model.variants import Variants
from backprop_cli.render.latex.escape import text_latex


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_it_asks_the_same(path: Path) -> None:
    exercise = read_exercise(path.read_bytes(), path.name)
    variants = Variants(exercise) if exercise.circuit else None
    handed_in = tomllib.loads(worksheet(exercise, variants, "ada"))
    asked = re.findall(
        r"^\\medskip\\noindent \d+\.~\\texttt\{(.*?)\}(?= |\\hfill)", sheet(path), re.M
    )
    assert asked == [text_latex(name) for name in handed_in.get("answers", {})]
    for gate in exercise.code:
        assert f"Write class {gate.class_name}" in sheet(path)


def test_inputs_are_the_student_s_own() -> None:
    chain = next(path for path in EXERCISES if path.stem == "chain")
    assert sheet(chain, "ada") == sheet(chain, "ada")
    assert sheet(chain, "ada") != sheet(chain, "bob").replace("bob", "ada")


def test_a_name_is_no_command() -> None:
    chain = next(path for path in EXERCISES if path.stem == "chain")
    text = sheet(chain, HOSTILE)
    assert r"\input{" not in text
    assert text.count(r"\end{document}") == 1


def test_what_is_given_and_the_derivation_are_told() -> None:
    sheets = {path.stem: sheet(path) for path in EXERCISES}
    assert "{Given}" in sheets["gaps"]
    assert "One line of this derivation is wrong" in sheets["wrong-line"]
    assert "{Given}" not in sheets["chain"]
    assert "tikzpicture" in sheets["chain"]
    assert r"\framebox" in sheets["chain"]
