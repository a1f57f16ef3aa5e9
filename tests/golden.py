"""Screens that are kept in files. After a change that is meant: BACKPROP_GOLDEN=write pytest …"""

import os
from pathlib import Path
from typing import Any

from backprop_cli.errors import cells

GOLDEN = Path(__file__).with_name("render") / "golden"
WRITE = os.environ.get("BACKPROP_GOLDEN") == "write"


def same(name: str, lines: Any, width: int) -> None:
    """See that the lines are those of the file, none wider than the screen."""
    text = "".join(f"{line.plain.rstrip()}\n" for line in lines)
    assert max(map(cells, text.splitlines())) <= width
    path = GOLDEN / f"{name}.txt"
    if WRITE:
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
