"""Write in ASCII what a lecturer writes with signs: df/dx for ∂f/∂x, 2x3 for 2×3."""

import re

_SIGNS = str.maketrans(
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
_SIZES = re.compile(r"(?<=\d)×(?=\d)")


def in_ascii(text: str) -> str:
    """The text with our own signs in ASCII; a student's letters stay as they are."""
    return _SIZES.sub("x", text).translate(_SIGNS)
