"""`kill -9` at any moment: the same command goes on, and the gradebook is as if nothing was."""

import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from class_of import EXERCISE, lines

COUNT, KILLS = 12_000, 50


def grade(folder: Path, book: str, jobs: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "backprop_cli", "grade", "chain.toml", "class.jsonl"]
    command += ["--gradebook", book, "--jobs", str(jobs)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, stdout=pipe, stderr=pipe, encoding="utf-8")


def tables(path: Path) -> list[str]:
    book = sqlite3.connect(path)
    dump = list(book.iterdump())
    book.close()
    return dump


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("class")
    (path / "chain.toml").write_text(EXERCISE, encoding="utf-8")
    (path / "class.jsonl").write_text("\n".join(lines(COUNT)), encoding="utf-8")
    return path


@pytest.mark.slow
def test_killed_and_run_again_nothing_is_lost(folder: Path) -> None:
    started = time.monotonic()
    _, said = grade(folder, "whole.db", 1).communicate()
    took = time.monotonic() - started
    assert said == ""
    whole = tables(folder / "whole.db")
    draw, kills, midway = random.Random(5), 0, 0
    while kills < KILLS:
        book, jobs = f"{kills}.db", draw.choice([1, 1, 2])
        for _ in range(13):
            child = grade(folder, book, jobs)
            time.sleep(took * draw.uniform(0.1, 0.9))
            kills += child.poll() is None
            child.kill()
            child.communicate()
        path = folder / book
        midway += path.exists() and path.stat().st_size < (folder / "whole.db").stat().st_size
        out, said = grade(folder, book, jobs).communicate()
        assert said == ""
        assert "marked and stored" in out
        assert tables(path) == whole
    assert midway > 0, "no kill came while there was work to do"
