"""Hand marks on: each format in a module of its own, quoted for its reader."""

from collections.abc import Iterator
from importlib import import_module

from backprop_cli.gradebook.sheet import Sheet

FORMATS = {
    "canvas": "Canvas's gradebook, as CSV",
    "moodle": "Moodle's grades, as CSV",
    "nbgrader": "nbgrader's grades, as CSV",
    "gradescope": "results.json of one student",
    "junit": "a test suite for each student, as XML",
    "csv": "a line for each student, a column for each question",
    "jsonl": "a record of backprop/grade/v1 on each line",
    "json": "the record of one student",
    "markdown": "tables, for a job summary",
    "classroom50": "result.json of one student",
}


def export(name: str, sheet: Sheet) -> Iterator[str]:
    """The marks in one of `FORMATS`, in pieces that are written one after another.

    Raises:
        BackpropError: if the format holds one submission, and there are more.
    """
    module = import_module(f"{__name__}.{name}")
    pieces: Iterator[str] = module.pieces(sheet)
    return pieces
