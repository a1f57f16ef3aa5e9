"""The result.json of Classroom 50, the open successor of GitHub Classroom; it still drifts."""

from collections.abc import Iterator, Mapping
from typing import Any

from backprop_cli.errors import inert
from backprop_cli.exercises.marking.result import Graded, Verdict
from backprop_cli.gradebook.exports.jsontext import json_text
from backprop_cli.gradebook.sheet import Sheet

SCALE = 100
"""Points are whole numbers there; in hundredths, shares of points survive."""

GIVEN = ("classroom", "assignment", "submission", "commit", "release", "review", "datetime")
"""What only the place where it runs can know."""


def pieces(sheet: Sheet) -> Iterator[str]:
    """The file."""
    found = result(sheet.only("result.json"), {"assignment": sheet.title})
    yield f"{json_text(found, indent=2)}\n"


def result(graded: Graded, given: Mapping[str, str]) -> dict[str, Any]:
    """`classroom50/result/v1`, with what is `given` of the names in `GIVEN`."""
    tests = [
        {
            "test-name": inert(mark.question),
            "passed": mark.verdict is Verdict.CORRECT,
            "score": round(mark.points * SCALE),
            "max-score": 0 if mark.verdict is Verdict.UNDECIDED else round(mark.possible * SCALE),
        }
        for mark in graded.marks
    ]
    return {
        "schema": "classroom50/result/v1",
        **{name: given.get(name, "") for name in GIVEN},
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
