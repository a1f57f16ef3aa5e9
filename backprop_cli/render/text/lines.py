"""Lines of a screen: sentences wrapped, long lines folded, titles."""

import re

from rich.text import Text

from backprop_cli.errors import cells
from backprop_cli.render.text.options import FAINT, HEADING, Look

FIXED = "\N{NO-BREAK SPACE}"
"""A space at which `paragraph` does not break."""


def fitted(line: Text, width: int) -> list[Text]:
    """The line, folded at spaces where it is wider than the screen."""
    text = line.plain
    if cells(text) <= width:
        return [line]
    indent = min(len(text) - len(text.lstrip()) + 4, width // 2)
    starts, start = [], 0
    while cells(text[start : start + width + 1]) > (room := width - indent * bool(start)):
        start += _fold(text[start : start + width + 1], room)
        starts.append(start)
    first, *rest = line.divide(starts)
    pieces = [first, *(Text(" " * indent, no_wrap=True).append_text(piece) for piece in rest)]
    for piece in pieces[:-1]:
        piece.rstrip()
    return pieces


def paragraph(text: str, look: Look) -> list[str]:
    """The lines of a sentence; a list in it is not broken if it fits on one of them."""
    from textwrap import wrap

    width = max(12, look.width - 4)

    def whole(match: re.Match[str]) -> str:
        return match[0].replace(" ", FIXED) if len(match[0]) < width else match[0]

    lines = wrap(re.sub(r"\[[^\[\]]*\]", whole, text), width)
    return [line.replace(FIXED, " ") for line in lines]


def said(text: str, look: Look, indent: int = 2, style: str = "") -> list[Text]:
    """A sentence as lines of a section, the further ones indented by two more."""
    lines = paragraph(look.said(text), look._replace(width=look.width - indent + 2))
    return [
        Text(" " * (indent + 2 * bool(n)) + line, style, no_wrap=True)
        for n, line in enumerate(lines)
    ]


def _fold(text: str, room: int) -> int:
    """Where to fold a text that is wider than `room`: between the rows of a matrix, at a space."""
    full = len(text)
    while cells(text[:full]) > room:
        full -= 1
    rows = text.rfind("], [", full // 3, full + 1)
    if rows > 0:
        return rows + 3
    cut = text.rfind(" ", len(text) - len(text.lstrip()) + 1, full + 1)
    return cut + 1 if cut > 0 else max(1, full)


def titled(text: str, aside: str = "") -> Text:
    """A heading, and what belongs to it in fainter letters."""
    line = Text(no_wrap=True).append(text, HEADING)
    return line.append(" " * 3).append(aside, FAINT) if aside else line


def title(text: str, aside: str, look: Look) -> Text:
    """What stands above a part; the aside, or its first clause, if there is room."""
    clauses = (aside, aside.partition(";")[0])
    fitting = (one for one in clauses if cells(text) + 3 + cells(one) <= look.width)
    return titled(text, next(fitting, ""))
