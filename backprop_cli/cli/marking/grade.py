"""`backprop grade`: mark one submission, or a class."""

from typing import TYPE_CHECKING

import click

from backprop_cli.cli.options import as_student, ascii_option, output_option
from backprop_cli.cli.streams import ignore_closed_output
from backprop_cli.errors import BackpropError

if TYPE_CHECKING:
    from backprop_cli.batch.marking import Marking
    from backprop_cli.batch.submissions.source import SubmissionSource
    from backprop_cli.exercises.marking.result import Graded

FORMATS = ("table", "json", "junit", "gradescope", "markdown")


@click.command(short_help="Mark submissions, and say why an answer is wrong.")
@click.argument("exercise")
@click.argument("submissions", nargs=-1, required=True, metavar="SUBMISSION...")
@click.option("--gradebook", "book", metavar="FILE", help="Store the marks of a class in FILE.")
@click.option("--student", callback=as_student, metavar="NAME", help="Whose the one submission is.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How the marks are written.",
)
@output_option("Write the marks to a file.")
@click.option("--show-key", is_flag=True, help="Show the right answers too.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Mark with this many processes.",
)
@click.option("--cluster", metavar="URL", help="Mark on the Dask cluster at tcp://host:port.")
@click.option(
    "--isolation",
    type=click.Choice(["bubblewrap", "process", "none"]),
    help="How students' code is isolated (default bubblewrap).",
)
@ascii_option
def grade(
    exercise: str,
    submissions: tuple[str, ...],
    book: str | None,
    student: str | None,
    format_: str,
    path: str | None,
    show_key: bool,
    jobs: int,
    cluster: str | None,
    isolation: str | None,
    only_ascii: bool,
) -> int:
    """Mark submissions for an exercise, and say why an answer is wrong.

    SUBMISSION is a file of answers (.toml, .json), Python code (.py), a folder
    or a .zip of them, with a folder for a student who handed in more than one
    file; or a whole class as a table (.csv, a row a student) or as lines of
    JSON (.jsonl).

    With a gradebook, submissions that it has already are not marked again, so
    the same command continues where it was stopped. The exit status is 0 when
    all is correct, 1 when points were lost, 2 when something cannot be used.

    \b
    Examples:
      backprop grade chain.toml ada.toml
      backprop grade chain.toml submissions/ --gradebook class.db --jobs 4
      backprop grade gates.toml ada/ --format gradescope -o results.json
    """
    from backprop_cli.batch.marking import Marking
    from backprop_cli.batch.submissions.source import SubmissionSource
    from backprop_cli.cli.exercise.files import exercise_bytes

    ignore_closed_output()
    marking = Marking(exercise_bytes(exercise), exercise, isolation, student)
    source = SubmissionSource(submissions, student)
    if book is None and source.is_one():
        return _one(marking, source, format_, path, show_key, only_ascii)
    from backprop_cli.cli.marking.classes import ClassOptions, grade_class

    choice = ClassOptions(book, format_, path, show_key, jobs, cluster, only_ascii)
    return grade_class(marking, source, choice)


def _one(
    marking: "Marking",
    source: "SubmissionSource",
    format_: str,
    path: str | None,
    show_key: bool,
    only_ascii: bool,
) -> int:
    """Mark one submission."""
    from itertools import islice

    from backprop_cli.batch.marking import Memory, load
    from backprop_cli.batch.submissions.parse import parse
    from backprop_cli.cli.output import write_marks, write_sheet
    from backprop_cli.gradebook.sheet import sheet_of

    exercise = load(marking)
    raws = list(islice(source, 2))
    if len(raws) != 1:
        what = "is a class" if raws else "has no submission"
        raise BackpropError(f"--student says whose one submission is, and this {what}")
    said = parse(raws[0])
    graded = Memory(exercise, marking.student).graded(said)
    if graded.unreadable and format_ == "table":
        raise BackpropError(f"{said.source} cannot be marked: {graded.unreadable}")
    if format_ == "table":
        write_marks(graded, path, show_key, only_ascii)
    else:
        write_sheet(format_, sheet_of(exercise.title, [graded]), path, show_key)
    return _status(graded, exercise.possible)


def _status(graded: "Graded", possible: float) -> int:
    """0 all points, 1 some lost or still to be decided, 2 unusable."""
    if graded.unreadable:
        return 2
    return int(graded.points < possible - 1e-9)
