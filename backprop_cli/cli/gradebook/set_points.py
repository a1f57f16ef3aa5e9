"""`backprop gradebook set`: a mark by hand, which stays when the class is marked again."""

from typing import TYPE_CHECKING

import click

from backprop_cli.cli.gradebook.common import (
    chosen_in,
    exercise_option,
    opened_book,
    show_student,
)
from backprop_cli.cli.options import as_student
from backprop_cli.errors import BackpropError

if TYPE_CHECKING:
    from backprop_cli.gradebook.store import StoredExercise


@click.command(name="set", context_settings={"ignore_unknown_options": True})
@click.argument("book")
@click.argument("student", callback=as_student)
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
    with opened_book(book) as opened:
        exercise = chosen_in(opened, title)
        asked = _asked(exercise, question)
        if points is not None:
            manual.decide(opened, exercise, student, asked, manual.Decision(points, reason))
            show_student(opened, title, student, False)
        elif not manual.undo(opened, exercise, student, asked):
            raise BackpropError(f"no points were set by hand for {student} and '{asked}'")


def _asked(exercise: "StoredExercise", typed: str) -> str:
    """The question as the exercise spells it: ∂f/∂x may be typed as df/dx."""

    def plain(text: str) -> str:
        return "".join(text.replace("∂", "d").split())

    spelt = {plain(question.text): question.text for question in exercise.questions}
    return spelt.get(plain(typed), typed)
