"""Sheets as real students write them, from an engine of its own, marked by the command line.

`benchmarks/simulate.py` makes them, and many more of them with `python benchmarks/simulate.py`.
"""

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

CIRCUITS = 6
SEED = 12


@pytest.fixture(scope="module")
def counts() -> Any:
    sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
    try:
        return importlib.import_module("simulate").simulate(CIRCUITS, SEED)
    finally:
        sys.path.pop(0)


def total(counts: Any, *sorts: str) -> Any:
    """What was said of the sheets whose sort begins with one of these, together."""
    found = [c for sort, c in counts.items() if sort.removeprefix("vectors: ").startswith(sorts)]
    assert found
    return found[0].__class__(*map(sum, zip(*found, strict=True)))


@pytest.mark.parametrize(
    ("sorts", "share"),
    [
        (("at all gates of a kind", "one, and blanks", "one, rounded at the end"), 0.99),
        (("one, and a slip elsewhere", "one, not carried on", "three at once"), 0.75),
        (("two",), 0.9),
        (("one, rounded at each step",), 0.8),
    ],
)
def test_mistakes_are_named(counts: Any, sorts: tuple[str, ...], share: float) -> None:
    found = total(counts, *sorts)
    assert found.named >= share * found.sheets


def test_one_mistake_is_named(counts: Any) -> None:
    found = counts["one"]
    assert found.named >= 0.99 * found.sheets


@pytest.mark.parametrize("sort", ["unlisted", "slip"])
def test_no_mistake_is_named_that_was_not_made(counts: Any, sort: str) -> None:
    found = total(counts, sort)
    assert found.false <= 0.02 * found.sheets


def test_right_sheets_get_all_points_and_wrong_ones_do_not(counts: Any) -> None:
    right = total(counts, "right")
    assert right.full == right.sheets
    others = [c for sort, c in counts.items() if "right" not in sort]
    assert not sum(c.full for c in others)
