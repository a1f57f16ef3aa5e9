"""Hand marks on to other programs: a format is one row here, and one function."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from backprop_cli.lazy import found

if TYPE_CHECKING:
    from backprop_cli.gradebook.sheet import Sheet


class ExportFormat(NamedTuple):
    """A format of marks."""

    name: str
    help: str
    place: str
    """`module:function`; it takes a sheet and gives the pieces of the file."""


_HERE = "backprop_cli.gradebook.exports"

EXPORT_FORMATS = (
    ExportFormat("canvas", "Canvas's gradebook, as CSV", f"{_HERE}.spreadsheets:canvas"),
    ExportFormat("moodle", "Moodle's grades, as CSV", f"{_HERE}.spreadsheets:moodle"),
    ExportFormat("nbgrader", "nbgrader's grades, as CSV", f"{_HERE}.spreadsheets:nbgrader"),
    ExportFormat("gradescope", "results.json of one student", f"{_HERE}.records:gradescope"),
    ExportFormat("junit", "a test suite for each student, as XML", f"{_HERE}.junit:junit"),
    ExportFormat("csv", "a line a student, columns a question", f"{_HERE}.spreadsheets:students"),
    ExportFormat("jsonl", "a record of backprop/grade/v1 a line", f"{_HERE}.records:records"),
    ExportFormat("json", "the record of one student", f"{_HERE}.records:one_record"),
    ExportFormat("markdown", "tables, for a job summary", f"{_HERE}.markdown:markdown"),
    ExportFormat("classroom50", "result.json of one student", f"{_HERE}.records:classroom50"),
)
"""In the order of the help."""

BY_NAME = {format_.name: format_ for format_ in EXPORT_FORMATS}


def export(name: str, sheet: "Sheet") -> Iterator[str]:
    """The marks in one of `EXPORT_FORMATS`, in pieces that are written one after another.

    Raises:
        BackpropError: if the format holds one submission, and there are more.
    """
    pieces: Iterator[str] = found(BY_NAME[name].place)(sheet)
    return pieces
