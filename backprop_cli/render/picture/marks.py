"""Small marks in a picture: the four patterns, drawn as what they do to the gradient.

The gradient comes from the right. A distributor hands it to all, a router to one, a switcher
crosses over, a scaler lets it grow or shrink. They are lines, not letters, so that no font is
needed, and shapes, not colours, so that they are told apart in black and white.
"""

from backprop_cli.gates.gate import Pattern

RADIUS = 7.5
"""Of the circle in which a mark stands."""

_UP = "M5 0H1L-4 -3.2M-1.6 -3.8L-4 -3.2L-3 -0.9"

PATHS = {
    Pattern.DISTRIBUTOR: f"{_UP}M1 0L-4 3.2M-1.6 3.8L-4 3.2L-3 0.9",
    Pattern.ROUTER: f"{_UP}M-2.2 1.6L-4.6 4M-4.6 1.6L-2.2 4",
    Pattern.SWITCHER: "M4.5 -3H3L-3 3H-4.5M4.5 3H3L-3 -3H-4.5",
    Pattern.SCALER: "M4.5 -0.6L-4.5 -4V4L4.5 0.6Z",
}
"""Each mark round (0, 0), as an SVG path to be stroked."""
