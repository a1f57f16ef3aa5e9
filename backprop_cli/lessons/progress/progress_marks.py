"""What a learner handed in in their lessons: a mark for each step that asks something."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.marking.result import Blame, Graded, Mark, Verdict
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.model.lesson import Lesson
from backprop_cli.lessons.progress.progress import SCHEMA, Progress, ProgressEvent, entry_from
from backprop_cli.lessons.session.resume import OUTCOMES, became_of
from backprop_cli.lessons.session.state import SOLVED

MAX_FILE = 16 * 2**20
"""Bytes of the largest export that is read."""


class Worked(NamedTuple):
    """What became of the questions of one step."""

    asks: int
    became: Counter[str]
    """Solved, shown, skipped -> questions."""
    wrong: int
    hints: int
    mistakes: tuple[str, ...]


def read_export(data: bytes, path: str) -> Progress:
    """The progress in a file that `learn --export` wrote, or that somebody wrote by hand.

    Raises:
        BackpropError: if it is no such file.
    """
    if len(data) > MAX_FILE:
        raise BackpropError(f"{path} is larger than {MAX_FILE // 2**20} MiB")
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise BackpropError(f"{path} is not JSON", hint=_HINT) from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise BackpropError(f"{path} holds no progress of lessons", hint=_HINT)
    learner, items = found.get("learner"), found.get("entries")
    if not isinstance(learner, str) or not isinstance(items, list):
        raise BackpropError(f"{path} holds no progress of lessons", hint=_HINT)
    entries = [entry_from(item) for item in items]
    kept = tuple([entry for entry in entries if entry is not None])
    lost = len(entries) - len(kept)
    return Progress(learner[:60], kept, f"{lost} entries cannot be read" if lost else "")


_HINT = "a student writes it by backprop learn --export progress.json"


def questions(lesson: Lesson) -> list[tuple[str, float]]:
    """What is marked of a lesson: a point for each step that asks something."""
    silent = {step.name for step in lesson.steps if not step.asks}
    return [(name, 1.0) for name in _names(lesson) if name not in silent]


def graded(lesson: Lesson, progress: Progress, student: str) -> Graded | None:
    """The marks of a learner for a lesson; None where they have not begun it.

    What was shown or skipped earns nothing, and a step of which a part was solved its share.
    """
    entries = progress.of(lesson.name)
    if not entries:
        return None
    course = Course(lesson, progress.learner, str(progress.resets(lesson.name) + 1))
    became = became_of(entries)
    touched = {step for step, _ in became}
    marks = []
    for number, name in enumerate(_names(lesson)):
        # A fresh problem is drawn again only where something happened at it.
        if number >= len(lesson.steps) and name not in touched:
            marks.append(_mark(name, Worked(1, Counter(), 0, 0, ())))
        elif asks := [asked.name for asked in course.step(number).asks]:
            marks.append(_mark(name, _worked(name, asks, entries, became)))
    problems = (progress.message,) if progress.message else ()
    return Graded(student, 0, {}, tuple(marks), problems)


def _names(lesson: Lesson) -> list[str]:
    fresh = [f"fresh-{number + 1}" for number in range(len(lesson.fresh))]
    return [*(step.name for step in lesson.steps), *fresh]


def _worked(
    name: str,
    asks: list[str],
    entries: Iterable[ProgressEvent],
    became: Mapping[tuple[str, str], str],
) -> Worked:
    here = [entry for entry in entries if entry.step == name]
    wrong = [entry for entry in here if entry.what == "tried"]
    return Worked(
        len(asks),
        Counter(became[name, ask] for ask in asks if (name, ask) in became),
        len(wrong),
        sum(entry.what == "hinted" for entry in here),
        tuple(sorted({mistake for entry in wrong for mistake in entry.mistakes})),
    )


def _mark(name: str, worked: Worked) -> Mark:
    solved = worked.became[SOLVED]
    all_solved = solved == worked.asks
    said = [f"{worked.became[what]} {what}" for what in OUTCOMES if worked.became[what]]
    said += [f"{worked.wrong} wrong on the way"] if worked.wrong else []
    said += [f"{worked.hints} hint{'s' if worked.hints > 1 else ''}"] if worked.hints else []
    return Mark(
        name,
        f"{solved} of {worked.asks} solved" if worked.became else "",
        Verdict.CORRECT if all_solved else Verdict.BLANK,
        solved / worked.asks,
        1.0,
        f"{', '.join(said)}." if said else "",
        blames=tuple([Blame(mistake, "", ()) for mistake in worked.mistakes]),
    )
