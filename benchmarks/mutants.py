"""Break the code on purpose, a little at a time, and see whether a test turns red.

    python benchmarks/mutants.py --sample 20 --seed 1 --workers 2 [--in backprop_cli/analysis]

A mutant is one operator, comparison, number, truth value, condition or returned value, changed.
Each runs in a copy of the tree, against the tests that import its module, then those of its
folder, then a few of the whole; what survives is printed as a difference.
"""

import argparse
import ast
import difflib
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = [
    f"backprop_cli/{name}"
    for name in (
        "language",
        "gates",
        "graph",
        "autodiff",
        "analysis",
        "inputs",
        "exercises",
        "sandbox",
    )
]
WHOLE = ["tests/test_worked_examples.py", "tests/render/test_screens.py", "tests/cli"]
"""Tests that go through everything, for what the tests of a module's own folder let pass."""
SLOW_OR_OUTSIDE = ["--ignore-glob=*kills*", "--ignore-glob=*browser*", "--ignore-glob=*cluster*"]

OPERATORS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr, ast.BitXor: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


class Mutant(NamedTuple):
    """A file, the bytes of one expression in it, and what stands there instead."""

    path: Path
    line: int
    start: int
    end: int
    text: str

    def applied(self, source: bytes) -> bytes:
        """The file with the one change."""
        return source[: self.start] + self.text.encode() + source[self.end :]


def code_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that compute something: no annotations, decorators, texts or imports."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                yield from code_nodes(child)


