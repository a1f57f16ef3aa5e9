"""A class in one file: a line a student, a row a student."""

import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.batch.submissions.lines import read_lines
from backprop_cli.batch.submissions.meter import Meter
from backprop_cli.batch.submissions.parse import parse
from backprop_cli.batch.submissions.submission import MAX_BYTES, Submission, UnreadableSubmission
from backprop_cli.batch.submissions.table import read_table
from backprop_cli.errors import BackpropError


def said(results: list[Any]) -> list[Any]:
    """Student and answers, or student and reason."""
    return [(r.student, r.answers if isinstance(r, Submission) else r.reason) for r in results]


LINE = '{"student": "%s", "answers": {"f": -12, "df/dx": "-4"}}'
ANSWERS = {"f": -12, "df/dx": "-4"}


def test_lines_of_json(read: Callable[..., list[Any]]) -> None:
    text = f"\ufeff{LINE % 'ada'}\n\n[\r\n  {LINE % 'bob'}\r\n{LINE % 'cy'}"
    found = read("class.jsonl", text)
    assert [r.source for r in found] == [f"class.jsonl, line {n}" for n in (1, 3, 4, 5)]
    assert said(found)[::2] == [("ada", ANSWERS), ("bob", ANSWERS)]
    assert isinstance(found[1], UnreadableSubmission)
    assert said(found)[3] == ("cy", ANSWERS)


def test_a_line_of_any_length_spoils_itself_only(read: Callable[..., list[Any]]) -> None:
    long = " " * MAX_BYTES
    found = read("class.jsonl", f"{long}1\n{long}2\n{LINE % 'ada'}\n{long}{long}{long}")
    assert [isinstance(r, UnreadableSubmission) for r in found] == [True, True, False, True]
    assert "longer than 1 MiB" in found[0].reason
    assert len({r.digest for r in found}) == 4


def test_other_encodings_are_said(read: Callable[..., list[Any]]) -> None:
    for name in ("class.jsonl", "class.csv"):
        with pytest.raises(BackpropError, match="is not in UTF-8"):
            read(name, "student,f\nada,1\n".encode("utf-16"))


HEAD = "student,f,df/dx"

TABLES = [
    # what is written, what is read
    (f"{HEAD}\nada,-12,-4\n", [("ada", {"f": "-12", "df/dx": "-4"})]),
    (f"\ufeff{HEAD}\r\nada,-12,-4\r\n", [("ada", {"f": "-12", "df/dx": "-4"})]),
    (f"{HEAD}\nada,-12,-4", [("ada", {"f": "-12", "df/dx": "-4"})]),
    (f"\n\n{HEAD}\n\nada , -12,-4\n,,\n", [("ada", {"f": "-12", "df/dx": "-4"})]),
    ("f,Student,\n1,ada,\n", [("ada", {"f": "1"})]),
    ("student\tf\nada\t1,2\n", [("ada", {"f": "1,2"})]),
    ("student;f;df/dx\nada;-0,5;1,5e-3\n", [("ada", {"f": "-0.5", "df/dx": "1.5e-3"})]),
    ("student;f;g\nada;[1,2];1,000,000\n", [("ada", {"f": "[1,2]", "g": "1,000,000"})]),
    ("sep=;\r\nstudent;f\r\nada;1\r\n", [("ada", {"f": "1"})]),
    ('student,"df/dW[0,1]"\nada,"[1, 2]"\n', [("ada", {"df/dW[0,1]": "[1, 2]"})]),
    ('student,f,g\nada,"1\r\n""2""",3\nbob,4,5\n', [("ada", {"f": '1\r\n"2"', "g": "3"}), ("bob", {"f": "4", "g": "5"})]),
    ("student,f,g\nada,1\n", [("ada", {"f": "1", "g": ""})]),
    ("student,f\nada,1,2\nbob,3\n", [("ada", "it has 3 cells, and the table 2 columns"), ("bob", {"f": "3"})]),
    ('student,f\nada,"1\nbob,2\ncy,3\n', [("unnamed", "a quote is not closed"), ("bob", {"f": "2"}), ("cy", {"f": "3"})]),
    ('student,f\nada,"1\nbob,"2\ncy,3\n', [("unnamed", "a quote is not closed"), ("unnamed", "a quote is not closed"), ("cy", {"f": "3"})]),
    ("student,f\n,1\nbob,2\n", [("unnamed", "it does not say whose it is"), ("bob", {"f": "2"})]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TABLES)
def test_tables(read: Callable[..., list[Any]], text: str, expected: list[Any]) -> None:
    found = said(read("class.csv", text))
    assert len(found) == len(expected)
    for (student, answers), (name, wanted) in zip(found, expected, strict=True):
        assert student == name or (name == "unnamed" and student.startswith(name))
        assert answers == wanted or (isinstance(wanted, str) and answers.startswith(wanted))


def test_a_row_that_is_no_text_spoils_itself_only(read: Callable[..., list[Any]]) -> None:
    found = read(
        "class.csv", b"student,f\n\xff\xe9,1\nbob,2\n" + b"x" * 2 * MAX_BYTES + b"\ncy,3\n"
    )
    assert [isinstance(r, UnreadableSubmission) for r in found] == [True, False, True, False]
    assert "CSV UTF-8" in found[0].reason


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("name,f\nada,1\n", "no column 'student'"),
        ("student,student\nada,1\n", "more than one column of students"),
        ("student,f,f\nada,1,2\n", "the column 'f' is there twice"),
        ('student,"f\nada,1\n', "a quote is not closed"),
        (b"student,\xff\n", "not text in UTF-8"),
        ("student," + ",".join(map(str, range(10_001))), "more than 10,000 columns"),
    ],
)
def test_a_table_without_a_head_is_refused(
    read: Callable[..., list[Any]], text: str | bytes, message: str
) -> None:
    with pytest.raises(BackpropError, match=message):
        read("class.csv", text)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_class_or_refused(data: bytes) -> None:
    for reader, start in ((read_table, b""), (read_table, b"student,f\n"), (read_lines, b"")):
        try:
            for raw in reader(io.BytesIO(start + data), "x", Meter()):
                parse(raw)
        except BackpropError:
            assert not start or data.startswith((b"\xff\xfe", b"\xfe\xff"))


@given(st.lists(st.lists(st.text('a",;\n\r 1', max_size=4), min_size=2, max_size=2), max_size=6))
def test_what_python_writes_is_read_back(rows: list[list[str]]) -> None:
    import csv

    text = io.StringIO()
    csv.writer(text).writerows(
        [["student", "f"], *([f"n{n}", *row] for n, row in enumerate(rows))][:1]
    )
    for n, row in enumerate(rows):
        csv.writer(text).writerow([f"n{n}", row[0]])
    found = [parse(raw) for raw in read_table(io.BytesIO(text.getvalue().encode()), "x", Meter())]
    assert said(found) == [(f"n{n}", {"f": row[0].strip()}) for n, row in enumerate(rows)]


@pytest.mark.slow
def test_memory_does_not_grow_with_the_class(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        lines = io.BytesIO((LINE % "ada\n" + "\n").encode() * rows)
        tracemalloc.start()
        for raw in read_lines(lines, "x", Meter()):
            parse(raw)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(20_000) < peak(200) + 50_000


def test_the_meter_ends_at_all(tmp_path: Path) -> None:
    meter = Meter(0, len(LINE) * 3 + 3)
    list(read_lines(io.BytesIO((LINE + "\n").encode() * 3), "x", meter))
    assert meter.share == 1
