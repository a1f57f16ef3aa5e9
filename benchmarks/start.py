"""How long does the whole process of a first `explain` take, from the shell and back?"""

import subprocess
import sys
import sysconfig
from pathlib import Path

from common import Table, at_most, in_turn, show

NOTE = """\
Milliseconds of a whole process. The floor only imports what such a tool would use. As installed
for a user (`pip install .`), with compiled bytecode; an editable install in an environment that
keeps Python from writing bytecode compiles our modules at every start, and is slower."""

HEAD = ("process", "ms", "ratio to floor", "bound")
FLOOR = [sys.executable, "-c", "import click, rich.console, rich.table, lark"]
EXPLAIN = [
    str(Path(sysconfig.get_path("scripts")) / "backprop"),
    *("explain", "(x+y)*z", "--x", "-2", "--y", "5", "--z", "-4"),
]


def table(most: int = 1_000_000) -> Table:
    commands = (FLOOR, EXPLAIN, [sys.executable, "-c", "pass"])
    sides = [lambda command=command: _run(command) for command in commands]
    floor, ours, bare = in_turn(sides, rounds=25)
    return Table(
        HEAD,
        [
            ("import click, rich, lark", f"{floor * 1e3:.0f}", "1.00", ""),
            ("backprop explain", f"{ours * 1e3:.0f}", *at_most(ours / floor, 1.1)),
            ("python -c pass", f"{bare * 1e3:.0f}", f"{bare / floor:.2f}", ""),
        ],
    )


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    show(table)
