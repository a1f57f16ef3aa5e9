"""The screen of a class that was marked again: what was mended, how many move, why, and who."""

from collections.abc import Iterable, Iterator
from itertools import islice

from rich.text import Text

from backprop_cli.errors import inert
from backprop_cli.gradebook.diff import Change, Moved, Totals
from backprop_cli.language.numbers import points_number
from backprop_cli.render.table import Column, table_pieces
from backprop_cli.render.text.columns import MOST, aligned, clipped, named
from backprop_cli.render.text.lines import titled
from backprop_cli.render.text.options import FAINT, Look


def diff_lines(
    title: str,
    totals: Totals,
    mended: list[str],
    first: Iterable[Change],
    look: Look,
    most: int | None = MOST,
) -> Iterator[Text]:
    """What was mended, how many moved and why, and who; `totals` are complete."""
    yield titled(clipped(title, look.width // 2, look), "before and after")
    for line in mended[:MOST]:
        yield Text(f"  {inert(line)}", FAINT)
    if len(mended) > MOST:
        yield Text(f"  {look.dots} {len(mended) - MOST} more lines", FAINT)
    yield Text(f"  {_moved(totals)}", "bold")
    for names, when in ((totals.gone, "before"), (totals.new, "after")):
        if names.count:
            yield Text(f"  {names.count:,} only {when}: {named(names.count, names.first, look)}")
    if totals.reasons:
        yield Text()
        yield titled("Why")
        rows = [["question", "verdict", "answers", "points"]]
        for why in totals.reasons[:most]:
            verdicts = _verdicts(*why.verdicts, look)
            rows.append([clipped(why.question, 24, look), verdicts, f"{why.count:,}"])
            rows[-1].append(_signed(why.points, look))
        yield from aligned(rows, {2, 3})
        if most is not None and len(totals.reasons) > most:
            yield Text(f"  {look.dots} {len(totals.reasons) - most} more: --all shows them", FAINT)
    yield from _who(first, totals, look, most)


def _moved(totals: Totals) -> str:
    counts = {
        "move up": totals.up,
        "move down": totals.down,
        "keep the sum, with other verdicts": totals.level,
        "stay": totals.same,
    }
    texts = [f"{count:,} {what}" for what, count in counts.items() if count]
    return ", ".join(texts) or "nobody is in both"


def _who(first: Iterable[Change], totals: Totals, look: Look, most: int | None) -> Iterator[Text]:
    shown = totals.up + totals.down + totals.level
    left = 0 if most is None else max(0, shown - most)
    if shown:
        yield Text()
        yield titled("Who")
    columns = [Column(style="bold"), Column(), Column(style=FAINT)]
    yield from table_pieces(columns, (_row(change, look) for change in islice(first, most)))
    if left:
        yield Text(f"  {look.dots} {left:,} more: --all shows them", FAINT)


def _row(change: Change, look: Look) -> tuple[str, str, str]:
    arrow = _change(points_number(change.before), points_number(change.after), look)
    why = ", ".join(_judged(moved, look) for moved in change.moved)
    name = clipped(change.student, min(40, look.width // 3), look)
    return name, f"{arrow} ({_signed(change.points, look)})", why


def _judged(moved: Moved, look: Look) -> str:
    """The verdicts or, where these are the same, the points."""
    before, after = moved.verdicts
    what = f"({_signed(moved.points, look)})" if before == after else _change(before, after, look)
    return f"{clipped(moved.question, 24, look)} {what}"


def _verdicts(before: str, after: str, look: Look) -> str:
    return f"still {before}" if before == after else _change(before, after, look)


def _change(before: str, after: str, look: Look) -> str:
    return before if before == after else f"{before} {'->' if look.ascii else '→'} {after}"


def _signed(points: float, look: Look) -> str:
    return f"{'+' if points > 0 else ''}{points_number(points)}"
