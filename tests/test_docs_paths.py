"""The docs name files that exist, and each word of the project once."""

import re
from collections import Counter
from pathlib import Path

import needs
import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TOP = ("backprop_cli", "benchmarks", "docs", "examples", "grammars", "lessons", "tests", ".ci")
PACKAGES = [path.name for path in (ROOT / "backprop_cli").iterdir() if path.is_dir()]
NAMED = re.compile(r"(?<![\w./<-])((?:[\w.-]+/)+(?:[\w.-]*\w)?)(?![\w/*{<-])")
WORD = re.compile(r"^\| \*\*(.+?)\*\* \|", re.MULTILINE)
KEY_WORDS = [
    "expression",
    "gate",
    "node",
    "graph",
    "fork",
    "kink",
    "domain",
    "pattern",
    "shape",
    "broadcast",
    "upstream",
    "local",
    "downstream",
    "contribution",
    "seed",
    "trace",
    "kernel",
    "tape",
    "exercise",
    "question",
    "variant",
    "sheet",
    "mistake",
    "hypothesis",
    "diagnosis",
    "reason",
    "follow-through",
    "tolerance",
    "collision",
    "submission",
    "gradebook",
    "sandbox",
    "lesson",
    "hint",
    "session",
    "progress",
    "view",
    "format",
    "section",
    "style",
    "Jacobian",
    "Hessian",
]


def named_in(text: str) -> list[str]:
    """The paths of this repository that a page names."""
    found = [name for name in NAMED.findall(text) if "NAME" not in name]
    return [name for name in found if name.partition("/")[0] in (*TOP, *PACKAGES)]


def exists(name: str) -> bool:
    return any((folder / name).exists() for folder in (ROOT, ROOT / "backprop_cli"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    code = re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))
    assert [name for text in code for name in named_in(text) if not exists(name)] == []


def test_a_path_that_is_gone_is_found() -> None:
    assert named_in("see engine/tape.py and gates/table.py, a/b") == ["gates/table.py"]
    assert named_in("pytest tests/gone.py") == ["tests/gone.py"]
    assert not exists("tests/gone.py")


def test_each_word_stands_in_the_glossary_once() -> None:
    words = Counter(WORD.findall((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")))
    assert [word for word, count in words.items() if count > 1] == []
    assert [word for word in KEY_WORDS if word not in words] == []


@needs.module("mkdocs")
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "glossary" / "index.html").exists()
    assert (tmp_path / "examples" / "github" / "marking.yml").exists()
