"""A gradebook: who handed in what, and what it earned, kept through crashes."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from logging import getLogger
from math import isfinite
from typing import NamedTuple, Self

from backprop_cli.errors import inert
from backprop_cli.exercises.marking.result import MARKING
from backprop_cli.gradebook.digests import DigestSet, checked_digest
from backprop_cli.gradebook.outcomes import Outcomes
from backprop_cli.gradebook.schema import Connection, connect, damaged, faults, in_use

SILENCE, PATIENCE = 2, 60
"""Seconds of waiting for another process before that is said, and after."""


class Row(NamedTuple):
    """One submission, marked."""

    submission: bytes
    """16 bytes that stand for what was handed in: blake2b of its bytes and, where only the file's
    name says whose it is, of that name too, or a copied file would count as its original."""
    student: str
    source: str
    """Where it was read: a file's name, or a file and a line."""
    outcome: str
    """The record of exercises/marking/record.py without the student, as compact JSON."""


class StoredQuestion(NamedTuple):
    """What is asked, and what it is worth."""

    text: str
    points: float


class StoredExercise(NamedTuple):
    """One version of an exercise, as it was when submissions were marked with it."""

    id: int
    hash: str
    marking: int
    title: str
    text: str
    questions: tuple[StoredQuestion, ...]

    @property
    def points(self) -> float:
        """What can be earned in all."""
        return sum(question.points for question in self.questions)


