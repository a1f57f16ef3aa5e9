"""Mark a chunk of a class; the same answers are marked once."""

import contextlib
import json
import marshal
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from backprop_cli.batch.submissions.digest import digest
from backprop_cli.batch.submissions.parse import parse
from backprop_cli.batch.submissions.submission import Raw, Submission, Unreadable
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.marking.mark import Marker, load_marker
from backprop_cli.exercises.marking.record import outcome
from backprop_cli.exercises.marking.result import Graded
from backprop_cli.gradebook.digests import SIZE as DIGEST_SIZE
from backprop_cli.gradebook.rows import graded_of
from backprop_cli.gradebook.store import StoredQuestion

REMEMBERED = 1 << 24
"""Bytes of the answers and outcomes that are remembered; then all are forgotten."""


class Marking(NamedTuple):
    """What a process needs to know to mark: it is sent along with each chunk."""

    exercise: bytes
    path: str
    """Where the exercise was read, for messages."""
    isolation: str | None = None
    """The layer in which code runs; None takes the safest."""
    student: str | None = None
    """Whose submissions they are, where the command line says so."""


class Earned(NamedTuple):
    """What a submission earned, as equal answers share it."""

    outcome: str
    points: float
    possible: float
    verdicts: str
    """One letter a question, see LETTERS."""
    problems: tuple[str, ...] = ()
    unreadable: str = ""


class Marked(NamedTuple):
    """One submission, marked: what comes back from the process that did it."""

    student: str
    source: str
    digest: bytes
    earned: Earned


def mark_chunk(marking: Marking, raws: Sequence[Raw]) -> list[Marked]:
    """Mark submissions in their order; what runs in a process of its own, or on a cluster."""
    memory = _memory(marking)
    return [_marked(memory, raw) for raw in raws]


def mark_chunk_as_data(marking: Marking, raws: Sequence[Raw]) -> bytes:
    """The same on a machine that is only believed to mark: JSON, for `marked_from_data`."""
    try:
        marked = mark_chunk(marking, raws)
    except BackpropError as error:
        return json.dumps({"error": [error.message, error.hint]}).encode()
    except Exception as error:  # a pickle of it would be unpacked by whoever asked
        return json.dumps({"fault": type(error).__name__}).encode()
    return json.dumps({"marked": [[*one[:2], one[2].hex(), one[3]] for one in marked]}).encode()


