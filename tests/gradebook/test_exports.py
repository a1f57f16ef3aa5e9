"""Every export is read back with a parser of its format; nothing that someone wrote gets out."""

import csv
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked import QUESTIONS, add_class, marked

from backprop_cli.errors import BackpropError, inert
from backprop_cli.exercises.marking.record import to_record
from backprop_cli.exercises.marking.result import Graded, Verdict
from backprop_cli.gradebook.exports import BY_NAME, export
from backprop_cli.gradebook.exports.junit import fault
from backprop_cli.gradebook.exports.spreadsheets import cell
from backprop_cli.gradebook.sheet import Sheet, sheet_from, sheet_of
from backprop_cli.gradebook.store import Gradebook
from backprop_cli.gradebook.students import chosen

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "grade.schema.json").read_text(encoding="utf-8"))

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    "ada;=1+1",
    'ada","=1+1',
    "</script><script>alert(1)</script>",
    "]]><x>&amp;<!--",
    "ada\0bob",
    "\x1b[31mred",
    "\ud800",
    "\u202egpj.exe",
    "| a | b |",
    "[x](javascript:alert(1))",
    "\n# heading\n- item",
    "`code` *b* _i_ $x$ ~s~ !i",
    "",
    '名前, O\'Neil "Bob"',
]
TABLES = ("canvas", "moodle", "nbgrader", "csv")
LISTS = (*TABLES, "jsonl", "junit", "markdown")
SINGLE = ("json", "gradescope", "classroom50")

ANY = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=12))


def written(name: str, sheet: Sheet) -> str:
    return "".join(export(name, sheet))


def hostile(text: str) -> Graded:
    """A submission in which everything that a student or a teacher wrote is `text`."""
    graded = marked(text, "cwf")
    marks = tuple(
        replace(mark, question=f"{n}{text}", answer=text, reason=text, key=text)
        for n, mark in enumerate(graded.marks)
    )
    return replace(graded, marks=marks, problems=(text,))


def table(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline=""), strict=True))


def runs(value: str) -> bool:
    """Whether a spreadsheet would compute this cell."""
    number = r"[+-]?[\d.]+(?:[eE][+-]?\d+)?"
    return any(
        re.match(r"[=+\-@\t\r＝＋－＠]", part.lstrip()) and not re.fullmatch(number, part.strip())
        for part in value.split(";")
    )


@pytest.mark.parametrize("name", TABLES)
@given(text=ANY)
def test_no_cell_is_a_formula_and_every_row_is_whole(name: str, text: str) -> None:
    sheet = sheet_of(text, [hostile(text), marked("ada")])
    rows = table(written(name, sheet))
    assert len(rows) == (4 if name == "canvas" else 3)
    assert len({len(row) for row in rows}) == 1
    assert not [value for row in rows for value in row if runs(value)]
    assert not [value for row in rows for value in row if inert(value) != value]
    column = {"nbgrader": 3, "canvas": 3}.get(name, 0)
    assert rows[-2][column].replace("'", "") == inert(text).replace("'", "")
    assert rows[-1][column] == "ada"