class Gradebook:
    """The gradebook in a file. One `add` is one transaction; when it returns, the rows are kept.

    Nothing in it depends on the clock, on the machine or on how rows were cut into chunks.
    """

    def __init__(self, connection: Connection, path: str) -> None:
        self.path = path
        self.sql = connection
        """For the readers of this package; whoever writes uses `writing`."""
        self._forget()

    @classmethod
    def open(cls, path: str, create: bool = True) -> Self:
        """Open the gradebook at `path`, or make one.

        Raises:
            BackpropError: if it is missing and not to be made, damaged, or not a gradebook.
        """
        return cls(connect(path, create), path)

    def close(self) -> None:
        """Let go of the file, and take the empty journal away where nobody else writes."""
        self.sql.end_reading()
        with suppress(sqlite3.Error):
            self.sql.execute("PRAGMA busy_timeout = 0")
            self.sql.execute("PRAGMA journal_mode = DELETE")
        self.sql.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is kept, or nothing."""
        with faults(self.path):
            self._patiently("BEGIN IMMEDIATE", "written")
            try:
                yield self.sql
                # Nobody else writes now, so whoever is in the way only reads.
                self._patiently("COMMIT", "read")
            except BaseException:
                # What is remembered was not kept.
                self._forget()
                if self.sql.in_transaction:
                    self.sql.execute("ROLLBACK")
                raise

    def _patiently(self, statement: str, used: str) -> None:
        """Run a statement that another process may be in the way of; say so before waiting long.

        Raises:
            BackpropError: if it still is after `PATIENCE`.
        """
        for seconds in (SILENCE, PATIENCE):
            self.sql.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
            try:
                self.sql.execute(statement)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                if seconds == SILENCE:
                    what = "%s is being %s by another process; waiting for it"
                    getLogger("backprop").warning(what, inert(self.path), used)
            else:
                self.sql.execute(f"PRAGMA busy_timeout = {round(PATIENCE * 1000)}")
                return
        raise in_use(self.path, used)

    def _forget(self) -> None:
        self._known: dict[int, DigestSet] = {}
        self._read: dict[int, int] = {}
        self._outcomes = Outcomes()

    def exercise(
        self,
        hash: str,
        title: str,
        text: str,
        questions: Sequence[tuple[str, float]],
        marking: int = MARKING,
    ) -> int:
        """The id of this version of an exercise, which from now on is the one that counts."""
        asked = json.dumps([list(question) for question in questions])
        with faults(self.path):
            latest = (
                "SELECT id FROM latest JOIN exercise ON exercise = id"
                " WHERE latest.title = ? AND hash = ? AND marking = ?"
            )
            if found := self.sql.execute(latest, (title, hash, marking)).fetchone():
                return int(found[0])
        with self.writing() as sql:
            sql.execute(
                "INSERT OR IGNORE INTO exercise (hash, marking, title, text, questions)"
                " VALUES (?, ?, ?, ?, ?)",
                (hash, marking, title, text, asked),
            )
            one = "SELECT id FROM exercise WHERE hash = ? AND marking = ?"
            (id_,) = sql.execute(one, (hash, marking)).fetchone()
            sql.execute("INSERT OR REPLACE INTO latest VALUES (?, ?)", (title, id_))
        return int(id_)

    def known(self, exercise: int) -> DigestSet:
        """What was handed in and is stored.

        The set grows with what is added; after an `add` that failed, ask again.
        """
        with faults(self.path):
            known = self._known.setdefault(exercise, DigestSet())
            (last,) = self.sql.execute("SELECT max(id) FROM submission").fetchone()
            read = self._read.get(exercise, 0)
            if (last or 0) > read:
                fresh = "SELECT digest FROM submission WHERE id > ? AND exercise = ?"
                for (key,) in self.sql.execute(fresh, (read, exercise)):
                    known.add(checked_digest(key))
                self._read[exercise] = last
        return known

    def add(self, exercise: int, rows: Iterable[Row]) -> int:
        """Store a chunk, in order, in one transaction; how many of them were new.

        A submission that is stored already is left as it is.
        """
        insert = (
            "INSERT INTO submission (exercise, digest, student, source, outcome)"
            " VALUES (?, ?, ?, ?, ?)"
        )
        with self.writing() as sql:
            # Inside the transaction: another process may have added some.
            known = self.known(exercise)
            before = len(known)
            self._outcomes.refresh(sql)
            sql.executemany(insert, self._fresh(exercise, known, rows))
            self._outcomes.flush(sql)
            added = len(known) - before
            if added:
                (self._read[exercise],) = sql.execute("SELECT max(id) FROM submission").fetchone()
        return added

    def _fresh(
        self, exercise: int, known: DigestSet, rows: Iterable[Row]
    ) -> Iterator[tuple[int, bytes, str, str, int]]:
        new, place = known.add, self._outcomes.place
        for key, student, source, outcome in rows:
            if new(key):
                if not student.isascii() or not source.isascii():
                    student, source = _storable(student), _storable(source)
                yield exercise, key, student, source, place(outcome)

    def exercises(self, every: bool = False) -> list[StoredExercise]:
        """The exercises, by title; with `every`, their older versions too, in order of arrival."""
        chosen = "exercise" if every else "latest JOIN exercise ON exercise = id"
        order = "id" if every else "exercise.title"
        with faults(self.path):
            rows = self.sql.execute(
                f"SELECT id, hash, marking, exercise.title, text, questions FROM {chosen}"
                f" ORDER BY {order}"
            ).fetchall()
        try:
            return [
                StoredExercise(
                    id_, _text(hash_), marking, _text(title), _text(text), _questions(asked)
                )
                for id_, hash_, marking, title, text, asked in rows
            ]
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise damaged(self.path, str(error)) from None


def _text(found: object) -> str:
    if type(found) is not str:
        raise TypeError("a text that is none")
    return found


def _questions(asked: str) -> tuple[StoredQuestion, ...]:
    questions = [StoredQuestion(_text(text), float(points)) for text, points in json.loads(asked)]
    if not all(isfinite(question.points) for question in questions):
        raise ValueError("points that are no number")
    return tuple(questions)


def _storable(text: str) -> str:
    """The text, where half a surrogate pair, which no file can hold, is written as an escape."""
    return text.encode("utf-8", "backslashreplace").decode()
