"""`backprop gradebook` as one types it."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from marked import add_class, marked

from backprop_cli.cli.gradebook.group import gradebook
from backprop_cli.exercises.marking.result import Graded
from backprop_cli.gradebook.exports import BY_NAME, EXPORT_FORMATS
from backprop_cli.gradebook.store import Gradebook

Run = Callable[..., object]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    with Gradebook.open("class.db") as book:
        add_class(book, marked("ada", "cfw"), marked("bob", "ccd"), marked("cyd", "ccc"))
    return "class.db"


def test_the_class(backprop: Run, book: str) -> None:
    done = backprop("gradebook", book)
    assert (done.status, done.err) == (0, "")
    for told in ("chain   3 students", "mean 3.333", "mul not switched (mul): 1 student", "  ada "):
        assert told in done.out


def test_every_exercise_is_shown_and_one_can_be_chosen(backprop: Run, book: str) -> None:
    with Gradebook.open(book) as opened:
        add_class(opened, marked("ada", "ccc"), title="gates", hash="2")
    done = backprop("gradebook", book)
    assert "chain   3 students" in done.out
    assert "gates   1 student\n" in done.out
    assert "chain " not in backprop("gradebook", book, "--exercise", "gates").out
    done = backprop("gradebook", book, "--export", "csv")
    assert done.status == 2
    assert "choose one with --exercise: chain, gates" in done.err


def test_a_student(backprop: Run, book: str) -> None:
    done = backprop("gradebook", book, "--student", "ada")
    assert done.status == 0
    assert "from class.jsonl:1" in done.out
    assert "ada: 2 of 5\n" in done.out
    assert "The mul gate switches its inputs." in done.out
    done = backprop("gradebook", book, "--student", "aba")
    assert done.status == 2
    assert "did you mean 'ada'?" in done.err


@pytest.mark.parametrize("name", BY_NAME)
def test_exports(backprop: Run, book: str, name: str, tmp_path: Path) -> None:
    single = name in ("json", "gradescope", "classroom50")
    one = ("--student", "ada") if single else ()
    done = backprop("gradebook", book, "--export", name, *one)
    assert done.status == 0
    assert done.out
    told = "note: 1 have answers that are left for you to decide"
    assert done.err.startswith(told) is not single
    written = backprop("gradebook", book, "--export", name, *one, "-o", "out")
    assert (written.status, written.out, written.err) == (0, "", done.err)
    assert (tmp_path / "out").read_text(encoding="utf-8") == done.out
    if single:
        done = backprop("gradebook", book, "--export", name, "-o", "other")
        assert done.status == 2
        assert "--student NAME" in done.err
        assert not (tmp_path / "other").exists()


def test_every_format_is_in_the_help(backprop: Run) -> None:
    text = backprop("gradebook", "show", "--help").out
    for format_ in EXPORT_FORMATS:
        assert f"  {format_.name:<12} {format_.help}\n" in text


def test_marks_by_hand(backprop: Run, book: str) -> None:
    assert "bob  df/dx: -4   of 2" in backprop("gradebook", book, "--undecided").out
    done = backprop("gradebook", "set", book, "bob", "∂f/∂x", "1.5", "--reason", "nearly")
    assert done.status == 0
    assert "Set by hand: nearly" in done.out
    assert "Nothing is left" in backprop("gradebook", book, "--undecided").out
    rows = list(csv.DictReader(StringIO(backprop("gradebook", book, "--export", "csv").out)))
    assert [row["points"] for row in rows] == ["2", "4.5", "5"]
    assert backprop("gradebook", "set", book, "bob", "df/dx", "--undo").status == 0
    done = backprop("gradebook", "set", book, "bob", "df/dx", "--undo")
    assert done.status == 2
    assert "no points were set by hand" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", "class.db", "bob", "df/dx", "1"), "needs a reason"),
        (("set", "class.db", "bob", "df/dx"), "say how many points, or --undo"),
        (("set", "class.db", "bob", "df/dx", "1", "--undo"), "say how many points, or --undo"),
        (("set", "class.db", "bob", "df/dx", "much", "--reason", "x"), "'much' is not a valid"),
        (("set", "class.db", "bob", "df/dy", "1", "--reason", "x"), "did you mean 'df/d"),
        (("set", "class.db", "\x1b[31m", "q", "1", "--reason", "x"), "nobody called '\\x1b[31m'"),
        (("set", "no.db", "bob", "q", "1", "--reason", "x"), "there is no gradebook no.db"),
        (("no.db",), "there is no gradebook no.db"),
        (("foreign",), "is not a gradebook"),
        (("empty.db",), "is empty: nothing has been marked"),
        (("class.db", "--exercise", "chian"), "did you mean 'chain'?"),
        (
            ("class.db", "--html", "a.html", "--export", "csv"),
            "--export and --html cannot be combined",
        ),
        (("class.db", "--student", "ada", "--undecided"), "cannot be combined"),
        (("class.db", "-o", "out"), "--output is for an export"),
        (("class.db", "--export", "csv", "-o", "./class.db"), "is the gradebook itself"),
        (("class.db", "--html", "link.db"), "is the gradebook itself"),
        (("class.db", "--export", "excel"), "'excel' is not one of"),
        (("class.db", "--export", "csv", "-o", "no/out"), "there is no folder no"),
        (("diff", "class.db", "class.db"), "was marked in one version only"),
        (("diff", "class.db", "no.db"), "there is no gradebook no.db"),
        (("diff", "class.db"), "Missing argument 'NEW'"),
        (("show",), "Missing argument 'BOOK'"),
    ],
)
def test_what_cannot_be_done_is_said(
    backprop: Run, book: str, arguments: tuple[str, ...], said: str
) -> None:
    Path("foreign").write_text("my notes", encoding="utf-8")
    Gradebook.open("empty.db").close()
    Path("link.db").symlink_to("class.db")
    before = Path(book).read_bytes()
    done = backprop("gradebook", *arguments)
    assert done.status == 2
    assert said in done.err
    assert done.out == ""
    assert Path(book).read_bytes() == before
    assert Path("foreign").read_text(encoding="utf-8") == "my notes"


def test_who_moves(backprop: Run, book: str) -> None:
    with Gradebook.open("new.db") as new:
        add_class(new, marked("ada", "cfc"), marked("bob", "ccd"), marked("cyd", "ccc"), hash="2")
    done = backprop("gradebook", "diff", book, "new.db")
    assert done.status == 0
    assert "1 move up, 2 stay" in done.out
    assert "ada  2 → 4 (+2)  df/dx wrong → correct" in done.out
    assert backprop("gradebook", "diff", "new.db", book).out.count("(-2)") == 1
    with Gradebook.open(book) as mended:
        add_class(mended, marked("ada", "cfc"), hash="2")
    done = backprop("gradebook", "diff", book, f"./{book}", "--ascii")
    assert "1 move up\n  2 only before: bob, cyd\n" in done.out
    assert done.out.isascii()


def test_a_verdict_that_stays_and_earns_otherwise_is_said(backprop: Run, book: str) -> None:
    half = marked("ada", "cfw")
    half = replace(half, marks=(replace(half.marks[0], points=0.5), *half.marks[1:]))
    with Gradebook.open("new.db") as new:
        add_class(new, half, hash="2")
    done = backprop("gradebook", "diff", book, "new.db")
    assert "  q         still correct        1    -0.5\n" in done.out
    assert "  ada  2 → 1.5 (-0.5)  q (-0.5)\n" in done.out


def test_long_lists_are_cut_unless_all_is_asked(backprop: Run, book: str) -> None:
    class_ = [f"s{n:03}" for n in range(100)]
    with Gradebook.open(book) as old, Gradebook.open("new.db") as new:
        add_class(old, *[marked(name, "www") for name in class_])
        add_class(new, *[marked(name, "ccc") for name in class_], hash="2")
    for arguments in ((book,), ("diff", book, "new.db")):
        some, everything = (backprop("gradebook", *arguments, *more) for more in ((), ("--all",)))
        assert "s099" not in some.out
        assert "more: --all" in some.out
        assert all(name in everything.out for name in class_)
        assert "more: --all" not in everything.out


def test_a_page(backprop: Run, book: str) -> None:
    assert backprop("gradebook", book, "--html", "class.html").status == 0
    page = Path("class.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "cyd" in page


def test_a_file_may_be_called_as_a_command(backprop: Run, book: str) -> None:
    Path(book).rename("diff")
    assert "chain   3 students" in backprop("gradebook", "./diff").out


def test_reading_changes_no_byte(backprop: Run, book: str) -> None:
    before = Path(book).read_bytes()
    for more in (
        (),
        ("--undecided",),
        ("--student", "ada"),
        ("--export", "jsonl"),
        ("--html", "a"),
    ):
        assert backprop("gradebook", book, *more).status == 0
    assert Path(book).read_bytes() == before


def test_a_gradebook_that_may_not_be_written_can_be_read(backprop: Run, book: str) -> None:
    Path(book).chmod(0o444)
    assert backprop("gradebook", book).status == 0


def test_unreadable_submissions_have_no_grade(backprop: Run, book: str) -> None:
    with Gradebook.open(book) as opened:
        add_class(opened, Graded("dan", 0, {}, (), unreadable="not TOML"))
    done = backprop("gradebook", book, "--export", "jsonl")
    assert "note: 1 could not be read and have no grade" in done.err
    last = json.loads(done.out.splitlines()[-1])
    assert (last["student"], last["unreadable"]) == ("dan", "not TOML")


def test_the_other_commands_have_their_own_help() -> None:
    for name in ("diff", "set"):
        done = CliRunner().invoke(gradebook, [name, "--help"], prog_name="backprop gradebook")
        assert f"Usage: backprop gradebook {name} [OPTIONS]" in done.output


def test_what_students_learnt_is_imported(
    backprop: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "answers").write_text("3\n17\nskip\nquit\n", encoding="utf-8")
    for name in ("ada", "=cmd|x"):
        monkeypatch.setenv("BACKPROP_HOME", str(tmp_path / name))
        backprop("learn", "computation-graphs", "--answers", "answers")
        assert backprop("learn", "--export", f"in/{name}.json").status == 0
    done = backprop("gradebook", "import", "new.db", "in")
    assert (done.status, done.out) == (0, "2 of 2 files read, 2 lessons stored\n")
    again = backprop("gradebook", "import", "new.db", "in/ada.json", "--student", "ada")
    assert again.out == "1 of 1 files read, 0 lessons stored\n"
    assert "Lesson: Computation graphs   2 students" in backprop("gradebook", "new.db").out
    (tmp_path / "in" / "bob.json").write_text("nonsense", encoding="utf-8")
    done = backprop("gradebook", "import", "new.db", "in")
    assert (done.status, done.err) == (1, "note: in/bob.json is not JSON\n")
    for arguments, said in [
        (("in", "--student", "x"), "--student names one, and there are 3 files"),
        (("no.json",), "there is no file no.json"),
        (("answers",), "answers is not JSON"),
    ]:
        done = backprop("gradebook", "import", "new.db", *arguments)
        assert done.status == (1 if arguments == ("answers",) else 2)
        assert said in done.err
