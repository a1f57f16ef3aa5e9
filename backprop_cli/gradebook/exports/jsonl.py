"""A record of backprop/grade/v1 on each line."""

from collections.abc import Iterator

from backprop_cli.exercises.marking.record import to_record
from backprop_cli.gradebook.exports.jsontext import json_text
from backprop_cli.gradebook.sheet import Sheet


def pieces(sheet: Sheet) -> Iterator[str]:
    """The lines of the file."""
    return (f"{json_text(to_record(graded))}\n" for graded in sheet.graded)
