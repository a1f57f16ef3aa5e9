"""What does `explain --format json` of a large circuit take?"""

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from common import Table, at_most, show

NOTE = """\
A child process from the file of a formula to the last byte of JSON, with every node and every
step."""

HEAD = ("gates", "seconds", "bound (s)", "GiB", "bound (GiB)")


# The peak of the child's own memory: what `getrusage` tells begins with the parent's.
CHILD = """
import re, sys
from backprop_cli.cli.main import run
status = run(sys.argv[1:])
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
sys.exit(status)
"""


def table(most: int = 1_000_000) -> Table:
    return Table(HEAD, [_row(min(most, 100_000))])


def _row(gates: int) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.bp"
        path.write_text("x" + "*1.0001+x" * (gates // 2))
        arguments = ["explain", "--file", str(path), "--x", "0.5", "--format", "json"]
        start = perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", CHILD, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        seconds = perf_counter() - start
    return (f"{gates:,}", *at_most(seconds, 10), *at_most(int(done.stderr) / 2**20, 1))


if __name__ == "__main__":
    show(table)
