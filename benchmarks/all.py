"""Run every benchmark, and write the tables to docs/benchmarks.md.

python benchmarks/all.py
python benchmarks/all.py --smallest    # sees that each runs, and writes nothing
"""

import argparse
import os
import platform
from pathlib import Path

import answers
import diagnosing
import formats
import gradebook
import isolation
import large
import marking
import memory
import page as web_page
import parsing
import pictures
import scalar
import simulate
import start
import vectors
from common import options

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"

PARTS = (
    ("Start", "start.py", start),
    ("Scalar circuits", "scalar.py", scalar),
    ("Memory of scalar circuits", "memory.py", memory),
    ("Vectors and matrices", "vectors.py", vectors),
    ("Parsing", "parsing.py", parsing),
    ("A large circuit as JSON", "large.py", large),
    ("Marking a class", "marking.py", marking),
    ("Wrong answers in a large circuit", "diagnosing.py", diagnosing),
    ("Right answers, and changed ones", "answers.py", answers),
    ("Diagnosis of simulated sheets", "simulate.py", simulate),
    ("A gradebook", "gradebook.py", gradebook),
    ("Isolation", "isolation.py", isolation),
    ("Pictures", "pictures.py", pictures),
    ("A page in the browser", "page.py", web_page),
    ("Every format", "formats.py", formats),
)

HEAD = """# Benchmarks

Written by `python benchmarks/all.py`, which measures both sides in one run and in turn, and takes
medians. Compare the ratios, not the times: machines differ, and are noisy. This run: CPython
{python}, {cores} cores. Each part is a script of its own in `benchmarks/`; `pip install ".[bench]"`
brings what they compare with.
"""


def page(most: int, only: str | None) -> str:
    """The text of the page: with all tables measured now, or one of them and the rest as it is."""
    parts = [HEAD.format(python=platform.python_version(), cores=os.cpu_count())]
    for title, script, module in PARTS:
        if only in (None, script.removesuffix(".py")):
            table = module.table(most)
            parts.append(f"## {title}\n\n`benchmarks/{script}`. {module.NOTE}\n\n{table}\n")
            print(parts[-1], flush=True)
        else:
            parts.append(_as_it_is(title))
    return "\n".join(parts)


def _as_it_is(title: str) -> str:
    """A part of the page as it was measured before; a heading where it never was."""
    text = PAGE.read_text(encoding="utf-8") + "\n## "
    start = text.find(f"## {title}\n")
    return text[start : text.index("\n## ", start)] if start >= 0 else f"## {title}\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", metavar="SCRIPT", help="measure one part: marking")
    given = options(parser)
    text = page(given.most, given.only)
    if not given.smallest:
        PAGE.write_text(text, encoding="utf-8")
