"""Who moves, by how much, and why, when a class is marked again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import NamedTuple

from backprop_cli.exercises.marking.result import Graded, Mark
from backprop_cli.gradebook.store import Gradebook, StoredExercise
from backprop_cli.gradebook.students import marked
from backprop_cli.gradebook.summary import NameList


class ChangedVerdict(NamedTuple):
    """One answer that is judged otherwise; None where it was not marked on that side."""

    question: str
    before: Mark | None
    after: Mark | None

    @property
    def points(self) -> float:
        """By how much."""
        return (self.after.points if self.after else 0.0) - (
            self.before.points if self.before else 0.0
        )

    @property
    def verdicts(self) -> tuple[str, str]:
        """What it was, and what it is."""
        return _verdict(self.before), _verdict(self.after)


def _verdict(mark: Mark | None) -> str:
    return mark.verdict.value if mark else "not asked"


class Change(NamedTuple):
    """A student whose marks differ."""

    student: str
    before: float
    after: float
    moved: tuple[ChangedVerdict, ...]

    @property
    def points(self) -> float:
        """By how much the student moves."""
        return self.after - self.before


class ComparedMarking(NamedTuple):
    """One of the two markings that are compared."""

    book: Gradebook
    exercise: StoredExercise


@dataclass
class ChangeReason:
    """One way in which answers to one question are judged otherwise."""

    question: str
    verdicts: tuple[str, str]
    count: int = 0
    points: float = 0.0


@dataclass
class Totals:
    """How many moved; filled while the changes are looked at."""

    up: int = 0
    down: int = 0
    level: int = 0
    """Verdicts changed, and the sum did not."""
    same: int = 0
    gone: NameList = field(default_factory=NameList)
    """Students who are only in the old gradebook."""
    new: NameList = field(default_factory=NameList)
    why: dict[tuple[str, str, str], ChangeReason] = field(default_factory=dict)

    @property
    def reasons(self) -> list[ChangeReason]:
        """The commonest first."""
        return sorted(self.why.values(), key=lambda w: (-w.count, w.question, w.verdicts))


def changes(old: ComparedMarking, new: ComparedMarking, totals: Totals) -> Iterator[Change]:
    """Every student who moves, by name; both books are read side by side, in little memory."""
    for before, after in _paired(marked(*old), marked(*new)):
        if before is None or after is None:
            names = totals.new if before is None else totals.gone
            names.add(1, [one.student for one in (before, after) if one])
        elif change := _compared(before, after):
            _count(totals, change)
            yield change
        else:
            totals.same += 1


def _paired(
    old: Iterator[Graded], new: Iterator[Graded]
) -> Iterator[tuple[Graded | None, Graded | None]]:
    """Both rolls side by side; each is in the order of names."""
    before, after = next(old, None), next(new, None)
    while before or after:
        if after is None or (before and before.student < after.student):
            yield before, None
            before = next(old, None)
        elif before is None or after.student < before.student:
            yield None, after
            after = next(new, None)
        else:
            yield before, after
            before, after = next(old, None), next(new, None)


def _compared(before: Graded, after: Graded) -> Change | None:
    was = {mark.question: mark for mark in before.marks}
    now = {mark.question: mark for mark in after.marks}
    pairs = [
        ChangedVerdict(question, was.get(question), now.get(question))
        for question in {**was, **now}
    ]
    moved = [pair for pair in pairs if _judged(pair.before) != _judged(pair.after)]
    return Change(after.student, before.points, after.points, tuple(moved)) if moved else None


def _judged(mark: Mark | None) -> object:
    return mark and (mark.verdict, mark.points)


def _count(totals: Totals, change: Change) -> None:
    if abs(change.points) < 1e-9:
        totals.level += 1
    elif change.points > 0:
        totals.up += 1
    else:
        totals.down += 1
    for moved in change.moved:
        key = (moved.question, *moved.verdicts)
        why = totals.why.setdefault(key, ChangeReason(moved.question, moved.verdicts))
        why.count += 1
        why.points += moved.points


def mended(old: StoredExercise, new: StoredExercise) -> list[str]:
    """What changed between the two markings: the lines of the exercise, and the marking itself."""
    compared = unified_diff(old.text.splitlines(), new.text.splitlines(), lineterm="", n=0)
    # Behind the two lines that name the files, only what comes or goes begins with a sign.
    lines = [line for line in [*compared][2:] if not line.startswith("@@")]
    if old.marking != new.marking:
        lines.append(f"version {old.marking} of the marking became {new.marking}")
    return lines
