"""nbgrader's own export of grades, for what reads that."""

from collections.abc import Iterator

from backprop_cli.gradebook.exports.cells import points, row
from backprop_cli.gradebook.sheet import Sheet

COLUMNS = (
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


def pieces(sheet: Sheet) -> Iterator[str]:
    """The lines of the file."""
    yield row(COLUMNS)
    for graded in sheet.graded:
        earned, student = points(graded), graded.student
        yield row([sheet.title, "", "", student, "", "", "", earned, 0, earned, sheet.points])
