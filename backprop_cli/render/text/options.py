"""How a screen looks: its width, its digits, its alphabet; and how numbers are written on it."""

import re
from typing import Any, NamedTuple

from backprop_cli.language.numbers import short_number
from backprop_cli.language.printer import CHALK, SOURCE, Style, derivative

VALUE, GRADIENT, NAME, HEADING, FAINT, WARNING = "green", "red", "bold", "bold", "dim", "yellow"
"""The lecture's colours: values green, gradients red."""

_IN_ASCII = str.maketrans(
    {
        "∂": "d",
        "·": "*",
        "×": "*",
        "…": "...",
        "≈": "~",
        "−": "-",
        "σ": "sigmoid",
        "–": "-",
        "—": "-",
    }
)
"""Our own signs; a student's letters stay as they are."""


class Look(NamedTuple):
    """What a view must know of the place where it is shown."""

    width: int = 80
    """Columns."""
    digits: int = 4
    """Significant digits; what is computed is never rounded."""
    ascii: bool = False
    """Whether only ASCII can be shown."""

    @property
    def style(self) -> Style:
        """How formulas are spelt."""
        return SOURCE if self.ascii else CHALK

    @property
    def times(self) -> str:
        """The sign between two numbers."""
        return "*" if self.ascii else "×"

    def product_sign(self, left: Any, right: Any) -> str:
        """The sign between two numbers, or between two arrays that are multiplied by element."""
        if isinstance(left, float) or isinstance(right, float):
            return self.times
        return self.style.by_element.strip()

    @property
    def dots(self) -> str:
        """What stands for what is left out."""
        return "..." if self.ascii else "…"

    def said(self, sentence: str) -> str:
        """A sentence or a sign as it can be shown: in ASCII df/dx for ∂f/∂x, 2x3 for 2×3."""
        if not self.ascii:
            return sentence
        return re.sub(r"(?<=\d)×(?=\d)", "x", sentence).translate(_IN_ASCII)

    @property
    def room(self) -> int:
        """The longest value that is written in full, over several lines if need be."""
        return max(60, self.width - 10)

    def cut(self, text: str) -> str:
        """A formula of at most two lines; a list in it may have a million elements."""
        most = 2 * self.width
        return text if len(text) <= most else text[: most - len(self.dots)] + self.dots

    def derivative(self, of: str, by: str) -> str:
        """∂f/∂x."""
        return derivative(of, by, self.style)

    def number(self, value: float) -> str:
        """A number with the significant digits of this look; whole numbers in full."""
        return short_number(value, self.digits)

    def value(self, value: Any, width: int = 40, row: bool = False) -> str:
        """A value on one line: a number, a list, or the beginning of one and its shape.

        A row is marked as the transpose of a vector.
        """
        if row:
            return self.value(value, width - 2) + self.style.transpose
        if isinstance(value, float):
            return self.number(value)
        if value is None:
            return "none"
        text = self._list(value) if value.size <= width else ""
        if text and len(text) <= width:
            return text
        shape = ("x" if self.ascii else "×").join(map(str, value.shape))
        for shown in (2, 1):
            first = ", ".join(self.number(x) for x in value.ravel()[:shown].tolist())
            text = f"[{first}, {self.dots}] ({shape})"
            if len(text) <= width:
                return text
        return f"[{self.dots}] ({shape})"

    def _list(self, value: Any) -> str:
        if value.ndim == 1:
            return f"[{', '.join(self.number(x) for x in value.tolist())}]"
        return f"[{', '.join(self._list(row) for row in value)}]"

    def blocks(self, value: Any, width: int) -> list[str]:
        """Every element of an array: a list on as many lines as it takes, a matrix in blocks."""
        cells = [self.number(x) for x in value.ravel().tolist()]
        wide = max(map(len, cells), default=0)
        if value.ndim == 1:
            return self._filled(cells, width)
        count = value.shape[1]
        fitting = max(1, width // (wide + 2))
        lines = []
        for start in range(0, count, fitting):
            end = min(start + fitting, count)
            if fitting < count:
                lines.append(
                    f"columns {start} to {end - 1}" if end > start + 1 else f"column {start}"
                )
            for row in range(len(value)):
                shown = cells[row * count + start : row * count + end]
                lines.append(f"[{'  '.join(cell.rjust(wide) for cell in shown)}]")
        return lines

    def _filled(self, cells: list[str], width: int) -> list[str]:
        """A list, with as many elements on each line as fit."""
        lines, line = [], "["
        for number, cell in enumerate(cells):
            piece = cell + ("," if number < len(cells) - 1 else "]")
            if len(line) > 1 and len(line) + 1 + len(piece) > width:
                lines.append(line)
                line = f" {piece}"
            else:
                line += piece if line == "[" else f" {piece}"
        return [*lines, line]

    def rows(self, value: Any, width: int, height: int) -> list[str]:
        """A matrix as aligned lines, if it is no larger; else its text on one line."""
        if isinstance(value, float) or value is None or value.ndim < 2 or len(value) > height:
            return [self.value(value, width)]
        if value.shape[1] > width:
            return [self.value(value, width)]
        cells = [[self.number(x) for x in row] for row in value.tolist()]
        wide = max(len(cell) for row in cells for cell in row)
        lines = [f"[{'  '.join(cell.rjust(wide) for cell in row)}]" for row in cells]
        return lines if len(lines[0]) <= width else [self.value(value, width)]
