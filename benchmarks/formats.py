"""How long does it take to write the worked examples in every format, in one process?"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter

from common import Table, at_most, show

NOTE = """\
Seconds for the six worked examples in each format, in one process, in the order of the table of
formats; `start` is Python and our imports. Without the PDF of a handout, which TeX makes."""

HEAD = ("format", "s", "bound")
EXAMPLES = Path(__file__).parent.parent / "tests" / "worked_examples.json"
SECONDS = 2


def table(most: int = 1_000_000) -> Table:
    start = perf_counter()
    command = [sys.executable, __file__, "--once"]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    whole = perf_counter() - start
    spent: dict[str, float] = json.loads(done.stdout)
    rows = [(name, f"{seconds:.2f}", "") for name, seconds in spent.items()]
    rows.append(("start", f"{whole - sum(spent.values()):.2f}", ""))
    return Table(HEAD, [*rows, ("the whole process", *at_most(whole, SECONDS))])


def once() -> dict[str, float]:
    """Write everything; seconds by format."""
    from backprop_cli import explain
    from backprop_cli.render.format_options import FormatOptions
    from backprop_cli.render.formats import FORMATS

    spent: Counter[str] = Counter()
    for example in json.loads(EXAMPLES.read_text(encoding="utf-8")):
        run = explain(example["program"], example["inputs"])
        for format_ in FORMATS:
            start = perf_counter()
            made = format_.view(run, FormatOptions())
            assert made if isinstance(made, bytes) else "".join(made)
            spent[format_.name] += perf_counter() - start
    return dict(spent)


if __name__ == "__main__":
    if sys.argv[1:] == ["--once"]:
        print(json.dumps(once()))
    else:
        show(table)
