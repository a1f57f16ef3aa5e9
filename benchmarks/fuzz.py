"""Give every reader what nobody would write, for minutes or for hours, and print counts.

python benchmarks/fuzz.py --seconds 3600 --seed 7
python benchmarks/fuzz.py --inputs 50000 --only formula,record

An input that ends in a traceback is kept in the folder `--keep`, with the traceback beside it.
"""

import argparse
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from common import Table
from fuzzing.driver import Count, Target, fuzz, saved_name
from fuzzing.targets import TARGETS

MEMORY = 6 * 2**30
"""Bytes of address space: an input that takes more fails, and not this machine."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60, help="for all targets together")
    parser.add_argument("--inputs", type=int, default=10**9, help="the most for each target")
    parser.add_argument("--seed", default="1", help="another seed gives other inputs")
    parser.add_argument("--only", help="some of the targets, by name")
    parser.add_argument("--keep", default="fuzz-findings", help="a folder for what was found")
    given = parser.parse_args()
    _bound_memory()
    warnings.simplefilter("ignore")
    names = given.only.split(",") if given.only else [target.name for target in TARGETS]
    chosen = [target for target in TARGETS if target.name in names]
    counts = {}
    for target in chosen:
        counts[target.name] = fuzz(target, given.seed, given.inputs, given.seconds / len(chosen))
        _keep(target, counts[target.name], Path(given.keep))
        print(_row(target.name, counts[target.name]), flush=True)
    print(f"\n{_table(counts)}")
    return int(any(count.faults for count in counts.values()))


def _bound_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _row(name: str, count: Count) -> str:
    return f"{name}: {count.inputs:,} inputs, {len(count.faults)} kinds of tracebacks"


def _table(counts: dict[str, Count]) -> Table:
    head = ("reader", "inputs", "read", "refused", "tracebacks", "kinds", "a second")
    rows = [_cells(name, count) for name, count in counts.items()]
    whole = Count()
    for count in counts.values():
        whole.read += count.read
        whole.refused += count.refused
        whole.again += count.again
        whole.faults += count.faults
        whole.seconds += count.seconds
    return Table(head, [*rows, _cells("all", whole)])


def _cells(name: str, count: Count) -> tuple[str, ...]:
    faults = len(count.faults) + count.again
    numbers = (count.inputs, count.read, count.refused, faults, len(count.faults))
    speed = count.inputs / count.seconds if count.seconds else 0.0
    return (name, *(f"{number:,}" for number in numbers), f"{speed:,.0f}")


def _keep(target: Target, count: Count, folder: Path) -> None:
    for data, trace in count.faults:
        folder.mkdir(exist_ok=True)
        name = saved_name(target, data)
        (folder / name).write_bytes(data)
        (folder / f"{name}.txt").write_text(trace, encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
