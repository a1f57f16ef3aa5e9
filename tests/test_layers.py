"""Imports point one way, the core knows no terminal, and a start imports only what it needs."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "backprop_cli"

LAYERS = (
    "errors",
    "language",
    "gates",
    "graph",
    "engine",
    "trace",
    "inputs",
    "views",
    "api",
    "commands",
)
"""From the lowest up: each imports those before it, never one after. inputs and views are beside
each other; views read the inputs' values for their examples."""

CORE = ("language", "gates", "graph", "engine", "trace")
FORBIDDEN_IN_CORE = {"click", "rich", "time", "datetime", "os", "sys", "subprocess", "socket"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module.startswith("backprop_cli"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


FILES = [p for p in sorted(PACKAGE.rglob("*.py")) if p.parent != PACKAGE or p.stem in LAYERS]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    here = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "backprop_cli" and len(parts) > 1 and parts[1] in LAYERS:
            assert LAYERS.index(parts[1]) <= LAYERS.index(here), f"{path.name} imports {name}"
        if here in CORE and path.name != "generate.py":
            assert parts[0] not in FORBIDDEN_IN_CORE, f"{path.name} imports {name}"


def test_a_scalar_formula_needs_neither_numpy_nor_lark() -> None:
    code = (
        "import sys; from backprop_cli.commands.main import run;"
        "run(['explain', 'log(x)+1/(y-y)', '--x', '0', '--y', '5']);"
        "sys.exit(int('numpy' in sys.modules or 'lark' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
