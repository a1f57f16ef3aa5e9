"""A curve with the numbers at its left and below it."""

from collections.abc import Sequence

from rich.text import Text

from backprop_cli.render.text.options import FAINT, Look

WIDEST = 60


def room(look: Look) -> int:
    """The columns of a curve that is framed."""
    return max(10, min(WIDEST, look.width - 14))


def framed(
    curve: Sequence[str], height: tuple[float, float], ends: tuple[float, float], look: Look
) -> list[Text]:
    """The lines of a curve, its lowest and highest number at the left, and both ends below.

    Args:
        curve: lines of `room(look)` columns.
        height: the numbers at its bottom and its top.
        ends: the numbers at its left and its right.
        look: how numbers are written.
    """
    bottom, top = map(look.number, height)
    left, right = map(look.number, ends)
    wide = max(len(top), len(bottom))
    labels = [top, *[""] * (len(curve) - 2), bottom]
    lines = [
        Text(f"  {label:>{wide}} ", FAINT, no_wrap=True).append(row, "not dim")
        for label, row in zip(labels, curve, strict=True)
    ]
    below = left + right.rjust(max(1, room(look) - len(left)))
    return [*lines, Text(f"  {'':>{wide}} {below}", FAINT, no_wrap=True)]
