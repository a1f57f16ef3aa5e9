"""Say what is wrong with an input, where, and what was probably meant."""

import re
import unicodedata
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any

MAX_CHARACTERS = 4096
"""Characters whose width is kept."""

WINDOW = 70
"""How many characters of a long line are shown around a mistake."""


class Problem(Enum):
    """Kinds of errors of one part of the program: a member's value is its sentence.

    Fields of the error stand in braces: `this '{found}' is never closed`.
    """

    @property
    def code(self) -> str:
        """The kind as programs name it: `never-closed`."""
        return self.name.lower().replace("_", "-")

    def error(
        self,
        source: str | None = None,
        span: tuple[int, int] | None = None,
        hint: str | None = None,
        **fields: Any,
    ) -> "BackpropError":
        """The error of this kind; see `BackpropError` for the arguments."""
        return BackpropError(self, source, span, hint, **fields)


class BackpropError(Exception):
    """Something that the user gave cannot be used. The only exception that backprop raises.

    Message, source and hint may quote what the user gave; `report()`, which is also
    `str(error)`, makes them inert.

    Attributes:
        problem: which kind of error it is; None where only a sentence says that.
        fields: what is known of it beside the place, by the names in the problem's sentence;
            `expected` are the terminals of the grammar that could have stood there, `line` is
            the line of a file.
        source: the text in which it is wrong, where there is one.
        span: (start, end) of the wrong part, in characters of `source`.
        hint: what was probably meant, or what to do.
        line: the line of a file in which it is wrong, from 1; None where that is not known.
        status: the exit status of the command line.
    """

    status = 2

    def __init__(
        self,
        what: str | Problem,
        source: str | None = None,
        span: tuple[int, int] | None = None,
        hint: str | None = None,
        **fields: Any,
    ) -> None:
        super().__init__(what)
        self._sentence = what.value if isinstance(what, Problem) else what
        self.problem = what if isinstance(what, Problem) else None
        self.fields: Mapping[str, Any] = fields
        self.source = source
        self.span = span
        self.hint = hint

    @property
    def message(self) -> str:
        """What is wrong, in one sentence without a full stop."""
        if self.problem is None:
            return str(self._sentence)
        return str(self._sentence).format_map(self.fields)

    @property
    def code(self) -> str | None:
        """The kind of error, for programs."""
        return self.problem.code if self.problem else None

    @property
    def line(self) -> int | None:
        """The line of a file in which it is wrong, from 1, where that is known."""
        found: int | None = self.fields.get("line")
        return found

    @property
    def position(self) -> tuple[int, int] | None:
        """Line and column of the wrong part in `source`, both from 1."""
        if self.source is None or self.span is None:
            return None
        start = self.span[0]
        line_start = self.source.rfind("\n", 0, start) + 1
        return self.source.count("\n", 0, start) + 1, start - line_start + 1

    def __str__(self) -> str:
        return self.report()

    def report(self) -> str:
        """The message, and under the wrong line of the source a caret and the hint."""
        message = shortened(inert(self.message))
        if self.source is None or self.span is None:
            hint = shortened(inert(self.hint or ""))
            return f"{message}\n  {hint}" if hint else message
        quoted = "\n".join(quote(self.source, self.span, self.hint))
        line, _ = self.position or (1, 1)
        many = "\n" in self.source.rstrip("\n")
        return f"{message}{f' (line {line})' if many else ''}\n{quoted}"


def quote(source: str, span: tuple[int, int], hint: str | None = None) -> list[str]:
    """The line of `source` that holds `span`, and a line with carets below the span.

    Both lines are inert (see `inert`) and at most a little wider than `WINDOW`.
    """
    start, end = min(span[0], len(source)), min(max(span), len(source))
    line_start = source.rfind("\n", 0, start) + 1
    line_end = source.find("\n", start)
    line_end = len(source) if line_end < 0 else line_end
    end = max(start, min(end, line_end))

    left = max(line_start, min(start - WINDOW // 2, line_end - WINDOW))
    right = min(line_end, left + WINDOW)
    cut, rest = ("…" if left > line_start else ""), ("…" if right < line_end else "")
    before = cut + inert(source[left:start])
    marked = inert(source[start : min(end, right)])
    carets = "^" * max(1, cells(marked))
    note = f" {inert(hint)}" if hint else ""
    # In one piece: the accents on a letter are counted across the place that is marked.
    return [f"  {cut}{inert(source[left:right])}{rest}", f"  {' ' * cells(before)}{carets}{note}"]


_UNSAFE = r"[^\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u037a-\u0482]+"

MOST_MARKS = 4
"""Accents on one letter: what scripts need; a hundred would cover the lines around."""


def inert(text: str) -> str:
    r"""`text` with everything that could act on a terminal written as an escape.

    Control characters, bidirectional overrides, lone surrogates, invisible characters
    and more than `MOST_MARKS` accents on one letter become `\\x1b` and the like.
    """
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_UNSAFE, _all_visible, text)


def _all_visible(match: re.Match[str]) -> str:
    """The characters of a match, each as itself or as an escape."""
    shown, marks = [], 0
    for character in match[0]:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        shown.append(_escaped(character) if marks > MOST_MARKS else _visible(character))
    return "".join(shown)


_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols that cannot be seen."""


def _visible(character: str) -> str:
    if unicodedata.category(character)[0] in "LNPSM" and character not in _BLANK:
        return character
    return _escaped(character)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def shortened(text: str) -> str:
    """`text` with very long words cut, and itself: a name may have a million letters."""
    text = re.sub(rf"(\S{{{WINDOW}}})\S{{{WINDOW},}}", r"\1…", text)
    return text if len(text) <= 8 * WINDOW else text[: 8 * WINDOW] + "…"


def cells(text: str) -> int:
    """How many columns of a terminal `text` takes: wide letters two, accents none."""
    return len(text) if text.isascii() else sum(map(_cell, text))


@lru_cache(maxsize=MAX_CHARACTERS)
def _cell(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def closest(word: str, known: list[str], cutoff: float = 0.6) -> str | None:
    """The known word that `word` was probably meant to be; `cutoff` says how alike, up to 1."""
    from difflib import get_close_matches

    if len(word) > WINDOW:
        return None
    return next(iter(get_close_matches(word, known, n=1, cutoff=cutoff)), None)


def did_you_mean(word: str, known: list[str], cutoff: float = 0.6) -> str | None:
    """A question after the known word that `word` was probably meant to be."""
    close = closest(word, known, cutoff)
    return f"did you mean '{close}'?" if close else None
