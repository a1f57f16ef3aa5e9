"""Find submissions that hold the right answers to another sheet of the same exercise.

It is for the teacher's eyes: a student who was handed the wrong sheet gives them too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from math import floor, isfinite, log, nan
from typing import NamedTuple

from backprop_cli.exercises.answers.answers import read_number
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.answers.rounding import elements
from backprop_cli.exercises.marking.result import Graded, Mark, Verdict
from backprop_cli.exercises.model.reason import ReasonCode
from backprop_cli.exercises.model.tolerance import USUAL, close

MIN_WRONG = 3
"""Numbers of a submission that are wrong for its own sheet, before another one is looked for."""

MAX_SUSPECTS = 10_000
"""Submissions that are looked at; those after them are not."""

MAX_SHEETS = 3
"""Sheets that are named, where several have the same key."""

SHARE = 0.005
"""How far, relatively, the numbers of one class of rounded numbers lie apart."""

Numbers = tuple[float | None, ...]
"""The numbers of all questions in order; None where there is none."""


class OfAnother(NamedTuple):
    """Submissions with the right answers to other sheets."""

    students: Sequence[str]
    """The first few by name."""
    size: int
    own: int
    """The sheet that they were handed."""
    sheets: tuple[int, ...]
    """The sheets whose answers they gave."""


class _Suspect(NamedTuple):
    students: Sequence[str]
    size: int
    own: int
    numbers: Numbers
    telling: tuple[int, ...]
    """Places of numbers that are wrong for the own sheet."""


@dataclass
class OtherSheets:
    """The keys of all sheets, and the submissions that are compared with them at the end."""

    keys: dict[int, Numbers] = field(default_factory=dict)
    suspects: list[_Suspect] = field(default_factory=list)

    def add(self, graded: Graded, size: int, students: Sequence[str]) -> None:
        """Take in a submission that so many students gave, of whom these are the first."""
        if not graded.variant or graded.unreadable:
            return
        if graded.variant not in self.keys:
            self.keys[graded.variant] = tuple(_numbers(graded.marks, lambda mark: mark.key))
        if _is_suspect(graded) and len(self.suspects) < MAX_SUSPECTS:
            numbers = tuple(_numbers(graded.marks, lambda mark: mark.answer))
            key = self.keys[graded.variant]
            pairs = enumerate(zip(numbers, key, strict=False))
            wrong = (k for k, (a, b) in pairs if a and b is not None and not close(a, b, USUAL))
            telling = tuple(islice(wrong, MIN_WRONG))
            if len(telling) == MIN_WRONG:
                self.suspects.append(_Suspect(students, size, graded.variant, numbers, telling))

    def found(self) -> list[OfAnother]:
        """The submissions that hold another sheet's answers; in the order of their sheets."""
        # By classes of rounded numbers, so that not every submission meets every sheet.
        suspects: dict[tuple[int, ...], dict[tuple[int | None, ...], list[int]]] = {}
        for number, suspect in enumerate(self.suspects):
            index = suspects.setdefault(suspect.telling, {})
            for digest in _digests(suspect.numbers[k] for k in suspect.telling):
                index.setdefault(digest, []).append(number)
        sheets: dict[int, list[int]] = {}
        for variant in sorted(self.keys):
            for number in self._given(variant, suspects):
                sheets.setdefault(number, []).append(variant)
        found = [
            OfAnother(each.students, each.size, each.own, tuple(sheets[k][:MAX_SHEETS]))
            for k, each in enumerate(self.suspects)
            if k in sheets
        ]
        return sorted(found, key=lambda each: (each.own, list(each.students)))

    def _given(
        self,
        variant: int,
        suspects: dict[tuple[int, ...], dict[tuple[int | None, ...], list[int]]],
    ) -> Iterator[int]:
        key = self.keys[variant]
        for places, index in suspects.items():
            if max(places) < len(key):
                digest = tuple([_rounded(key[k]) for k in places])
                for number in index.get(digest, ()):
                    if _agree(self.suspects[number].numbers, key):
                        yield number


def _is_suspect(graded: Graded) -> bool:
    """Whether answers are wrong, and no one mistake is known to explain them all."""
    missed = [mark for mark in graded.marks if mark.verdict in (Verdict.WRONG, Verdict.FOLLOW)]
    codes = [mark.code for mark in missed if mark.code is not ReasonCode.SAME_MISTAKE]
    return len(missed) > 0 and codes != [ReasonCode.MISTAKE]


def _numbers(marks: Iterable[Mark], text: Callable[[Mark], str]) -> Iterator[float | None]:
    """The numbers of all marks, element by element; as many as the key of each has."""
    for mark in marks:
        key = _elements(mark.key)
        own = _elements(text(mark))
        yield from own if len(own) == len(key) else [None] * len(key)


def _elements(text: str) -> list[float]:
    read = read_number(text.rpartition("=")[2], ()) if text else nan
    numbers = [] if isinstance(read, Unreadable) else elements(read)
    return numbers if all(map(isfinite, numbers)) else []


def _rounded(number: float | None) -> int | None:
    """The class of a number: all that are within a share of each other, with its sign."""
    if not number:
        return None
    place = floor(log(abs(number)) / SHARE)
    return 2 * place + (number < 0)


def _digests(numbers: Iterable[float | None]) -> Iterator[tuple[int | None, ...]]:
    """The classes of some numbers, and those beside them: each number is near a border."""
    classes = [_rounded(number) for number in numbers]
    yield from product(*[() if c is None else (c - 2, c, c + 2) for c in classes])


def _agree(numbers: Numbers, key: Numbers) -> bool:
    """Whether all that was answered is the key."""
    if len(numbers) != len(key):
        return False
    pairs = zip(numbers, key, strict=True)
    return all(a is None or (b is not None and close(a, b, USUAL)) for a, b in pairs)
