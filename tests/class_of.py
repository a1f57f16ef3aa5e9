"""A class for the tests: an exercise, and submissions in which everything happens."""

import contextlib
import json
import random
import sqlite3
from pathlib import Path
from typing import Any

EXERCISE = """\
schema = "backprop/exercise/v1"
title = "A chain"
formula = "q = x + y; f = q * z"

[inputs]
x = -2
y = 5
z = -4

[[questions]]
ask = "q"
[[questions]]
ask = "f"
[[questions]]
ask = "df/dx"
[[questions]]
ask = "df/dz"
"""

DRAWN = EXERCISE.replace("x = -2", "x = { from = -9, to = 9 }") + "\n[variants]\ncount = 5\n"

RIGHT = {"q": 3, "f": -12, "df/dx": -4, "df/dz": 3}

ANSWERS: list[Any] = [
    RIGHT,
    RIGHT,
    RIGHT | {"f": -12.0, "df/dx": "-4*1"},
    RIGHT | {"df/dx": 3},
    RIGHT | {"df/dx": -4.5},
    RIGHT | {"q": 4, "f": -16, "df/dz": 4},
    RIGHT | {"df/dz": None},
    RIGHT | {"df/dz": True},
    RIGHT | {"df/dz": [1, 2]},
    RIGHT | {"df/dz": "=cmd|' /C calc'!A0"},
    RIGHT | {"what": 1},
    RIGHT | {"df/dz": 10**400, "f": -1e300},
    RIGHT | {"df/dz": "9" * 400},
    RIGHT | {"df/dz": {"a": 1}},
    {"q": 1, "f": 1, "df/dx": 1, "df/dz": 1},
    {"q": 1.0, "f": True, "df/dx": "1", "df/dz": 1},
    {"df/dx": float("nan")},
    {},
]

BROKEN = ["[", '{"student": "mallory"}', '{"answers": {}}', '{"student": "eve", "answers": [1]}']


def lines(count: int, seed: int = 0) -> list[str]:
    """Submissions as lines of JSON, each of another student."""
    draw = random.Random(seed)
    return [
        draw.choice(BROKEN).replace("eve", f"eve {n}").replace("mall", f"mall{n}") + " " * n
        if draw.random() < 0.02
        else json.dumps({"student": f"student {n}", "answers": draw.choice(ANSWERS)})
        for n in range(count)
    ]


def has_rows(path: Path) -> bool:
    """Whether a chunk is stored."""
    if not path.exists():
        return False
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as book:
        with contextlib.suppress(sqlite3.Error):
            return book.execute("SELECT 1 FROM submission LIMIT 1").fetchone() is not None
        return False
