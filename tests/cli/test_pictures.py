"""`explain` and pictures: the format from the ending, the theme, the browser."""

import os
import stat
import webbrowser
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import needs
import pytest

from backprop_cli.cli.formula.browser import SHOWN
from backprop_cli.render.formats import BY_NAME

XYZ = ("explain", "(x+y)*z", "--x", "-2", "--y", "5", "--z", "-4")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, home: Path) -> list[Path]:
    """The files that the browser was told to open."""
    files: list[Path] = []

    def open_(url: str) -> bool:
        assert urlparse(url).scheme == "file"
        files.append(Path(url2pathname(urlparse(url).path)))
        return True

    monkeypatch.setattr(webbrowser, "open", open_)
    return files


@pytest.mark.parametrize(
    ("ending", "begins"),
    [(".svg", b"<svg "), (".dot", b"digraph"), (".gv", b"digraph"), (".mmd", b"flowchart LR")],
)
def test_the_ending_says_the_format(
    backprop: Callable, tmp_path: Path, ending: str, begins: bytes
) -> None:
    path = tmp_path / f"circuit{ending}"
    assert backprop(*XYZ, "-o", str(path)).status == 0
    assert path.read_bytes().startswith(begins)


@needs.module("resvg_py")
def test_png_is_written_to_a_file(backprop: Callable, tmp_path: Path) -> None:
    path = tmp_path / "circuit.png"
    assert backprop(*XYZ, "-o", str(path), "--theme", "dark").status == 0
    assert path.read_bytes().startswith(b"\x89PNG")


def test_the_theme(backprop: Callable) -> None:
    light, dark = (backprop(*XYZ, "--format", "svg", "--theme", t).out for t in ("light", "dark"))
    assert 'fill="#ffffff"' in light
    assert 'fill="#0d1117"' in dark
    assert backprop(*XYZ, "--format", "svg").out == light


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--theme", "dark"], "--theme is about pictures and pages"),
        (["--row-width", "900"], "--row-width is about pictures"),
        (["--format", "html", "--row-width", "900"], "--row-width and html cannot be combined"),
        (["--format", "json", "--theme", "dark"], "--theme and JSON cannot be combined\n"),
        (["--format", "json", "--digits", "3"], "cannot be combined: every digit is written\n"),
        (["--format", "json", "--ascii"], "--ascii and JSON cannot be combined\n"),
        (["--format", "json", "--all"], "cannot be combined: JSON holds everything\n"),
        (["--format", "html", "--style", "torch"], "--style and html cannot be combined\n"),
        (["--format", "html", "--words"], "cannot be combined: a page shows all\n"),
        (["--format", "python", "--words"], "--words and python cannot be combined\n"),
        (["--format", "mermaid", "--theme", "dark"], "--theme and mermaid cannot be combined"),
        (["--format", "svg", "--words"], "--words and svg cannot be combined"),
        (["--format", "json", "--open"], "--open shows a picture or a page, and json is neither"),
        (["--format", "table", "--open"], "a table is neither"),
        (["--open", "--step"], "--step and"),
        (["--open", "--only", "forward"], "--only and"),
    ],
)
def test_what_contradicts(backprop: Callable, options: list[str], message: str) -> None:
    ran = backprop(*XYZ, *options)
    assert ran.status == 2
    assert message in ran.err


def test_open_shows_a_file_that_only_the_user_can_read(
    backprop: Callable, opened: list[Path], home: Path
) -> None:
    assert backprop(*XYZ, "--open", "--format", "svg", "--theme", "dark").status == 0
    assert opened == [home / "shown" / "circuit.svg"]
    assert opened[0].read_text(encoding="utf-8").startswith("<svg ")
    if os.name == "posix":
        assert stat.S_IMODE(opened[0].parent.stat().st_mode) == 0o700
    backprop(*XYZ, "--open", "--format", "svg")
    assert [file.name for file in opened[0].parent.iterdir()] == ["circuit.svg"]


def test_open_alone_shows_the_first_that_there_is(backprop: Callable, opened: list[Path]) -> None:
    assert backprop(*XYZ, "--open").status == 0
    assert opened[0].suffix == BY_NAME[SHOWN[0]].endings[0]


def test_open_with_a_file_shows_that_file(
    backprop: Callable, opened: list[Path], tmp_path: Path
) -> None:
    path = tmp_path / "a b.svg"
    assert backprop(*XYZ, "--open", "-o", str(path)).status == 0
    assert opened == [path]


def test_without_a_browser_the_file_is_named(
    backprop: Callable, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    ran = backprop(*XYZ, "--open", "--format", "svg")
    assert ran.status == 2
    assert "no browser was found" in ran.err
    assert "circuit.svg" in ran.err


def test_a_picture_in_rows(backprop: Callable) -> None:
    wide = backprop("explain", "sigmoid(sin(cos(exp(x))))", "--x", "1", "--format", "svg")
    rows = backprop(
        *("explain", "sigmoid(sin(cos(exp(x))))", "--x", "1", "--format", "svg"),
        *("--row-width", "300"),
    )
    assert width_of(wide.out) > 340 >= width_of(rows.out)


def width_of(svg: str) -> float:
    return float(svg.split('width="')[1].split('"')[0])
