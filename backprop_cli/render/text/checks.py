"""The table of `check`, and the errors over step sizes."""

from collections.abc import Mapping, Sequence
from math import floor, log10

from rich.text import Text

from backprop_cli.analysis.check import Check, Sweep, unchecked
from backprop_cli.analysis.notes.notes import unused_notes
from backprop_cli.analysis.slopes import STEPS
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells, inert
from backprop_cli.language.numbers import rough_number
from backprop_cli.render.table import Cell, Column, table_lines
from backprop_cli.render.text.options import FAINT, HEADING, WARNING, Look

_STYLES = {"good": "green", "fine": "green", "wrong": "bold red", "doubtful": WARNING}
_HEAD = ("", "gate", "analytic", "left", "right", "central", "error", "verdict")


def check_lines(trace: Trace, checks: Sequence[Check], look: Look) -> list[Text]:
    """A line for each node, element or direction, and a sentence on the whole."""
    if not checks:
        return [Text(inert(note.message)) for note in unused_notes(trace)]
    f = inert(trace.objective)
    rows = [
        (
            look.derivative(f, inert(row.name)),
            row.gate,
            look.number(row.analytic),
            look.number(row.left),
            look.number(row.right),
            look.number(row.central),
            rough_number(row.error),
            row.verdict,
        )
        for row in checks
    ]
    lines = _table([_HEAD, *rows], look)
    left = unchecked(trace)
    if left:
        lines.append(Text(f"  {look.dots} {left:,} more nodes were not checked", FAINT))
    return [*lines, Text(), *_summary(checks)]


def _table(rows: Sequence[tuple[str, ...]], look: Look) -> list[Text]:
    """Aligned columns; where they are too wide, without the least telling ones."""
    columns = list(range(len(rows[0])))
    for drop in (1, 3, 4, 6):
        wide = [max(cells(row[c]) for row in rows) for c in columns]
        if sum(wide) + 2 * len(wide) <= look.width:
            break
        columns.remove(drop)
    named = [Column(rows[0][c], number=c not in (0, 1, 7), header_style=HEADING) for c in columns]
    body = [
        [Text(row[c], _STYLES.get(row[c], "") if c == 7 else "") for c in columns]
        for row in rows[1:]
    ]
    return table_lines(named, body, indent=0)


def _summary(checks: Sequence[Check]) -> list[Text]:
    counts = {v: sum(row.verdict == v for row in checks) for v in _SAID}
    return [
        Text(f"{count} {_SAID[verdict]}", _STYLES.get(verdict, ""))
        for verdict, count in counts.items()
        if count
    ]


_SAID = {
    "good": "good: error below 1e-7",
    "fine": "fine: error below 1e-4",
    "doubtful": "doubtful: error between 1e-4 and 1e-2",
    "wrong": "wrong: error above 1e-2",
    "kink": "at a kink: left and right slopes differ, the gradient is between them",
    "convention": "convention: a gate on the way is at a kink, and its rule is a choice",
    "undefined": "undefined: the output or the gradient is infinite or not a number",
    "unmeasured": "unmeasured: no slope settles as the step shrinks, or a step has no value",
}


def sweep_lines(sweeps: Mapping[str, Sweep], look: Look) -> list[Text]:
    """For each input the error at each step size, as a number and as a bar.

    A bar is as long as the error is small: one mark for each correct digit.
    """
    if not sweeps:
        return [Text("there is no gradient, so there is no error")]
    lines: list[Text] = []
    for name, (errors, verdict) in sweeps.items():
        lines += [Text()] if lines else []
        lines.append(Text(f"error of the slope for {inert(name)} at step h", HEADING))
        rows: list[tuple[Cell, ...]] = []
        best = _best(errors) if verdict in _MEASURED else None
        for place, (h, error) in enumerate(zip(STEPS, errors, strict=True)):
            digits = min(16, max(0, floor(-log10(error)))) if 0 < error < 1 else 16 * (error == 0)
            bar = Text(("#" if look.ascii else "█") * int(digits), "green")
            rows.append(
                (rough_number(h), rough_number(error), bar, "best" if place == best else "")
            )
        heads = (Column("h"), Column("error"), Column("correct digits"), Column())
        lines += table_lines(heads, rows)
        last = "one mark for each correct digit" if verdict in _MEASURED else _SAID[verdict]
        lines.append(Text(f"  {last}", FAINT))
    return lines


_MEASURED = ("good", "fine", "doubtful", "wrong")
"""Verdicts where the error falls with the step, until rounding makes it rise."""


def _best(errors: Sequence[float]) -> int | None:
    """The first step of least error."""
    found = [(error, place) for place, error in enumerate(errors) if error == error]
    return min(found)[1] if found else None
