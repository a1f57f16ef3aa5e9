"""What the benchmarks share: time two sides in turn, and print a table."""

import argparse
import sys
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple


class Table(NamedTuple):
    """Rows of texts under a head; printed as Markdown, aligned for the eye as well."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def __str__(self) -> str:
        lines = [self.head, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        return "\n".join(_line(line, widths) for line in [self.head, rule, *self.rows])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    others = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join([first, *others])} |"


SMALLEST = 1_000
"""The largest size with `--smallest`, which only sees that a benchmark runs."""


def smallest() -> bool:
    """Whether the option `--smallest` is given: each size once, whatever the time says."""
    return "--smallest" in sys.argv[1:]


def in_turn(sides: Sequence[Callable[[], Any]], rounds: int, calls: int = 1) -> list[float]:
    """Median seconds of a call of each side; all sides have their turn in every round."""
    if smallest():
        rounds, calls = 1, 1
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for side, taken in zip(sides, times, strict=True):
            start = perf_counter()
            for _ in range(calls):
                side()
            taken.append((perf_counter() - start) / calls)
    return [median(taken) for taken in times]


def at_most(value: float, bound: float) -> tuple[str, str]:
    """The cells of a value that must not exceed its bound."""
    return f"{value:.2f}", f"≤ {bound:g}" if value <= bound else f"≤ {bound:g} MISSED"


def at_least(value: float, bound: float) -> tuple[str, str]:
    """The cells of a value that must reach its bound."""
    return f"{value:.1f}", f"≥ {bound:g}" if value >= bound else f"≥ {bound:g} MISSED"


def sizes(first: int, most: int) -> list[int]:
    """`first`, a hundred times as much, and so on up to `most`."""
    return [first] if first * 100 > most else [first, *sizes(first * 100, most)]


def options(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The options of a script, among them `--most`: how far the sizes go."""
    parser.add_argument("--most", type=int, default=1_000_000, help="the largest size")
    parser.add_argument("--smallest", action="store_true", help="see only that it runs")
    given = parser.parse_args()
    given.most = SMALLEST if given.smallest else given.most
    return given


def show(table: Callable[[int], Table]) -> None:
    """Print the table of a script."""
    print(table(options(argparse.ArgumentParser()).most))
