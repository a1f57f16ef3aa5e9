"""`backprop learn`: guided lessons, one question at a time."""

import sys
from typing import TYPE_CHECKING

import click

from backprop_cli.cli.options import ascii_option
from backprop_cli.errors import BackpropError

if TYPE_CHECKING:
    from backprop_cli.cli.learning.code_file import Workbench
    from backprop_cli.lessons.progress.progress import Book, Progress

NOT_ALL_SOLVED, INTERRUPTED = 1, 130


@click.command()
@click.argument("lesson", required=False)
@click.option(
    "--reset",
    is_flag=True,
    help="Start the lesson again, with fresh problems.",
)
@click.option(
    "--answers",
    metavar="FILE",
    help="Read what is typed from a file, a line each; - reads standard input.",
)
@click.option("--lessons", "folder", metavar="DIR", help="Take the lessons of a folder.")
@click.option(
    "--export", "export", metavar="FILE", help="Write all progress to a .json file and stop."
)
@click.option(
    "--file",
    "work",
    metavar="FILE",
    default="gates.py",
    show_default=True,
    help="Where you write the gates that a lesson asks for.",
)
@click.option(
    "--isolation",
    type=click.Choice(["bubblewrap", "process", "none"]),
    help="How the gates that you write are isolated (default bubblewrap).",
)
@ascii_option
def learn(
    lesson: str | None,
    reset: bool,
    answers: str | None,
    folder: str | None,
    export: str | None,
    work: str,
    isolation: str | None,
    only_ascii: bool,
) -> int:
    """Learn backpropagation, one question at a time.

    Without LESSON, list the lessons and how far you are. With one, start it or go on
    where you stopped. At each prompt: hint, show, skip, back, why, play, help, quit.
    With --reset the lesson starts again, at a terminal at once.
    With --answers the exit status is 1 unless the lesson is finished and every question
    was solved.

    \b
    Examples:
      backprop learn
      backprop learn chain-rule
      backprop learn chain-rule --answers answers.txt
    """
    from backprop_cli.lessons.progress.progress import Book
    from backprop_cli.paths import home

    book = Book(home())
    progress = book.read()
    if progress.message:
        click.echo(f"note: {progress.message}", err=True)
    if export is not None:
        return _export(progress, export)
    if lesson is None:
        if reset or answers is not None:
            raise BackpropError("say which lesson", hint="backprop learn lists them")
        return _list(progress, folder, only_ascii)
    if reset:
        _reset(book, lesson, folder)
        if answers is None and not sys.stdin.isatty():
            click.echo(f"{lesson} will start again.")
            return 0
        progress = book.read()
    from backprop_cli.cli.learning.code_file import Workbench

    bench = Workbench(work, isolation)
    return _session(book, progress, lesson, answers, folder, bench, only_ascii)


def _list(progress: "Progress", folder: str | None, only_ascii: bool) -> int:
    from backprop_cli.cli.terminal import console, look_of, show_lines
    from backprop_cli.lessons.model.library import lessons
    from backprop_cli.lessons.views.lessons import list_lines

    terminal = console()
    look = look_of(terminal, 4, only_ascii)
    show_lines(terminal, list_lines(lessons(folder), progress, look))
    return 0


def _export(progress: "Progress", path: str) -> int:
    import json

    from backprop_cli.lessons.session.resume import exported
    from backprop_cli.render.export import write_file

    if not path.endswith(".json"):
        raise BackpropError(f"progress is written as JSON, and '{path}' does not end in .json")
    write_file(path, [json.dumps(exported(progress), indent=2, ensure_ascii=False), "\n"])
    click.echo(f"wrote {path}", err=True)
    return 0


def _reset(book: "Book", name: str, folder: str | None) -> None:
    from backprop_cli.cli.learning.session import now
    from backprop_cli.lessons.model.library import lesson_named
    from backprop_cli.lessons.progress.progress import ProgressEvent

    book.add(ProgressEvent(now(), lesson_named(name, folder).name, "reset"))


def _session(
    book: "Book",
    progress: "Progress",
    name: str,
    answers: str | None,
    folder: str | None,
    bench: "Workbench",
    only_ascii: bool,
) -> int:
    from backprop_cli.cli.learning.session import Session, live_lines, scripted_lines
    from backprop_cli.cli.terminal import console
    from backprop_cli.lessons.model.course import Course
    from backprop_cli.lessons.model.library import lesson_named, name_after
    from backprop_cli.lessons.session.resume import resumed

    found = lesson_named(name, folder)
    draw = str(progress.resets(found.name) + 1)
    next_one = name_after(found.name, folder)
    where = f" --lessons {folder}" if folder else ""
    afterwards = (
        f"Next: backprop learn {next_one}{where}"
        if next_one
        else "That was the last lesson: backprop practice keeps it fresh."
    )
    course = Course(found, progress.learner, draw, bench.run, afterwards)
    state = resumed(course, progress.of(found.name))
    lines = live_lines() if answers is None else scripted_lines(answers)
    session = Session(course, book, console(), lines, only_ascii, bench)
    try:
        state = session.run(state)
    finally:
        bench.close()
    if session.interrupted:
        return INTERRUPTED
    if answers is None:
        return 0
    asked = sum(len(course.step(k).asks) for k in range(course.count)) if state.finished else -1
    solved = sum(became == "solved" for became in state.outcomes.values())
    return 0 if solved == asked else NOT_ALL_SOLVED
