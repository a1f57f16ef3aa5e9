"""A line for each student: points, verdict and answer of each question, mistakes, remarks."""

from collections.abc import Iterator

from backprop_cli.gradebook.exports.cells import mistakes, points, remarks, row
from backprop_cli.gradebook.sheet import Sheet


def pieces(sheet: Sheet) -> Iterator[str]:
    """The lines of the file."""
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
        told = [mistakes(graded.marks), remarks(graded)]
        yield row([graded.student, points(graded), possible, *cells, *told])
