"""`backprop practice`: a few minutes of fresh problems on what goes wrong."""

import click

from backprop_cli.cli.options import Whole, ascii_option


@click.command(short_help="Practise what goes wrong, with fresh problems.")
@click.option("--count", type=Whole(1, 20), default=4, show_default=True, help="How many problems.")
@click.option(
    "--answers",
    metavar="FILE",
    help="Read what is typed from a file, a line each; - reads standard input.",
)
@click.option("--lessons", "folder", metavar="DIR", help="Take the lessons of a folder.")
@ascii_option
def practice(count: int, answers: str | None, folder: str | None, only_ascii: bool) -> int:
    """Practise what goes wrong, with fresh problems, a few minutes a day.

    Each mistake that you made comes back after some days, and sooner when it goes wrong
    again; so do the lessons that you finished. What is due comes first, and each problem
    says why it was chosen.
    """
    from datetime import UTC, datetime

    from backprop_cli.cli.learning.session import Session, live_lines, scripted_lines
    from backprop_cli.cli.terminal import console
    from backprop_cli.lessons.model.course import Course
    from backprop_cli.lessons.model.library import lessons
    from backprop_cli.lessons.progress.practice import practice as fresh_practice
    from backprop_cli.lessons.progress.progress import Book
    from backprop_cli.lessons.progress.schedule import PRACTICE, chosen
    from backprop_cli.lessons.session.state import State
    from backprop_cli.paths import home

    book = Book(home())
    progress = book.read()
    if progress.message:
        click.echo(f"note: {progress.message}", err=True)
    now = datetime.now(UTC)
    due = chosen(progress, now, count)
    if not due:
        click.echo("There is nothing to practise yet: backprop learn lists the lessons.")
        return 0
    number = len(progress.of(PRACTICE))
    known = {lesson.name: lesson for lesson in lessons(folder)}
    made = fresh_practice(due, known, (progress.learner, number), now)
    lines = live_lines() if answers is None else scripted_lines(answers)
    session = Session(Course(made, progress.learner), book, console(), lines, only_ascii)
    session.run(State())
    return 130 if session.interrupted else 0
