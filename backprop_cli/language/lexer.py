"""Cut a formula or a question into tokens: kinds and spans, in three flat lists."""

import re
from collections.abc import Callable
from typing import NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.language.lalr import Tables
from backprop_cli.language.tables import TABLES

KIND = {name: position for position, name in enumerate(("END", *TABLES.terminals))}

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
"""A raised number as a number."""

MAX_SOURCE = 64 * 1024 * 1024
"""Characters of the longest program that is read."""


def scanner(tables: Tables, blank: str, *more: str) -> re.Pattern[str]:
    """A pattern of one token: its group is the token's kind.

    Args:
        tables: the grammar.
        blank: a class of characters that may stand before a token.
        more: patterns of what is no token of the grammar, tried after all that are.
    """
    patterns = "|".join(f"({pattern})" for pattern in (*tables.patterns, *more))
    # Blanks are never given back: where no token follows them, fewer would not help.
    return re.compile(rf"{blank}*+(?:{patterns})")


COMMENT, UNKNOWN = len(TABLES.terminals) + 1, len(TABLES.terminals) + 2
_SCANNER = scanner(TABLES, r"[^\S\n]", r"#[^\n]*", r"\S")

_SEPARATOR = KIND["SEPARATOR"]
_OPENING = {KIND["OPEN_PAREN"], KIND["OPEN_BRACKET"]}
_CLOSING = {KIND["CLOSE_PAREN"], KIND["CLOSE_BRACKET"]}
_UNFINISHED = {
    KIND[name]
    for name in (
        "PLUS",
        "MINUS",
        "TIMES",
        "DOT",
        "DIVIDE",
        "MATMUL",
        "POWER",
        "EQUALS",
        "COMMA",
        "ROOT",
    )
}


class Tokens(NamedTuple):
    """The tokens of a source: token i is of kind `kinds[i]` and stands at `starts[i]:ends[i]`."""

    source: str
    kinds: list[int]
    starts: list[int]
    ends: list[int]
    texts: list[str] | None = None
    """What each token says, where that is not what stands there."""

    def text(self, position: int) -> str:
        """What token number `position` says."""
        if self.texts is not None:
            return self.texts[position]
        return self.source[self.starts[position] : self.ends[position]]

    def span(self, position: int) -> tuple[int, int]:
        """Where token number `position` stands; the very end, if it is past the last."""
        if position >= len(self.starts):
            end = self.ends[-1] if self.ends else len(self.source)
            return end, end
        return self.starts[position], self.ends[position]


def tokenize(source: str) -> Tokens:
    """Cut `source` into tokens; comments and line breaks inside brackets are left out.

    Raises:
        BackpropError: at the first character that no token begins with.
    """
    if len(source) > MAX_SOURCE:
        from backprop_cli.language.problems import SyntaxProblem

        raise SyntaxProblem.TOO_LONG.error(most=MAX_SOURCE)
    kinds: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    depth = 0
    last = _SEPARATOR
    # No token follows the last blanks, and each of them would be tried as a start.
    for match in _SCANNER.finditer(source, 0, len(source.rstrip())):
        kind = match.lastindex or UNKNOWN
        if kind >= _SEPARATOR:
            if kind == COMMENT:
                continue
            if kind == UNKNOWN:
                from backprop_cli.language.characters import unknown_character

                raise unknown_character(source, match.start(kind))
            if match[kind] == "\n" and (depth > 0 or last in _UNFINISHED):
                continue
        elif kind in _OPENING:
            depth += 1
        elif kind in _CLOSING:
            depth -= 1
        kinds.append(kind)
        starts.append(match.start(kind))
        ends.append(match.end())
        last = kind
    return Tokens(source, kinds, starts, ends)


def tokenize_by(
    pattern: re.Pattern[str], source: str, unknown: Callable[[str, int], BackpropError]
) -> Tokens:
    """Cut a text of a grammar that has neither comments nor lines.

    Args:
        pattern: see `scanner`; its last group is what no token begins with.
        source: the text.
        unknown: the error for such a character at a place.
    """
    tokens = Tokens(source, [], [], [])
    for match in pattern.finditer(source, 0, len(source.rstrip())):
        kind = match.lastindex or pattern.groups
        if kind == pattern.groups:
            raise unknown(source, match.start(kind))
        tokens.kinds.append(kind)
        tokens.starts.append(match.start(kind))
        tokens.ends.append(match.end())
    return tokens
