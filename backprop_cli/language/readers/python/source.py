"""Python source as a tree, and where each piece of it stands."""

import ast
import warnings
from textwrap import dedent

from backprop_cli.errors import BackpropError

MAX_SOURCE = 50_000
"""Characters of the longest program that is read."""


def _without_prompts(text: str) -> str:
    """What was typed in an interactive session: the lines after >>>, without their answers."""
    lines = text.strip().splitlines()
    if not lines or not lines[0].startswith(">>>"):
        return text
    typed = [line for line in lines if line.startswith((">>>", "..."))]
    return "\n".join(line[3:].removeprefix(" ") for line in typed)


class Source:
    """A program: its text, its tree, and the span of each node."""

    def __init__(self, text: str) -> None:
        """Read the text, without running any of it.

        Raises:
            BackpropError: where it is no Python.
        """
        if len(text) > MAX_SOURCE:
            raise BackpropError(f"the program is longer than {MAX_SOURCE:,} characters")
        # Python ends a line at a lone \r too.
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.text = dedent(_without_prompts(text.expandtabs(4))).strip("\n")
        self._lines = self.text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self.tree = self._parsed()

    def _parsed(self) -> ast.Module:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.text)
        except SyntaxError as error:
            line = min(max(error.lineno or 1, 1), len(self._lines))
            start = self._starts[line - 1] + max((error.offset or 1) - 1, 0)
            start = min(start, len(self.text))
            what = f"this is not Python: {error.msg}"
            raise BackpropError(what, self.text, (start, start + 1)) from None
        except (ValueError, RecursionError, MemoryError):
            raise BackpropError("this is not Python, or it is nested too deeply") from None

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node stands in the text."""
        line, end_line = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
        column, end_column = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)
        return self._place(line, column), self._place(end_line, end_column)

    def _place(self, line: int, column: int) -> int:
        """The place in the text of a column, which Python counts in bytes."""
        text = self._lines[line - 1]
        if not text.isascii():
            column = len(text.encode()[:column].decode(errors="ignore"))
        return self._starts[line - 1] + column

    def fail(self, node: ast.AST, what: str, hint: str | None = None) -> BackpropError:
        """The error that a node cannot be read, with its line."""
        start, end = self.span(node)
        first = self.text.find("\n", start, end)
        span = (start, end if first < 0 else first)
        return BackpropError(what, self.text, span, hint)
