"""Curves of a few lines: two dots across and four down in each letter, or stars in ASCII."""

from collections.abc import Iterator, Sequence
from math import ceil, isfinite
from typing import NamedTuple

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Row and column of a dot -> its bit in the Braille block of Unicode."""
BLANK = 0x2800
GAP = 5
"""Of a dotted line one dot in so many is drawn."""

Spot = tuple[float, float]
Dot = tuple[int, int]


class Curve(NamedTuple):
    """A line through points; where a number is not finite it is broken."""

    points: Sequence[Spot]
    is_dotted: bool = False
    """Whether it is drawn in dots, and only where it stays within the other curves."""


def plot(
    curves: Sequence[Curve],
    width: int,
    height: int,
    ascii_only: bool = False,
    marked: Spot | None = None,
) -> list[str]:
    """The curves, those that are not dotted from edge to edge.

    Args:
        curves: one of them not dotted, with a finite point; x to the right, y upwards.
        width: columns.
        height: lines.
        ascii_only: stars, and colons where it is dotted, instead of dots.
        marked: a point at which a disc is drawn.
    """
    solid = [spot for curve in curves if not curve.is_dotted for spot in curve.points]
    window = _Window(solid, width, height)
    letters = [[" "] * width for _ in range(height)]
    bits = [[0] * width for _ in range(height)]
    for curve in sorted(curves, key=lambda curve: not curve.is_dotted):
        for x, y in window.dots(curve):
            bits[y // 4][x // 2] |= DOTS[y % 4][x % 2]
            letters[y // 4][x // 2] = ":" if curve.is_dotted else "*"
    if not ascii_only:
        letters = [[chr(BLANK + dots) if dots else " " for dots in row] for row in bits]
    if marked is not None:
        x, y = window.dot(marked)
        letters[y // 4][x // 2] = "o" if ascii_only else "●"
    return ["".join(row).rstrip() for row in letters]


class _Window:
    """What of the plane is drawn, and where its points are among the dots."""

    def __init__(self, spots: Sequence[Spot], width: int, height: int) -> None:
        xs = [x for x, _ in spots if isfinite(x)]
        ys = [y for spot in spots for y in spot[1:] if all(map(isfinite, spot))]
        self.left, self.low = min(xs), min(ys)
        # Halved first: the whole distance of two numbers may be no number.
        self.wide, self.high = max(xs) / 2 - self.left / 2, max(ys) / 2 - self.low / 2
        self.across, self.down = 2 * width, 4 * height

    def dot(self, spot: Spot) -> Dot:
        """The dot of a point; of a curve that is flat, one in the middle."""
        x = (spot[0] / 2 - self.left / 2) / self.wide if self.wide else 0.5
        y = (spot[1] / 2 - self.low / 2) / self.high if self.high else 0.5
        return round(x * (self.across - 1)), self.down - 1 - round(y * (self.down - 1))

    def dots(self, curve: Curve) -> Iterator[Dot]:
        """The dots of a curve that are in the window."""
        points = curve.points
        inside = [all(map(isfinite, spot)) and self._is_near(spot) for spot in points]
        for n, (spot, is_in) in enumerate(zip(points, inside, strict=True)):
            if not is_in:
                continue
            last = n + 1 == len(points) or not inside[n + 1]
            way = _line(self.dot(spot), self.dot(spot if last else points[n + 1]))
            for x, y in way:
                shown = not curve.is_dotted or x % GAP == 0
                if shown and 0 <= x < self.across and 0 <= y < self.down:
                    yield x, y

    def _is_near(self, spot: Spot) -> bool:
        """Whether a point is no farther above or below than the window is high."""
        return not self.high or abs(spot[1] / 2 - self.low / 2) <= 2 * self.high


def _line(start: Dot, end: Dot) -> Iterator[Dot]:
    """The dots on the way from one to another."""
    (x, y), (to_x, to_y) = start, end
    count = max(abs(to_x - x), abs(to_y - y), 1)
    for step in range(count + 1):
        yield round(x + (to_x - x) * step / count), round(y + (to_y - y) * step / count)


def thinned(count: int, most: int) -> list[int]:
    """At most `most` of the numbers below `count`: the first ones, the last, and some between."""
    if count <= most:
        return list(range(count))
    begun = most // 2
    rest = most - begun
    step = (count - begun) / rest
    return [*range(begun), *(begun - 1 + ceil(step * (k + 1)) for k in range(rest - 1)), count - 1]
