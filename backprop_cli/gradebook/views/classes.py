"""A class on the screen: a line a student, and what became of all."""

from collections.abc import Iterator

from rich.text import Text

from backprop_cli.errors import inert
from backprop_cli.language.numbers import points_number
from backprop_cli.render.table import Column, row_line
from backprop_cli.render.text.options import FAINT, HEADING, WARNING, Look

COLUMNS = (Column("student", min_width=20), Column("points", min_width=16), Column("verdicts"))
"""Their widths are fixed: a student is written as soon as they are marked."""


def student_lines(
    student: str,
    earned: tuple[float, float, str],
    odd: tuple[str, ...] = (),
    unreadable: str = "",
) -> Iterator[Text]:
    """One submission: whose, how many points, a letter a question; what was odd below."""
    got, most, verdicts = earned
    if unreadable:
        said = Text(f"unreadable: {inert(unreadable)}", WARNING)
        yield row_line(COLUMNS[:2], (Text(inert(student), WARNING), said), indent=0)
    else:
        worth = f"{points_number(got):>6} of {points_number(most):<6}"
        yield row_line(COLUMNS, (inert(student), worth, _grouped(verdicts)), indent=0)
    for note in odd:
        yield Text(f"    note: {inert(note)}", WARNING)


def _grouped(verdicts: str) -> str:
    """The letters in fives, as one counts."""
    shown = verdicts[:100]
    text = " ".join(shown[at : at + 5] for at in range(0, len(shown), 5))
    return text + ("…" if len(verdicts) > len(shown) else "")


def legend(look: Look) -> Text:
    """What the letters of `student_lines` mean."""
    said = "c correct, f follow-through, w wrong, b blank, u unreadable, d to be decided"
    return Text(said, FAINT)


def named(what: str, names: list[str], more: int, look: Look) -> Text:
    """Students of whom something is to be said, by name."""
    listed = ", ".join(inert(name) for name in names)
    rest = f" and {more:,} more" if more > 0 else ""
    return Text(f"{what}: {listed}{rest}", WARNING)


def heading(text: str) -> Text:
    """A line that stands above others."""
    return Text(text, HEADING)
