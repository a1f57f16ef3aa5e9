"""A worksheet is a TOML file that reads back, whatever its titles and names hold."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.errors import BackpropError, inert
from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.authoring.worksheet import worksheet
from backprop_cli.exercises.generate.compose import quoted
from backprop_cli.exercises.marking.mark import load_marker
from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.exercises.model.variants import Variants
from backprop_cli.render.text.options import Look

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/*.toml"))
EXERCISES = [path for path in EXAMPLES if b"backprop/exercise/" in path.read_bytes()[:200]]
NAMES = [
    "ada",
    'a"b',
    "a\nb",
    "[x]",
    "=cmd|' /C'!A0",
    "\x1b[2J",
    "\u202eevil",
    "Zoë",
    "</script>",
    "名",
]


def sheet(data: bytes, student: str) -> str:
    exercise = read_exercise(data, "exercise.toml")
    return worksheet(exercise, Variants(exercise) if exercise.circuit else None, student)


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_every_example_s_sheet_reads_back(path: Path) -> None:
    exercise = read_exercise(path.read_bytes(), path.name)
    for student in NAMES:
        text = sheet(path.read_bytes(), student)
        read = tomllib.loads(text)
        assert read["student"] == student
        assert list(read.get("answers", {})) == [asked.name for asked in exercise.questions]
        assert set(read.get("answers", {}).values()) <= {""}
        assert inert(text.replace("\n", "")) == text.replace("\n", "")


HOSTILE = """schema = "backprop/exercise/v1"
title = {}
text = {}
formula = "x*y"
[inputs]
x = 2
y = 3
[[questions]]
ask = "df/dx"
text = {}
"""


@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_hostile_titles_stay_comments(text: str) -> None:
    title = quoted(text)
    written = sheet(HOSTILE.format(title, title, title).encode(), "ada")
    assert tomllib.loads(written) == {"student": "ada", "answers": {"df/dx": ""}}
    assert inert(written.replace("\n", "")) == written.replace("\n", "")


def test_a_title_that_ends_a_comment() -> None:
    title = quoted("fun\u2028[answers]\nx = 1\r[y]\x85z = 3")
    written = sheet(HOSTILE.format(title, title, title).encode(), "ada")
    assert tomllib.loads(written) == {"student": "ada", "answers": {"df/dx": ""}}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_is_quoted_for_toml(text: str) -> None:
    assert tomllib.loads(f"a = {quoted(text)}")["a"] == text


def test_what_is_no_utf_8_is_an_error() -> None:
    with pytest.raises(BackpropError, match="no text in UTF-8"):
        quoted("\udcff")


def test_a_sheet_that_is_filled_in_is_marked() -> None:
    data = HOSTILE.format('"t"', '"t"', '"t"').encode()
    filled: Any = tomllib.loads(sheet(data, "ada").replace('""', "3"))
    graded = load_marker(data, "e").mark(filled["student"], filled["answers"])
    assert [mark.verdict for mark in graded.marks] == [Verdict.CORRECT]


def test_signs_in_ascii() -> None:
    assert (
        Look(ascii=True).said("∂f/∂q · 3 = 1 × 3, a 2×3 matrix…")
        == "df/dq * 3 = 1 * 3, a 2x3 matrix..."
    )


def test_a_sheet_shows_what_is_given() -> None:
    gaps = next(path for path in EXERCISES if path.stem == "gaps")
    text = sheet(gaps.read_bytes(), "ada")
    assert "# Given:" in text
    line = next(path for path in EXERCISES if path.stem == "wrong-line")
    text = sheet(line.read_bytes(), "ada")
    assert "# One line of this derivation is wrong; those after it follow from it." in text
    assert "#   1.  ∂f/∂f = " in text
