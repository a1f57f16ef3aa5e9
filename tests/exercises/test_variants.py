"""The same seed and student have the same inputs, on any machine and any Python, for ever."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from exercise_files import marker

from backprop_cli.exercises.marking.mark import Marker, load_marker
from backprop_cli.exercises.model.variants import UNSOUND, plain

FORMULA = "(x+y)*max(z, 1) + log(w)"
DRAWN = {
    **dict.fromkeys("xyz", "{ from = -9, to = 9 }"),
    "w": "{ from = 0.1, to = 3, step = 0.1 }",
}
SHEET: Marker = marker(FORMULA, DRAWN, ["f", "df/dx", "df/dz", "df/dw"])

PINNED: dict[str, tuple[int, dict[str, Any]]] = {
    "ada": (17, {"x": -9.0, "y": -4.0, "z": 7.0, "w": 2.7}),
    "bob": (3, {"x": -6.0, "y": -3.0, "z": 8.0, "w": 0.8}),
    "Zoë": (72, {"x": -2.0, "y": -6.0, "z": 9.0, "w": 0.5}),
    "": (57, {"x": 9.0, "y": -3.0, "z": 4.0, "w": 0.9}),
}


def drawn(student: str) -> tuple[int, dict[str, Any]]:
    number = SHEET.variant(student)
    return number, plain(SHEET.variants.inputs(number))


STUDENTS = ("ada", "bob", "Zoë", "")


def test_the_inputs_are_pinned() -> None:
    assert {student: drawn(student) for student in STUDENTS} == PINNED


@pytest.mark.parametrize("name", ["ADA", " ada ", "Ａda"])
def test_a_name_in_another_spelling_is_the_same_student(name: str) -> None:
    assert drawn(name) == drawn("ada")


def test_all_inputs_are_away_from_kinks_and_inside_the_domain() -> None:
    for number in range(1, 40):
        inputs = SHEET.variants.inputs(number)
        assert SHEET.variants.cost(number) < UNSOUND
        assert inputs["z"] != 1
        assert inputs["w"] > 0


def test_fixed_inputs_are_one_variant() -> None:
    fixed = marker("x*y", {"x": 1, "y": 2}, ["f"])
    assert fixed.variant("ada") == 0
    assert plain(fixed.variants.inputs(0)) == {"x": 1.0, "y": 2.0}


def test_another_seed_is_another_class() -> None:
    text = '[variants]\nseed = "other"'
    other = marker(FORMULA, DRAWN, ["f", "df/dx", "df/dz", "df/dw"], more=text)
    mine = [plain(SHEET.variants.inputs(number)) for number in range(1, 6)]
    assert mine != [plain(other.variants.inputs(number)) for number in range(1, 6)]


def test_where_no_inputs_are_sound_the_exercise_can_still_be_marked() -> None:
    sheet = load_marker(
        b'schema = "backprop/exercise/v1"\ntitle = "t"\nformula = "log(-x^2)"\n'
        b'[inputs]\nx = { from = 1, to = 9 }\n[[questions]]\nask = "df/dx"\n',
        "exercise.toml",
    )
    assert sheet.variants.cost(1) == UNSOUND
    assert sheet.mark("ada", {"df/dx": 1}).points in (0, 1)


SCRIPT = """
import sys
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.generate.random_values import drawn_value
random = StableRandom("inputs", "A test", 3, 0)
print([drawn_value(random, -9, 9, 1) for _ in range(5)], drawn_value(random, 0.1, 3, 0.1))
print(StableRandom("student", "A test", "zoë").integer(1, 100), random.shuffled([1, 2, 3, 4]))
"""
OTHERS = sorted(Path.home().glob(".pyenv/versions/3.1[1-9]*/bin/python3"))


def said(python: str) -> str:
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": "7"}
    ran = subprocess.run(
        [python, "-c", SCRIPT], capture_output=True, text=True, env=environment, check=True
    )
    return ran.stdout


@pytest.mark.skipif(not OTHERS, reason="there is no other Python here")
@pytest.mark.parametrize("python", OTHERS, ids=lambda path: path.parents[1].name)
def test_any_python_draws_the_same(python: Path) -> None:
    assert said(str(python)) == said(sys.executable)


@pytest.mark.parametrize(
    ("x", "y", "z", "dull"),
    [
        (2, 3, 4, 0), (0, 3, 4, 1), (1, 3, 4, 1), (-1, 3, 4, 1), (2, -2, 4, 1), (2, 2, 2, 2),
        (0, 1, -1, 4), (0, 0, 3, 3), (0.5, 3, 4, 0),
    ],
)  # fmt: skip
def test_numbers_that_are_right_by_accident_are_counted(
    x: float, y: float, z: float, dull: int
) -> None:
    inputs = {"x": float(x), "y": float(y), "z": float(z), "w": 2.5}
    assert SHEET.variants._dullness(inputs) == dull


def test_given_numbers_are_not_counted_as_dull() -> None:
    sheet = marker("x*y", {"x": "1", "y": "{ from = -9, to = 9 }"}, ["df/dx"])
    assert sheet.variants._dullness({"x": 1.0, "y": 3.0}) == 0
