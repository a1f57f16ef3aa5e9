"""The marks of one submission: question, answer, verdict, points, and why."""

from collections.abc import Iterator

from rich.text import Text

from backprop_cli.errors import cells, inert
from backprop_cli.grading.result import Graded, Mark, Verdict
from backprop_cli.views.look import FAINT, HEADING, WARNING, Look

STYLES = {
    Verdict.CORRECT: "green",
    Verdict.FOLLOW: "green",
    Verdict.WRONG: "bold red",
    Verdict.BLANK: WARNING,
    Verdict.UNREADABLE: WARNING,
    Verdict.UNDECIDED: WARNING,
}
LONGEST = 24
"""Columns of an answer; it is shown shortened."""


def mark_lines(graded: Graded, look: Look, show_key: bool = False) -> Iterator[Text]:
    """The table of one submission, and the total."""
    rows = [_row(mark, look) for mark in graded.marks]
    head = ("question", "answer", "verdict", "points")
    wide = [max(cells(row[c]) for row in [head, *rows]) for c in range(4)]
    yield Text(f"  {_line(head, wide)}".rstrip(), HEADING)
    for mark, row in zip(graded.marks, rows, strict=True):
        line = Text(f"  {_line(row, wide)}".rstrip())
        line.highlight_words([row[2]], STYLES[mark.verdict])
        yield line
        if mark.reason:
            yield Text(f"      {look.said(inert(mark.reason))}")
        if show_key and mark.key and mark.verdict is not Verdict.CORRECT:
            yield Text(f"      the key: {inert(mark.key)}", FAINT)
    yield Text()
    yield Text(f"{inert(graded.student)}: {points(graded.points)} of {points(graded.possible)}")
    for problem in graded.problems:
        yield Text(f"note: {inert(problem)}", WARNING)


def points(value: float) -> str:
    """Points as people write them: 7, 7.5, 0.333."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))


def _row(mark: Mark, look: Look) -> tuple[str, str, str, str]:
    answer = inert(mark.answer)
    if cells(answer) > LONGEST:
        answer = answer[: LONGEST - 1] + look.dots
    worth = f"{points(mark.points)} of {points(mark.possible)}"
    return inert(mark.question), answer, mark.verdict.value, worth


def _line(row: tuple[str, ...], wide: list[int]) -> str:
    return "  ".join(
        text + " " * (room - cells(text)) for text, room in zip(row, wide, strict=True)
    )
