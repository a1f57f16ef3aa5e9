"""Mark a class: a line a student, or into a gradebook with a bar and a summary."""

import sys
from collections.abc import Iterator
from typing import NamedTuple

from click.exceptions import Exit
from rich.text import Text

from backprop_cli.batch.marking import Loaded, Marked, Marking, load
from backprop_cli.batch.run import Tally, mark_class, store_class
from backprop_cli.batch.submissions.source import Source
from backprop_cli.batch.workers import Workers, workers
from backprop_cli.cli.marking.progress import progress
from backprop_cli.cli.output import write_lines, write_sheet
from backprop_cli.cli.terminal import console, look_of
from backprop_cli.errors import BackpropError, inert
from backprop_cli.gradebook.rows import graded_of
from backprop_cli.gradebook.sheet import Sheet
from backprop_cli.gradebook.store import Gradebook
from backprop_cli.gradebook.summary import Summary, summary
from backprop_cli.gradebook.views.classes import legend, named, student_lines
from backprop_cli.language.numbers import points_number
from backprop_cli.render.text.columns import counted
from backprop_cli.render.text.options import Look


class ClassOptions(NamedTuple):
    """What the user chose."""

    book: str | None
    format: str
    path: str | None
    show_key: bool
    jobs: int
    cluster: str | None
    only_ascii: bool


def grade_class(marking: Marking, source: Source, choice: ClassOptions) -> int:
    """Mark a class, and return the exit status.

    Raises:
        BackpropError: if the exercise, the class as a whole or the gradebook cannot be used.
    """
    exercise = load(marking)
    if marking.student is not None:
        raise BackpropError("--student says whose one submission is, and this is a class")
    if choice.format == "gradescope":
        raise BackpropError("results.json holds the marks of one student, and this is a class")
    if choice.book is not None and (choice.format != "table" or choice.path):
        raise BackpropError(
            "with --gradebook the marks go there", hint=f"backprop gradebook {choice.book} --export"
        )
    with workers(choice.jobs, choice.cluster) as who:
        if choice.book is None:
            return _shown(marking, source, exercise, who, choice)
        with Gradebook.open(choice.book) as book:
            return _stored(marking, source, exercise, who, choice, book)


def _shown(
    marking: Marking, source: Source, exercise: Loaded, who: Workers, choice: ClassOptions
) -> int:
    """Mark a class and say what each student earned."""
    tally = Tally()
    chunks = mark_class(source, marking, who, tally)
    if choice.format == "table":
        look = look_of(console(), 4, choice.only_ascii)
        write_lines(_table(chunks, tally, look), choice.path)
    else:
        every = (graded_of(m.student, m.earned.outcome) for chunk in chunks for m in chunk)
        name = "jsonl" if choice.format == "json" else choice.format
        sheet = Sheet(exercise.title, exercise.questions, every)
        write_sheet(name, sheet, choice.path, choice.show_key)
    return int(tally.perfect < tally.marked)


def _table(chunks: Iterator[list[Marked]], tally: Tally, look: Look) -> Iterator[Text]:
    for chunk in chunks:
        for student, source, _, earned in chunk:
            reason = f"{earned.unreadable} [{source}]" if earned.unreadable else ""
            earnings = earned.points, earned.possible, earned.verdicts
            yield from student_lines(student, earnings, earned.problems, reason)
    if not tally.marked:
        yield Text("there are no submissions")
        return
    yield Text()
    yield legend(look)
    yield from _tally_lines(tally, look)


def _tally_lines(tally: Tally, look: Look) -> Iterator[Text]:
    read = tally.marked - tally.unreadable
    mean = f", {points_number(tally.points / read)} points on average" if read else ""
    yield Text(
        f"{counted(tally.marked, 'submission')}: {tally.perfect:,} all correct{mean}"
        + (f", {tally.unreadable:,} unreadable" if tally.unreadable else "")
    )
    if tally.again:
        yield named("more than once, the last counts", tally.again, tally.more, look)


def _stored(
    marking: Marking,
    source: Source,
    exercise: Loaded,
    who: Workers,
    choice: ClassOptions,
    book: Gradebook,
) -> int:
    """Mark a class into a gradebook."""
    tally = Tally(again=None)
    place = None
    try:
        place = book.exercise(exercise.hash, exercise.title, exercise.text, exercise.questions)
        with progress(True) as show:
            for _ in store_class(source, marking, who, tally, book, place):
                show(tally.marked + tally.known, source.share)
    except KeyboardInterrupt:
        _say_what_is_stored(book, place)
        raise Exit(130) from None
    kept = next(one for one in book.exercises(every=True) if one.id == place)
    found = summary(book, kept)
    look = look_of(console(), 4, choice.only_ascii)
    write_lines(_summary_lines(tally, found, book.path, look), None)
    return int(found.unreadable.count > 0 or any(p < kept.points - 1e-9 for p in found.marks))


def _say_what_is_stored(book: Gradebook, place: int | None) -> None:
    kept = 0 if place is None else len(book.known(place))
    said = f"stopped: {counted(kept, 'submission')} stored in {inert(book.path)}"
    print(f"{said}; run the same command to continue", file=sys.stderr, flush=True)


def _summary_lines(tally: Tally, found: Summary, path: str, look: Look) -> Iterator[Text]:
    """What was done, and how the class did."""
    done = f"{counted(tally.stored, 'submission')} marked and stored in {inert(path)}"
    if tally.known:
        done += f", {tally.known:,} stored before"
    if tally.copies:
        done += f", {counted(tally.copies, 'exact copy', 'exact copies')}"
    yield Text(done)
    mean, most = points_number(found.mean), points_number(found.exercise.points)
    yield Text(f"{counted(found.students, 'student')}: {mean} of {most} points on average")
    for what, names in (
        ("unreadable", found.unreadable),
        ("for the teacher to decide", found.undecided),
        ("more than once, the last counts", found.again),
    ):
        if names.count:
            yield named(what, names.first, names.count - len(names.first), look)
    if found.common:
        slip = found.common[0]
        where = f" at {slip.gate} gates" if slip.gate else ""
        count = counted(slip.students.count, "student")
        yield Text(f"most common mistake: {inert(slip.mistake)}{where} ({count})")