@pytest.mark.parametrize("text", ["-4", "-0.5", "+3", "1e-5", "-1.5e10", ".5"])
def test_numbers_stay_numbers(text: str) -> None:
    assert cell(text) == text
    assert float(cell(float(text))) == pytest.approx(float(text), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("text", ["-4+cmd", "-4;=1", "--4", "-A1", "+A1", "=4", "@4", "-", "- 4"])
def test_what_only_looks_like_a_number_is_text(text: str) -> None:
    assert runs(text)
    assert not runs(cell(text))


@pytest.mark.parametrize("name", ["jsonl", "json"])
@given(text=ANY)
def test_json_round_trips(name: str, text: str) -> None:
    graded = hostile(text)
    whole = written(name, sheet_of(text, [graded]))
    assert whole.isascii()
    assert not set("<>&") & set(whole)
    assert whole.count("\n") == 1 or name == "json"
    assert json.loads(whole) == json.loads(json.dumps(to_record(graded)))
    jsonschema.validate(json.loads(whole), SCHEMA)


@given(text=ANY)
def test_results_of_gradescope_are_text(text: str) -> None:
    whole = written("gradescope", sheet_of("chain", [hostile(text)]))
    assert not set("<>&") & set(whole)
    found = json.loads(whole)
    assert [test["name"] for test in found["tests"]] == [f"{n}{inert(text)}" for n in range(3)]
    assert {test["output_format"] for test in found["tests"]} == {"text"}
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", found["output"])


def test_results_of_gradescope_have_what_it_reads() -> None:
    graded = marked("ada", "cfd")
    found = json.loads(written("gradescope", sheet_of("chain", [graded])))
    assert "score" not in found
    assert [(t["score"], t["max_score"], t.get("status")) for t in found["tests"]] == [
        (1.0, 1.0, "passed"),
        (1.0, 2.0, "failed"),
        (0.0, 0.0, None),
    ]
    follows = replace(graded.marks[1], points=2)
    whole = replace(graded, marks=(follows, replace(follows, verdict=Verdict.WRONG)))
    again = json.loads(written("gradescope", sheet_of("chain", [whole])))
    assert [test["status"] for test in again["tests"]] == ["passed", "failed"]
    assert sum(test["score"] for test in found["tests"]) == graded.points
    assert sum(test["max_score"] for test in found["tests"]) == graded.possible
    assert found["tests"][1]["output"] == (
        "follow-through; your answer: -4\nThe mul gate switches its inputs."
    )
    assert {test["visibility"] for test in found["tests"]} == {found["visibility"]} == {"visible"}
    broken = Graded("ada", 0, {}, (), unreadable="line 3: no '='")
    found = json.loads(written("gradescope", sheet_of("chain", [broken])))
    assert (found["score"], found["tests"], found["output"]) == (0, [], "line 3: no '='")


@given(texts=st.lists(ANY, min_size=1, max_size=3))
def test_junit_is_xml_and_names_survive(texts: list[str]) -> None:
    root = ET.fromstring(written("junit", sheet_of(texts[0], [hostile(text) for text in texts])))
    assert [suite.get("name") for suite in root] == [inert(text) for text in texts]
    case = root[0].findall("testcase")[1]
    assert case.get("name") == f"1{inert(texts[0])}"
    told = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert told == {
        "points": "0",
        "possible": "2",
        "verdict": "wrong",
        "answer": inert(texts[0]),
        "mistakes": "mul not switched (mul)",
    }


def test_junit_tells_failures_from_faults() -> None:
    graded = [marked("ada", "cfd"), marked("bob", "wbu")]
    graded.append(Graded("cyd", 0, {}, (), unreadable="not TOML"))
    root = ET.fromstring(written("junit", sheet_of("chain", graded)))
    counts = [[s.get(n) for n in ("tests", "failures", "errors", "skipped")] for s in root]
    assert counts == [["3", "1", "0", "1"], ["3", "3", "0", "0"], ["1", "1", "0", "0"]]
    for suite in root:
        assert len(suite.findall("testcase")) == int(suite.get("tests") or 0)
        assert len(suite.findall("testcase/failure")) == int(suite.get("failures") or 0)
        assert len(suite.findall("testcase/skipped")) == int(suite.get("skipped") or 0)
    broken = ET.fromstring(fault("chain", "ada", "the disk is full"))
    assert broken[0].get("errors") == "1"
    assert broken.find("testsuite/testcase/error") is not None


@given(text=ANY)
def test_markdown_keeps_its_tables_and_has_no_markup_of_others(text: str) -> None:
    lines = written("markdown", sheet_of(text, [hostile(text)])).splitlines()
    rows = [re.sub(r"\\.", "", line) for line in lines if line.startswith("| ")]
    assert [row.count("|") for row in rows] == [6] * 5
    body = re.sub(r"\\.", "", "\n".join(lines))
    assert not re.search(r"[<>`\[\]$~{}]|://", body)
    assert not re.search(r"&(?!(amp|lt|gt|#58|#46|#64);)", body)
    assert sum(line.startswith("#") for line in lines) == 1
    assert lines[0].startswith("## ")


def test_tables_have_the_columns_that_their_readers_know() -> None:
    graded = [marked("ada", "ccw"), Graded("bob", 0, {}, (), unreadable="not TOML")]
    sheet = sheet_of("chain", graded)
    assert table(written("canvas", sheet)) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "chain"],
        ["    Points Possible", "", "", "", "", "5"],
        ["ada", "", "", "ada", "", "3"],
        ["bob", "", "", "bob", "", ""],
    ]
    assert table(written("moodle", sheet)) == [
        ["username", "chain", "chain (feedback)"],
        ["ada", "3", "df/dx: The mul gate switches its inputs."],
        ["bob", "", "unreadable: not TOML"],
    ]
    head, ada, _ = table(written("nbgrader", sheet))
    assert ",".join(head) == (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,"
        "late_submission_penalty,score,max_score"
    )
    assert dict(zip(head, ada, strict=True)) == dict.fromkeys(head, "") | {
        "assignment": "chain",
        "student_id": "ada",
        "raw_score": "3",
        "late_submission_penalty": "0",
        "score": "3",
        "max_score": "5",
    }
    head, ada, bob = table(written("csv", sheet))
    assert dict(zip(head, ada, strict=True)) == {
        "student": "ada",
        "points": "3",
        "possible": "5",
        "q": "1",
        "q verdict": "correct",
        "q answer": "3",
        "df/dq": "2",
        "df/dq verdict": "correct",
        "df/dq answer": "3",
        "df/dx": "0",
        "df/dx verdict": "wrong",
        "df/dx answer": "-4",
        "mistakes": "mul not switched (mul)",
        "remarks": "df/dx: The mul gate switches its inputs.",
    }
    assert set(bob[1:-1]) == {""}


