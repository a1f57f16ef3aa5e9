"""What nobody foresaw ends with status 70 and a report, and costs a class one submission."""

import json
from pathlib import Path

import pytest

from backprop_cli.batch import marking
from backprop_cli.exercises.marking.mark import Marker

CHAIN = str(Path(__file__).resolve().parents[2] / "examples" / "exercises" / "chain.toml")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        secret = "x*y of ada in /home/ada"
        try:
            raise KeyError(secret)
        except KeyError as error:
            raise ValueError(secret) from error

    monkeypatch.setattr("backprop_cli.analysis.check.check", fail)


def test_the_report_says_where_and_nothing_personal(backprop, home, broken) -> None:
    done = backprop("check", "x*y", "--x", "3", "--y", "4")
    report = home / "internal-error.txt"
    assert done.status == 70
    assert done.out == ""
    assert done.err == (
        "error: this is a mistake of backprop, please report it\n"
        f"  what is needed for the report is in {report}\n"
    )
    text = report.read_text(encoding="utf-8")
    assert "backprop_cli.cli.formula.check, line " in text
    assert "builtins.ValueError" in text
    assert "builtins.KeyError" in text
    assert "Python 3." in text
    for personal in ("ada", "x*y", "/home", str(home), str(Path.cwd())):
        assert personal not in text


def test_the_report_is_shown_if_it_cannot_be_written(
    backprop, tmp_path, monkeypatch, broken
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BACKPROP_HOME", str(tmp_path / "file" / "home"))
    done = backprop("check", "x*y", "--x", "3", "--y", "4")
    assert done.status == 70
    assert "backprop_cli.cli.formula.check, line " in done.err


def test_a_long_traceback_is_cut(backprop, home, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        down()

    def recurse(*_: object) -> None:
        # Python 3.13.0 does not bound a recursion through *args.
        down()

    monkeypatch.setattr("backprop_cli.analysis.check.check", recurse)
    assert backprop("check", "x", "--x", "3").status == 70
    text = (home / "internal-error.txt").read_text(encoding="utf-8")
    assert "builtins.RecursionError" in text
    assert len(text.splitlines()) < 80


@pytest.mark.parametrize("lines", [False, True])
def test_a_class_goes_on_after_one_submission(
    backprop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: bool
) -> None:
    mark = Marker.mark

    def fail_for_bob(self: Marker, student: str, *rest: object) -> object:
        if student == "bob":
            raise ZeroDivisionError
        return mark(self, student, *rest)

    monkeypatch.setattr(Marker, "mark", fail_for_bob)
    marking._memory.cache_clear()
    for name in ("ada", "bob", "eve"):
        (tmp_path / f"{name}.json").write_text(
            json.dumps({"student": name, "answers": {"q": name}})
        )
    given = [str(path) for path in sorted(tmp_path.glob("*.json"))]
    if lines:
        whole = tmp_path / "class.jsonl"
        whole.write_text("".join(Path(path).read_text() + "\n" for path in given))
        given = [str(whole)]
    done = backprop("grade", CHAIN, *given, "--format", "json")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.status == 1
    assert [row["student"] for row in rows] == ["ada", "bob", "eve"]
    assert [bool(row.get("unreadable")) for row in rows] == [False, True, False]
    assert "this submission could not be marked: a mistake of backprop" in rows[1]["unreadable"]
