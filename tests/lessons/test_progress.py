"""Progress survives kills, damage, and two sessions at once."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from learning import course_of

from backprop_cli.errors import BackpropError
from backprop_cli.lessons.progress.progress import Book, ProgressEvent
from backprop_cli.lessons.session.resume import exported, resumed, standing

ENTRY = ProgressEvent(
    "2026-01-02T03:04:05Z", "small", "solved", "values", "q", "3", (), ("values", 1)
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    book = Book(tmp_path / "new")
    learner = book.read().learner
    odd = ENTRY._replace(answer='"\n\x1b\u2028☃\ud800', mistakes=("a", "b"))
    book.add(ENTRY)
    book.add(odd)
    progress = Book(tmp_path / "new").read()
    assert progress.learner == learner
    assert progress.entries[0] == ENTRY
    assert progress.entries[1].mistakes == ("a", "b")
    assert progress.message == ""


def test_a_damaged_file_is_set_aside_and_what_can_be_read_goes_on(tmp_path: Path) -> None:
    book = Book(tmp_path)
    learner = book.read().learner
    book.add(ENTRY)
    before = book.path.read_bytes()
    for junk in (b"{nonsense\n", b"\xff\xfe\n", b'{"at": 3}\n', b"[]\n", b"[" * 100_000 + b"\n"):
        book.path.write_bytes(before + junk)
        book.add(ENTRY._replace(question="f"))
        damaged = book.path.read_bytes()
        progress = book.read()
        assert (progress.learner, len(progress.entries)) == (learner, 2)
        aside = max(tmp_path.glob("progress-damaged-*"), key=lambda p: int(p.stem.split("-")[-1]))
        assert aside.name in progress.message
        assert aside.read_bytes() == damaged
        assert book.read().message == ""


def test_a_lost_head_costs_the_name_only(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.read()
    book.add(ENTRY)
    book.path.write_bytes(book.path.read_bytes().split(b"\n", 1)[1])
    progress = book.read()
    assert progress.entries == (ENTRY,)
    assert "damaged" in progress.message


def test_a_line_that_was_cut_off_does_not_swallow_the_next(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.read()
    book.add(ENTRY)
    book.path.write_bytes(book.path.read_bytes()[:-9])
    book.add(ENTRY)
    assert book.read().entries == (ENTRY,)


def test_an_empty_file_is_begun_anew(tmp_path: Path) -> None:
    Book(tmp_path).read()
    (tmp_path / "progress.jsonl").write_bytes(b"")
    assert Book(tmp_path).read().entries == ()


def test_another_version_is_left_alone(tmp_path: Path) -> None:
    text = '{"schema": "backprop/progress/v9", "learner": "x"}\n'
    (tmp_path / "progress.jsonl").write_text(text)
    with pytest.raises(BackpropError, match="another version"):
        Book(tmp_path).read()
    assert (tmp_path / "progress.jsonl").read_text() == text


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    def work(name: str) -> None:
        book = Book(tmp_path)
        book.read()
        for number in range(50):
            book.add(ENTRY._replace(lesson=name, question=str(number)))

    threads = [threading.Thread(target=work, args=(f"l{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    progress = Book(tmp_path).read()
    assert progress.message == ""
    for number in range(6):
        entries = progress.of(f"l{number}")
        assert [entry.question for entry in entries] == list(map(str, range(50)))


def test_a_step_that_is_gone_is_forgotten() -> None:
    course = course_of()
    gone = ENTRY._replace(step="gone", to=("gone", 3))
    state = resumed(course, [ENTRY, gone, ENTRY._replace(to=("values", 7))])
    assert (state.step, state.ask) == (1, 0)
    assert state.outcomes == {(1, 0): "solved"}


def test_reset_forgets_nothing_and_begins_anew(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.read()
    for entry in (ENTRY, ENTRY._replace(what="reset"), ENTRY._replace(what="shown")):
        book.add(entry)
    progress = book.read()
    assert len(progress.entries) == 3
    assert standing(progress, "small").counts == (0, 1, 0)
    assert progress.resets("small") == 1


def test_the_export_tells_attempts_and_mistakes(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.read()
    book.add(ENTRY._replace(what="tried", answer="7", mistakes=("sign-lost",)))
    book.add(ENTRY._replace(what="hinted"))
    book.add(ENTRY)
    whole = exported(book.read())
    assert whole["schema"] == "backprop/progress/v1"
    assert whole["lessons"]["small"]["questions"] == [
        {
            "step": "values",
            "question": "q",
            "became": "solved",
            "wrong": 1,
            "hints": 1,
            "mistakes": ["sign-lost"],
        }
    ]
    assert len(whole["entries"]) == 3


# Sessions as processes


def session(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "backprop_cli", "learn", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"},
    )


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """What a process shows, up to and with a text; a prompt has no end of line."""
    assert process.stdout is not None
    found = ""
    while not found.endswith(text):
        character = process.stdout.read(1)
        assert character, found
        found += character
    return found


def type_in(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def test_a_kill_loses_at_most_what_is_being_typed(home: Path) -> None:
    process = session("computation-graphs")
    read_until(process, "Press Enter to continue > ")
    type_in(process, "")
    read_until(process, "q = ")
    type_in(process, "3")
    read_until(process, "\nf = ")
    assert process.stdin is not None
    process.stdin.write("-1")
    process.stdin.flush()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    again = session("computation-graphs")
    out, _ = again.communicate("-12\nquit\n")
    assert out.count("\nq = ") == 0
    assert "\nf = -12\n\nRight." in out
    assert [entry.what for entry in Book(home).read().entries] == ["read", "solved", "solved"]


def test_two_sessions_at_once_keep_both(home: Path) -> None:
    first, second = session("computation-graphs"), session("chain-rule")
    for process in (first, second):
        read_until(process, "Press Enter to continue > ")
    for _ in range(2):
        for process in (first, second):
            type_in(process, "skip")
    for process in (first, second):
        out, _ = process.communicate("quit\n")
        assert "Traceback" not in out
    progress = Book(home).read()
    for name in ("computation-graphs", "chain-rule"):
        assert [entry.what for entry in progress.of(name)] == ["read", "skipped"]


def test_the_commands(tmp_path: Path, backprop: Callable) -> None:
    (tmp_path / "a").write_text("# a comment\n\n3\nquit\n")
    done = backprop("learn", "1", "--answers", str(tmp_path / "a"))
    assert (done.status, done.err) == (1, "")
    assert done.out.endswith("backprop learn computation-graphs continues here.\n")
    assert "begun, 1 solved" in backprop("learn").out
    assert backprop("learn", "--export", str(tmp_path / "p.json")).status == 0
    whole = json.loads((tmp_path / "p.json").read_text())
    assert whole["lessons"]["computation-graphs"]["solved"] == 1
    assert (
        backprop("learn", "--reset", "computation-graphs").out
        == "computation-graphs will start again.\n"
    )
    assert "begun" not in backprop("learn").out


def test_the_end_tells_what_comes_next(tmp_path: Path, backprop: Callable) -> None:
    (tmp_path / "a").write_text("skip\n" * 100)
    done = backprop("learn", "computation-graphs", "--answers", str(tmp_path / "a"))
    assert done.out.endswith("\nNext: backprop learn chain-rule\n")
    assert "Next: backprop learn chain-rule" in backprop("learn", "computation-graphs").out
    last = backprop("learn", "checking-gradients", "--answers", str(tmp_path / "a"))
    assert last.out.endswith("\nThat was the last lesson: backprop practice keeps it fresh.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chain-rul"], "there is no lesson 'chain-rul'\n  did you mean 'chain-rule'?"),
        (["99"], "there is no lesson '99'\n  backprop learn lists them"),
        (["--reset"], "say which lesson"),
        (["chain-rule", "--answers", "/no/where"], "there is no file /no/where"),
        (["chain-rule", "--lessons", "/no/where"], "there is no folder /no/where"),
        (["--export", "p.txt"], "does not end in .json"),
        (["../../etc/passwd"], "there is no lesson"),
    ],
)
def test_bad_input(arguments: list[str], said: str, backprop: Callable) -> None:
    done = backprop("learn", *arguments)
    assert done.status == 2
    assert done.err.startswith("error: ")
    assert said in done.err
