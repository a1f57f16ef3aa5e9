"""`backprop gradebook`: what a class knows, its marks for other programs, marks by hand."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from backprop_cli.errors import BackpropError

if TYPE_CHECKING:
    from backprop_cli.gradebook.diff import Side
    from backprop_cli.gradebook.store import Exercise, Gradebook
    from backprop_cli.grading.result import Graded

FORMATS = [
    *("canvas", "moodle", "nbgrader", "gradescope", "junit"),
    *("csv", "jsonl", "json", "markdown", "classroom50"),
]

exercise_option = click.option(
    "--exercise", "title", metavar="TITLE", help="Which exercise, where there are more than one."
)
ascii_option = click.option(
    "--ascii", "only_ascii", is_flag=True, help="Use ASCII characters only."
)
all_option = click.option(
    "--all", "everything", is_flag=True, help="Show every row of the long lists."
)


class BookCommand(click.Command):
    """A command on a file, whose first word may instead be the name of another command."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> click.Context:
        """Leave the arguments to the command that the first word names; ./diff is a file."""
        if args and args[0] in SUBCOMMANDS:
            name, *rest = args
            command = SUBCOMMANDS[name]
            return command.make_context(f"{info_name} {name}", rest, parent=parent, **extra)
        return super().make_context(info_name, args, parent=parent, **extra)


@click.command(cls=BookCommand)
@click.argument("book")
@exercise_option
@click.option("--student", metavar="NAME", help="One student's answers, marks and reasons.")
@click.option("--undecided", is_flag=True, help="List the answers that are left for you to decide.")
@click.option("--export", "format_", type=click.Choice(FORMATS), help="Marks for another program.")
@click.option("-o", "--output", "path", metavar="FILE", help="Write the export to a file.")
@click.option("--html", metavar="FILE", help="Write a page of the class that a browser shows.")
@all_option
@ascii_option
def gradebook(
    book: str,
    title: str | None,
    student: str | None,
    undecided: bool,
    format_: str | None,
    path: str | None,
    html: str | None,
    everything: bool,
    only_ascii: bool,
) -> None:
    """Show the marks of a class, and which mistakes it makes.

    BOOK is the file that `backprop grade --gradebook BOOK` writes. Of a student who
    handed in more than once, the last submission counts.

    \b
    backprop gradebook diff OLD NEW
      who moves when an exercise is mended and marked again, by how much, and why
    backprop gradebook set BOOK STUDENT QUESTION POINTS --reason TEXT
      a mark by hand, which stays when the class is marked again

    \b
    Examples:
      backprop gradebook class.db
      backprop gradebook class.db --student ada
      backprop gradebook class.db --export canvas -o marks.csv
      backprop gradebook class.db --html class.html
    """
    _one_of({"--undecided": undecided, "--export": format_, "--html": html})
    _one_of({"--undecided": undecided, "--student": student, "--html": html})
    if path is not None and format_ is None:
        raise BackpropError("--output is for an export", hint="say which: --export csv")
    _spare(book, path or html)
    with _opened(book) as opened:
        if format_ is not None:
            _export(opened, title, student, format_, path)
        elif html is not None:
            _write_page(opened, title, html)
        elif undecided:
            _show_undecided(opened, title, only_ascii)
        elif student is not None:
            _show_student(opened, title, student, only_ascii)
        else:
            _show_class(opened, title, everything, only_ascii)


def _one_of(given: dict[str, Any]) -> None:
    """Options each of which says what is to be shown."""
    names = [name for name, value in given.items() if value]
    if len(names) > 1:
        raise BackpropError(f"{' and '.join(names)} do not go together")


def _same(one: str, other: str) -> bool:
    """Whether both are names of one file."""
    with contextlib.suppress(OSError, ValueError):
        return os.path.samefile(one, other)
    return False


def _spare(book: str, path: str | None) -> None:
    """Write nothing over the gradebook, whatever its other names are."""
    if path is not None and _same(book, path):
        raise BackpropError(f"{path} is the gradebook itself", hint="name another file")


def _opened(path: str) -> "Gradebook":
    from backprop_cli.gradebook.store import Gradebook

    return Gradebook.open(path, create=False)


def _chosen(book: "Gradebook", title: str | None) -> "Exercise":
    from backprop_cli.gradebook.roll import chosen

    return chosen(book, title)


def _show_class(book: "Gradebook", title: str | None, everything: bool, only_ascii: bool) -> None:
    from backprop_cli.commands.terminal import console, look_of, show_lines
    from backprop_cli.gradebook.roll import roll
    from backprop_cli.gradebook.summary import summary
    from backprop_cli.views.columns import MOST
    from backprop_cli.views.gradebook import summary_lines
    from backprop_cli.views.students import roll_lines

    terminal = console()
    look = look_of(terminal, 4, only_ascii)
    most = None if everything else MOST
    several = title is None and len(book.exercises()) > 1
    exercises = book.exercises() if several else [_chosen(book, title)]
    for place, exercise in enumerate(exercises):
        found = summary(book, exercise)
        show_lines(terminal, [*_gap(place > 0), *summary_lines(found, look, most), *_gap()])
        show_lines(terminal, roll_lines(roll(book, exercise), found.everyone, exercise, look, most))


def _gap(wanted: bool = True) -> list[Any]:
    from rich.text import Text

    return [Text()] if wanted else []


def _show_student(book: "Gradebook", title: str | None, student: str, only_ascii: bool) -> None:
    from backprop_cli.commands.terminal import console, look_of, show_lines
    from backprop_cli.gradebook.roll import of_student
    from backprop_cli.views.students import student_lines

    terminal = console()
    exercise = _chosen(book, title)
    handed = of_student(book, exercise, student)
    show_lines(terminal, student_lines(handed, exercise, look_of(terminal, 4, only_ascii)))


