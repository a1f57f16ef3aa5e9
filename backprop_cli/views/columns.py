"""Columns of text that line up, and names cut to the room there is."""

from collections.abc import Collection, Sequence

from rich.text import Text

from backprop_cli.errors import cells, inert
from backprop_cli.views.look import FAINT, HEADING, Look

GAP = 2
"""Blanks between columns."""
MOST = 20
"""Rows of a long list, unless all are asked for."""


def aligned(
    rows: Sequence[Sequence[str]], right: Collection[int] = (), indent: int = 2
) -> list[Text]:
    """A line for each row, the first of which is the head; columns in `right` end together."""
    wide = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    lines = []
    for number, row in enumerate(rows):
        parts = []
        for c, (text, width) in enumerate(zip(row, wide, strict=True)):
            padding = " " * (width - cells(text))
            parts.append(padding + text if c in right else text + padding)
        line = " " * indent + (" " * GAP).join(parts)
        lines.append(Text(line.rstrip(), FAINT if number == 0 else "", no_wrap=True))
    return lines


def clipped(text: str, width: int, look: Look) -> str:
    """The text, inert, and its end cut off where it is wider than `width` columns."""
    text = inert(text)
    if cells(text) <= width:
        return text
    while text and cells(text) > width - len(look.dots):
        text = text[: max(0, width - len(look.dots)) if cells(text) > 2 * width else -1]
    return text + look.dots


def titled(text: str, aside: str = "") -> Text:
    """A heading, and what belongs to it in fainter letters."""
    line = Text(text, HEADING)
    return line.append(f"   {aside}", FAINT) if aside else line


def named(count: int, first: Sequence[str], look: Look) -> str:
    """The first names, as many as a line holds, and how many more there are."""
    room = look.width - 24
    shown: list[str] = []
    for name in (clipped(name, 24, look) for name in first):
        room -= cells(name) + 2
        if shown and room < 0:
            break
        shown.append(name)
    left = count - len(shown)
    return f"{', '.join(shown)}{f', {look.dots} ({left:,} more)' if left > 0 else ''}"


def counted(count: int, thing: str, things: str = "") -> str:
    """1 student, 2 students."""
    return f"{count:,} {thing if count == 1 else things or f'{thing}s'}"


def counted_points(points: float, look: Look) -> str:
    """1 point, 2.5 points."""
    return f"{look.number(points)} point{'' if points == 1 else 's'}"
