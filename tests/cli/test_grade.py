"""Mark from the command line: one submission, or a class."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from class_of import DRAWN, EXERCISE, RIGHT, lines

Ran = Any


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("chain.toml").write_text(EXERCISE, encoding="utf-8")
    submit("ada.json", RIGHT)
    submit("bob.json", RIGHT | {"df/dx": 3, "f": "<b>\x1b[2J"})
    Path("bad.toml").write_text("[answers", encoding="utf-8")
    return tmp_path


def submit(name: str, answers: object) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(json.dumps({"answers": answers}), encoding="utf-8")


def test_all_correct_is_0(backprop: Callable[..., Ran]) -> None:
    ran = backprop("grade", "chain.toml", "ada.json")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith("ada: 4 of 4\n")


def test_points_lost_is_1_and_says_why(backprop: Callable[..., Ran]) -> None:
    ran = backprop("grade", "chain.toml", "bob.json")
    assert (ran.status, ran.err) == (1, "")
    assert "\x1b" not in ran.out
    assert "df/dx     3           wrong       0 of 1\n      " in ran.out
    assert ran.out.endswith("bob: 2 of 4\n")


def test_the_key_is_shown_only_when_asked_for(backprop: Callable[..., Ran]) -> None:
    for options in ((), ("--format", "json"), ("--format", "junit"), ("--format", "markdown")):
        submit("cy.json", {"df/dx": 7})
        hidden = backprop("grade", "chain.toml", "cy.json", *options).out
        assert "-12" not in hidden
    for options in ((), ("--format", "json")):
        assert "-12" in backprop("grade", "chain.toml", "cy.json", "--show-key", *options).out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("chain.toml", "bad.toml"), "bad.toml cannot be marked: it is not TOML"),
        (("chain.toml", "none.toml"), "there is no file none.toml"),
        (("chain.toml", "x.docx"), "there is no file x.docx"),
        (("none.toml", "ada.json"), "there is no file none.toml"),
        (("bad.toml", "ada.json"), "bad.toml is not TOML"),
        (("chain.toml", "."), "--cluster"),
        (("chain.toml", ".", "--format", "gradescope"), "the marks of one student"),
        (("chain.toml", ".", "--gradebook", "c.db", "--format", "json"), "with --gradebook the marks go there"),
        (("chain.toml", "c.jsonl", "--student", "x", "--gradebook", "c.db"), "--student says whose one"),
        (("chain.toml", "ada.json", "--gradebook", "chain.toml"), "is not a gradebook"),
        (("chain.toml", "ada.json", "--jobs", "0"), "--jobs"),
        (("chain.toml",), "SUBMISSION"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_2(
    backprop: Callable[..., Ran], arguments: tuple[str, ...], message: str
) -> None:
    more = ("--cluster", "nowhere") if message == "--cluster" else ()
    ran = backprop("grade", *arguments, *more)
    assert ran.status == 2
    assert message in ran.err or message == "--cluster"
    assert "Traceback" not in ran.err
    assert Path("chain.toml").read_text(encoding="utf-8") == EXERCISE


def test_the_formats_of_one_submission(backprop: Callable[..., Ran]) -> None:
    record = json.loads(backprop("grade", "chain.toml", "bob.json", "--format", "json").out)
    assert record["schema"] == "backprop/grade/v1"
    assert record["points"] == 2
    junit = ET.fromstring(backprop("grade", "chain.toml", "bob.json", "--format", "junit").out)
    assert junit.find("testsuite").get("failures") == "2"  # type: ignore[union-attr]
    ran = backprop(
        "grade", "chain.toml", "bob.json", "--format", "gradescope", "-o", "results.json"
    )
    assert (ran.status, ran.out) == (1, "")
    tests = json.loads(Path("results.json").read_text(encoding="utf-8"))["tests"]
    assert [test["score"] for test in tests] == [1, 0, 0, 1]


def test_an_autograder_gets_its_results_of_a_broken_file_too(backprop: Callable[..., Ran]) -> None:
    ran = backprop("grade", "chain.toml", "bad.toml", "--format", "gradescope", "-o", "r.json")
    assert ran.status == 2
    found = json.loads(Path("r.json").read_text(encoding="utf-8"))
    assert found["score"] == 0
    assert "it is not TOML" in found["output"]


def test_a_folder_of_a_student(backprop: Callable[..., Ran]) -> None:
    submit("ada/answers.json", RIGHT)
    assert backprop("grade", "chain.toml", "ada").out.endswith("ada: 4 of 4\n")
    ran = backprop("grade", "chain.toml", "ada", "--student", "zoe")
    assert ran.out.endswith("zoe: 4 of 4\n")


def test_a_class_on_the_screen(backprop: Callable[..., Ran]) -> None:
    submit("class/ada.json", RIGHT)
    submit("class/bob.json", RIGHT | {"df/dx": 3, "what": 1})
    Path("class/cy.toml").write_text("[answers", encoding="utf-8")
    ran = backprop("grade", "chain.toml", "class", "class/ada.json")
    assert ran.status == 1
    assert ran.out.splitlines()[:3] == [
        "ada                        4 of 4       cccc",
        "bob                        3 of 4       ccwc",
        "    note: there is no question 'what'",
    ]
    assert "cy                    unreadable: it is not TOML" in ran.out
    assert "4 submissions: 2 all correct, 3.667 points on average, 1 unreadable" in ran.out
    assert "more than once, the last counts: ada" in ran.out
    assert backprop("grade", "chain.toml", "class/ada.json", "ada.json").status == 0


def test_a_class_as_json_is_a_record_a_line(backprop: Callable[..., Ran]) -> None:
    Path("class.jsonl").write_text("\n".join(lines(50)), encoding="utf-8")
    ran = backprop("grade", "chain.toml", "class.jsonl", "--format", "json", "-o", "out.jsonl")
    assert (ran.status, ran.out) == (1, "")
    records = [json.loads(r) for r in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(records) == 50
    assert {record["schema"] for record in records} == {"backprop/grade/v1"}


def test_a_gradebook_is_filled_once(backprop: Callable[..., Ran]) -> None:
    Path("class.jsonl").write_text("\n".join(lines(50)), encoding="utf-8")
    grade = ("grade", "chain.toml", "class.jsonl", "--gradebook", "class.db")
    first, second = backprop(*grade), backprop(*grade)
    assert first.status == second.status == 1
    assert "50 submissions marked and stored in class.db" in first.out
    assert "0 submissions marked and stored in class.db, 50 stored before" in second.out
    assert first.out.splitlines()[1:] == second.out.splitlines()[1:]
    assert "most common mistake: " in first.out


def test_a_perfect_class_is_0(backprop: Callable[..., Ran]) -> None:
    submit("class/ada.json", RIGHT)
    submit("class/bob.json", RIGHT)
    assert backprop("grade", "chain.toml", "class", "--gradebook", "class.db").status == 0


def test_students_have_variants_of_their_own(backprop: Callable[..., Ran]) -> None:
    Path("drawn.toml").write_text(DRAWN, encoding="utf-8")
    Path("class.jsonl").write_text("\n".join(lines(40)), encoding="utf-8")
    ran = backprop("grade", "drawn.toml", "class.jsonl", "--format", "json")
    assert len({json.loads(line)["variant"] for line in ran.out.splitlines()}) > 3


def test_an_empty_class_is_said(backprop: Callable[..., Ran]) -> None:
    os.mkdir("empty")
    ran = backprop("grade", "chain.toml", "empty")
    assert (ran.status, ran.out) == (0, "there are no submissions\n")


@pytest.mark.parametrize("name", ["=cmd|x", "<script>", "a\nb", "\x1b[31m", "x" * 199, "﷽" * 30])
def test_any_name_is_inert(backprop: Callable[..., Ran], name: str) -> None:
    text = json.dumps({"student": name, "answers": {"df/dx": 3}})
    Path("class.jsonl").write_text(f"{text}\n{text}\n[", encoding="utf-8")
    for options in ((), ("--gradebook", "class.db")):
        ran = backprop("grade", "chain.toml", "class.jsonl", *options)
        assert "\x1b" not in ran.out + ran.err
        assert "\nb" not in ran.out
