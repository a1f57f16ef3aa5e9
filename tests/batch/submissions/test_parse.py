"""One submission: what it says, or why it cannot be read."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.batch.submissions.digest import digest
from backprop_cli.batch.submissions.parse import parse
from backprop_cli.batch.submissions.submission import (
    MAX_ANSWERS,
    MAX_BYTES,
    Raw,
    Submission,
    UnreadableSubmission,
)

TOML = 'student = "ada"\n\n[answers]\nf = -12\n"df/dx" = -4\nW = [[1, 2.5], [0, "1/3"]]\n'
JSON = '{"student": "ada", "answers": {"f": -12, "df/dx": -4, "W": [[1, 2.5], [0, "1/3"]]}}'


def raw(text: str | bytes, kind: str = "json", stem: str = "file", **more: Any) -> Raw:
    data = text.encode() if isinstance(text, str) else text
    return Raw("somewhere", stem, data, kind, **more)


@pytest.mark.parametrize(("kind", "text"), [("toml", TOML), ("json", JSON)])
def test_a_submission_gives_its_student_and_answers(kind: str, text: str) -> None:
    said = parse(raw(text, kind))
    assert isinstance(said, Submission)
    assert said[:2] == ("ada", {"f": -12, "df/dx": -4, "W": [[1, 2.5], [0, "1/3"]]})
    assert said.problems == ()


@pytest.mark.parametrize("text", ['{"answers": {}}', '{"student": "", "answers": {}}'])
def test_without_a_student_the_name_of_the_file_is_taken(text: str) -> None:
    assert parse(raw(text, stem="bob"))[0] == "bob"


def test_a_number_names_a_student_too() -> None:
    assert parse(raw('{"student": 4711, "answers": {}}'))[0] == "4711"


def test_a_name_is_one_name_however_its_accents_are_written() -> None:
    names = {parse(raw(json.dumps({"student": n, "answers": {}})))[0] for n in ("é", " e\u0301 ")}
    assert names == {"é"}


def test_numbers_that_json_does_not_have_are_read() -> None:
    said = parse(raw('{"answers": {"f": NaN, "g": -Infinity, "h": 1e999}}'))
    assert isinstance(said, Submission)
    f, g, h = said.answers.values()
    assert isinstance(f, float)
    assert math.isnan(f)
    assert (g, h) == (-math.inf, math.inf)


BROKEN = [
    # kind, text, reason
    ("json", "", "it is not JSON"),
    ("json", b"\xff\xfe\xfa", "it is not JSON"),
    ("json", "[1, 2]", "it does not give names and answers"),
    ("json", "{}", "it has no answers"),
    ("json", '{"answers": [1]}', "answers that are not names and values"),
    ("json", '{"student": ["x"], "answers": {}}', "its student is not a text"),
    ("json", '{"student": true, "answers": {}}', "its student is not a text"),
    ("json", '{"student": "%s", "answers": {}}' % ("x" * 201), "longer than 200 characters"),
    ("json", '{"answers": {"f": 1, "f": 2}}', "'f' is given twice"),
    ("json", '{"answers": {"f": %s}}' % ("9" * 5000), "too many digits"),
    ("json", '{"answers": {"f": %s1}}' % ("[" * 100_000), "is nested too deeply"),
    ("json", '{"a":' * 100_000, "is nested too deeply"),
    ("json", json.dumps({"answers": dict.fromkeys(map(str, range(MAX_ANSWERS + 1)), 1)}), "more than 10,000 answers"),
    ("json", " " * (MAX_BYTES + 1), "it is larger than 1 MiB"),
    ("toml", "answers]", "it is not TOML"),
    ("toml", "[answers]\nq = 1/3\n", '(write q = "1/3", with quotes)'),
    ("toml", '[answers]\n"df/dx"  = 2*q\n', '(write "df/dx" = "2*q", with quotes)'),
    ("toml", "[answers]\r\nq =\r\n", '(write q = "", with quotes)'),
    ("toml", b"\xff", "not a text file in UTF-8"),
    ("toml", "[answers]\nf = 1\nf = 2\n", "it is not TOML"),
    ("toml", "[answers]\nf = " + "[" * 50_000, "nested too deeply"),
    ("toml", "[answers]\n" + ".".join("a" * 1000) + " = 1", "it"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "reason"), BROKEN)
def test_a_broken_submission_says_why(kind: str, text: str | bytes, reason: str) -> None:
    said = parse(raw(text, kind))
    assert isinstance(said, UnreadableSubmission)
    assert reason in said.reason
    assert len(said.reason) < 1000


def test_a_broken_submission_keeps_the_name_it_gives() -> None:
    said = parse(raw('{"student": "ada", "answers": 5}', stem=""))
    assert isinstance(said, UnreadableSubmission)
    assert said.student == "ada"


def test_nameless_lines_are_told_apart_wherever_they_stand() -> None:
    one, two = (parse(Raw(f"x, line {at}", "", b"[")) for at in (1, 9))
    other = parse(Raw("x, line 3", "", b"[["))
    assert one[0] == two[0] != other[0]


DEEP = "[" * 40 + "]" * 40

ODD = [
    ('{"answers": {"f": {"a": 1}, "g": 2}}', "is a table of its own"),
    ('{"answers": {"f": [[{}]], "g": 2}}', "is a table of its own"),
    (f'{{"answers": {{"f": {DEEP}, "g": 2}}}}', "is nested too deeply"),
    ('{"answers": {"%s": 1, "g": 2}}' % ("f" * 300), "has too long a name"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), ODD)
def test_an_answer_that_cannot_be_used_spares_the_others(text: str, problem: str) -> None:
    said = parse(raw(text))
    assert isinstance(said, Submission)
    assert said.answers == {"g": 2}
    assert problem in said.problems[0]


def test_a_table_inside_toml_is_most_likely_a_missing_quote() -> None:
    said = parse(raw("[answers]\ndf.dx = 3\n", "toml"))
    assert isinstance(said, Submission)
    assert '"df/dx" stands in quotes' in said.problems[0]


def test_unknown_parts_and_odd_files_are_said() -> None:
    said = parse(raw('{"answers": {}, "anwsers": 1, "x": 2}', problems=("notes.txt was not read",)))
    assert isinstance(said, Submission)
    assert said.problems[0] == "notes.txt was not read"
    assert "'anwsers'" in said.problems[1]


def test_a_date_is_a_text() -> None:
    said = parse(raw("[answers]\nq = 2020-01-02\n", "toml"))
    assert isinstance(said, Submission)
    assert said.answers == {"q": "2020-01-02"}


def test_control_characters_of_names_and_reasons_are_inert() -> None:
    said = parse(raw('{"answers": {"\\u001b[2J": {}}, "\\u001bX": 1, "z": 2}'))
    assert isinstance(said, Submission)
    assert "\x1b" not in "".join(said.problems)


def test_half_a_character_can_be_stored() -> None:
    said = parse(raw('{"student": "\\ud800", "answers": {}}'))
    assert said[0].encode("utf-8")


SAME = Raw("a", "ada", b"1", "json")


@pytest.mark.parametrize(
    "other",
    [
        SAME._replace(stem="ad"),
        SAME._replace(stem="ada1", data=b""),
        SAME._replace(data=b"2"),
        SAME._replace(kind="toml"),
        SAME._replace(code=b""),
        SAME._replace(code=b"x"),
        SAME._replace(reason="x"),
        SAME._replace(problems=("x",)),
    ],
)
def test_what_was_handed_in_makes_the_digest(other: Raw) -> None:
    assert (digest(other) == digest(SAME)) == (other == SAME)


def test_the_place_does_not_make_the_digest() -> None:
    assert digest(SAME) == digest(SAME._replace(source="b"))


@pytest.mark.parametrize("kind", ["json", "toml", "code"])
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(kind: str, data: bytes) -> None:
    said = parse(raw(data, kind))
    assert isinstance(said, (Submission, UnreadableSubmission))


@pytest.mark.parametrize(("kind", "text"), [("toml", TOML), ("json", JSON)])
@given(at=st.integers(0, 60), cut=st.integers(0, 5), put=st.binary(max_size=6))
def test_any_mutation_is_read_or_refused(
    kind: str, text: str, at: int, cut: int, put: bytes
) -> None:
    data = text.encode()
    said = parse(raw(data[:at] + put + data[at + cut :], kind))
    assert isinstance(said, (Submission, UnreadableSubmission))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON_VALUES, JSON_VALUES)
def test_any_value_is_an_answer_or_a_reason(student: Any, answers: Any) -> None:
    said = parse(raw(json.dumps({"student": student, "answers": answers})))
    if isinstance(said, Submission):
        assert said.student
        assert set(said.answers) <= set(answers)
        assert all(not isinstance(value, dict) for value in said.answers.values())
