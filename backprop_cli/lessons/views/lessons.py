"""The list of lessons: what is done, and where to go on."""

from collections.abc import Iterable

from rich.text import Text

from backprop_cli.errors import inert
from backprop_cli.lessons.model.lesson import Lesson
from backprop_cli.lessons.progress.progress import Progress
from backprop_cli.lessons.session.resume import standing
from backprop_cli.lessons.views.markdown import ascii_of
from backprop_cli.render.table import Column, table_lines
from backprop_cli.render.text.options import FAINT, HEADING, NAME, Look


def list_lines(lessons: Iterable[Lesson], progress: Progress, look: Look) -> list[Text]:
    """A line for each lesson, and what to type next."""
    found = list(lessons)
    columns = [Column(number=True), Column(style=NAME), Column(), Column(style=FAINT)]
    rows = [
        (f"{n:2}.", one.name, ascii_of(inert(one.title), look), f"{one.minutes} min")
        for n, one in enumerate(found, start=1)
    ]
    table = table_lines(columns, rows)
    lines = [Text("Lessons", HEADING)]
    going_on = ""
    for lesson, line in zip(found, table, strict=True):
        how = standing(progress, lesson.name)
        if not going_on and not how.finished:
            going_on = lesson.name
        lines += [line, *_said(how.begun, how.finished, how.counts)]
    last = f"backprop learn {going_on}" if going_on else "backprop practice"
    return [*lines, Text(), Text("Go on with: ").append(last, NAME)]


def _said(begun: bool, finished: bool, counts: tuple[int, int, int]) -> list[Text]:
    """How far a lesson is; nothing where it was not begun."""
    if not begun:
        return []
    solved, shown, skipped = counts
    parts = ["finished" if finished else "begun", f"{solved} solved"]
    parts += [f"{shown} shown"] if shown else []
    parts += [f"{skipped} skipped"] if skipped else []
    return [Text(f"      {', '.join(parts)}", FAINT)]
