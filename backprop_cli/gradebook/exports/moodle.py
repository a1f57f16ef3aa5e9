"""Moodle's grades: the user's name, the grade, and the reasons as feedback."""

from collections.abc import Iterator

from backprop_cli.gradebook.exports.cells import points, remarks, row
from backprop_cli.gradebook.sheet import Sheet


def pieces(sheet: Sheet) -> Iterator[str]:
    """The lines of the file."""
    yield row(["username", sheet.title, f"{sheet.title} (feedback)"])
    for graded in sheet.graded:
        yield row([graded.student, points(graded), remarks(graded)])
