"""Read a class from a table: CSV as Excel, LibreOffice and Canvas write it, a student a row."""

import csv
import json
import re
from collections import deque
from collections.abc import Iterator
from typing import IO, NamedTuple

from backprop_cli.batch.submissions.lines import bounded
from backprop_cli.batch.submissions.meter import Meter
from backprop_cli.batch.submissions.parse import reason_of
from backprop_cli.batch.submissions.submission import MAX_ANSWERS, MAX_BYTES, Raw
from backprop_cli.errors import BackpropError, inert

STUDENT = ("student", "student id", "student_id")
"""What the column of the students may be called, in small letters."""

_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")

Line = tuple[int, Raw]


class _Columns(NamedTuple):
    """What the head of a table says."""

    delimiter: str
    student: int
    questions: dict[int, str]
    """Where a column stands -> the question that it answers."""
    width: int


def read_table(file: IO[bytes], name: str, meter: Meter) -> Iterator[Raw]:
    """The submissions of a .csv file, a row each.

    Each row becomes the line of JSON that says the same, and is read as such.

    Raises:
        BackpropError: if the first row does not name the students and the questions.
    """
    lines = enumerate(bounded(file, name, meter), start=1)
    waiting: deque[Line] = deque()
    columns: _Columns | None = None
    delimiter = ""
    while row := _row(lines, waiting, columns.delimiter if columns else delimiter):
        number, raw = row
        if columns is None:
            if declared := re.fullmatch(rb"sep=([,;\t])\s*", raw.data):
                delimiter = declared[1].decode()
            elif raw.data.strip():
                columns = _head(raw, name, delimiter)
        elif raw.reason or raw.data.strip(b" \t\r\n,;"):
            yield _submission(raw, columns)._replace(source=f"{name}, line {number}")
    if columns is None:
        raise BackpropError(f"{name} is empty")


def _row(lines: Iterator[Line], waiting: deque[Line], delimiter: str) -> Line | None:
    """The next row, with the line where it begins: a cell in quotes may go over many lines.

    A quote that is never closed spoils its own line only.
    """
    first = _next(lines, waiting)
    if first is None or first[1].reason or first[1].data.count(b'"') % 2 == 0:
        return first
    taken, size = [first], len(first[1].data)
    while following := _next(lines, waiting):
        taken.append(following)
        size += len(following[1].data)
        if following[1].reason or size > MAX_BYTES:
            break
        if following[1].data.count(b'"') % 2:
            whole = first[1]._replace(data=b"".join([line.data for _, line in taken]))
            if _pairs(whole.data, delimiter):
                return first[0], whole
            break
    waiting.extendleft(reversed(taken[1:]))
    return first[0], first[1]._replace(reason="a quote is not closed")


def _pairs(data: bytes, delimiter: str) -> bool:
    """Whether the lines make one row: its quotes belong together."""
    try:
        return bool(_cells(data, delimiter or _delimiter(data)))
    except BackpropError:
        return False


def _next(lines: Iterator[Line], waiting: deque[Line]) -> Line | None:
    return waiting.popleft() if waiting else next(lines, None)


def _cells(data: bytes, delimiter: str) -> list[str]:
    """The cells of one row.

    Raises:
        BackpropError: if it is not text, or its quotes do not pair.
    """
    try:
        text = data.decode("utf-8").rstrip("\r\n")
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except UnicodeDecodeError:
        raise BackpropError("it is not text in UTF-8", hint="save as CSV UTF-8") from None
    except csv.Error as error:
        raise BackpropError(f"it is not a row of a table: {error}") from None
    return [cell.strip() for cell in rows[0]] if rows else []


def _head(raw: Raw, name: str, delimiter: str) -> _Columns:
    if raw.reason:
        raise BackpropError(f"{name}: the first row cannot be read: {raw.reason}")
    delimiter = delimiter or _delimiter(raw.data)
    try:
        heads = _cells(raw.data, delimiter)
    except BackpropError as error:
        raise BackpropError(f"{name}: the first row: {error.message}", hint=error.hint) from None
    students = [at for at, head in enumerate(heads) if head.lower() in STUDENT]
    if len(students) != 1:
        what = "no column 'student'" if not students else "more than one column of students"
        raise BackpropError(f"{name}: the first row has {what}", hint="student,f,df/dx,…")
    questions = {at: head for at, head in enumerate(heads) if head and at != students[0]}
    if len(questions) > MAX_ANSWERS:
        raise BackpropError(f"{name} has more than {MAX_ANSWERS:,} columns")
    seen: set[str] = set()
    for head in questions.values():
        if head in seen:
            raise BackpropError(f"{name}: the column '{inert(head)}' is there twice")
        seen.add(head)
    return _Columns(delimiter, students[0], questions, len(heads))


def _delimiter(data: bytes) -> str:
    """What divides the cells: a comma, or what Excel writes where the comma is for decimals."""
    bare = re.sub(rb'"[^"]*"', b"", data)
    return max(",;\t", key=lambda mark: bare.count(mark.encode()))


def _submission(raw: Raw, columns: _Columns) -> Raw:
    if raw.reason:
        return raw
    try:
        cells = _cells(raw.data, columns.delimiter)
    except BackpropError as error:
        return raw._replace(reason=reason_of(error))
    student = cells[columns.student] if columns.student < len(cells) else ""
    if any(cells[columns.width :]):
        what = f"it has {len(cells)} cells, and the table {columns.width} columns"
        return raw._replace(stem=student, reason=what)
    if columns.delimiter == ";":
        cells = [_with_point(cell) for cell in cells]
    cells += [""] * (columns.width - len(cells))
    answers = {question: cells[at] for at, question in columns.questions.items()}
    record = {"student": student, "answers": answers}
    return raw._replace(data=json.dumps(record, ensure_ascii=False).encode())


def _with_point(cell: str) -> str:
    """A number with a decimal comma, as 0,5 in a German table, with a point instead."""
    return cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell
