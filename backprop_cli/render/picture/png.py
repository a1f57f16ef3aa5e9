"""The circuit as PNG: the SVG, drawn by resvg with fonts of our own.

So it is the same on any machine, unless a name has letters that these fonts lack.
"""

from contextlib import ExitStack
from importlib.resources import as_file, files

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.picture.layout import placed
from backprop_cli.render.picture.letters import FONTS, ours
from backprop_cli.render.picture.svg import SvgDrawing
from backprop_cli.render.picture.theme import theme_named
from backprop_cli.render.text.options import Look

SHARP = 2.0
"""Pixels for each point, for screens of today."""
MOST_PIXELS = 40_000_000
"""Beyond, a picture is drawn less sharp; four bytes each are held while it is drawn."""


def png_view(trace: Trace, wish: FormatOptions) -> bytes:
    """The picture as the bytes of a PNG file.

    Raises:
        BackpropError: if resvg is missing, or the circuit is too large for an image.
    """
    look = Look(digits=wish.digits)
    drawing = placed(trace, look, wish.row_width)
    picture = SvgDrawing(trace, drawing, look, theme_named(wish.theme), interactive=False)
    return rasterised("".join(picture.elements()), picture.width, picture.height)


def rasterised(text: str, width: float, height: float) -> bytes:
    """An SVG of that size as PNG, as sharp as its size allows."""
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise BackpropError(
            "a PNG needs resvg-py, which is not installed",
            hint="pip install 'backprop-cli[draw]', or write an .svg",
        ) from None
    zoom = min(SHARP, (MOST_PIXELS / (width * height)) ** 0.5, _LONGEST / max(width, height))
    if zoom < _SMALLEST:
        raise BackpropError(
            f"the picture is too large for a PNG: {width:,.0f} by {height:,.0f} points",
            hint="write an .svg, which has no size",
        )
    folder = files("backprop_cli.render.picture").joinpath("fonts")
    with ExitStack() as stack:
        fonts = [stack.enter_context(as_file(folder / f"{name}.ttf")) for name in FONTS.split()]
        foreign = not ours().issuperset(text.replace("\n", ""))
        return bytes(
            svg_to_bytes(
                svg_string=text,
                zoom=zoom,
                skip_system_fonts=not foreign,
                font_files=list(map(str, fonts)),
                sans_serif_family="DejaVu Sans",
                monospace_family="DejaVu Sans Mono",
            )
        )


_LONGEST = 32_000
"""Pixels along one side; many programs open no longer ones."""
_SMALLEST = 0.25
