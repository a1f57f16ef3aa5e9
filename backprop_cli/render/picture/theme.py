"""The colours of a picture, on white and on black."""

from typing import NamedTuple


class Theme(NamedTuple):
    """One set of colours; each text has a contrast of 4.5 to 1 or more with its ground."""

    ground: str
    ink: str
    """Wires, circles, signs, names."""
    faint: str
    """The legend, and names of steps."""
    gate: str
    """Inside a gate's circle."""
    value: str
    gradient: str
    warning: str


THEMES = {
    "light": Theme("#ffffff", "#1f2328", "#59636e", "#f6f8fa", "#116329", "#b62324", "#8a4600"),
    "dark": Theme("#0d1117", "#e6edf3", "#9198a1", "#1c2128", "#56d364", "#ff7b72", "#e3b341"),
}
"""The lecture's colours in both: values green, gradients red."""


def theme_named(name: str | None) -> Theme:
    """The colours of that name, by default light."""
    return THEMES[name or "light"]
