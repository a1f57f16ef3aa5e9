"""Kill commands at any moment, and see that nothing which they had said was kept is lost."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from class_of import EXERCISE, lines

SIZE = 12_000
"""Submissions of the class."""
TYPED = "\n" + "3\n-12\n1\n-4\n99\nhint\nshow\nskip\n\n" * 6
FINISHED = {"at": "2026-01-02T03:04:05Z", "lesson": "chain-rule", "what": "tried"}


class Killed(NamedTuple):
    """What was done to one command."""

    kills: int
    midway: int
    """Kills that came after something was kept and before the end."""
    lost: int


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "backprop_cli", *arguments],
        cwd=folder,
        env=os.environ | {"BACKPROP_HOME": str(folder / "home")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _run(folder: Path, *arguments: str) -> int:
    process = start(folder, *arguments)
    _, said = process.communicate()
    assert b"Traceback" not in said, said
    return process.returncode


def _killed(folder: Path, seconds: float, *arguments: str) -> bool:
    """Whether a command was still running after so many seconds, and killed."""
    process = start(folder, *arguments)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True
    return False


def _seconds(folder: Path, *arguments: str) -> float:
    begun = time.monotonic()
    _run(folder, *arguments)
    return time.monotonic() - begun


def grade(folder: Path, kills: int, draw: Random) -> Killed:
    """A class: what is stored only grows, and ends as if nothing had happened."""
    (folder / "chain.toml").write_text(EXERCISE, encoding="utf-8")
    (folder / "class.jsonl").write_text("\n".join(lines(SIZE)), encoding="utf-8")
    command = ["grade", "chain.toml", "class.jsonl", "--gradebook"]
    took, whole = _seconds(folder, *command, "whole.db"), _tables(folder / "whole.db")
    most = _stored(folder / "whole.db")
    done = midway = lost = before = book = 0
    while done < kills:
        path = folder / f"{book}.db"
        killed = _killed(folder, took * draw.uniform(0.1, 1.0), *command, path.name)
        kept = _stored(path)
        done += killed
        midway += killed and 0 < kept < most
        lost += kept < before
        before = kept
        if not killed or kept == most:
            lost += _run(folder, *command, path.name) != 1 or _tables(path) != whole
            path.unlink()
            book, before = book + 1, 0
    return Killed(done, midway, lost)


def _tables(path: Path) -> list[str]:
    book = sqlite3.connect(path)
    dump = list(book.iterdump())
    book.close()
    return dump


def _stored(path: Path) -> int:
    if not path.exists() or not path.stat().st_size:
        return 0
    book = sqlite3.connect(path)
    try:
        return int(book.execute("SELECT count(*) FROM submission").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # It was not made yet.
    finally:
        book.close()


def learn(folder: Path, kills: int, draw: Random) -> Killed:
    """A lesson: each line that was written stays, and the next session goes on from there."""
    return _progress(folder, kills, draw, "learn", "computation-graphs")


def practice(folder: Path, kills: int, draw: Random) -> Killed:
    """Practice of what went wrong."""
    (folder / "home").mkdir()
    head = {"schema": "backprop/progress/v1", "learner": "3f2a"}
    wrong = {**FINISHED, "mistakes": ["mul-not-switched"]}
    text = "".join(json.dumps(line) + "\n" for line in (head, wrong))
    (folder / "home" / "progress.jsonl").write_text(text)
    return _progress(folder, kills, draw, "practice")


def _progress(folder: Path, kills: int, draw: Random, *command: str) -> Killed:
    (folder / "answers").write_text(TYPED)
    given = (*command, "--answers", "answers")
    path = folder / "home" / "progress.jsonl"
    took = _seconds(folder, *given)
    done = midway = lost = 0
    while done < kills:
        before = path.read_bytes() if path.exists() else b""
        killed = _killed(folder, took * draw.uniform(0.1, 1.1), *given)
        after = path.read_bytes() if path.exists() else b""
        done += killed
        took *= 1.0 if killed else 0.9
        midway += killed and len(after) > len(before)
        lost += not after.startswith(before) or not all(map(_is_json, after.splitlines()))
        lost += bool(list(path.parent.glob("*damaged*")))
        if command[0] == "learn" and draw.random() < 0.3:
            _run(folder, "learn", "--reset", command[1])
    return Killed(done, midway, lost)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def exercise(folder: Path, kills: int, draw: Random) -> Killed:
    """Files that are made: whole or not there."""
    new = ("exercise", "new", "(x+y)*z", "--ask", "all", "-o", "e.toml")
    sheet = ("exercise", "worksheet", "e.toml", "--student", "ada", "-o", "ada.toml")
    seconds = [_seconds(folder, *new), _seconds(folder, *sheet)]
    made = [(folder / name).read_bytes() for name in ("e.toml", "ada.toml")]
    done = midway = lost = 0
    while done < kills:
        place = draw.randrange(2)
        path = folder / (new, sheet)[place][-1]
        path.unlink()
        killed = _killed(folder, seconds[place] * draw.uniform(0.5, 1.2), *(new, sheet)[place])
        done += killed
        # A machine that was busy when this was measured may be quicker now.
        seconds[place] *= 1.0 if killed else 0.9
        if path.exists():
            lost += path.read_bytes() != made[place]
        else:
            midway += 1
            lost += _run(folder, *(new, sheet)[place]) != 0 or path.read_bytes() != made[place]
    return Killed(done, midway, lost)


COMMANDS: dict[str, Callable[[Path, int, Random], Killed]] = {
    "grade": grade,
    "learn": learn,
    "practice": practice,
    "exercise": exercise,
}
