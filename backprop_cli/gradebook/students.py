"""Call the roll: every student once, by name, with the submission that counts."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.exercises.marking.result import Graded
from backprop_cli.gradebook.manual import decided, decisions, nobody
from backprop_cli.gradebook.rows import graded_of
from backprop_cli.gradebook.schema import damaged, faults
from backprop_cli.gradebook.store import Gradebook, StoredExercise

MAX_OUTCOMES = 1024
"""Outcomes that are kept: many students have the same."""

LAST = (
    "SELECT student, max(id) AS id, outcome, source, count(*) AS times"
    " FROM submission WHERE exercise = ? GROUP BY student"
)
"""The last submission of each student, with SQLite's promise on the columns beside a max()."""


class Alike(NamedTuple):
    """Students whose submissions earned the same for the same reasons."""

    graded: Graded
    size: int
    students: list[str]
    """The first few of them by name."""


class Handed(NamedTuple):
    """What a student handed in that counts, and how often something came."""

    graded: Graded
    source: str
    times: int


def chosen(book: Gradebook, title: str | None = None) -> StoredExercise:
    """The exercise of this title, or the only one.

    Raises:
        BackpropError: if there is none, or more than one to choose from.
    """
    found = {exercise.title: exercise for exercise in book.exercises()}
    listed = ", ".join([*found][:10])
    if not found:
        raise BackpropError(f"{book.path} is empty: nothing has been marked into it")
    if title is not None:
        if title not in found:
            hint = did_you_mean(title, list(found)) or f"there are {listed}"
            raise BackpropError(f"there is no exercise '{title}' in it", hint=hint)
        return found[title]
    if len(found) > 1:
        what = f"{book.path} has {len(found)} exercises"
        raise BackpropError(what, hint=f"choose one with --exercise: {listed}")
    return next(iter(found.values()))


def roll(book: Gradebook, exercise: StoredExercise) -> Iterator[Handed]:
    """Every student by name, with what the teacher decided by hand."""
    manual = decisions(book, exercise)
    outcome = lru_cache(maxsize=MAX_OUTCOMES)(_reader(book))
    with faults(book.path):
        for student, _, place, source, times in book.sql.execute(LAST, (exercise.id,)):
            _look(book, student, source)
            graded = _named(outcome(place), student)
            yield Handed(decided(graded, exercise, manual.get(student)), source, times)


def marked(book: Gradebook, exercise: StoredExercise) -> Iterator[Graded]:
    """Every student's marked submission, by name."""
    return (handed.graded for handed in roll(book, exercise))


def of_student(book: Gradebook, exercise: StoredExercise, student: str) -> Handed:
    """One student's submission.

    Raises:
        BackpropError: if nobody of this name has handed in.
    """
    query = f"SELECT * FROM ({LAST.replace('GROUP', 'AND student = ? GROUP')})"
    with faults(book.path):
        found = book.sql.execute(query, (exercise.id, student)).fetchone()
    if found is None:
        raise nobody(book, exercise, student)
    name, _, place, source, times = found
    _look(book, name, source)
    manual = decisions(book, exercise).get(name)
    graded = _named(_reader(book)(place), name)
    return Handed(decided(graded, exercise, manual), source, times)


def groups(book: Gradebook, exercise: StoredExercise, few: int) -> Iterator[Alike]:
    """The class by outcome: who answered alike is looked at once.

    A student whose marks were changed by hand is a group of one.
    """
    manual = decisions(book, exercise)
    outcome = _reader(book)
    query = f"SELECT outcome, student FROM ({LAST}) ORDER BY outcome, student"
    with faults(book.path):
        rows = book.sql.execute(query, (exercise.id,))
        for place, members in groupby(rows, itemgetter(0)):
            graded = outcome(place)
            count, students = 0, []
            for _, student in members:
                _look(book, student)
                if student in manual:
                    yield Alike(decided(graded, exercise, manual[student]), 1, [student])
                    continue
                count += 1
                if count <= few:
                    students.append(student)
            if count:
                yield Alike(graded, count, students)


def _look(book: Gradebook, *texts: object) -> None:
    for text in texts:
        if type(text) is not str:
            raise damaged(book.path, "a name that is no text")


def _reader(book: Gradebook) -> Callable[[int], Graded]:
    query = "SELECT text FROM record WHERE id = ?"

    def read(place: int) -> Graded:
        with faults(book.path):
            found = book.sql.execute(query, (place,)).fetchone()
        try:
            return graded_of("", found[0])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise damaged(book.path, f"outcome {place}") from None

    return read


def _named(graded: Graded, student: str) -> Graded:
    return Graded(
        student,
        graded.variant,
        graded.inputs,
        graded.marks,
        graded.problems,
        graded.unreadable,
        graded.isolation,
    )
