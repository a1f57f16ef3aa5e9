"""Killed at any moment, a gradebook has what it had said was stored, and goes on from there."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import book_writer
import pytest
from book_writer import rows, write

from backprop_cli.gradebook.store import Gradebook

WRITER = Path(book_writer.__file__)
COUNT, CHUNK, KILLS = 3000, 25, 60


def start(path: Path, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(WRITER), str(path), *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )


def stored(path: Path) -> list[str]:
    with Gradebook.open(str(path), create=False) as book:
        return [s for (s,) in book.sql.execute("SELECT student FROM submission ORDER BY id")]


def tables(path: Path) -> list[str]:
    book = sqlite3.connect(path)
    lines = list(book.iterdump())
    book.close()
    return lines


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    path = tmp_path_factory.mktemp("whole") / "class.db"
    write(str(path), COUNT, 1000)
    return tables(path)


@pytest.mark.slow
def test_no_kill_loses_what_was_said_to_be_stored(tmp_path: Path, whole: list[str]) -> None:
    draw = random.Random(3)
    names = [row.student for row in rows(COUNT)]
    kills = books = 0
    in_a_transaction = 0
    while kills < KILLS:
        path = tmp_path / f"{books}.db"
        said = 0
        for _ in range(8):
            child = start(path, COUNT, CHUNK)
            assert child.stdout
            heard = [child.stdout.readline() for _ in range(draw.randrange(14))]
            time.sleep(draw.random() * 0.01)
            child.kill()
            rest, _ = child.communicate()
            said = max(
                [said, *(int(n) for n in [*heard, *rest.splitlines()] if n.strip().isdigit())]
            )
            kills += child.returncode == -signal.SIGKILL
            journal = Path(f"{path}-journal")
            in_a_transaction += journal.exists() and journal.stat().st_size > 0
            found = stored(path) if path.exists() and path.stat().st_size else []
            assert len(found) >= said
            assert found == names[: len(found)]
        write(str(path), COUNT, CHUNK)
        assert tables(path) == whole
        books += 1
    assert in_a_transaction > 0, "no kill met a transaction under way"


def test_a_file_that_may_not_grow_loses_nothing(tmp_path: Path, whole: list[str]) -> None:
    path = tmp_path / "class.db"
    child = start(path, COUNT, CHUNK, 150_000)
    out, said = child.communicate()
    assert child.returncode == 2
    assert "the disk is full or failed" in said
    assert "Traceback" not in said
    promised = int(out.split()[-1])
    assert 0 < promised < COUNT
    assert stored(path) == [row.student for row in rows(COUNT)][:promised]
    write(str(path), COUNT, CHUNK)
    assert tables(path) == whole


def test_a_disk_that_is_full_from_the_start_leaves_no_half_a_gradebook(tmp_path: Path) -> None:
    path = tmp_path / "class.db"
    child = start(path, COUNT, CHUNK, 9000)
    _, said = child.communicate()
    assert child.returncode == 2
    assert "the disk is full or failed" in said
    write(str(path), 10, 5)
    assert len(stored(path)) == 10


def test_four_who_write_at_once_lose_nothing_and_store_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "class.db"
    children = [start(path, 500, 20 + n) for n in range(4)]
    assert [child.communicate()[1] for child in children] == [""] * 4
    assert sorted(stored(path)) == sorted(row.student for row in rows(500))
