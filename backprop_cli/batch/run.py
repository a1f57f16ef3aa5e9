"""Mark a class: read, leave out what is stored, mark in chunks, store, and count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b

from backprop_cli.batch.marking import (
    Marked,
    Marking,
    mark_chunk,
    mark_chunk_as_data,
    marked_from_data,
)
from backprop_cli.batch.submissions.digest import digest
from backprop_cli.batch.submissions.submission import Raw
from backprop_cli.batch.workers import Workers
from backprop_cli.gradebook.digests import DigestSet
from backprop_cli.gradebook.store import Gradebook, Row

CHUNK = 1000
"""The most submissions that are marked, and stored, together."""
CHUNK_BYTES = 2**22
"""The most bytes of them; what they are more, the chunk is shorter."""
CODE_BYTES = CHUNK_BYTES // 50
"""What code counts as, whatever its length: running it takes a thousand times as long."""

TOGETHER = 5
"""Full chunks that are stored in one transaction: waiting for the disk costs more than marking."""

NAMED = 20
"""How many students are named that are there more than once; the others are counted."""


@dataclass
class Tally:
    """What became of a class so far; the same for any number of workers."""

    marked: int = 0
    """Submissions marked in this run."""
    known: int = 0
    """Submissions that were stored before."""
    copies: int = 0
    """Submissions that are, to the byte, another of the same student."""
    stored: int = 0
    """Submissions stored in this run."""
    perfect: int = 0
    """Marked, with all points."""
    unreadable: int = 0
    points: float = 0.0
    possible: float = 0.0
    again: list[str] | None = field(default_factory=list)
    """Students of whom there was more than one submission, in order of their second one; None
    where nobody asks: a gradebook knows."""
    more: int = 0
    """How many further submissions there were of students who had handed in before."""
    _students: DigestSet = field(default_factory=DigestSet)

    def count(self, marked: Iterable[Marked]) -> None:
        """Take in what was marked."""
        for student, _, _, earned in marked:
            self.marked += 1
            self.points += earned.points
            self.possible += earned.possible
            if earned.unreadable:
                self.unreadable += 1
            elif earned.points == earned.possible:
                self.perfect += 1
            if self.again is not None and not self._students.add(_digest_of(student)):
                self._came_again(student, self.again)

    def _came_again(self, student: str, again: list[str]) -> None:
        if len(again) >= NAMED:
            self.more += 1
        elif student not in again:
            again.append(student)


def _digest_of(student: str) -> bytes:
    return blake2b(student.encode("utf-8", "backslashreplace"), digest_size=16).digest()


def unseen(raws: Iterable[Raw], known: DigestSet, tally: Tally) -> Iterator[Raw]:
    """The submissions that are not stored yet, each once."""
    seen = DigestSet()
    for raw in raws:
        key = digest(raw)
        # In this order: what this run stores becomes known too, sooner or later.
        if not seen.add(key):
            tally.copies += 1
        elif key in known:
            tally.known += 1
        else:
            yield raw


def chunks(raws: Iterable[Raw]) -> Iterator[list[Raw]]:
    """A few submissions at a time: fewer where they are large, or take long."""
    chunk: list[Raw] = []
    size = 0
    for raw in raws:
        chunk.append(raw)
        size += len(raw.data) + (0 if raw.code is None else CODE_BYTES)
        if len(chunk) >= CHUNK or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def mark_class(
    raws: Iterable[Raw], marking: Marking, workers: Workers, tally: Tally
) -> Iterator[list[Marked]]:
    """Mark a class in its order, chunk by chunk."""
    if workers.elsewhere:
        sent = workers.map(partial(mark_chunk_as_data, marking), chunks(raws))
        every: Iterator[list[Marked]] = map(marked_from_data, sent)
    else:
        every = workers.map(partial(mark_chunk, marking), chunks(raws))
    for marked in every:
        tally.count(marked)
        yield marked


def store_class(
    raws: Iterable[Raw],
    marking: Marking,
    workers: Workers,
    tally: Tally,
    book: Gradebook,
    exercise: int,
) -> Iterator[list[Marked]]:
    """Mark what the gradebook does not have, chunk by chunk; what is yielded is stored.

    The gradebook is the same for any number of workers and any cut into chunks.
    """
    fresh = unseen(raws, book.known(exercise), tally)
    waiting: list[list[Marked]] = []
    for marked in mark_class(fresh, marking, workers, tally):
        waiting.append(marked)
        # A chunk that is not full is the last one, or took long.
        if len(waiting) == TOGETHER or len(marked) < CHUNK:
            yield from _stored(waiting, tally, book, exercise)
            waiting = []
    yield from _stored(waiting, tally, book, exercise)


def _stored(
    chunks: list[list[Marked]], tally: Tally, book: Gradebook, exercise: int
) -> list[list[Marked]]:
    """The chunks, stored in one transaction."""
    rows = [
        Row(m.digest, m.student, m.source, m.earned.outcome) for marked in chunks for m in marked
    ]
    if rows:
        tally.stored += book.add(exercise, rows)
    return chunks
