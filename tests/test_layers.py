"""Imports point one way, the core knows no terminal, and a start imports only what it needs."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "backprop_cli"

LAYERS = """
    errors lazy
    paths resources
    language
    gates
    graph
    autodiff
    analysis
    inputs
    sandbox
    render
    exercises
    gradebook
    batch
    lessons
    api
    cli
    notebook
    __init__ __main__
"""
"""From the bottom up: a module imports from its own layer and from those above it in this list."""

HEIGHT = {name: y for y, line in enumerate(LAYERS.split("\n")) for name in line.split()}
CORE = ("errors", "lazy", "language", "gates", "graph", "autodiff", "analysis")

SHELL = {"click", "rich"}
"""What only the outside may import: nothing but commands, views and the API print."""

WORLD = {"os", "io", "sys", "pathlib", "shutil", "tempfile", "subprocess", "socket", "time"}
WORLD |= {"datetime", "random", "secrets", "locale", "signal", "logging"}
"""Files, the clock and chance: the core gives the same answer everywhere, always."""

BUILD_TIME = PACKAGE / "language" / "parsing" / "generate.py"
"""Writes the parser's tables when the grammar changes; nothing of a run imports it."""

FILES = [p for p in sorted(PACKAGE.rglob("*.py")) if p != BUILD_TIME]


LATE = re.compile(r"backprop_cli(\.\w+)+(\.|:\w+)")
"""What `late.found` is given, or the beginning of it."""


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


class _Run(ast.NodeTransformer):
    """Leaves out what only the type checker reads."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        """Drop `if TYPE_CHECKING:`."""
        is_typing = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return None if is_typing else self.generic_visit(node)


def imports(path: Path, typing: bool = True) -> Iterator[str]:
    """Every module that a file imports, at its head or inside a function, or late by its name.

    Args:
        path: the file.
        typing: whether imports count that only the type checker reads.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree if typing else _Run().visit(tree)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            yield node.module or ""
        elif isinstance(node, ast.Constant) and LATE.fullmatch(str(node.value)):
            yield node.value.partition(":")[0]


def test_imports_point_down() -> None:
    upward = []
    for path in FILES:
        here = layer_of(path)
        for name in imports(path):
            root, _, rest = name.partition(".")
            there = rest.split(".")[0]
            if root == "backprop_cli" and there not in (here, "") and HEIGHT[there] >= HEIGHT[here]:
                upward.append(f"{path.relative_to(PACKAGE)} imports {name}")
    assert upward == []


def test_the_core_knows_no_terminal_and_no_world() -> None:
    found = []
    for path in FILES:
        here = layer_of(path)
        for name in imports(path):
            root = name.partition(".")[0]
            if here in (*CORE, "inputs") and root in SHELL:
                found.append(f"{path.relative_to(PACKAGE)} imports {name}")
            if here in CORE and root in WORLD:
                found.append(f"{path.relative_to(PACKAGE)} imports {name}")
    assert found == []


def test_no_imports_in_a_circle() -> None:
    """Module by module, imports at the head of a file and inside functions alike."""
    modules = {_module(path): path for path in FILES}
    graph = TopologicalSorter(
        {
            module: {name for name in imports(path, typing=False) if name in modules}
            for module, path in modules.items()
        }
    )
    graph.prepare()  # raises CycleError, which names the circle


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    )


def test_no_view_runs_a_pass() -> None:
    """A view reads a trace; what runs the engine for it is in `trace` or in `grading`."""
    passes = {f"backprop_cli.autodiff.{name}" for name in ("forward", "backward", "follow")}
    views = [path for path in FILES if layer_of(path) == "render"]
    assert {path.name: found for path in views if (found := passes & {*imports(path)})} == {}


def test_the_core_opens_and_prints_nothing() -> None:
    found = []
    for path in (path for path in FILES if layer_of(path) in CORE):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.id if isinstance(called, ast.Name) else ""
            if name in ("open", "print", "input"):
                found.append(f"{path.relative_to(PACKAGE)}:{node.lineno} calls {name}")
    assert found == []


def modules_after(code: str) -> set[str]:
    """The modules that are loaded after some code has run in a process of its own."""
    report = "import json, sys; print(json.dumps([*sys.modules]), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, check=True, timeout=60
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


RUN = "from backprop_cli.cli.main import run; run({})"
SIMPLEST = RUN.format("['explain', '(x+y)*z', '--x', '-2', '--y', '5', '--z', '-4']")

MOST_MODULES = 122
"""Our own modules for the simplest formula: each costs a tenth of a millisecond of every start."""


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import backprop_cli", "click rich numpy lark backprop_cli.api"),
        ("import backprop_cli.cli.formula.explain", "rich numpy lark"),
        ("import backprop_cli.autodiff.trace", "click rich numpy lark"),
        # One shown by Rich, with a kink, an inf and a nan to tell of; one as JSON.
        (
            RUN.format("['explain', 'log(x)+1/(y-y)', '--x', '0', '--y', '5']"),
            "numpy lark backprop_cli.exercises",
        ),
        (
            RUN.format("['explain', 'x*y', '--x', '1/3', '--y', '5', '--words']"),
            "numpy lark backprop_cli.exercises",
        ),
        (RUN.format("['explain', 'x*y', '--x=1', '--y=2', '--format=json']"), "rich numpy lark"),
        # What explains a mistake, reads files or builds several gates waits until there is one.
        (
            SIMPLEST,
            "numpy lark backprop_cli.inputs.arrays backprop_cli.inputs.tables "
            "backprop_cli.language.syntax_errors backprop_cli.language.problems "
            "backprop_cli.graph.composites backprop_cli.graph.misfits",
        ),
        ("import backprop_cli.cli.learning.learn", "rich numpy lark fsrs"),
        (
            "import os, tempfile; home = tempfile.TemporaryDirectory(); "
            "os.environ['BACKPROP_HOME'] = home.name; "
            + RUN.format("['learn', 'chain-rule', '--answers', '-']"),
            "numpy lark fsrs rich.markdown pygments",
        ),
        ("import backprop_cli.cli.gradebook.show", "rich numpy lark sqlite3"),
        (RUN.format("['gradebook', 'no.db', '--export', 'csv']"), "rich numpy lark"),
    ],
)
def test_what_is_not_used_is_not_imported(code: str, absent: str) -> None:
    assert not modules_after(code) & set(absent.split())


def test_a_start_imports_few_modules_of_ours() -> None:
    ours = [name for name in modules_after(SIMPLEST) if name.startswith("backprop_cli")]
    assert len(ours) <= MOST_MODULES, sorted(ours)


def test_no_class_name_is_used_twice() -> None:
    homes: dict[str, list[str]] = {}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(str(path.relative_to(PACKAGE)))
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


COLLECTED = """
import gc, sys
from backprop_cli.__main__ import main

def collections():
    return sum(generation["collections"] for generation in gc.get_stats())

before = collections()
sys.argv = ["backprop", "explain", "x*y", "--x", "2", "--y", "3"]
try:
    main()
except SystemExit:
    print(collections() - before, gc.get_freeze_count() > 10_000, file=sys.stderr)
"""


def test_a_start_searches_nothing_that_was_imported_for_garbage() -> None:
    done = subprocess.run([sys.executable, "-c", COLLECTED], capture_output=True, check=True)
    assert done.stderr.split() == [b"0", b"True"]
