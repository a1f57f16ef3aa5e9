"""`backprop gradebook import`: what students learnt, from the files that they handed in."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backprop_cli.cli.options import as_student
from backprop_cli.errors import BackpropError, inert

if TYPE_CHECKING:
    from backprop_cli.gradebook.store import Gradebook, Row
    from backprop_cli.lessons.model.lesson import Lesson
    from backprop_cli.lessons.progress.progress import Progress


@click.command(name="import")
@click.argument("book")
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--student", callback=as_student, metavar="NAME", help="Whose file it is, where there is one."
)
@click.option("--lessons", "folder", metavar="DIR", help="The lessons of a folder, not ours.")
def import_(book: str, files: tuple[str, ...], student: str | None, folder: str | None) -> int:
    """Store how far students are in the lessons.

    FILES are what `backprop learn --export ada.json` writes, or folders of them. A file is
    called as its student. Each lesson becomes an exercise of the gradebook, which is made
    where there is none: a point for each step, if it was solved and not shown. Whoever
    can write a file can write a better one: it tells what was learnt, it proves nothing.

    \b
    Examples:
      backprop gradebook import class.db handed-in/
      backprop gradebook import class.db progress.json --student ada
    """
    from backprop_cli.gradebook.store import Gradebook
    from backprop_cli.lessons.model.library import lessons
    from backprop_cli.lessons.progress.progress_marks import read_export

    paths = list(_files(files))
    if student is not None and len(paths) != 1:
        raise BackpropError(f"--student names one, and there are {len(paths)} files")
    known = list(lessons(folder))
    unreadable = stored = 0
    with Gradebook.open(book) as opened:
        for path in paths:
            name = student or path.stem
            try:
                progress = read_export(_bytes(path), str(path))
            except BackpropError as error:
                click.echo(f"note: {inert(error.message)}", err=True)
                unreadable += 1
                continue
            stored += _store(opened, known, progress, name, path)
    lessons_ = "lesson" if stored == 1 else "lessons"
    click.echo(f"{len(paths) - unreadable} of {len(paths)} files read, {stored} {lessons_} stored")
    return int(unreadable > 0)


def _files(given: tuple[str, ...]) -> Iterator[Path]:
    """The files, and those of the folders, by name."""
    for text in given:
        path = Path(text)
        if not path.exists():
            raise BackpropError(f"there is no file {text}")
        if not path.is_dir():
            yield path
            continue
        # A link in what was handed in could lead to what only the teacher may read.
        found = [
            entry.name
            for entry in os.scandir(path)
            if entry.name.endswith(".json") and entry.is_file(follow_symlinks=False)
        ]
        if not found:
            raise BackpropError(f"there are no .json files in {text}")
        yield from (path / name for name in sorted(found))


def _bytes(path: Path) -> bytes:
    from backprop_cli.inputs.files import opened
    from backprop_cli.lessons.progress.progress_marks import MAX_FILE

    with opened(str(path), "progress", regular=True) as file:
        return file.read(MAX_FILE + 1)


def _store(
    book: "Gradebook", lessons: list["Lesson"], progress: "Progress", student: str, path: Path
) -> int:
    """Store each lesson that was begun; how many of them were new."""
    from backprop_cli.gradebook.digests import digest
    from backprop_cli.lessons.progress.progress_marks import questions

    added = 0
    for lesson in lessons:
        row = _row(lesson, progress, student, path)
        if row is not None:
            title, hash_ = f"Lesson: {lesson.title}", digest(lesson.text.encode()).hex()
            exercise = book.exercise(hash_, title, lesson.text, questions(lesson))
            added += book.add(exercise, [row])
    return added


def _row(lesson: "Lesson", progress: "Progress", student: str, path: Path) -> "Row | None":
    from backprop_cli.exercises.marking.record import outcome
    from backprop_cli.gradebook.digests import digest
    from backprop_cli.gradebook.store import Row
    from backprop_cli.lessons.progress.progress_marks import graded

    marks = graded(lesson, progress, student)
    if marks is None:
        return None
    earned = outcome(marks)
    # By what became of this lesson: a later file with more of another one changes nothing here.
    key = digest(f"{student}\0{earned}".encode("utf-8", "backslashreplace"))
    return Row(key, student, path.name, earned)
