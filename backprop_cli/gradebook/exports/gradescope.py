"""Gradescope's results.json: a test for each question of one submission."""

from collections.abc import Iterator
from typing import Any

from backprop_cli.errors import inert
from backprop_cli.exercises.marking.result import Graded, Mark, Verdict
from backprop_cli.gradebook.exports.jsontext import json_text
from backprop_cli.gradebook.sheet import Sheet


def pieces(sheet: Sheet) -> Iterator[str]:
    """The file."""
    yield f"{json_text(results(sheet.only('results.json'), sheet), indent=2)}\n"


def results(graded: Graded, sheet: Sheet) -> dict[str, Any]:
    """What the autograder hands back."""
    found: dict[str, Any] = {
        "output": _shown(graded.unreadable, *graded.problems),
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(number, mark) for number, mark in enumerate(graded.marks, 1)],
    }
    if not graded.marks:
        # Either the whole or every test needs a score.
        found["score"] = 0.0
    return found


def _passed(mark: Mark) -> bool:
    """Whether nothing is to be mended: a right step on a wrong value may earn all of its points."""
    follows = mark.verdict is Verdict.FOLLOW and mark.points == mark.possible
    return follows or mark.verdict is Verdict.CORRECT


def _test(number: int, mark: Mark) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": inert(mark.question),
        "number": str(number),
        "score": mark.points,
        "max_score": mark.possible,
        "status": "passed" if _passed(mark) else "failed",
        "output": _output(mark),
        "output_format": "text",
        "name_format": "text",
        "visibility": "visible",
    }
    if mark.verdict is Verdict.UNDECIDED:
        # Neither passed nor failed, and not lost: the teacher decides.
        del test["status"]
        test["max_score"] = 0.0
    return test


def _output(mark: Mark) -> str:
    answer = f"your answer: {mark.answer}" if mark.answer else "no answer"
    return _shown(f"{mark.verdict.value}; {answer}", mark.reason)


def _shown(*lines: str) -> str:
    return "\n".join(inert(line) for line in lines if line)
