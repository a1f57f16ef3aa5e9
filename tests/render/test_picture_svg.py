"""SVG, byte by byte, and that nothing in it is alive. Golden: --regen-all."""

import re
import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path
from typing import Any
from unicodedata import category
from xml.sax.saxutils import escape

import needs
import pytest
from pictures import ATTACK, RUNS, attacked, same_file, traced

from backprop_cli.errors import BackpropError, inert
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.picture.layout import placed
from backprop_cli.render.picture.letters import ours
from backprop_cli.render.picture.png import png_view, rasterised
from backprop_cli.render.picture.svg import svg, svg_view
from backprop_cli.render.picture.theme import THEMES
from backprop_cli.render.text.options import Look

DOCS = Path(__file__).resolve().parents[2] / "docs"
ELEMENTS = {"svg", "title", "desc", "rect", "g", "path", "circle", "ellipse", "text", "tspan"}


@pytest.mark.parametrize("name", ["cs231n-xyz", "olah", "kinks", "network"])
@pytest.mark.parametrize("theme", THEMES)
def test_golden(name: str, theme: str) -> None:
    same_file(f"{name}-{theme}.svg", "".join(svg_view(traced(name), FormatOptions(theme=theme))))


@pytest.mark.parametrize("theme", THEMES)
def test_the_picture_in_the_docs(theme: str) -> None:
    text = "".join(svg_view(traced("baydin"), FormatOptions(theme=theme)))
    same_file(f"circuit-{theme}.svg", text, DOCS)


@pytest.mark.parametrize("name", RUNS)
def test_every_value_and_gradient_is_there(name: str) -> None:
    t = traced(name)
    root = ET.fromstring("".join(svg_view(t, FormatOptions())))
    texts = ["".join(text.itertext()) for text in root.findall(".//{*}text")]
    look = Look()
    for k, value in enumerate(t.values):
        if isinstance(value, float) and k not in t.graph.constants:
            said = look.number(value)
            assert any(text in (said, f"{t.graph.names[k]} = {said}") for text in texts), said
    for gradient in t.gradients.values():
        if isinstance(gradient, float):
            assert look.number(gradient) in texts


@pytest.mark.parametrize("interactive", [False, True])
def test_markup_in_names_is_text(interactive: bool) -> None:
    t = attacked()
    drawing = placed(t)
    text = "".join(svg(t, drawing, Look(), THEMES["dark"], interactive))
    root = ET.fromstring(text)
    assert {element.tag.split("}")[1] for element in root.iter()} <= ELEMENTS
    for element in root.iter():
        assert not any(key.startswith("on") or "href" in key for key in element.attrib)
    said = "".join(root.itertext())
    assert inert(ATTACK)[:20] in said
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "url(" not in text


def test_a_page_finds_every_wire_again() -> None:
    t = traced("olah")
    drawing = placed(t)
    text = "".join(svg(t, drawing, Look(), THEMES["light"], interactive=True))
    for wire in drawing.wires:
        to = "" if wire.target is None else f' data-to="{wire.target}-{wire.slot}"'
        assert f'<path data-node="{wire.source}"{to} ' in text
    assert "data-" not in "".join(svg(t, drawing, Look(), THEMES["light"]))


def _contrast(one: str, other: str) -> float:
    """As the Web Content Accessibility Guidelines reckon it."""

    def brightness(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((brightness(one), brightness(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_every_text_can_be_read(name: str) -> None:
    theme = THEMES[name]
    for colour in (theme.ink, theme.faint, theme.value, theme.gradient, theme.warning):
        assert _contrast(colour, theme.ground) >= 4.5
    assert _contrast(theme.ink, theme.gate) >= 4.5


@needs.module("resvg_py")
def test_png() -> None:
    image = png_view(traced("kinks"), FormatOptions())
    assert image == png_view(traced("kinks"), FormatOptions())
    width, height, rows = _pixels(image)
    text = "".join(svg_view(traced("kinks"), FormatOptions()))
    size = re.match(r'<svg.* width="([\d.]+)" height="([\d.]+)"', text)
    assert size
    # A part of a pixel may become a whole one.
    assert abs(width - 2 * float(size[1])) <= 1
    assert abs(height - 2 * float(size[2])) <= 1
    # Letters are drawn: without them there is less ink.
    bare = _pixels(rasterised(re.sub(r"<text.*?</text>", "", text), *map(float, size.groups())))[2]
    assert _dark(rows) > _dark(bare) + 2000


def _pixels(image: bytes) -> tuple[int, int, bytes]:
    """Width, height, and the filtered rows of a PNG."""
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", image[16:24])
    data, place = b"", 8
    while place < len(image):
        (length,) = struct.unpack(">I", image[place : place + 4])
        if image[place + 4 : place + 8] == b"IDAT":
            data += image[place + 8 : place + 8 + length]
        place += length + 12
    return width, height, zlib.decompress(data)


def _dark(rows: bytes) -> int:
    """How much changes from pixel to pixel."""
    return len(rows) - rows.count(0)


@needs.module("resvg_py")
def test_a_picture_that_no_program_would_open_is_refused() -> None:
    with pytest.raises(BackpropError, match="too large for a PNG: 200,000 by 66 points"):
        rasterised("<svg></svg>", 200_000, 66)


@needs.module("resvg_py")
def test_our_fonts_have_each_letter_that_is_ours() -> None:
    nothing = _ink(" ")
    letters = [letter for letter in ours() if category(letter)[0] not in "CZ"]
    assert not [letter for letter in letters if _ink(letter) <= nothing]


def _ink(letter: str) -> int:
    """How much is drawn of a letter with our fonts alone."""
    text = f'<text x="5" y="20" font-family="DejaVu Sans">{escape(letter)}</text>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">{text}</svg>'
    return _dark(_pixels(rasterised(svg, 40, 30))[2])


@needs.module("resvg_py")
@pytest.mark.parametrize(
    ("letters", "known"),
    [
        ("θ = ∂f", True),
        ("é·ŵ ≤ 2ᵀ", True),
        ("名前", False),
        ("ж", False),
        ("א", False),
        ("ก", False),
    ],
)
def test_fonts_of_the_machine_are_for_foreign_letters_only(
    letters: str, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resvg_py

    asked: dict[str, Any] = {}
    monkeypatch.setattr(resvg_py, "svg_to_bytes", lambda **given: asked.update(given) or b"")
    rasterised(f'<svg width="9" height="9">\n<text>{letters}</text></svg>', 9, 9)
    assert asked["skip_system_fonts"] is known
    assert all(Path(file).name.startswith("DejaVu") for file in asked["font_files"])


def test_without_resvg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    with pytest.raises(BackpropError, match=r"backprop-cli\[draw\]"):
        rasterised("<svg></svg>", 1, 1)
