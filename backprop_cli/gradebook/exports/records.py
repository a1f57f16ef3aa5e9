"""Marks as JSON: our own records, and the results that other programs read."""

import json
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from backprop_cli.errors import inert
from backprop_cli.exercises.marking.record import to_record
from backprop_cli.exercises.marking.result import Graded, Mark, Verdict
from backprop_cli.gradebook.sheet import Sheet


def one_record(sheet: Sheet) -> Iterator[str]:
    """The record of one submission, backprop/grade/v1, spread out to be read."""
    yield f"{json_text(to_record(sheet.only('a JSON record')), indent=2)}\n"


def records(sheet: Sheet) -> Iterator[str]:
    """A record of backprop/grade/v1 on each line; of a class, with whose answers they are."""
    for graded in sheet.graded:
        record = to_record(graded)
        if graded.student in sheet.of_another:
            record["answers_of"] = list(sheet.of_another[graded.student])
        yield f"{json_text(record)}\n"


_HUNDREDTHS = 100
"""Points are whole numbers there; in hundredths, shares of points survive."""

_FROM_CLASSROOM50 = (
    "classroom",
    "assignment",
    "submission",
    "commit",
    "release",
    "review",
    "datetime",
)
"""What only the place where it runs can know."""


def classroom50(sheet: Sheet) -> Iterator[str]:
    """The result.json of Classroom 50, the open successor of GitHub Classroom; it still drifts."""
    found = _classroom50_result(sheet.only("result.json"), {"assignment": sheet.title})
    yield f"{json_text(found, indent=2)}\n"


def _classroom50_result(graded: Graded, given: Mapping[str, str]) -> dict[str, Any]:
    """`classroom50/result/v1`, with what is `given` of the names in `_FROM_CLASSROOM50`."""
    tests = [
        {
            "test-name": inert(mark.question),
            "passed": mark.verdict is Verdict.CORRECT,
            "score": round(mark.points * _HUNDREDTHS),
            "max-score": 0
            if mark.verdict is Verdict.UNDECIDED
            else round(mark.possible * _HUNDREDTHS),
        }
        for mark in graded.marks
    ]
    return {
        "schema": "classroom50/result/v1",
        **{name: given.get(name, "") for name in _FROM_CLASSROOM50},
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def gradescope(sheet: Sheet) -> Iterator[str]:
    """Gradescope's results.json: a test for each question of one submission."""
    yield f"{json_text(_gradescope_results(sheet.only('results.json')), indent=2)}\n"


def _gradescope_results(graded: Graded) -> dict[str, Any]:
    """What the autograder hands back."""
    found: dict[str, Any] = {
        "output": _shown(graded.unreadable, *graded.problems),
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_gradescope_test(number, mark) for number, mark in enumerate(graded.marks, 1)],
    }
    if not graded.marks:
        # Either the whole or every test needs a score.
        found["score"] = 0.0
    return found


def _passed(mark: Mark) -> bool:
    """Whether nothing is to be mended: a right step on a wrong value may earn all of its points."""
    follows = mark.verdict is Verdict.FOLLOW and mark.points == mark.possible
    return follows or mark.verdict is Verdict.CORRECT


def _gradescope_test(number: int, mark: Mark) -> dict[str, Any]:
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


_TAGS = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def json_text(value: Any, indent: int | None = None) -> str:
    """The value as ASCII; "NaN", "Infinity" and "-Infinity" where JSON has no number."""
    try:
        text = json.dumps(value, indent=indent, allow_nan=False)
    except ValueError:
        text = json.dumps(_spelt(value), indent=indent, allow_nan=False)
    # Outside of strings JSON has none of these, and inside an escape means the same.
    return text.translate(_TAGS)


def _spelt(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _spelt(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_spelt(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value
