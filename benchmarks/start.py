"""How long does the whole process of a first `explain` take, and the way to a first question?"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

from common import Table, at_most, in_turn, show

NOTE = """\
Milliseconds of a whole process. The floor only imports what such a tool would use. As installed
for a user (`pip install .`), with compiled bytecode; an editable install in an environment that
keeps Python from writing bytecode compiles our modules at every start, and is slower. A lesson
is begun with an empty standard input: it shows its first prompt, and ends."""

HEAD = ("process", "ms", "ratio to floor", "bound")
FLOOR = [sys.executable, "-c", "import click, rich.console, rich.table, lark"]
BACKPROP = str(Path(sysconfig.get_path("scripts")) / "backprop")
EXPLAIN = [BACKPROP, "explain", "(x+y)*z", "--x", "-2", "--y", "5", "--z", "-4"]
HELP = [BACKPROP, "--help"]
LEARN = [BACKPROP, "learn", "chain-rule"]


def table(most: int = 1_000_000) -> Table:
    commands = (FLOOR, EXPLAIN, [sys.executable, "-c", "pass"], HELP, LEARN)
    sides = [lambda command=command: _run(command) for command in commands]
    with TemporaryDirectory() as home:
        os.environ["BACKPROP_HOME"] = home
        floor, ours, bare, helped, learn = in_turn(sides, rounds=25)
    both = helped + ours
    return Table(
        HEAD,
        [
            ("import click, rich, lark", f"{floor * 1e3:.0f}", "1.00", ""),
            ("backprop explain", f"{ours * 1e3:.0f}", *at_most(ours / floor, 1.1)),
            ("python -c pass", f"{bare * 1e3:.0f}", f"{bare / floor:.2f}", ""),
            ("backprop --help, and explain", f"{both * 1e3:.0f}", "1.00 of these two", ""),
            ("the first prompt of learn", f"{learn * 1e3:.0f}", *at_most(learn / both, 1.5)),
        ],
    )


def _run(command: list[str]) -> None:
    nothing = subprocess.DEVNULL
    subprocess.run(command, check=True, stdin=nothing, stdout=nothing)


if __name__ == "__main__":
    show(table)
