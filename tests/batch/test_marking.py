"""A class is marked as its submissions are, one by one, in whatever order they come."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from class_of import ANSWERS, DRAWN, EXERCISE, RIGHT, lines
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.batch import marking as module
from backprop_cli.batch.marking import (
    Marked,
    Marking,
    Memory,
    load,
    mark_chunk,
    mark_chunk_as_data,
    marked_from_data,
)
from backprop_cli.batch.run import CHUNK_BYTES, Tally, chunks, mark_class, store_class, unseen
from backprop_cli.batch.submissions.parse import parse
from backprop_cli.batch.submissions.submission import Raw, Submission
from backprop_cli.batch.workers import Here
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.marking.record import outcome
from backprop_cli.gradebook.digests import DigestSet
from backprop_cli.gradebook.rows import graded_of
from backprop_cli.gradebook.store import Gradebook
from backprop_cli.gradebook.students import latest_submissions

MARKING = Marking(EXERCISE.encode(), "chain.toml")
LINES = lines(300)


def raws(texts: Sequence[str]) -> list[Raw]:
    return [Raw(f"line {n}", "", text.encode()) for n, text in enumerate(texts)]


def earned(marked: Sequence[Marked]) -> dict[bytes, tuple[str, module.Earned]]:
    return {m.digest: (m.student, m.earned) for m in marked}


@pytest.mark.parametrize("exercise", [EXERCISE, DRAWN])
def test_memory_changes_nothing(exercise: str) -> None:
    """What is remembered is what a marker says that sees each submission for the first time."""
    marking = Marking(exercise.encode(), "x.toml")
    marker = load(marking).marker
    for marked, raw in zip(mark_chunk(marking, raws(LINES)), raws(LINES), strict=True):
        said = parse(raw)
        if isinstance(said, Submission):
            fresh = marker.mark(said.student, said.answers, said.problems)
            assert marked.earned.outcome == outcome(fresh)
            assert marked.earned.points == fresh.points
            assert marked.earned.verdicts == fresh.verdicts
            assert outcome(graded_of(said.student, marked.earned.outcome)) == outcome(fresh)
        else:
            assert marked.earned.unreadable == said.reason


def test_what_is_equal_and_not_the_same_is_told_apart() -> None:
    memory = Memory(load(MARKING))
    answers = [RIGHT | {"f": value} for value in (1, 1.0, True, "1", "1.0", [1], None)]
    found = [memory.mark(Submission("ada", a, "", b"")).earned.outcome for a in answers]
    fresh = [Memory(load(MARKING)).mark(Submission("ada", a, "", b"")).earned for a in answers]
    assert found == [e.outcome for e in fresh]
    assert found[0] != found[2]


def test_equal_answers_are_marked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    exercise = load(MARKING)
    memory = Memory(exercise)
    calls = []
    mark = exercise.marker.mark
    monkeypatch.setattr(exercise.marker, "mark", lambda *a: calls.append(1) or mark(*a))
    for n in range(50):
        memory.mark(Submission(f"student {n}", ANSWERS[3], "", b""))
    assert len(calls) == 1
    monkeypatch.setattr(module, "REMEMBERED", 10_000)
    for n in range(100):
        memory.mark(Submission("ada", RIGHT | {"f": n}, "", b""))
    assert len(memory._known) < 20


def stored(path: Path, parts: Sequence[Sequence[str]]) -> dict[str, str]:
    """Student -> what the gradebook has, after marking the parts one after another."""
    with Gradebook.open(str(path)) as book:
        exercise = load(MARKING)
        place = book.exercise(exercise.hash, exercise.title, exercise.text, exercise.questions)
        for part in parts:
            list(store_class(raws(part), MARKING, Here(), Tally(), book, place))
        (kept,) = book.exercises()
        found = {one.graded.student: one for one in latest_submissions(book, kept)}
    assert {one.times for one in found.values()} == {1}
    return {student: outcome(one.graded) for student, one in found.items()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return stored(tmp_path_factory.mktemp("whole") / "class.db", [LINES])


@given(st.randoms(use_true_random=False), st.lists(st.integers(0, len(LINES)), max_size=4))
def test_any_order_any_split_and_any_repetition_give_the_same_marks(
    tmp_path_factory: pytest.TempPathFactory, whole: dict[str, str], draw: object, cuts: list[int]
) -> None:
    order = LINES[:]
    draw.shuffle(order)  # type: ignore[attr-defined]
    places = [0, *sorted(cuts), len(order)]
    parts = [order[a:b] for a, b in pairwise(places)]
    path = tmp_path_factory.mktemp("any") / "class.db"
    assert stored(path, [*parts, parts[0], order]) == whole


def test_marking_again_changes_no_byte(tmp_path: Path, whole: dict[str, str]) -> None:
    path = tmp_path / "class.db"
    stored(path, [LINES])
    before = path.read_bytes()
    assert stored(path, [LINES]) == whole
    assert path.read_bytes() == before


def test_the_cut_into_chunks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from backprop_cli.batch import run

    all_at_once = earned([m for c in mark_class(raws(LINES), MARKING, Here(), Tally()) for m in c])
    monkeypatch.setattr(run, "CHUNK", 7)
    found = [*mark_class(raws(LINES), MARKING, Here(), Tally())]
    assert len(found) == 43
    assert earned([m for c in found for m in c]) == all_at_once


def test_large_and_slow_submissions_come_in_small_chunks() -> None:
    large = [Raw("", "", b" " * 2**20)] * 20
    assert max(map(len, chunks(large))) * 2**20 <= CHUNK_BYTES
    code = [Raw("", "ada", b"", "code", b"pass")] * 200
    assert max(map(len, chunks(code))) <= 51


def test_each_submission_is_marked_once() -> None:
    tally = Tally()
    some = raws(["a", "b", "a", "c", "b"])
    known = DigestSet([parse(some[3]).digest])
    assert [raw.data for raw in unseen(some, known, tally)] == [b"a", b"b"]
    assert (tally.copies, tally.known) == (2, 1)


def test_the_tally() -> None:
    tally = Tally()
    texts = [
        json.dumps({"student": s, "answers": a}) for s, a in zip("abcab", ANSWERS, strict=False)
    ]
    for _ in mark_class(raws([*texts, "["]), MARKING, Here(), tally):
        pass
    assert (tally.marked, tally.unreadable, tally.perfect) == (6, 1, 3)
    assert tally.again == ["a", "b"]
    assert (tally.points, tally.possible) == (18, 20)


def test_the_student_of_the_command_line_wins() -> None:
    (marked,) = mark_chunk(MARKING._replace(student="zoe"), raws(LINES[:1]))
    assert marked.student == "zoe"


def test_marks_from_another_machine_are_data() -> None:
    class_ = raws(LINES)
    assert marked_from_data(mark_chunk_as_data(MARKING, class_)) == mark_chunk(MARKING, class_)


@pytest.mark.parametrize("spoiled", [
    b"", b"[]", b"{}", b"null", "not bytes", [1], b'{"marked": 3}', b'{"marked": [[1, 2, 3, 4]]}', b"[" * 10**5,
    b'{"marked": [["ada", "line 1", "00", ["{}", 0, 0, "", [], ""]]]}', b'{"error": 3}', b'{"fault": "KeyError"}',
])  # fmt: skip
def test_nonsense_from_another_machine_is_said(spoiled: object) -> None:
    with pytest.raises(BackpropError, match="a worker has"):
        marked_from_data(spoiled)


def test_what_another_machine_cannot_mark_is_said_as_here() -> None:
    sent = mark_chunk_as_data(Marking(b"nonsense", "e.toml"), [])
    with pytest.raises(BackpropError, match=r"e\.toml"):
        marked_from_data(sent)
