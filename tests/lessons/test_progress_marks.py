"""What a learner hands in becomes marks: a share of a point for each step."""

import json
from typing import Any

import pytest
from learning import course_of, lesson, right_lines, through

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.marking.result import Blame, Verdict
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.progress.progress import SCHEMA, Progress
from backprop_cli.lessons.progress.progress_marks import graded, questions, read_export
from backprop_cli.lessons.session.resume import entry_of, exported


def progress_of(course: Course, lines: list[str]) -> Progress:
    entries = [
        entry_of(event, course.lesson, "2026-01-01T00:00:00Z", ("", 0))
        for reply in through(course, lines)
        for event in reply.events
    ]
    return Progress(course.learner, tuple(entries))


def handed_in(progress: Progress) -> Progress:
    """The same after it was written and read."""
    return read_export(json.dumps(exported(progress)).encode(), "ada.json")


def test_all_right_earns_all() -> None:
    course = course_of()
    progress = handed_in(progress_of(course, right_lines(course)))
    marks = graded(lesson(), progress, "ada")
    assert marks is not None
    assert [(m.question, m.possible) for m in marks.marks] == questions(lesson())
    assert {m.verdict for m in marks.marks} == {Verdict.CORRECT}
    assert marks.points == marks.possible == 6


def test_what_was_shown_or_skipped_earns_nothing_and_its_step_a_share() -> None:
    progress = progress_of(course_of(), ["", "3", "-12", "1", "hint", "-4", "show", "skip"])
    marks = graded(lesson(), handed_in(progress), "ada")
    assert marks is not None
    values, gradients, choice, *fresh = marks.marks
    assert (values.verdict, values.points) == (Verdict.CORRECT, 1)
    assert (gradients.verdict, gradients.answer) == (Verdict.BLANK, "1 of 3 solved")
    assert gradients.points == pytest.approx(1 / 3)
    assert gradients.reason == "1 solved, 1 shown, 1 skipped, 1 wrong on the way, 1 hint."
    assert gradients.blames == (Blame("mul-not-switched", "", ()),)
    assert choice.reason == choice.answer == ""
    assert {mark.points for mark in fresh} == {0}


def test_a_lesson_that_was_not_begun_or_was_reset_has_no_marks() -> None:
    progress = progress_of(course_of(), ["", "3"])
    assert graded(lesson(), Progress("ada", ()), "ada") is None
    reset = progress.entries[0]._replace(what="reset")
    assert graded(lesson(), Progress("ada", (*progress.entries, reset)), "ada") is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "holds no progress"),
        (b'{"schema": "backprop/grade/v1"}', "holds no progress"),
        (json.dumps({"schema": SCHEMA, "learner": 3, "entries": []}).encode(), "holds no progress"),
        (b" " * (16 * 2**20 + 1), "is larger than 16 MiB"),
    ],
)
def test_what_is_no_export_is_said(data: bytes, said: str) -> None:
    with pytest.raises(BackpropError, match=said):
        read_export(data, "x.json")


@pytest.mark.parametrize("entry", [3, None, {}, {"at": 1}, {"at": "", "lesson": "small"}])
def test_entries_that_are_none_are_counted(entry: Any) -> None:
    good = progress_of(course_of(), ["", "3"])
    document = exported(good)
    document["entries"].append(entry)
    progress = read_export(json.dumps(document).encode(), "x.json")
    assert progress.entries == good.entries
    marks = graded(lesson(), progress, "ada")
    assert marks is not None
    assert marks.problems == ("1 entries cannot be read",)
