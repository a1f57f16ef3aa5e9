"""Make the pictures of the README: a real run of `explain`, and a circuit in both themes.

python docs/picture.py
"""

import io
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from backprop_cli import explain
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.picture.svg import svg_view
from backprop_cli.render.text.explain.screen import screen
from backprop_cli.render.text.options import Look

TARGET = Path(__file__).with_name("explain.svg")
COMMAND = 'backprop explain "(x+y)*z" --x -2 --y 5 --z -4'

_THEME = TerminalTheme(
    (250, 250, 247),
    (45, 45, 45),
    [
        (45, 45, 45),
        (190, 40, 40),
        (20, 120, 50),
        (150, 100, 0),
        (40, 80, 170),
        (130, 60, 140),
        (0, 120, 130),
        (110, 110, 110),
    ],
)

# Rich's own frame without its web fonts: the picture fetches nothing.
_FRAME = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
<rect fill="#fafaf7" stroke="#d0d0c8" x="1" y="1" width="{width}" height="{height}" rx="8"/>
<g transform="translate({terminal_x}, 14)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix" xml:space="preserve">{matrix}</g></g>
</svg>
"""


def picture() -> str:
    """The SVG text."""
    console = Console(file=io.StringIO(), record=True, width=80, force_terminal=True)
    console.print(Text(f"$ {COMMAND}", "bold"))
    for line in screen(explain("(x+y)*z", x=-2, y=5, z=-4), Look(80)):
        console.print(line, highlight=False)
    return console.export_svg(theme=_THEME, code_format=_FRAME, unique_id="backprop")


CIRCUITS = {theme: Path(__file__).with_name(f"circuit-{theme}.svg") for theme in ("light", "dark")}


def circuit(theme: str) -> str:
    """The SVG text of the circuit."""
    run = explain(
        "v1 = log(x1); v2 = x1 * x2; v3 = sin(x2); v4 = v1 + v2; v5 = v4 - v3", x1=2, x2=5
    )
    return "".join(svg_view(run, FormatOptions(theme=theme)))


if __name__ == "__main__":
    TARGET.write_text(picture(), encoding="utf-8")
    for theme, target in CIRCUITS.items():
        target.write_text(circuit(theme), encoding="utf-8")
    print("wrote", ", ".join(path.name for path in (TARGET, *CIRCUITS.values())))
