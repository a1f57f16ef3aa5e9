"""The record of one submission, backprop/grade/v1, spread out to be read."""

from collections.abc import Iterator

from backprop_cli.exercises.marking.record import to_record
from backprop_cli.gradebook.exports.jsontext import json_text
from backprop_cli.gradebook.sheet import Sheet


def pieces(sheet: Sheet) -> Iterator[str]:
    """The file."""
    yield f"{json_text(to_record(sheet.only('a JSON record')), indent=2)}\n"
