"""Every cache whose keys come from outside has a bound, and the bound has a name."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "backprop_cli"


def parents(tree: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Each node of a file, with the node that it is part of."""
    for parent in ast.walk(tree):
        for child in ast.iter_child_nodes(parent):
            yield child, parent


def unbounded(source: str) -> list[int]:
    """The lines on which a function with arguments is kept without a named bound."""
    lines = []
    for node, parent in parents(ast.parse(source)):
        if isinstance(parent, ast.ImportFrom):
            continue
        word = _named(node)
        if isinstance(parent, ast.FunctionDef) and node in parent.decorator_list:
            keeps = parent.args.args != []
        else:
            keeps = isinstance(parent, ast.Call) and node is parent.func and parent.args != []
        if word == "cache" and keeps:
            lines.append(node.lineno)
        if word == "lru_cache" and not (isinstance(parent, ast.Call) and has_bound(parent)):
            lines.append(node.lineno)
    return lines


def _named(node: ast.AST) -> str | None:
    """`cache`, or `functools.cache`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="functools"), attr=name):
            return name
    return None


def has_bound(call: ast.Call) -> bool:
    """`lru_cache(maxsize=MAX_RULES)`, or 1."""
    (size,) = [keyword.value for keyword in call.keywords if keyword.arg == "maxsize"] or [None]
    return isinstance(size, ast.Name) or (isinstance(size, ast.Constant) and size.value == 1)


def test_every_cache_has_a_named_bound() -> None:
    found = {
        p.relative_to(PACKAGE): unbounded(p.read_text(encoding="utf-8"))
        for p in PACKAGE.rglob("*.py")
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("source", "is_bounded"),
    [
        ("@cache\ndef f(): ...", True),
        ("@cache\ndef f(x): ...", False),
        ("@functools.cache\ndef f(x): ...", False),
        ("@lru_cache\ndef f(x): ...", False),
        ("@lru_cache(maxsize=None)\ndef f(x): ...", False),
        ("@lru_cache(maxsize=256)\ndef f(x): ...", False),
        ("@lru_cache(maxsize=MAX_RULES)\ndef f(x): ...", True),
        ("f = cache(g)", False),
        ("f = lru_cache(maxsize=MAX_RULES)(g)", True),
    ],
)
def test_what_counts_as_a_bound(source: str, is_bounded: bool) -> None:
    assert (unbounded(source) == []) == is_bounded