def changes(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Each expression at a node that can be changed, and the changed text."""
    match node:
        case ast.BinOp(left, op, right) if type(op) in OPERATORS:
            yield node, ast.unparse(ast.BinOp(left, OPERATORS[type(op)](), right))
        case ast.Compare(left, ops, comparators):
            for k, op in enumerate(ops):
                changed = [*ops[:k], OPERATORS[type(op)](), *ops[k + 1 :]]
                yield node, ast.unparse(ast.Compare(left, changed, comparators))
        case ast.BoolOp(op, values):
            yield node, ast.unparse(ast.BoolOp(OPERATORS[type(op)](), values))
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield node, ast.unparse(operand)
        case ast.Constant(bool() as value):
            yield node, str(not value)
        case ast.Constant(int() | float() as value):
            yield node, str(value + 1)
        case ast.If(test) | ast.IfExp(test) | ast.While(test):
            yield test, ast.unparse(ast.UnaryOp(ast.Not(), test))
        case ast.Return(ast.expr() as value) if not isinstance(value, ast.Constant):
            yield value, "None"


def mutants_of(path: Path) -> Iterator[Mutant]:
    """All mutants of a file."""
    source = (ROOT / path).read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in code_nodes(ast.parse(source)):
        for place, text in changes(node):
            assert place.end_lineno is not None
            assert place.end_col_offset is not None
            start = starts[place.lineno - 1] + place.col_offset
            end = starts[place.end_lineno - 1] + place.end_col_offset
            yield Mutant(path, place.lineno, start, end, f"({text})")


def sources(folders: list[str]) -> list[Path]:
    """The files to change, without what a generator wrote."""
    found = [path for folder in folders for path in _files(ROOT / folder)]
    return [path.relative_to(ROOT) for path in found if not path.name.endswith("tables.py")]


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def tests_for(path: Path) -> list[list[str]]:
    """The tests for a module in stages: those that import it, those of its folder, a few of all."""
    module = ".".join(path.with_suffix("").parts)
    direct = [
        str(test.relative_to(ROOT))
        for test in sorted((ROOT / "tests").rglob("test_*.py"))
        if f"{module} import" in test.read_text("utf-8")
    ]
    folder = f"tests/{path.parts[1]}"
    beside = [folder] if (ROOT / folder).is_dir() else []
    return [stage for stage in (direct, beside, WHOLE) if stage]


RED = re.compile(r"^(?:FAILED|ERROR) (\S+\.py(?:::\w+)?(?:\[.*?\](?= - |$))?)", re.MULTILINE)
"""A test in pytest's summary; what stands in brackets may have blanks."""


def pytest_in(copy: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """The command and the environment that run tests of a copy of the tree on its own code."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    environment = os.environ | {"PYTHONPATH": str(copy), "BACKPROP_EXERCISES": "2"}
    return [*command, *SLOW_OR_OUTSIDE], environment


def red_before(copy: Path, sample: list[Mutant], workers: int) -> list[str]:
    """The tests that fail without any change: they would catch whatever there is."""
    tests = sorted({test for m in sample for stage in tests_for(m.path) for test in stage})
    command, environment = pytest_in(copy, "-n", str(workers), "-rfE", "--tb=no", *tests)
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"the tests do not run without a change:\n{done.stdout}{done.stderr}")
    return re.findall(
        r"^(?:FAILED|ERROR) (\S+\.py\S*(?:\[.*?\](?= - |$))?)", done.stdout, re.MULTILINE
    )


def is_red(copy: Path, tests: list[str], seconds: float) -> bool:
    """Whether a test fails in a copy of the tree; a run without end is a failure too."""
    command, environment = pytest_in(copy, "-x", *tests)
    with subprocess.Popen(
        command,
        cwd=copy,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as run:
        try:
            return run.wait(seconds) != 0
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, 9)
            return True


def survives(copy: Path, mutant: Mutant, red: list[str], seconds: float) -> bool:
    """Whether no test notices a mutant, of those that are not red anyway."""
    without = [f"--deselect={name}" for name in red]
    path = copy / mutant.path
    source = path.read_bytes()
    path.write_bytes(mutant.applied(source))
    try:
        return not any(
            is_red(copy, [*tests, *without], seconds) for tests in tests_for(mutant.path)
        )
    finally:
        path.write_bytes(source)


def is_python(mutant: Mutant) -> bool:
    """Whether a mutant can be compiled at all; one that cannot is caught by nobody's merit."""
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(mutant.applied((ROOT / mutant.path).read_bytes()), mutant.path, "exec")
    except SyntaxError:
        return False
    return True


def difference(mutant: Mutant) -> str:
    """A mutant as a difference of lines."""
    source = (ROOT / mutant.path).read_bytes()
    lines = (source.decode().splitlines(), mutant.applied(source).decode().splitlines())
    name = str(mutant.path)
    return "\n".join(difflib.unified_diff(*lines, name, name, lineterm="", n=1))


def copies(count: int, folder: Path) -> "queue.Queue[Path]":
    """Copies of the tree, one for each worker."""
    made: queue.Queue[Path] = queue.Queue()
    skipped = shutil.ignore_patterns(".venv", ".git", ".*_cache", "__pycache__", ".hypothesis")
    for k in range(count):
        made.put(Path(shutil.copytree(ROOT, folder / str(k), ignore=skipped, symlinks=True)))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, default=300, help="mutants (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="random seed (default 1)")
    parser.add_argument("--workers", type=int, default=2, help="at once (default 2)")
    parser.add_argument("--seconds", type=float, default=300, help="a stage's limit (default 300)")
    parser.add_argument("--in", dest="folders", nargs="*", default=PACKAGES, metavar="PATH")
    asked = parser.parse_args()
    everything = [mutant for path in sources(asked.folders) for mutant in mutants_of(path)]
    shuffled = random.Random(asked.seed).sample(everything, len(everything))
    sample = list(islice(filter(is_python, shuffled), asked.sample))
    print(f"{len(sample)} of {len(everything)} mutants, seed {asked.seed}", flush=True)
    survivors = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(asked.workers) as pool:
        free = copies(asked.workers, Path(folder))

        copy = free.get()
        red = red_before(copy, sample, asked.workers)
        free.put(copy)
        print(f"{len(red)} tests fail without a change, and are left out", *red, sep="\n  ")

        def tried(mutant: Mutant) -> tuple[Mutant, bool, float]:
            copy, since = free.get(), time.perf_counter()
            try:
                alive = survives(copy, mutant, red, asked.seconds)
                return mutant, alive, time.perf_counter() - since
            finally:
                free.put(copy)

        for mutant, alive, seconds in pool.map(tried, sample):
            word = "SURVIVED" if alive else "caught"
            print(f"{word:9}{seconds:6.1f} s  {mutant.path}:{mutant.line}", flush=True)
            if alive:
                survivors.append(mutant)
                print(difference(mutant), flush=True)
    caught = len(sample) - len(survivors)
    print(f"{caught} of {len(sample)} caught ({caught / max(1, len(sample)):.1%})")


if __name__ == "__main__":
    main()