def test_no_student_sets_what_is_possible_in_canvas() -> None:
    sheet = sheet_of("chain", [marked("Points Possible")])
    firsts = [line[0] for line in table(written("canvas", sheet))]
    assert ["Points Possible" in first for first in firsts] == [False, True, False]


def test_values_without_a_number_in_json_are_spelt() -> None:
    graded = marked(inputs={"x": float("nan"), "w": [[float("inf"), -float("inf")], [1.0, 2.0]]})
    found = json.loads(written("json", sheet_of("chain", [graded])))
    assert found["inputs"] == {"x": "NaN", "w": [["Infinity", "-Infinity"], [1.0, 2.0]]}
    jsonschema.validate(found, SCHEMA)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_format_writes_every_verdict_of_a_gradebook(name: str, book: Gradebook) -> None:
    add_class(book, marked("ada", "cfw"), marked("bob", "bud"))
    whole = sheet_from(book, chosen(book))
    assert tuple(whole.questions) == QUESTIONS
    if name in SINGLE:
        with pytest.raises(BackpropError, match="one student") as caught:
            written(name, whole)
        assert "--student" in caught.value.report()
        whole = sheet_from(book, chosen(book), "bob")
    text = written(name, whole)
    assert text.endswith("\n")
    assert "bob" in text or name in SINGLE
    assert {*LISTS, *SINGLE} == {*BY_NAME}


def test_the_schema_knows_every_verdict() -> None:
    letters = "".join(["cfw", "bud"])
    for verdicts in (letters[:3], letters[3:]):
        jsonschema.validate(json.loads(json.dumps(to_record(marked("ada", verdicts)))), SCHEMA)
    mark = SCHEMA["$defs"]["mark"]["properties"]
    assert mark["verdict"]["enum"] == [verdict.value for verdict in Verdict]
    broken = to_record(Graded("ada", 0, {}, (), unreadable="not TOML"))
    jsonschema.validate(broken, SCHEMA)
    for change in ({"points": "3"}, {"extra": 1}, {"student": None}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken | change, SCHEMA)


def test_points_of_classroom50_are_whole_and_keep_their_share() -> None:
    graded = marked("ada", "cfw")
    found = json.loads(written("classroom50", sheet_of("chain", [graded])))
    assert found["score"] / found["max-score"] == pytest.approx(graded.points / graded.possible)
    for test in found["tests"]:
        assert type(test["score"]) is type(test["max-score"]) is int
    assert [test["passed"] for test in found["tests"]] == [True, False, False]
