"""No decision hangs on a sentence: reasons are data, and one module words them."""

import ast
from pathlib import Path

import pytest
from exercise_files import CHAIN, marker

from backprop_cli.exercises import wording
from backprop_cli.exercises.marking.record import from_record, to_record
from backprop_cli.exercises.marking.result import Mark, Verdict
from backprop_cli.exercises.model.reason import Finding, Reason, ReasonCode
from backprop_cli.exercises.wording import worded

PACKAGE = Path(wording.__file__).resolve().parents[1]
SENTENCES = {"ROUNDED", "SHAPE_RULE", "UNEXPLAINED", "NOT_KNOWN"}
SOURCES = sorted(
    path
    for folder in ("exercises", "lessons", "batch", "gradebook", "cli")
    for path in (PACKAGE / folder).rglob("*.py")
)


def _decides_by_a_sentence(node: ast.AST) -> bool:
    """Whether a comparison looks into a reason, or compares with a sentence."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        called, of = node.func.attr, node.func.value
        return called in ("startswith", "find", "index") and _is_reason(of)
    if not isinstance(node, ast.Compare):
        return False
    if any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
        return any(map(_is_reason, node.comparators))
    sides = [node.left, *node.comparators]
    return any(isinstance(side, ast.Name) and side.id in SENTENCES for side in sides)


def _is_reason(node: ast.AST) -> bool:
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return name in ("reason", "message", "sentence")


@pytest.mark.parametrize(
    "text",
    ["mark.reason == UNEXPLAINED", "'no class' in reason", "mark.reason.startswith('It')"],
)
def test_the_search_finds_decisions_by_prose(text: str) -> None:
    assert any(map(_decides_by_a_sentence, ast.walk(ast.parse(text))))


def test_no_decision_hangs_on_a_sentence() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"  # type: ignore[attr-defined]
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if _decides_by_a_sentence(node)
    ]
    assert found == []


def test_every_code_is_worded() -> None:
    found = Finding("sign-lost", "a sign is lost", "Look at {a}.", {"a": "x"})
    for code in ReasonCode:
        reason = Reason(code, "q", "add", "a number", "a vector of 3", "q = x", True, ((found,),))
        assert bool(worded(reason)) is (code is not ReasonCode.NONE)


ASKED = ["q", "df/dq", "df/dz", "df/dx", "pattern(q)", "shape(df/dx)"]


@pytest.mark.parametrize(
    ("question", "answer", "code"),
    [
        ("q", "4", "other-value"),
        ("q", "[1, 2]", "other-shape"),
        ("q", "what?", "unreadable"),
        ("df/dq", "3", "mistake"),
        ("df/dq", "1234.5", "unexplained"),
        ("pattern(q)", "switcher", "other-pattern"),
        ("df/dq", "-4", ""),
    ],
)
def test_a_mark_has_the_code_of_its_reason(question: str, answer: str, code: str) -> None:
    graded = marker("q = x + y; f = q * z", CHAIN, ASKED).mark("ada", {question: answer})
    mark = next(mark for mark in graded.marks if mark.question == question)
    assert mark.code == code
    assert bool(mark.reason) is bool(code)
    assert from_record(to_record(graded)) == graded


def test_marks_that_were_kept_without_a_code_are_read() -> None:
    graded = marker("q = x + y; f = q * z", CHAIN, ASKED).mark("ada", {"q": "4"})
    record = to_record(graded)
    for mark in record["marks"]:
        del mark["code"]
    kept = from_record(record).marks[0]
    assert kept == Mark("q", "4", Verdict.WRONG, 0.0, 1.0, graded.marks[0].reason, "3")
