"""The letters that the fonts of PNG pictures have; any other needs a font of the machine."""

from functools import cache

FONTS = "DejaVuSans DejaVuSans-Bold DejaVuSans-Oblique DejaVuSansMono DejaVuSansMono-Oblique"
RANGES = (
    *("20-7E", "A0-17F", "370-3FF", "1D40", "2010-2026", "2032", "2070-2094", "2190-2194"),
    *("2202", "2207", "2208", "2211", "2212", "2016", "221A", "221E", "2225", "2248", "2260"),
    *("2264", "2265", "2299", "22A4"),
)
"""Latin, Greek, and the signs that we write; `docs/fonts.py` cuts the fonts to these."""


@cache
def ours() -> frozenset[str]:
    """Every letter that can be drawn without a font of the machine."""
    letters: set[str] = set()
    for text in RANGES:
        first, _, last = text.partition("-")
        letters.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(letters)
