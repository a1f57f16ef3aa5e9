"""How fast is a class marked, against a loop that reads the line and compares ten numbers?"""

import json
import random
import tempfile
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

from common import Table, at_least, at_most, in_turn, show

from backprop_cli.batch.marking import Loaded, Marking, load
from backprop_cli.batch.run import Tally, mark_class, store_class
from backprop_cli.batch.submissions.source import SubmissionSource
from backprop_cli.batch.workers import workers
from backprop_cli.gradebook.store import Gradebook

NOTE = """\
Microseconds a submission: lines of JSON with ten numeric answers. The bare loop reads each line
with `json` and compares the ten numbers; ours also names the student, words the reasons, and in the
rows "stored" writes a new gradebook. Of "20% wrong", every fifth student makes one mistake of the
table, or two of them; equal answers are diagnosed once. Where each is wrong differently, one
process is compared with two: equal answers are marked faster than they are sent. Memory is the
most that Python holds at a time, for a class of 1,000 and a larger one, of each submission of which
two digests are kept."""

HEAD = ("class", "submissions", "bare loop", "ours", "ours / bare", "bound")

QUESTIONS = ("q", "p", "r", "s", "f", "df/dx", "df/dy", "df/dz", "df/dw", "df/dq")

EXERCISE = """\
schema = "backprop/exercise/v1"
title = "Ten questions"
formula = "q = x + y; p = q * z; r = p * w; s = r + q; f = s * x"

[inputs]
x = -2
y = 5
z = -4
w = 1.5
""" + "".join(f'\n[[questions]]\nask = "{question}"\n' for question in QUESTIONS)

MARKING = Marking(EXERCISE.encode(), "ten.toml")


def key(exercise: Loaded) -> dict[str, float]:
    """The right answers."""
    predicted = exercise.marker.variants.predicted(0)
    return dict(zip(QUESTIONS, map(float, predicted.key), strict=True))


def wrong_sheets(exercise: Loaded) -> list[dict[str, float]]:
    """What students write who make one mistake, or two."""
    predicted = exercise.marker.variants.predicted(0)
    candidates = [
        *predicted.singles,
        *predicted.groups,
        *predicted.pairs[:: len(predicted.pairs) // 100 + 1],
    ]
    sheets = [tuple(map(float, candidate.answers)) for candidate in candidates]
    return [dict(zip(QUESTIONS, sheet, strict=True)) for sheet in dict.fromkeys(sheets)]


def write(path: Path, count: int, wrong: float, own: bool = False) -> dict[str, float]:
    """Write a class, and give the key; with `own`, no two students are wrong alike."""
    exercise = load(MARKING)
    right, sheets = key(exercise), wrong_sheets(exercise)
    draw = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            answers = draw.choice(sheets) if draw.random() < wrong else right
            if own and answers is not right:
                answers = answers | {"df/dx": round(draw.uniform(-9, 9), 6)}
            file.write(json.dumps({"student": f"student {number}", "answers": answers}) + "\n")
    return right


def bare(path: Path, right: dict[str, float]) -> int:
    """The loop that we are measured against."""
    count = 0
    with path.open(encoding="utf-8") as file:
        for line in file:
            answers = json.loads(line)["answers"]
            count += all(abs(answers[name] - value) <= 1e-6 for name, value in right.items())
    return count


def ours(path: Path, jobs: int = 1) -> Tally:
    """Mark the class."""
    tally = Tally()
    with workers(jobs) as who:
        for _ in mark_class(SubmissionSource([str(path)]), MARKING, who, tally):
            pass
    return tally


def stored(path: Path, jobs: int = 1) -> Tally:
    """Mark the class into a new gradebook."""
    tally, file = Tally(again=None), path.with_suffix(".db")
    file.unlink(missing_ok=True)
    exercise = load(MARKING)
    with workers(jobs) as who, Gradebook.open(str(file)) as book:
        place = book.exercise(exercise.hash, exercise.title, exercise.text, exercise.questions)
        for _ in store_class(SubmissionSource([str(path)]), MARKING, who, tally, book, place):
            pass
    return tally


def table(most: int = 1_000_000) -> Table:
    """The classes, and how long each takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "class.jsonl"
        large = [size for size in _sizes(most) if size >= 100_000]
        rows = [_row(path, count, 0, ours, "all right", 3) for count in _sizes(most)]
        rows += [_row(path, count, 0, stored, "all right, stored", 3) for count in large]
        rows += [_row(path, count, 0.2, ours, "20% wrong", 10) for count in large]
        rows += [_row(path, count, 0.2, stored, "20% wrong, stored", 10) for count in large]
        rows.append(_jobs(path, most))
        rows.append(_memory(path, most))
    return Table(HEAD, rows)


def _sizes(most: int) -> list[int]:
    return [size for size in (1000, 10_000, 100_000, 1_000_000) if size <= most]


def _row(
    path: Path, count: int, wrong: float, side: Callable[[Path], Tally], name: str, bound: float
) -> tuple[str, ...]:
    right = write(path, count, wrong)
    if side(path).perfect != bare(path, right):
        raise AssertionError("the two sides count otherwise")
    rounds = 1 if count > 500_000 else 3
    sides = (partial(bare, path, right), partial(side, path))
    loop, whole = in_turn(sides, rounds, max(1, 3000 // count))
    times = [f"{seconds / count * 1e6:.1f}" for seconds in (loop, whole)]
    return (name, f"{count:,}", *times, *at_most(whole / loop, bound))


def _jobs(path: Path, most: int) -> tuple[str, ...]:
    """One process against two, where there is something to share: diagnosis."""
    count = min(most, 50_000)
    write(path, count, 0.2, own=True)
    one, two = in_turn((partial(stored, path), partial(stored, path, 2)), rounds=1)
    times = [f"{seconds / count * 1e6:.1f}" for seconds in (one, two)]
    return ("20% wrong, each differently", f"{count:,}", *times, *at_least(one / two, 1.7))


def _memory(path: Path, most: int) -> tuple[str, ...]:
    """The most bytes held at a time: of a class of 1,000, and of one of many more."""
    count = min(most, 100_000)
    peaks = []
    for size in (1000, count):
        write(path, size, 0.2)
        tracemalloc.start()
        stored(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    sizes = [f"{peak / 2**20:.1f} MiB" for peak in peaks]
    return ("memory, stored", f"1,000 and {count:,}", *sizes, *at_most(peaks[1] / peaks[0], 5))


if __name__ == "__main__":
    show(table)
