"""Imports point one way, the core knows no terminal, and a start imports only what it needs."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "backprop_cli"

MAY_IMPORT: dict[str, str] = {
    # Each layer, and those below it that it may know besides errors.
    "errors": "",
    "home": "",
    "late": "",
    "language": "",
    "gates": "language",
    "graph": "language gates",
    "engine": "gates graph",
    "trace": "language gates graph engine",
    "inputs": "language graph engine",
    "isolation": "",
    "grading": "language gates graph engine trace inputs isolation",
    "submissions": "language inputs grading",
    "gradebook": "grading",
    "classes": "grading submissions gradebook",
    "teaching": "home language gates graph engine trace inputs grading",
    "views": "late language gates graph engine trace inputs grading gradebook submissions teaching",
    "api": "language gates graph engine trace inputs views",
    "commands": "home late language gates graph engine trace inputs isolation grading submissions "
    "gradebook classes teaching views",
    # Nothing imports the commands, but what starts them: in a shell, and in a notebook.
    "notebook": "api commands",
    "__init__": "api notebook",
    "__main__": "commands",
}
CORE = ("errors", "late", "language", "gates", "graph", "engine", "trace")

SHELL = {"click", "rich"}
"""What only the outside may import: nothing but commands, views and the API print."""

WORLD = {"os", "io", "sys", "pathlib", "shutil", "tempfile", "subprocess", "socket", "time"}
WORLD |= {"datetime", "random", "secrets", "locale", "signal", "logging"}
"""Files, the clock and chance: the core gives the same answer everywhere, always."""

BUILD_TIME = PACKAGE / "language" / "generate.py"
"""Writes the parser's tables when the grammar changes; nothing of a run imports it."""

FILES = [p for p in sorted(PACKAGE.rglob("*.py")) if p != BUILD_TIME]


LATE = re.compile(r"backprop_cli(\.\w+)+(\.|:\w+)")
"""What `late.found` is given, or the beginning of it."""


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, at its head or inside a function, or late by its name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            yield node.module or ""
        elif isinstance(node, ast.Constant) and LATE.fullmatch(str(node.value)):
            yield node.value.partition(":")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    here = layer_of(path)
    for name in imports(path):
        root, _, rest = name.partition(".")
        if root == "backprop_cli":
            assert rest.split(".")[0] in (here, "errors", *MAY_IMPORT[here].split()), name
        if here in (*CORE, "inputs"):
            assert root not in SHELL, name
        if here in CORE:
            assert root not in WORLD, name
        assert root != "lark", name


def test_no_view_runs_a_pass() -> None:
    """A view reads a trace; what runs the engine for it is in `trace` or in `grading`."""
    passes = {f"backprop_cli.engine.{name}" for name in ("forward", "backward", "follow")}
    views = [path for path in FILES if layer_of(path) == "views"]
    assert {path.name: found for path in views if (found := passes & {*imports(path)})} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_core_opens_and_prints_nothing(path: Path) -> None:
    if layer_of(path) in CORE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.id if isinstance(called, ast.Name) else ""
            assert name not in ("open", "print", "input"), f"line {node.lineno}"


def modules_after(code: str) -> set[str]:
    """The modules that are loaded after some code has run in a process of its own."""
    report = "import json, sys; print(json.dumps([*sys.modules]), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, check=True, timeout=60
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


RUN = "from backprop_cli.commands.main import run; run({})"


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import backprop_cli", "click rich numpy lark backprop_cli.api"),
        ("import backprop_cli.commands.explain", "rich numpy lark"),
        ("import backprop_cli.trace.trace", "click rich numpy lark"),
        # One shown by Rich, with a kink, an inf and a nan to tell of; one as JSON.
        (RUN.format("['explain', 'log(x)+1/(y-y)', '--x', '0', '--y', '5']"), "numpy lark"),
        (RUN.format("['explain', 'x*y', '--x', '1/3', '--y', '5', '--words']"), "numpy lark"),
        (RUN.format("['explain', 'x*y', '--x=1', '--y=2', '--format=json']"), "rich numpy lark"),
        ("import backprop_cli.commands.learn", "rich numpy lark fsrs"),
        (
            "import os, tempfile; home = tempfile.TemporaryDirectory(); "
            "os.environ['BACKPROP_HOME'] = home.name; "
            + RUN.format("['learn', 'chain-rule', '--answers', '-']"),
            "numpy lark fsrs rich.markdown pygments",
        ),
        ("import backprop_cli.commands.gradebook", "rich numpy lark sqlite3"),
        (RUN.format("['gradebook', 'no.db', '--export', 'csv']"), "rich numpy lark"),
    ],
)
def test_what_is_not_used_is_not_imported(code: str, absent: str) -> None:
    assert not modules_after(code) & set(absent.split())
