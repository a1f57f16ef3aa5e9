"""Run every benchmark, and write the tables to docs/benchmarks.md.

python benchmarks/all.py
"""

import argparse
import os
import platform
from pathlib import Path

import gradebook
import isolation
import large
import marking
import memory
import parsing
import scalar
import start
import vectors

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"

PARTS = (
    ("Start", "start.py", start),
    ("Scalar circuits", "scalar.py", scalar),
    ("Memory of scalar circuits", "memory.py", memory),
    ("Vectors and matrices", "vectors.py", vectors),
    ("Parsing", "parsing.py", parsing),
    ("A large circuit as JSON", "large.py", large),
    ("Marking a class", "marking.py", marking),
    ("A gradebook", "gradebook.py", gradebook),
    ("Isolation", "isolation.py", isolation),
)

HEAD = """# Benchmarks

Written by `python benchmarks/all.py`, which measures both sides in one run and in turn, and takes
medians. Compare the ratios, not the times: machines differ, and are noisy. This run: CPython
{python}, {cores} cores. Each part is a script of its own in `benchmarks/`; `pip install ".[bench]"`
brings what they compare with.
"""


def page(most: int) -> str:
    """The text of the page, with all tables measured now."""
    parts = [HEAD.format(python=platform.python_version(), cores=os.cpu_count())]
    for title, script, module in PARTS:
        parts.append(
            f"## {title}\n\n`benchmarks/{script}`. {module.NOTE}\n\n{module.table(most)}\n"
        )
        print(parts[-1], flush=True)
    return "\n".join(parts)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=1_000_000, help="the largest size")
    PAGE.write_text(page(parser.parse_args().most), encoding="utf-8")
