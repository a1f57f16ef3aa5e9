"""Canvas's gradebook: a row for what is possible, then a row a student, known by login."""

from collections.abc import Iterator

from backprop_cli.gradebook.exports.cells import points, row
from backprop_cli.gradebook.sheet import Sheet


def pieces(sheet: Sheet) -> Iterator[str]:
    """The lines of the file."""
    yield row(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", sheet.title])
    yield row(["    Points Possible", "", "", "", "", sheet.points])
    for graded in sheet.graded:
        # Canvas takes any first cell with these words for the row of what is possible.
        name = graded.student.replace("Points Possible", "Points-Possible")
        yield row([name, "", "", graded.student, "", points(graded)])
