"""Marks that the teacher gives by hand, which no marking changes."""

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import NamedTuple

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.exercises.marking.result import Graded, Mark, Verdict
from backprop_cli.exercises.model.reason import ReasonCode
from backprop_cli.gradebook.schema import damaged, faults
from backprop_cli.gradebook.store import Gradebook, StoredExercise
from backprop_cli.language.numbers import points_number, short_number


class Decision(NamedTuple):
    """What a teacher gave for one answer, and why."""

    points: float
    reason: str


Decisions = Mapping[str, Mapping[str, Decision]]
"""Student -> question -> what was decided."""


def decide(
    book: Gradebook, exercise: StoredExercise, student: str, question: str, decision: Decision
) -> None:
    """Set the points of one answer; what was set before is replaced.

    Raises:
        BackpropError: if nobody of this name handed in, the exercise does not ask this, or it is
            worth less.
    """
    _look(book, exercise, student, question, decision)
    with book.writing() as sql:
        sql.execute(
            "INSERT OR REPLACE INTO manual VALUES (?, ?, ?, ?, ?)",
            (exercise.title, student, question, decision.points, decision.reason),
        )


def undo(book: Gradebook, exercise: StoredExercise, student: str, question: str) -> bool:
    """Let the marker's points count again; whether anything had been set."""
    with book.writing() as sql:
        where = "title = ? AND student = ? AND question = ?"
        key = (exercise.title, student, question)
        return sql.execute(f"DELETE FROM manual WHERE {where}", key).rowcount > 0


def decisions(book: Gradebook, exercise: StoredExercise) -> Decisions:
    """All marks by hand of an exercise."""
    found: dict[str, dict[str, Decision]] = {}
    query = "SELECT student, question, points, reason FROM manual WHERE title = ?"
    with faults(book.path):
        for student, question, points, reason in book.sql.execute(query, (exercise.title,)):
            texts = {type(text) for text in (student, question, reason)}
            # SQLite keeps whatever somebody writes into a column.
            if type(points) is not float or not isfinite(points) or texts != {str}:
                raise damaged(book.path, "a mark by hand")
            found.setdefault(student, {})[question] = Decision(points, reason)
    return found


def decided(
    graded: Graded, exercise: StoredExercise, found: Mapping[str, Decision] | None
) -> Graded:
    """The submission with the teacher's points in place of the marker's.

    Of one that could not be read, the other answers are blank: the teacher has read it.
    """
    if not found:
        return graded
    if graded.unreadable:
        problem = f"could not be read by the marker: {graded.unreadable}"
        blank = [
            Mark(asked.text, "", Verdict.BLANK, 0.0, asked.points) for asked in exercise.questions
        ]
        graded = replace(graded, marks=tuple(blank), unreadable="", problems=(problem,))
    marks = [
        _by_hand(mark, found[mark.question]) if mark.question in found else mark
        for mark in graded.marks
    ]
    return replace(graded, marks=tuple(marks))


def _by_hand(mark: Mark, decision: Decision) -> Mark:
    """Full points make an answer correct; less make one wrong that was correct or undecided."""
    said = f"Set by hand: {decision.reason}"
    mark = replace(mark, reason=said, code=ReasonCode.SET_BY_HAND)
    if decision.points >= mark.possible:
        return replace(mark, points=decision.points, verdict=Verdict.CORRECT, blames=())
    doubtful = mark.verdict in (Verdict.CORRECT, Verdict.UNDECIDED)
    verdict = Verdict.WRONG if doubtful else mark.verdict
    return replace(mark, points=decision.points, verdict=verdict)


def _look(
    book: Gradebook, exercise: StoredExercise, student: str, question: str, decision: Decision
) -> None:
    worth = {asked.text: asked.points for asked in exercise.questions}
    if question not in worth:
        what = f"'{exercise.title}' does not ask '{question}'"
        listed = f"it asks {', '.join(worth)}"
        raise BackpropError(what, hint=did_you_mean(question, list(worth)) or listed)
    if not (isfinite(decision.points) and 0 <= decision.points <= worth[question]):
        raise BackpropError(
            f"'{question}' is worth 0 to {points_number(worth[question])} points, "
            f"not {short_number(decision.points)}"
        )
    if not decision.reason.strip():
        raise BackpropError("a mark by hand needs a reason", hint='--reason "why"')
    one = "SELECT 1 FROM submission WHERE exercise = ? AND student = ? LIMIT 1"
    with faults(book.path):
        if book.sql.execute(one, (exercise.id, student)).fetchone() is None:
            raise nobody(book, exercise, student)


def nobody(book: Gradebook, exercise: StoredExercise, student: str) -> BackpropError:
    """What to say where a student has not handed in."""
    names = "SELECT DISTINCT student FROM submission WHERE exercise = ? LIMIT 10000"
    with faults(book.path):
        known = [str(name) for (name,) in book.sql.execute(names, (exercise.id,))]
    what = f"nobody called '{student}' has handed in '{exercise.title}'"
    return BackpropError(what, hint=did_you_mean(student, known))