def marked_from_data(data: object) -> list[Marked]:
    """What `mark_chunk_as_data` says, believing nothing of it but the marks.

    Raises:
        BackpropError: if it says that the exercise or the machine cannot be used, or is nonsense.
    """
    try:
        said = json.loads(data) if isinstance(data, bytes) else {}
        if "error" in said:
            message, hint = said["error"]
            raise BackpropError(str(message), hint=hint and str(hint))
        if "fault" not in said:
            return [_marked_from(one) for one in said["marked"]]
        kind = str(said["fault"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BackpropError("a worker has sent something else than marks") from None
    raise BackpropError(f"a worker has failed by a mistake of backprop ({kind})")


def _marked_from(one: list[Any]) -> Marked:
    student, source, key, earned = one
    result, points, possible, verdicts, problems, unreadable = earned
    graded_of(student, result)
    if not all(type(text) is str for text in (source, verdicts, unreadable, *problems)):
        raise TypeError("not a mark")
    digest_ = bytes.fromhex(key)
    if len(digest_) != DIGEST_SIZE:
        raise ValueError("a digest of another length")
    found = Earned(result, float(points), float(possible), verdicts, tuple(problems), unreadable)
    return Marked(student, source, digest_, found)


def _marked(memory: "Memory", raw: Raw) -> Marked:
    """One submission, marked; what nobody foresaw costs the class this one, and not the rest."""
    try:
        return memory.marked(raw)
    except (BackpropError, MemoryError, OSError):
        raise
    except Exception as error:
        kind = type(error).__name__
        reason = f"this submission could not be marked: a mistake of backprop ({kind})"
        return memory.mark(Unreadable(_student_of(raw), raw.source, digest(raw), reason))


def _student_of(raw: Raw) -> str:
    with contextlib.suppress(Exception):
        return parse(raw).student
    return raw.stem or f"unnamed {digest(raw).hex()[:8]}"


@lru_cache(maxsize=1)
def _memory(marking: Marking) -> "Memory":
    """The exercise is read once in each process."""
    return Memory(load(marking), marking.student)


class Loaded(NamedTuple):
    """An exercise that can be marked."""

    marker: Marker
    hash: str
    title: str
    text: str
    """The whole file."""
    questions: list[StoredQuestion]
    possible: float


def load(marking: Marking) -> Loaded:
    """The exercise.

    Raises:
        BackpropError: if it cannot be read.
    """
    marker = load_marker(marking.exercise, marking.path, marking.isolation)
    exercise = marker.exercise
    questions = [StoredQuestion(asked.name, asked.points) for asked in exercise.questions]
    questions += [StoredQuestion(gate.class_name, gate.points) for gate in exercise.code]
    return Loaded(
        marker,
        exercise.heading.digest.hex(),
        exercise.heading.title,
        marking.exercise.decode("utf-8-sig"),
        questions,
        exercise.possible,
    )


_LINE = re.compile(rb'\{"student": ?"([^"\\\x00-\x1f\x7f-\xff]{1,200})", ?"answers"(.*)', re.DOTALL)
"""A submission that begins as most do: two of them that go on alike have the same answers."""


class Memory:
    """A marker that remembers: equal answers to equal questions are marked once."""

    def __init__(self, exercise: Loaded, student: str | None = None) -> None:
        self._marker = exercise.marker
        self._possible = exercise.possible
        self._letters = "c" * len(exercise.questions)
        self._student = student
        self._known: dict[tuple[int, bytes], Earned] = {}
        self._texts: dict[tuple[int, bytes], Earned] = {}
        self._size = 0

    def marked(self, raw: Raw) -> Marked:
        """Read and mark a submission; of a line that says what another said, only the name."""
        line = _LINE.fullmatch(raw.data) if raw.kind == "json" and raw.code is None else None
        if line is None or raw.reason or raw.problems:
            return self.mark(parse(raw))
        student = self._student or line[1].decode("ascii").strip()
        key = self._marker.variant(student), line[2]
        earned = self._texts.get(key)
        if earned is None or not student:
            said = parse(raw)
            marked = self.mark(said)
            if isinstance(said, Submission):
                self._remember(self._texts, key, marked.earned)
            return marked
        return Marked(student, raw.source, digest(raw), earned)

    def mark(self, said: Submission | Unreadable) -> Marked:
        """Mark a submission, or say of one that cannot be read why it earns nothing."""
        student = self._student or said.student
        if isinstance(said, Unreadable) or said.problems or said.code is not None:
            earned = _earned(self.graded(said))
        else:
            earned = self._recalled(student, said)
        return Marked(student, said.source, said.digest, earned)

    def graded(self, said: Submission | Unreadable) -> Graded:
        """The marks of a submission, with all answers as they were typed."""
        student = self._student or said.student
        if isinstance(said, Unreadable):
            return Graded(student, 0, {}, (), (), said.reason)
        return self._marker.mark(student, said.answers, said.problems, said.code)

    def _recalled(self, student: str, said: Submission) -> Earned:
        variant = self._marker.variant(student)
        quick = self._marker.quick(variant, said.answers)
        if quick is not None:
            return Earned(quick, self._possible, self._possible, self._letters)
        # Exact where `==` is not: 1, 1.0 and true are three answers. Version 2 has no references,
        # which would depend on what else shares a text.
        key = variant, marshal.dumps(said.answers, 2)  # type: ignore[arg-type]
        earned = self._known.get(key)
        if earned is None:
            earned = _earned(self.graded(said))
            self._remember(self._known, key, earned)
        return earned

    def _remember(
        self, where: dict[tuple[int, bytes], Earned], key: tuple[int, bytes], earned: Earned
    ) -> None:
        self._size += len(key[1]) + len(earned.outcome) + 500
        if self._size > REMEMBERED:
            self._known.clear()
            self._texts.clear()
            self._size = 0
        where[key] = earned


def _earned(graded: Graded) -> Earned:
    return Earned(
        outcome(graded),
        graded.points,
        graded.possible,
        graded.verdicts,
        graded.problems,
        graded.unreadable,
    )
