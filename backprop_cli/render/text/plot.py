"""A curve of a few lines: two dots across and four down in each letter, or stars in ASCII."""

from collections.abc import Iterator, Sequence
from math import ceil

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Row and column of a dot -> its bit in the Braille block of Unicode."""
BLANK = 0x2800

Spot = tuple[float, float]


def plot(points: Sequence[Spot], width: int, height: int, ascii_only: bool = False) -> list[str]:
    """The line through the points, from edge to edge.

    Args:
        points: x and y of each, finite; x to the right, y upwards.
        width: columns.
        height: lines.
        ascii_only: one star for each letter, instead of dots.
    """
    across, down = (width, height) if ascii_only else (2 * width, 4 * height)
    places = _scaled(points, across, down)
    marked = {
        spot
        for pair in zip(places, [*places[1:], places[-1]], strict=True)
        for spot in _line(*pair)
    }
    if ascii_only:
        return [
            "".join("*" if (x, y) in marked else " " for x in range(width)).rstrip()
            for y in range(height)
        ]
    letters = [[0] * width for _ in range(height)]
    for x, y in marked:
        letters[y // 4][x // 2] |= DOTS[y % 4][x % 2]
    return ["".join(chr(BLANK + bits) if bits else " " for bits in row).rstrip() for row in letters]


def _scaled(points: Sequence[Spot], across: int, down: int) -> list[tuple[int, int]]:
    """The dots of the points; of a curve that is flat, those in the middle."""
    xs, ys = zip(*points, strict=True)
    left, low = min(xs), min(ys)
    # Halved first: the whole distance of two numbers may be no number.
    wide, high = max(xs) / 2 - left / 2, max(ys) / 2 - low / 2

    def share(value: float, start: float, half: float) -> float:
        return (value / 2 - start / 2) / half if half else 0.5

    return [
        (
            round(share(x, left, wide) * (across - 1)),
            down - 1 - round(share(y, low, high) * (down - 1)),
        )
        for x, y in points
    ]


def _line(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
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
    step = (count - 1 - (begun - 1)) / rest
    return [*range(begun), *(begun - 1 + ceil(step * (k + 1)) for k in range(rest - 1)), count - 1]
