"""Cells of a spreadsheet: what someone wrote stays text, whatever program opens it."""

import csv
import re
from collections.abc import Iterable
from typing import Any

from backprop_cli.errors import inert
from backprop_cli.exercises.marking.result import Graded, Mark

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


def number(value: float) -> str:
    """Points without needless digits."""
    rounded = round(value, 6)
    return str(int(rounded)) if rounded == int(rounded) else repr(rounded)


class _Line:
    """What csv writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


_WRITER: Any = csv.writer(_Line(), lineterminator="\n")


def row(values: Iterable[str | float]) -> str:
    """One line of a CSV file."""
    line: str = _WRITER.writerow([cell(value) for value in values])
    return line


def points(graded: Graded) -> float | str:
    """What was earned; nothing, which is not 0, where the submission could not be read."""
    return "" if graded.unreadable else graded.points


def remarks(graded: Graded) -> str:
    """What the student should read, in one cell."""
    if graded.unreadable:
        return f"unreadable: {graded.unreadable}"
    told = [f"{mark.question}: {mark.reason}" for mark in graded.marks if mark.reason]
    return " / ".join([*told, *graded.problems])


def mistakes(marks: Iterable[Mark]) -> str:
    """The mistakes that were found, each once, with their gates."""
    found = {f"{blame.mistake} ({blame.gate})": None for mark in marks for blame in mark.blames}
    return ", ".join(found)
