"""Render the Markdown of lessons as lines: paragraphs, lists, code, **bold**, *italic*.

Rich's own renderer takes longer to import than all else that a lesson needs before its first
question, and sets bullets and rules that ASCII has not.
"""

import re
from collections.abc import Iterator
from textwrap import wrap

from rich.text import Text

from backprop_cli.errors import cells, inert
from backprop_cli.render.text.options import HEADING, Look

_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*")
_ITEM = re.compile(r"([-*]|\d{1,2}\.)\s+(.*)")
_FIXED = "\N{NO-BREAK SPACE}"

_SHORT = 40
"""Columns of code that is not broken at its spaces."""

_ASCII = {
    "∂": "d", "×": "*", "·": "*", "−": "-", "–": "-", "—": "-", "σ": "sigmoid", "→": "->",
    "←": "<-", "≈": "~", "≤": "<=", "≥": ">=", "≠": "!=", "¹": "1", "²": "^2", "³": "^3",
    "‖": "||", "∑": "sum", "Σ": "sum", "∇": "grad ", "…": "...", "“": '"', "”": '"', "‘": "'",
    "’": "'", "√": "sqrt", "ᵀ": ".T", "⁻": "^-", "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4",
    "ₖ": "_k", "ᵢ": "_i", "ⱼ": "_j", "∞": "inf", "θ": "theta", "Δ": "delta ", "é": "e", "ï": "i",
}  # fmt: skip


def ascii_of(text: str, look: Look) -> str:
    """The text in what the terminal can show."""
    if not look.ascii or text.isascii():
        return text
    return "".join(_ASCII.get(character, character) for character in text)


def markdown(text: str, look: Look) -> list[Text]:
    """The lines of a text, at most as wide as the screen or 80 columns."""
    width = min(look.width, 80)
    lines: list[Text] = []
    for block in _blocks(ascii_of(text, look), width):
        if lines:
            lines.append(Text())
        lines += block if isinstance(block, list) else _paragraph(block, "", "", width)
    return lines


def _blocks(text: str, width: int) -> Iterator[str | list[Text]]:
    """Paragraphs as texts; code, headings and lists as lines."""
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        rows = block.splitlines()
        if rows[0].startswith("```") or all(row.startswith("    ") for row in rows):
            code = [row for row in rows if not row.startswith("```")]
            cut = 0 if rows[0].startswith("```") else 4
            yield [Text(f"    {inert(row[cut:])}", no_wrap=True) for row in code]
        elif rows[0].startswith("#"):
            yield [Text(inert(rows[0].lstrip("# ")), HEADING)]
        elif _ITEM.match(rows[0]):
            yield list(_list(rows, width))
        else:
            yield " ".join(row.strip() for row in rows)


def _list(rows: list[str], width: int) -> Iterator[Text]:
    items: list[list[str]] = []
    for row in rows:
        item = _ITEM.match(row.strip())
        if item:
            items.append([item[1], item[2]])
        else:
            items[-1][1] += f" {row.strip()}"
    for mark, text in items:
        sign = "-" if mark == "*" else mark
        yield from _paragraph(text, f"  {sign} ", " " * (len(sign) + 3), width)


def _paragraph(text: str, first: str, rest: str, width: int) -> list[Text]:
    """The lines of a paragraph, broken at spaces but not within short code."""
    styled = Text()
    place = 0
    for match in _INLINE.finditer(text):
        styled.append(inert(text[place : match.start()]))
        code, bold, italic = match.groups()
        if code and cells(code) < _SHORT:
            code = code.replace(" ", _FIXED)
        style = "cyan" if code else HEADING if bold else "italic"
        styled.append(_inert(code or bold or italic), style)
        place = match.end()
    styled.append(inert(text[place:]))
    return _broken(styled, first, rest, width)


def _broken(styled: Text, first: str, rest: str, width: int) -> list[Text]:
    pieces = wrap(styled.plain, width - len(rest), break_on_hyphens=False, break_long_words=False)
    lines, place = [], 0
    for number, piece in enumerate(pieces):
        start = styled.plain.index(piece, place)
        place = start + len(piece)
        line = Text(rest if number else first, no_wrap=True).append_text(styled[start:place])
        line.plain = line.plain.replace(_FIXED, " ")
        lines.append(line)
    return lines


def _inert(text: str) -> str:
    return _FIXED.join(map(inert, text.split(_FIXED)))
