"""The docs are true: every console session and every Python example in them is run.

After a change that is meant: pytest tests/test_docs.py --regen-all
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from golden import is_regenerating

from backprop_cli.cli.main import COMMANDS, backprop
from backprop_cli.graph.rewriting.patterns import FORMS

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SESSION = re.compile(r"```console\n\$ (backprop [^\n]*)\n(.*?)```", re.DOTALL)


def screen_of(command: str, folder: Path) -> str:
    """What a command shows in a folder in which a page's sessions follow each other."""
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
    done = subprocess.run(
        [sys.executable, "-m", "backprop_cli", *shlex.split(command)[1:]],
        capture_output=True,
        encoding="utf-8",
        env=environment | {"PYTHONIOENCODING": "utf-8", "BACKPROP_HOME": str(folder / ".home")},
        timeout=60,
        check=False,
        cwd=folder,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_sessions_show_what_happens(page: Path, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    text = page.read_text(encoding="utf-8")
    true = SESSION.sub(lambda m: f"```console\n$ {m[1]}\n{screen_of(m[1], tmp_path)}```", text)
    if is_regenerating():
        page.write_text(true, encoding="utf-8")
    assert text == true or is_regenerating()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_hold(page: Path) -> None:
    failed, _ = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert failed == 0


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    context = click.Context(backprop)
    groups = {name: backprop.get_command(context, name) for name in COMMANDS}
    commands = [
        f"{name} {inner}".rstrip()
        for name, group in groups.items()
        for inner in ("", *getattr(group, "places", ()))
    ]
    for command in commands:
        assert f"$ backprop {command} --help\n" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", page.read_text(encoding="utf-8")):
        path = "".join(target)
        assert path.startswith("https://") or (page.parent / path).exists(), path


@pytest.fixture
def pictures() -> Iterator[Any]:
    """The script that makes the pictures of the docs."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        yield import_module("picture")
    finally:
        sys.path.pop(0)


def test_the_picture_is_a_real_run(pictures: Any) -> None:
    assert pictures.TARGET.read_text(encoding="utf-8") == pictures.picture()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_circuit_is_a_real_run(pictures: Any, theme: str) -> None:
    assert pictures.CIRCUITS[theme].read_text(encoding="utf-8") == pictures.circuit(theme)


def test_every_form_is_documented() -> None:
    page = (ROOT / "docs" / "language.md").read_text(encoding="utf-8").replace("\\|", "|")
    for form in FORMS:
        texts = ", ".join(f"`{text}`" for text in form.texts)
        unfolds = "yes" if form.unfolds else "no"
        assert f"| {form.gate} | `{form.folded}` | {texts} | {unfolds} |\n" in page
