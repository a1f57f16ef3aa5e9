"""What does a submission cost in the gradebook, next to bare SQLite?"""

import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from common import Table, at_most, show

from backprop_cli.exercises.marking.record import outcome
from backprop_cli.exercises.marking.result import Blame, Graded, Mark, Verdict
from backprop_cli.gradebook.digests import digest
from backprop_cli.gradebook.schema import SETTINGS
from backprop_cli.gradebook.store import Gradebook, Row
from backprop_cli.gradebook.students import chosen, marked
from backprop_cli.gradebook.summary import summary

NOTE = """\
Microseconds a submission of ten questions, in chunks of 10,000, with 500 different outcomes. Bare
is SQLite's own `executemany` of the same rows into one table without keys, with the same safety and
the outcome's number known; ours also knows what is stored already and finds the outcome. Again is
the same command when everything is stored. Each size runs in a process of its own, whose memory is
the last column: what grows is the digests."""

HEAD = (
    *("submissions", "bare µs", "add µs", "ratio", "bound"),
    *("again µs", "summary µs", "roll µs", "MB"),
)
CHUNK = 10_000
OUTCOMES = 500


def table(most: int = 1_000_000) -> Table:
    return Table(HEAD, [_row(size) for size in _sizes(most)])


def _sizes(most: int) -> list[int]:
    return [size for size in (10_000, 100_000, 1_000_000) if size <= most] or [most]


def _row(size: int) -> tuple[str, ...]:
    """Measured in a process of its own, so that its memory is its own."""
    done = subprocess.run(
        [sys.executable, __file__, str(size)], capture_output=True, check=True, encoding="utf-8"
    )
    bare, add, again, seen, called, memory = map(float, done.stdout.split())
    each = [f"{1e6 * seconds / size:.1f}" for seconds in (bare, add, again, seen, called)]
    return (f"{size:,}", *each[:2], *at_most(add / bare, 3), *each[2:], f"{memory:.0f}")


def _graded(n: int) -> Graded:
    blame = (Blame("mul not switched", "mul", ("f",)),)
    wrong = Mark("df/dx", str(n), Verdict.WRONG, 0.0, 1.0, "The mul gate switches.", "3", blame)
    right = Mark("df/dy", "-4", Verdict.CORRECT, 1.0, 1.0, "", "-4")
    return Graded("", 0, {"x": -2.0, "y": 5.0, "z": -4.0}, (wrong, *[right] * 9))


def _rows(size: int) -> Iterator[list[Row]]:
    outcomes = [outcome(_graded(n)) for n in range(OUTCOMES)]
    for start in range(0, size, CHUNK):
        yield [
            Row(digest(b"%d" % n), f"student{n}", f"class.jsonl, line {n}", outcomes[n % OUTCOMES])
            for n in range(start, min(size, start + CHUNK))
        ]


def _bare(path: Path, size: int) -> float:
    book = sqlite3.connect(path, isolation_level=None)
    for setting in SETTINGS:
        book.execute(f"PRAGMA {setting}")
    book.execute(
        "CREATE TABLE submission (id INTEGER PRIMARY KEY, exercise INTEGER, digest BLOB,"
        " student TEXT, source TEXT, outcome INTEGER)"
    )
    insert = (
        "INSERT INTO submission (exercise, digest, student, source, outcome) VALUES (1, ?, ?, ?, ?)"
    )
    spent = 0.0
    for chunk in _rows(size):
        rows = [(*row[:3], n % OUTCOMES) for n, row in enumerate(chunk)]
        start = time.perf_counter()
        book.execute("BEGIN IMMEDIATE")
        book.executemany(insert, rows)
        book.execute("COMMIT")
        spent += time.perf_counter() - start
    return spent


def _add(path: Path, size: int) -> float:
    spent = 0.0
    with Gradebook.open(str(path)) as book:
        exercise = book.exercise("1", "chain", "", [("df/dx", 1.0)])
        for chunk in _rows(size):
            # A worker's rows are texts of their own, whose hashes nobody knows yet.
            fresh = [row._replace(outcome=row.outcome.encode().decode()) for row in chunk]
            start = time.perf_counter()
            book.add(exercise, fresh)
            spent += time.perf_counter() - start
    return spent


def _measured(size: int) -> None:
    """Print the seconds of each part, and the memory of the process in megabytes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "class.db"
        times = [_bare(Path(folder) / "bare.db", size), _add(path, size), _add(path, size)]
        with Gradebook.open(str(path)) as book:
            start = time.perf_counter()
            assert summary(book, chosen(book)).students == size
            times.append(time.perf_counter() - start)
            start = time.perf_counter()
            assert sum(1 for _ in marked(book, chosen(book))) == size
            times.append(time.perf_counter() - start)
    print(*times, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1].isdigit():
        _measured(int(sys.argv[1]))
    else:
        show(table)
