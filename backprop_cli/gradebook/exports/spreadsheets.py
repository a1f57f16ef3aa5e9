"""Marks as CSV: what someone wrote stays text, whatever program opens it."""

import csv
import re
from collections.abc import Iterable, Iterator

from backprop_cli.errors import inert
from backprop_cli.gradebook.exports.mark_text import mistakes, number, points, remarks
from backprop_cli.gradebook.sheet import Sheet


def students(sheet: Sheet) -> Iterator[str]:
    """A line for each student: points, verdict and answer of each question, mistakes, remarks."""
    asked = [question.text for question in sheet.questions]
    columns = [name for text in asked for name in (text, f"{text} verdict", f"{text} answer")]
    yield row(["student", "points", "possible", *columns, "mistakes", "remarks"])
    for graded in sheet.graded:
        marks = {mark.question: mark for mark in graded.marks}
        cells: list[str | float] = []
        for text in asked:
            mark = marks.get(text)
            cells += [mark.points, mark.verdict.value, mark.answer] if mark else ["", "", ""]
        possible = "" if graded.unreadable else graded.possible
        notes = [mistakes(graded.marks), remarks(graded)]
        yield row([graded.student, points(graded), possible, *cells, *notes])


def canvas(sheet: Sheet) -> Iterator[str]:
    """Canvas's gradebook: a row for what is possible, then a row a student, known by login."""
    yield row(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", sheet.title])
    yield row(["    Points Possible", "", "", "", "", sheet.points])
    for graded in sheet.graded:
        # Canvas takes any first cell with these words for the row of what is possible.
        name = graded.student.replace("Points Possible", "Points-Possible")
        yield row([name, "", "", graded.student, "", points(graded)])


def moodle(sheet: Sheet) -> Iterator[str]:
    """Moodle's grades: the user's name, the grade, and the reasons as feedback."""
    yield row(["username", sheet.title, f"{sheet.title} (feedback)"])
    for graded in sheet.graded:
        yield row([graded.student, points(graded), remarks(graded)])


NBGRADER_COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


def nbgrader(sheet: Sheet) -> Iterator[str]:
    """Nbgrader's own export of grades, for what reads that."""
    yield row(NBGRADER_COLUMNS)
    for graded in sheet.graded:
        earned, student = points(graded), graded.student
        yield row([sheet.title, "", "", student, "", "", "", earned, 0, earned, sheet.points])


_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
# Some spreadsheets cut at semicolons, some drop the blanks in front; both read wide signs too.
_FORMULA = re.compile(rf"(^|;)(\s*)(?=[=+\-@＝＋－＠])(?!{_NUMBER}\s*(?:;|$))")


def cell(value: str | float) -> str:
    """A number as it is; a text so that no spreadsheet computes it.

    A text that would be a formula gets an apostrophe in front, the spreadsheets' own sign for
    text; control characters become escapes.
    """
    if isinstance(value, str):
        return _FORMULA.sub(r"\1\2'", inert(value))
    return number(value)


class _Line:
    """What csv writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


_WRITER = csv.writer(_Line(), lineterminator="\n")


def row(values: Iterable[str | float]) -> str:
    """One line of a CSV file."""
    line: str = _WRITER.writerow([cell(value) for value in values])
    return line
