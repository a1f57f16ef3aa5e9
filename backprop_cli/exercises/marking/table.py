"""The marks of one submission: question, answer, verdict, points, and why."""

from collections.abc import Iterator
from textwrap import wrap

from rich.text import Text

from backprop_cli.errors import cells, inert
from backprop_cli.exercises.marking.result import Graded, Mark, Verdict
from backprop_cli.render.table import Column, Grid
from backprop_cli.render.text.options import FAINT, WARNING, Look

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
    grid = _fitted(graded, look)
    yield from grid.head()
    for mark, block in zip(graded.marks, grid.blocks, strict=True):
        yield from block
        for piece in wrap(look.said(inert(mark.reason)), max(20, look.width - INDENT)):
            yield Text(f"{' ' * INDENT}{piece}")
        if show_key and mark.key and mark.verdict is not Verdict.CORRECT:
            yield Text(f"      the key: {inert(mark.key)}", FAINT)
    yield Text()
    yield Text(f"{inert(graded.student)}: {points(graded.points)} of {points(graded.possible)}")
    for problem in graded.problems:
        yield Text(f"note: {inert(problem)}", WARNING)


def points(value: float) -> str:
    """Points as people write them: 7, 7.5, 0.333."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))


Row = tuple[str, str, Text, str]


def _fitted(graded: Graded, look: Look) -> Grid:
    """The questions, answers and verdicts; on a narrow screen with shorter answers."""
    for longest, of in ((LONGEST, " of "), (LONGEST, "/"), (12, "/"), (6, "/")):
        rows = [_row(mark, look, longest, of) for mark in graded.marks]
        first = "question" if of == " of " else ""
        columns = [Column(first), Column("answer"), Column("verdict"), Column("points")]
        grid = Grid(columns, rows, look.width)
        if not grid.is_too_wide:
            break
    return grid


def _row(mark: Mark, look: Look, longest: int, of: str) -> Row:
    answer = inert(mark.answer)
    if cells(answer) > longest:
        answer = answer[: longest - 1] + look.dots
    worth = f"{points(mark.points)}{of}{points(mark.possible)}"
    verdict = Text(mark.verdict.value, STYLES[mark.verdict])
    return inert(mark.question), answer, verdict, worth
