"""Kill each command that keeps something a hundred times, at any moment, and count what is lost.

python benchmarks/kills.py --kills 100 --seed 3
"""

import argparse
import sys
import tempfile
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from common import Table
from killing import COMMANDS

HEAD = ("command", "kills", "midway", "lost")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100, help="of each command")
    parser.add_argument("--seed", default="1", help="another seed kills at other moments")
    parser.add_argument("--only", choices=list(COMMANDS), help="one of the commands")
    given = parser.parse_args()
    rows, lost = [], 0
    for name, kill in COMMANDS.items():
        if given.only not in (None, name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            killed = kill(Path(folder), given.kills, Random(f"{name} {given.seed}"))
        rows.append((name, *(str(number) for number in killed)))
        lost += killed.lost
        print(rows[-1], flush=True)
    print(f"\n{Table(HEAD, rows)}")
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main())
