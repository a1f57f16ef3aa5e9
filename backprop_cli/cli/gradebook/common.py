"""What the commands on a gradebook share: its options, opening it, and one student's marks."""

import contextlib
import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from backprop_cli.gradebook.store import Gradebook, StoredExercise

exercise_option = click.option(
    "--exercise", "title", metavar="TITLE", help="Which exercise, where there are more than one."
)
all_option = click.option(
    "--all", "everything", is_flag=True, help="Show every row of the long lists."
)


def same(one: str, other: str) -> bool:
    """Whether both are names of one file."""
    with contextlib.suppress(OSError, ValueError):
        return os.path.samefile(one, other)
    return False


def opened_book(path: str) -> "Gradebook":
    """The gradebook in a file, which must be there."""
    from backprop_cli.gradebook.store import Gradebook

    return Gradebook.open(path, create=False)


def chosen_in(book: "Gradebook", title: str | None) -> "StoredExercise":
    """The exercise of this title, or the only one there is."""
    from backprop_cli.gradebook.students import chosen

    return chosen(book, title)


def show_student(book: "Gradebook", title: str | None, student: str, only_ascii: bool) -> None:
    """Print one student's answers, marks and reasons."""
    from backprop_cli.cli.terminal import console, look_of, show_lines
    from backprop_cli.gradebook.students import of_student
    from backprop_cli.gradebook.views.students import student_lines

    terminal = console()
    exercise = chosen_in(book, title)
    handed = of_student(book, exercise, student)
    show_lines(terminal, student_lines(handed, exercise, look_of(terminal, 4, only_ascii)))
