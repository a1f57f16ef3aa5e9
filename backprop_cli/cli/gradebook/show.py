"""`backprop gradebook BOOK`: what a class knows, and its marks for other programs."""

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from backprop_cli.cli.gradebook.common import (
    all_option,
    chosen_in,
    exercise_option,
    opened_book,
    same,
    show_student,
)
from backprop_cli.cli.options import as_student, ascii_option, output_option
from backprop_cli.errors import BackpropError
from backprop_cli.gradebook.exports import BY_NAME, EXPORT_FORMATS

if TYPE_CHECKING:
    from backprop_cli.exercises.marking.result import Graded
    from backprop_cli.gradebook.store import Gradebook

_FORMATS = "\n".join(
    ["\b", "Formats of --export:", *(f"  {row.name:<12} {row.help}" for row in EXPORT_FORMATS)]
)


@click.command(epilog=_FORMATS)
@click.argument("book")
@exercise_option
@click.option(
    "--student",
    callback=as_student,
    metavar="NAME",
    help="One student's answers, marks and reasons.",
)
@click.option("--undecided", is_flag=True, help="List the answers that are left for you to decide.")
@click.option(
    "--export",
    "format_",
    type=click.Choice([*BY_NAME]),
    metavar="FORMAT",
    help="Write the marks for another program.",
)
@output_option("Write the export to a file.")
@click.option("--html", metavar="FILE", help="Write a page of the class that a browser shows.")
@all_option
@ascii_option
def show(
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
    handed in more than once, the last submission counts. The word `show` may be left
    out, unless BOOK has the name of a command.

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
    with opened_book(book) as opened:
        if format_ is not None:
            _export(opened, title, student, format_, path)
        elif html is not None:
            _write_page(opened, title, html)
        elif undecided:
            _show_undecided(opened, title, only_ascii)
        elif student is not None:
            show_student(opened, title, student, only_ascii)
        else:
            _show_class(opened, title, everything, only_ascii)


def _one_of(given: dict[str, Any]) -> None:
    """Options each of which says what is to be shown."""
    names = [name for name, value in given.items() if value]
    if len(names) > 1:
        raise BackpropError(f"{' and '.join(names)} cannot be combined")


def _spare(book: str, path: str | None) -> None:
    """Write nothing over the gradebook, whatever its other names are."""
    if path is not None and same(book, path):
        raise BackpropError(f"{path} is the gradebook itself", hint="name another file")


def _show_class(book: "Gradebook", title: str | None, everything: bool, only_ascii: bool) -> None:
    from backprop_cli.cli.terminal import console, look_of, show_lines
    from backprop_cli.gradebook.students import latest_submissions
    from backprop_cli.gradebook.summary import summary
    from backprop_cli.gradebook.views.students import class_lines
    from backprop_cli.gradebook.views.summary import summary_lines
    from backprop_cli.render.text.columns import MAX_ROWS_SHOWN

    terminal = console()
    look = look_of(terminal, 4, only_ascii)
    most = None if everything else MAX_ROWS_SHOWN
    several = title is None and len(book.exercises()) > 1
    exercises = book.exercises() if several else [chosen_in(book, title)]
    for place, exercise in enumerate(exercises):
        found = summary(book, exercise)
        show_lines(terminal, [*_gap(place > 0), *summary_lines(found, look, most), *_gap()])
        show_lines(
            terminal,
            class_lines(latest_submissions(book, exercise), found.everyone, exercise, look, most),
        )


def _gap(wanted: bool = True) -> list[Any]:
    from rich.text import Text

    return [Text()] if wanted else []


def _show_undecided(book: "Gradebook", title: str | None, only_ascii: bool) -> None:
    from backprop_cli.cli.terminal import console, look_of, show_lines
    from backprop_cli.gradebook.students import marked
    from backprop_cli.gradebook.views.students import undecided_lines

    terminal = console()
    graded = marked(book, chosen_in(book, title))
    show_lines(terminal, undecided_lines(graded, book.path, look_of(terminal, 4, only_ascii)))


def _export(
    book: "Gradebook", title: str | None, student: str | None, format_: str, path: str | None
) -> None:
    from dataclasses import replace

    from backprop_cli.gradebook.exports import export
    from backprop_cli.gradebook.sheet import sheet_from
    from backprop_cli.render.export import write_file

    sheet = sheet_from(book, chosen_in(book, title), student)
    counts = {"unreadable": 0, "undecided": 0}
    pieces = export(format_, replace(sheet, graded=_counted(sheet.graded, counts)))
    if path is None:
        sys.stdout.writelines(pieces)
    else:
        write_file(path, pieces)
    if counts["unreadable"]:
        click.echo(f"note: {counts['unreadable']:,} could not be read and have no grade", err=True)
    if counts["undecided"]:
        what = f"note: {counts['undecided']:,} have answers that are left for you to decide"
        click.echo(f"{what}, without points so far: --undecided lists them", err=True)


def _counted(graded: "Iterable[Graded]", counts: dict[str, int]) -> "Iterator[Graded]":
    """The submissions as they pass, with those counted whose grade is not the last word."""
    for one in graded:
        counts["unreadable"] += bool(one.unreadable)
        counts["undecided"] += "d" in one.verdicts
        yield one


def _write_page(book: "Gradebook", title: str | None, path: str) -> None:
    from backprop_cli.gradebook.students import latest_submissions
    from backprop_cli.gradebook.summary import summary
    from backprop_cli.gradebook.views.page import page
    from backprop_cli.render.export import write_file

    exercise = chosen_in(book, title)
    write_file(path, page(summary(book, exercise), latest_submissions(book, exercise)))