def _show_undecided(book: "Gradebook", title: str | None, only_ascii: bool) -> None:
    from backprop_cli.commands.terminal import console, look_of, show_lines
    from backprop_cli.gradebook.roll import marked
    from backprop_cli.views.students import undecided_lines

    terminal = console()
    graded = marked(book, _chosen(book, title))
    show_lines(terminal, undecided_lines(graded, book.path, look_of(terminal, 4, only_ascii)))


def _export(
    book: "Gradebook", title: str | None, student: str | None, format_: str, path: str | None
) -> None:
    from dataclasses import replace

    from backprop_cli.gradebook.exports import export
    from backprop_cli.gradebook.sheet import sheet_from
    from backprop_cli.views.export import write_file

    sheet = sheet_from(book, _chosen(book, title), student)
    told = {"unreadable": 0, "undecided": 0}
    pieces = export(format_, replace(sheet, graded=_watched(sheet.graded, told)))
    if path is None:
        sys.stdout.writelines(pieces)
    else:
        write_file(path, pieces)
    if told["unreadable"]:
        click.echo(f"note: {told['unreadable']:,} could not be read and have no grade", err=True)
    if told["undecided"]:
        what = f"note: {told['undecided']:,} have answers that are left for you to decide"
        click.echo(f"{what}, without points so far: --undecided lists them", err=True)


def _watched(graded: Any, told: dict[str, int]) -> "Iterator[Graded]":
    """The submissions as they pass, with those counted whose grade is not the last word."""
    for one in graded:
        told["unreadable"] += bool(one.unreadable)
        told["undecided"] += "d" in one.verdicts
        yield one


def _write_page(book: "Gradebook", title: str | None, path: str) -> None:
    from backprop_cli.gradebook.roll import roll
    from backprop_cli.gradebook.summary import summary
    from backprop_cli.views.export import write_file
    from backprop_cli.views.gradebook_html import page

    exercise = _chosen(book, title)
    write_file(path, page(summary(book, exercise), roll(book, exercise)))


@click.command()
@click.argument("old")
@click.argument("new")
@exercise_option
@all_option
@ascii_option
def diff(old: str, new: str, title: str | None, everything: bool, only_ascii: bool) -> None:
    """Show who moves between two gradebooks, by how much, and why.

    OLD and NEW are gradebooks of one class, before and after a key or a tolerance
    was mended. With one gradebook given twice, the version of the exercise that
    counts now is compared with the one that counted before.

    \b
    Example:
      backprop gradebook diff before.db after.db
    """
    from backprop_cli.commands.terminal import console, look_of, show_lines
    from backprop_cli.gradebook.diff import Totals, changes, mended
    from backprop_cli.views.columns import MOST
    from backprop_cli.views.moves import diff_lines

    terminal = console()
    with _opened(old) as one, _opened(new) as other:
        before, after = _sides(one, other, title, same=_same(old, new))
        most, totals = (None if everything else MOST), Totals()
        # Looked through twice, so that a list of any length takes no memory.
        first = [change for n, change in enumerate(changes(before, after, totals)) if n < MOST]
        rows = changes(before, after, Totals()) if everything else first
        lines = mended(before.exercise, after.exercise)
        look = look_of(terminal, 4, only_ascii)
        show_lines(terminal, diff_lines(after.exercise.title, totals, lines, rows, look, most))


def _sides(
    old: "Gradebook", new: "Gradebook", title: str | None, same: bool
) -> tuple["Side", "Side"]:
    from backprop_cli.gradebook.diff import Side

    after = _chosen(new, title)
    if not same:
        return Side(old, _chosen(old, title)), Side(new, after)
    versions = [e for e in new.exercises(every=True) if e.title == after.title and e != after]
    if not versions:
        what = f"'{after.title}' was marked in one version only"
        raise BackpropError(what, hint="backprop gradebook diff OLD NEW compares two gradebooks")
    return Side(old, versions[-1]), Side(new, after)


@click.command(name="set", context_settings={"ignore_unknown_options": True})
@click.argument("book")
@click.argument("student")
@click.argument("question")
@click.argument("points", type=float, required=False)
@click.option("--reason", default="", metavar="TEXT", help="Why; the student reads it.")
@click.option("--undo", is_flag=True, help="Let the marker's own points count again.")
@exercise_option
def set_(
    book: str,
    student: str,
    question: str,
    points: float | None,
    reason: str,
    undo: bool,
    title: str | None,
) -> None:
    """Set the points of one answer by hand; they stay when the class is marked again.

    They belong to the exercise of this title, the student and the question, whatever
    version of the exercise marks it. Setting them again replaces them.

    \b
    Examples:
      backprop gradebook set class.db ada "df/dx" 2 --reason "z*1 is z"
      backprop gradebook set class.db ada "df/dx" --undo
    """
    from backprop_cli.gradebook import manual

    if undo == (points is not None):
        raise BackpropError("say how many points, or --undo")
    with _opened(book) as opened:
        exercise = _chosen(opened, title)
        asked = _asked(exercise, question)
        if points is not None:
            manual.decide(opened, exercise, student, asked, manual.Decision(points, reason))
            _show_student(opened, title, student, False)
        elif not manual.undo(opened, exercise, student, asked):
            raise BackpropError(f"no points were set by hand for {student} and '{asked}'")


def _asked(exercise: "Exercise", typed: str) -> str:
    """The question as the exercise spells it: ∂f/∂x may be typed as df/dx."""

    def plain(text: str) -> str:
        return "".join(text.replace("∂", "d").split())

    spelt = {plain(question.text): question.text for question in exercise.questions}
    return spelt.get(plain(typed), typed)


SUBCOMMANDS = {"diff": diff, "set": set_}
