"""The marks of one submission: question, answer, verdict, points, and why."""

from collections.abc import Iterator
from textwrap import wrap

from rich.text import Text

from backprop_cli.errors import cells, inert
from backprop_cli.exercises.marking.result import Graded, Mark, Verdict
from backprop_cli.language.numbers import points_number
from backprop_cli.render.table import Column, table_lines
from backprop_cli.render.text.options import FAINT, HEADING, WARNING, Look

STYLES = {
    Verdict.CORRECT: "green",
    Verdict.FOLLOW: "green",
    Verdict.WRONG: "bold red",
    Verdict.BLANK: WARNING,
    Verdict.UNREADABLE: WARNING,
    Verdict.UNDECIDED: WARNING,
}
INDENT = 6
LONGEST = 24
"""Columns of an answer; it is shown shortened."""


def mark_lines(graded: Graded, look: Look, show_key: bool = False) -> Iterator[Text]:
    """The table of one submission, and the total."""
    (head, *rows), wide = _fitted(graded, look)
    columns = [
        Column(text, min_width=width, header_style=HEADING)
        for text, width in zip(head, wide, strict=True)
    ]
    table = [
        (question, answer, Text(verdict, STYLES[mark.verdict]), worth)
        for mark, (question, answer, verdict, worth) in zip(graded.marks, rows, strict=True)
    ]
    first, *lines = table_lines(columns, table)
    yield first
    for mark, line in zip(graded.marks, lines, strict=True):
        yield line
        for piece in wrap(look.said(inert(mark.reason)), max(20, look.width - INDENT)):
            yield Text(f"{' ' * INDENT}{piece}")
        if show_key and mark.key and mark.verdict is not Verdict.CORRECT:
            yield Text(f"      the key: {inert(mark.key)}", FAINT)
    yield Text()
    total = f"{points_number(graded.points)} of {points_number(graded.possible)}"
    yield Text(f"{inert(graded.student)}: {total}")
    for problem in graded.problems:
        yield Text(f"note: {inert(problem)}", WARNING)


Row = tuple[str, str, str, str]


def _fitted(graded: Graded, look: Look) -> tuple[list[Row], list[int]]:
    """The head, the rows and the widths of their columns; on a narrow screen shorter ones."""
    head: Row = ("question", "answer", "verdict", "points")
    for longest, of in ((LONGEST, " of "), (LONGEST, "/"), (12, "/"), (6, "/")):
        head = head if of == " of " else ("", "answer", "verdict", "points")
        rows = [head, *(_row(mark, look, longest, of) for mark in graded.marks)]
        wide = [max(cells(row[c]) for row in rows) for c in range(4)]
        if 2 + sum(wide) + 2 * 3 <= look.width:
            break
    return rows, wide


def _row(mark: Mark, look: Look, longest: int, of: str) -> Row:
    answer = inert(mark.answer)
    if cells(answer) > longest:
        answer = answer[: longest - 1] + look.dots
    worth = f"{points_number(mark.points)}{of}{points_number(mark.possible)}"
    return inert(mark.question), answer, mark.verdict.value, worth
