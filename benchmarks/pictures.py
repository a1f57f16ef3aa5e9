"""How long does it take to draw a large circuit, from the shell to the file?"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from common import Table, at_most, show

NOTE = """\
Seconds of the whole process that writes an SVG, and what of that finding the places takes: a row
for each shape of circuit."""

HEAD = ("circuit", "gates", "layout s", "process s", "bound")
GATES = 1_000
SECONDS = 5


def shapes(gates: int) -> dict[str, tuple[str, dict[str, str]]]:
    """Circuits of a size: formula and inputs, as one types them."""
    row = [f"x{i}" for i in range(gates + 1)]
    inputs = dict.fromkeys(row, "1.5")
    while len(row) > 1:
        row = [f"({'*'.join(row[i : i + 2])})" for i in range(0, len(row), 2)]
    chain = "sin(" * gates + "x" + ")" * gates
    used = "x" + "+y" * gates
    layers = [f"h0_{i}=x{i}+x{(i + 1) % 10}" for i in range(10)]
    for n in range(1, gates // 10):
        sign = "+*"[n % 2]
        layers += [f"h{n}_{i}=h{n - 1}_{i}{sign}h{n - 1}_{(i + 3) % 10}" for i in range(10)]
    ten = {f"x{i}": "1" for i in range(10)}
    return {
        "tree": (row[0], inputs),
        "chain": (chain, {"x": "1"}),
        "one value used by all": (used, {"x": "1", "y": "2"}),
        "layers of 10": ("\n".join(layers), ten),
    }


def table(most: int = 1_000_000) -> Table:
    gates = min(GATES, most)
    rows = []
    for name, (formula, inputs) in shapes(gates).items():
        layout, process = _drawn(formula, inputs)
        cells = f"{layout:.2f}", *at_most(process, SECONDS)
        rows.append((name, f"{gates:,}", *cells))
    return Table(HEAD, rows)


_TIMED = """
import sys, time
from backprop_cli.render.picture import layout, svg
place, taken = layout.placed, []
def timed(*given):
    start = time.perf_counter()
    found = place(*given)
    taken.append(time.perf_counter() - start)
    return found
svg.placed = timed
from backprop_cli.cli.main import run
status = run(sys.argv[1:])
print(taken[0] if status == 0 else "failed")
"""


def _drawn(formula: str, inputs: dict[str, str]) -> tuple[float, float]:
    """Seconds of the layout and of the whole process, the quicker of two."""
    found = []
    with TemporaryDirectory() as folder:
        source, values = Path(folder) / "formula.txt", Path(folder) / "inputs.toml"
        source.write_text(formula, encoding="utf-8")
        values.write_text("".join(f"{k} = {v}\n" for k, v in inputs.items()), encoding="utf-8")
        options = ["--file", str(source), "--inputs", str(values), "-o", f"{folder}/f.svg"]
        command = [sys.executable, "-c", _TIMED, "explain", *options]
        for _ in range(2):
            start = perf_counter()
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found.append((perf_counter() - start, float(done.stdout)))
    process, layout = min(found)
    return layout, process


if __name__ == "__main__":
    show(table)
