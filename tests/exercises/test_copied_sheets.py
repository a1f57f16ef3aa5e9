"""What sheets earn on which nobody worked anything out: one number everywhere, a neighbour's."""

from itertools import pairwise
from pathlib import Path

import pytest

from backprop_cli.exercises.marking.mark import Marker, load_marker
from backprop_cli.exercises.marking.result import Verdict

FILES = sorted(Path(__file__).parents[2].glob("examples/*/*.toml"))
NUMBERS = [
    path
    for path in FILES
    if "[[questions]]" in path.read_text("utf-8") and path.parent.name != "class"
]
STUDENTS = [f"student {n}" for n in range(12)]


def marker_of(path: Path) -> Marker:
    return load_marker(path.read_bytes(), path.name)


@pytest.mark.parametrize("path", NUMBERS, ids=lambda path: path.stem)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_one_number_everywhere_earns_what_is_right_by_accident(path: Path, number: int) -> None:
    marker = marker_of(path)
    answers = {asked.name: number for asked in marker.exercise.asked}
    for student in STUDENTS:
        graded = marker.mark(student, answers)
        assert Verdict.FOLLOW not in {mark.verdict for mark in graded.marks}
        right = [mark for mark in graded.marks if mark.verdict is Verdict.CORRECT]
        assert graded.points == sum(mark.points for mark in right)


@pytest.mark.parametrize("path", NUMBERS, ids=lambda path: path.stem)
def test_a_copied_sheet_earns_what_is_right_by_accident(path: Path) -> None:
    """Of numbers: what is asked besides, such as a formula, is the same for all."""
    marker = marker_of(path)
    earned = possible = 0.0
    for student, neighbour in pairwise(STUDENTS):
        if marker.variant(student) == marker.variant(neighbour):
            continue
        names = {each.name for each in marker.exercise.asked if each.kind.is_number}
        key = marker.variants.predicted(marker.variant(neighbour)).key
        answers = {
            each.name: value if isinstance(value, float) else value.tolist()
            for each, value in zip(marker.exercise.asked, key, strict=True)
            if value is not None
        }
        marks = [mark for mark in marker.mark(student, answers).marks if mark.question in names]
        earned += sum(mark.points for mark in marks)
        possible += sum(mark.possible for mark in marks)
    assert earned <= possible / 3
