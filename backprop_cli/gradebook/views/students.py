"""The screens of students: the list of a class, one student's answers, what is to be decided."""

from collections.abc import Iterable, Iterator
from itertools import islice

from rich.text import Text

from backprop_cli.errors import inert
from backprop_cli.exercises.marking.result import Graded, Verdict
from backprop_cli.exercises.marking.table import mark_lines
from backprop_cli.gradebook.store import StoredExercise
from backprop_cli.gradebook.students import Handed
from backprop_cli.gradebook.views.classes import legend
from backprop_cli.language.numbers import counted_points, points_number
from backprop_cli.render.table import Column, row_line
from backprop_cli.render.text.columns import MOST, clipped, counted
from backprop_cli.render.text.lines import titled
from backprop_cli.render.text.options import FAINT, WARNING, Look


def roll_lines(
    rolled: Iterable[Handed],
    total: int,
    exercise: StoredExercise,
    look: Look,
    most: int | None = MOST,
) -> Iterator[Text]:
    """A line for each of the `total` students: points, and a letter for each question."""
    points = counted_points(exercise.points)
    yield titled("Students", f"of {points}, and a letter for each question")
    yield Text("  ").append_text(legend(look))
    name = min(24, look.width // 3)
    room = max(12, look.width - name - 14)
    columns = [Column(min_width=name), Column(number=True, min_width=8), Column()]
    for graded in (handed.graded for handed in islice(rolled, most)):
        points = "" if graded.unreadable else points_number(graded.points)
        summary = f"unreadable: {graded.unreadable}" if graded.unreadable else graded.verdicts
        said = Text(clipped(summary, room, look), WARNING if graded.unreadable else "")
        yield row_line(columns, (clipped(graded.student, name, look), points, said))
    if most is not None and (left := total - most) > 0:
        yield Text(f"  {look.dots} {left:,} more: --all, or --export csv", FAINT)


def student_lines(handed: Handed, exercise: StoredExercise, look: Look) -> list[Text]:
    """One student: every answer, what it earned and why."""
    graded = handed.graded
    lines = [titled(clipped(f"{graded.student}: {exercise.title}", look.width, look))]
    lines.append(Text(f"  from {inert(handed.source)}", FAINT))
    if handed.times > 1:
        lines.append(Text(f"  the last of {handed.times} that came", WARNING))
    if graded.unreadable:
        return [*lines, Text(f"  could not be read: {inert(graded.unreadable)}", WARNING)]
    return [*lines, Text(), *mark_lines(graded, look)]


def undecided_lines(graded: Iterable[Graded], path: str, look: Look) -> Iterator[Text]:
    """Every answer that the teacher has to decide, and how to."""
    count = 0
    for one in graded:
        for mark in one.marks:
            if mark.verdict is Verdict.UNDECIDED:
                count += 1
                line = Text("  ").append(inert(one.student), "bold")
                line.append(f"  {inert(mark.question)}: {inert(mark.answer)}")
                yield line.append(f"   of {points_number(mark.possible)}", FAINT)
                if mark.reason:
                    yield Text(f"    {look.said(inert(mark.reason))}", FAINT)
    if not count:
        yield Text("Nothing is left to decide.")
        return
    how = f"backprop gradebook set {inert(path)} STUDENT QUESTION POINTS --reason TEXT"
    yield Text(f"{counted(count, 'answer')} to decide: {how}")
