"""The screen of a class: its marks, its questions, its mistakes."""

from collections.abc import Sequence

from rich.text import Text

from backprop_cli.errors import inert
from backprop_cli.exercises.marking.result import LETTERS, Verdict
from backprop_cli.gradebook.summary import QuestionTally, Slip, Summary
from backprop_cli.language.numbers import counted_points, percent, points_number
from backprop_cli.render.table import GAP, Column, table_lines
from backprop_cli.render.text.columns import (
    MAX_ROWS_SHOWN,
    aligned,
    clipped,
    counted,
    named,
)
from backprop_cli.render.text.lines import titled
from backprop_cli.render.text.options import FAINT, WARNING, Look

_SHORT = {
    Verdict.CORRECT: "right",
    Verdict.FOLLOW: "follow",
    Verdict.WRONG: "wrong",
    Verdict.BLANK: "blank",
    Verdict.UNREADABLE: "unread",
    Verdict.UNDECIDED: "undec.",
}
_WIDE = 60
"""Columns in which the words have room; in fewer, a letter stands for each."""
_ALWAYS = (Verdict.CORRECT, Verdict.FOLLOW, Verdict.WRONG)


def summary_lines(found: Summary, look: Look, most: int | None = MAX_ROWS_SHOWN) -> list[Text]:
    """The class: marks, questions, mistakes."""
    blocks = [_head(found, look), _marks(found, look), _questions(found, look)]
    blocks += [_mistakes(found, look, most), _of_another(found, look, most)]
    lines: list[Text] = []
    for block in filter(None, blocks):
        lines += [*([Text()] if lines else []), *block]
    return lines


def _head(found: Summary, look: Look) -> list[Text]:
    title = clipped(found.exercise.title, look.width - 20, look)
    lines = [titled(title, counted(found.students, "student"))]
    said = (
        (found.unreadable, "could not be read"),
        (found.again, "handed in more than once, and the last counts"),
        (found.undecided, "gave answers for you to decide: --undecided lists them"),
        (found.by_hand, "with marks that were set by hand"),
    )
    for names, what in said:
        if names.count:
            lines.append(Text(f"  {names.count:,} {what}", WARNING))
            lines.append(Text(f"    {named(names.count, names.first, look)}", FAINT))
    if found.idle:
        what = f"{counted(found.idle, 'mark')} by hand for questions that are no longer asked"
        lines.append(Text(f"  {what}", WARNING))
    return lines


def _marks(found: Summary, look: Look) -> list[Text]:
    if not found.students:
        return []
    ends = f"lowest {points_number(min(found.marks))}, highest {points_number(max(found.marks))}"
    middle = f"mean {points_number(found.mean)}, median {points_number(found.median)}"
    lines = [titled("Marks", f"of {counted_points(found.exercise.points)}: {middle}, {ends}")]
    longest, room = max(found.shares), min(40, look.width - 26)
    columns = [Column(), Column(number=True, min_width=7), Column(style="green")]
    rows = [
        (
            f"{10 * tenth:>3} to {10 * tenth + 10:>3} %",
            f"{count:,}",
            ("#" if look.ascii else "█") * -(-count * room // longest),
        )
        for tenth, count in reversed([*enumerate(found.shares)])
    ]
    return lines + table_lines(columns, rows)


def _questions(found: Summary, look: Look) -> list[Text]:
    asked = [*found.questions.values()]
    if not asked or not found.students:
        return []
    used = [v for v in Verdict if v in _ALWAYS or any(one.verdicts[v] for one in asked)]
    heads = [_SHORT[v] if look.width >= _WIDE else LETTERS[v] for v in used]
    rows = [["question", *heads, "points"]]
    room = look.width - 2 - sum(max(4, len(head)) + GAP for head in rows[0][1:]) - 2 * GAP
    for one in asked:
        counts = [f"{one.verdicts[verdict]:,}" for verdict in used]
        rows.append([clipped(one.question, max(8, room), look), *counts, _share(one, look)])
    return [titled("Questions", "how many answered so"), *aligned(rows, range(1, len(rows[0])))]


def _share(asked: QuestionTally, look: Look) -> str:
    could = asked.possible * (asked.answers - asked.verdicts[Verdict.UNDECIDED])
    return percent(asked.points, could) or look.dots


def _mistakes(found: Summary, look: Look, most: int | None) -> list[Text]:
    slips = found.common
    if not slips and not found.unexplained.count:
        return []
    lines = [titled("Mistakes", "the most common first, and who needs help with them")]
    for slip in slips[:most]:
        lines += _slip(slip, look)
    if most is not None and len(slips) > most:
        lines.append(Text(f"  {look.dots} {len(slips) - most} more: --all shows them", FAINT))
    if found.unexplained.count:
        what = "with a wrong answer that no mistake explains"
        lines.append(Text(f"  {counted(found.unexplained.count, 'student')} {what}"))
        names = named(found.unexplained.count, found.unexplained.first, look)
        lines.append(Text(f"    {names}", FAINT))
    return lines


def _slip(slip: Slip, look: Look) -> list[Text]:
    line = Text("  ").append(inert(slip.mistake), "bold")
    line.append(f" ({inert(slip.gate)})") if slip.gate else line
    people = counted(slip.students.count, "student")
    line.append(f": {people}, {counted(slip.answers, 'answer')}{_places(slip, look)}")
    if doubtful := slip.answers - slip.certain:
        line.append(f"; {doubtful:,} of them may have another reason", FAINT)
    return [line, Text(f"    {named(slip.students.count, slip.students.first, look)}", FAINT)]


def _places(slip: Slip, look: Look) -> str:
    ordered = sorted(slip.places.items(), key=lambda item: (-item[1], item[0]))
    shown = [clipped(" and ".join(at), 24, look) for at, _ in ordered[:3] if at]
    more = f", {look.dots}" if len(ordered) > 3 else ""
    return f", at {', '.join(shown)}{more}" if shown else ""


def _of_another(found: Summary, look: Look, most: int | None) -> list[Text]:
    """The submissions that hold the answers of another sheet; a student is never told."""
    if not found.of_another:
        return []
    lines = [titled("Other sheets", "right answers, but to the sheet of somebody else")]
    for each in found.of_another[:most]:
        sheets = sheet_numbers(each.sheets)
        names = named(each.size, each.students, look)
        lines.append(Text(f"  {names}: these are the answers of {sheets}, not of {each.own}"))
    if most is not None and len(found.of_another) > most:
        left = len(found.of_another) - most
        lines.append(Text(f"  {look.dots} {left} more: --all shows them", FAINT))
    return lines


def sheet_numbers(sheets: Sequence[int]) -> str:
    """Sheet 28, or sheet 28 or 31."""
    return f"sheet {' or '.join(map(str, sheets))}"
