"""How operators, functions and derivatives are spelt: in ASCII, or as on a chalkboard."""

from collections.abc import Mapping
from typing import NamedTuple


class Style(NamedTuple):
    """How operators and functions are spelt."""

    times: str
    divide: str
    norm: tuple[str, str]
    transpose: str
    equals: str
    superscripts: bool
    functions: Mapping[str, str]
    partial: str
    brackets: tuple[str, str] = ("(", ")")
    list: tuple[str, str] = ("[", "]")
    by_element: str = " * "
    """Between two arrays, of which a dot would be read as their product."""
    matmul: str = " @ "


SOURCE = Style(" * ", " / ", ("||", "||"), ".T", " == ", False, {}, "d")
"""As the language reads it, in ASCII."""

CHALK = Style(
    "·",
    "/",
    ("‖", "‖"),
    "ᵀ",
    " = ",
    True,
    {"sigmoid": "σ", "sqrt": "√"},
    "∂",
    by_element=" ⊙ ",
)
"""As the lecture writes it."""


def derivative(of: str, by: str, style: Style) -> str:
    """∂f/∂x, or df/dx where the style has no ∂."""
    return f"{style.partial}{of}/{style.partial}{by}"
