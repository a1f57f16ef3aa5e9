import os
import random
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked import QUESTIONS, add_class, marked, row

from backprop_cli.errors import BackpropError
from backprop_cli.gradebook import store
from backprop_cli.gradebook.digests import DigestMap, DigestSet, digest
from backprop_cli.gradebook.exports import export
from backprop_cli.gradebook.schema import APPLICATION
from backprop_cli.gradebook.sheet import sheet_from
from backprop_cli.gradebook.store import Gradebook, Row
from backprop_cli.gradebook.summary import summary


def dump(book: Gradebook) -> list[str]:
    return list(book.sql.iterdump())


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "class.db")


def a_class(count: int) -> list[Row]:
    draw = random.Random(1)
    return [
        row(marked(f"s{n}", "".join(draw.choices("cfwbud", k=3))), f"class.jsonl:{n}")
        for n in range(count)
    ]


def test_what_was_added_is_there_after_a_new_start(path: str) -> None:
    with Gradebook.open(path) as book:
        exercise = book.exercise("1", "chain", "…", QUESTIONS)
        assert book.add(exercise, a_class(50)) == 50
    with Gradebook.open(path, create=False) as book:
        assert book.exercise("1", "chain", "…", QUESTIONS) == exercise
        known = book.known(exercise)
        assert len(known) == 50
        assert all(one.submission in known for one in a_class(50))
        assert book.exercises()[0].questions == QUESTIONS
        assert book.exercises()[0].points == 5


def test_the_same_again_changes_no_byte(path: str) -> None:
    for _ in range(2):
        with Gradebook.open(path) as book:
            added = book.add(book.exercise("1", "chain", "…", QUESTIONS), a_class(50))
        after = Path(path).read_bytes()
        if added:
            first = after
    assert (after, added) == (first, 0)
    assert os.listdir(Path(path).parent) == ["class.db"]


def test_equal_outcomes_are_stored_once(path: str) -> None:
    with Gradebook.open(path) as book:
        add_class(book, *[marked(f"s{n}", "ccw") for n in range(10)])
        add_class(book, *[marked(f"t{n}", "ccw") for n in range(10)])
        assert book.sql.execute("SELECT count(*) FROM outcome").fetchone() == (1,)


@given(st.lists(st.integers(0, 30), max_size=40), st.lists(st.integers(1, 9), min_size=1))
def test_chunks_do_not_matter(numbers: list[int], sizes: list[int]) -> None:
    rows = [row(marked(f"s{n}", "cw" + "cfwb"[n % 4]), f"{n}") for n in numbers]
    with (
        TemporaryDirectory() as folder,
        Gradebook.open(f"{folder}/whole.db") as whole,
        Gradebook.open(f"{folder}/cut.db") as cut,
    ):
        whole.add(whole.exercise("1", "chain", "…", QUESTIONS), rows)
        exercise = cut.exercise("1", "chain", "…", QUESTIONS)
        at = 0
        for k in range(len(rows)):
            size = sizes[k % len(sizes)]
            cut.add(exercise, iter(rows[at : at + size]))
            at += size
        assert dump(cut) == dump(whole)


def test_a_chunk_that_fails_leaves_nothing(path: str) -> None:
    rows = a_class(20)

    def breaking() -> object:
        yield from rows[:10]
        raise KeyboardInterrupt

    with Gradebook.open(path) as book:
        exercise = book.exercise("1", "chain", "…", QUESTIONS)
        empty = dump(book)
        with pytest.raises(KeyboardInterrupt):
            book.add(exercise, breaking())
        assert dump(book) == empty
        assert len(book.known(exercise)) == 0
        assert book.add(exercise, rows) == 20


def test_two_who_write_at_once_store_each_submission_once(path: str) -> None:
    rows = a_class(30)
    with Gradebook.open(path) as one, Gradebook.open(path) as other:
        exercise = one.exercise("1", "chain", "…", QUESTIONS)
        assert other.exercise("1", "chain", "…", QUESTIONS) == exercise
        assert one.add(exercise, rows[:20]) == 20
        assert other.add(exercise, rows) == 10
        assert one.add(exercise, rows) == 0
        assert len(one.known(exercise)) == len(other.known(exercise)) == 30


def test_another_exercise_and_another_marking_are_keys_of_their_own(path: str) -> None:
    rows = a_class(5)
    with Gradebook.open(path) as book:
        ids = [
            book.exercise(hash_, "chain", "…", QUESTIONS, marking)
            for hash_, marking in (("1", 1), ("2", 1), ("2", 2))
        ]
        assert [book.add(exercise, rows) for exercise in ids] == [5, 5, 5]
        assert [e.id for e in book.exercises()] == ids[-1:]
        assert [e.id for e in book.exercises(every=True)] == ids
        assert book.exercise("1", "chain", "…", QUESTIONS, 1) == ids[0]
        assert [e.id for e in book.exercises()] == ids[:1]


@pytest.mark.parametrize(
    "name", ["", "a\0b", "\ud800", "名前", "'; DROP TABLE submission; --", "é"]
)
def test_any_name_can_be_stored(path: str, name: str) -> None:
    with Gradebook.open(path) as book:
        exercise = add_class(book)
        assert book.add(exercise, [Row(digest(b""), name, name, "{}")]) == 1
        (stored,) = book.sql.execute("SELECT student FROM submission").fetchone()
        assert stored == name.encode("utf-8", "backslashreplace").decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a database at all", "is not a gradebook"),
        (b"x" * 5000, "is not a gradebook"),
        (b"SQLite format 3\0" + b"\xff" * 84, "is not a gradebook"),
        (b"SQLite format 3\0" + b"\0" * 52 + APPLICATION.to_bytes(4) + b"\xff" * 900, "gradebook"),
    ],
)
def test_a_foreign_file_is_refused_and_left(path: str, content: bytes, said: str) -> None:
    Path(path).write_bytes(content)
    for create in (True, False):
        with pytest.raises(BackpropError, match=said):
            Gradebook.open(path, create)
    assert Path(path).read_bytes() == content


def test_a_closed_book_is_free_though_its_rows_were_not_read_to_the_end(path: str) -> None:
    with Gradebook.open(path) as book:
        rows = book.sql.execute("SELECT name FROM sqlite_master")
        next(rows)
    other = sqlite3.connect(path, timeout=0)
    with other:
        other.execute("CREATE TABLE mail (text)")
    other.close()
    assert not os.path.exists(f"{path}-journal")
    with pytest.raises(sqlite3.ProgrammingError):
        next(rows)


def test_a_database_of_others_is_refused_and_left(path: str) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE mail (text)")
    other.commit()
    other.close()
    before = Path(path).read_bytes()
    with pytest.raises(BackpropError, match="is not a gradebook"):
        Gradebook.open(path)
    assert Path(path).read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TRIGGER t AFTER INSERT ON submission BEGIN DELETE FROM outcome; END",
        "CREATE VIEW v AS SELECT 1",
        "DROP TABLE manual",
    ],
)
def test_a_gradebook_with_tables_that_are_not_ours_is_refused(path: str, change: str) -> None:
    with Gradebook.open(path) as book:
        book.sql.execute(change)
    with pytest.raises(BackpropError, match="is not a gradebook"):
        Gradebook.open(path)


def test_a_newer_layout_is_refused(path: str) -> None:
    with Gradebook.open(path) as book:
        book.sql.execute("PRAGMA user_version = 9")
    with pytest.raises(BackpropError, match="of layout 9"):
        Gradebook.open(path)


def test_a_damaged_gradebook_is_refused_or_read_and_never_written_over(path: str) -> None:
    with Gradebook.open(path) as book:
        book.add(book.exercise("1", "chain", "…", QUESTIONS), a_class(200))
    whole = Path(path).read_bytes()
    draw = random.Random(7)
    refused = 0
    for _ in range(60):
        broken = bytearray(whole)
        for _ in range(8):
            broken[draw.randrange(len(broken))] = draw.randrange(256)
        if draw.random() < 0.3:
            del broken[draw.randrange(len(broken)) :]
        Path(path).write_bytes(broken)
        try:
            with Gradebook.open(path) as book:
                book.known(1)
                for exercise in book.exercises():
                    summary(book, exercise)
                    for name in ("csv", "jsonl", "junit"):
                        "".join(export(name, sheet_from(book, exercise)))
        except BackpropError:
            refused += 1
        assert Path(path).read_bytes() == broken
    assert refused > 20


def test_what_is_missing_or_no_file_is_said(path: str, tmp_path: Path) -> None:
    with pytest.raises(BackpropError, match="there is no gradebook"):
        Gradebook.open(path, create=False)
    with pytest.raises(BackpropError, match="is a folder"):
        Gradebook.open(str(tmp_path))
    with pytest.raises(BackpropError, match="there is no folder"):
        Gradebook.open(str(tmp_path / "no" / "class.db"))
    with pytest.raises(BackpropError, match="not a regular file"):
        Gradebook.open(os.devnull)
    assert os.listdir(tmp_path) == []


def test_an_empty_file_becomes_a_gradebook(path: str) -> None:
    Path(path).touch()
    with Gradebook.open(path) as book:
        assert book.exercises() == []


def test_a_full_disk_loses_nothing_that_was_stored(path: str) -> None:
    rows = a_class(3000)
    with Gradebook.open(path) as book:
        exercise = book.exercise("1", "chain", "…", QUESTIONS)
        book.add(exercise, rows[:100])
        pages = book.sql.execute("PRAGMA page_count").fetchone()[0]
        book.sql.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(BackpropError, match="the disk is full") as caught:
            book.add(exercise, rows)
        assert "goes on where it stopped" in caught.value.report()
        assert len(book.known(exercise)) == 100
    with Gradebook.open(path) as book:
        assert book.add(exercise, rows) == 2900


@given(st.lists(st.binary(min_size=16, max_size=16)), st.binary(min_size=16, max_size=16))
def test_digests_are_a_set(keys: list[bytes], other: bytes) -> None:
    # Few first bytes, so that buckets fill, and keys that begin as others end.
    keys = [b"aa" + key[2:] for key in keys] + [b"a" * 16, b"aa" + b"b" * 14, b"a" * 15 + b"b"]
    found = DigestSet()
    assert [found.add(key) for key in keys] == [key not in keys[:n] for n, key in enumerate(keys)]
    assert len(found) == len(set(keys))
    assert all(key in found for key in keys)
    assert (other in found) == (other in keys)


@given(st.dictionaries(st.binary(min_size=16, max_size=16), st.integers(1, 2**63 - 1)))
def test_places_are_a_map(given: dict[bytes, int]) -> None:
    given = {b"aa" + key[2:]: place for key, place in given.items()}
    # A key that is the end of another's place and the beginning of the next key.
    shifted = b"a" * 16
    places = DigestMap()
    for key, place in given.items():
        places.put(key, place)
    assert {key: places.get(key) for key in given} == given
    assert places.get(shifted) == given.get(shifted, 0)


def test_the_end_of_a_place_and_the_start_of_a_digest_are_none() -> None:
    places = DigestMap()
    one, two = b"aa" + b"x" * 14, b"aa" + b"y" * 14
    places.put(one, int.from_bytes(b"\x01aaaaaaa"))
    places.put(two, 2)
    assert places.get(b"a" * 7 + two[:9]) == 0
    assert (places.get(one), places.get(two)) == (int.from_bytes(b"\x01aaaaaaa"), 2)


def test_a_digest_of_another_length_is_damage(path: str) -> None:
    for table in ("submission", "outcome"):
        with Gradebook.open(path) as book:
            exercise = add_class(book, marked())
            with book.writing() as sql:
                sql.execute(f"UPDATE {table} SET digest = x'00'")
        with Gradebook.open(path) as book, pytest.raises(BackpropError, match="is damaged"):
            book.add(exercise, a_class(3))
        Path(path).unlink()


def test_the_end_of_one_digest_and_the_start_of_the_next_are_none() -> None:
    one, two = b"aab" + b"x" * 11 + b"aa", b"aac" + b"y" * 11 + b"aa"
    found = DigestSet([one, two])
    assert (one + two)[14:30] not in found
    assert found.add((one + two)[14:30])
    assert (one + two)[14:30] in found


@pytest.mark.parametrize(("taken", "used"), [("BEGIN", "read"), ("BEGIN IMMEDIATE", "written")])
def test_who_has_the_book_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    taken: str,
    used: str,
) -> None:
    monkeypatch.setattr(store, "SILENCE", 0)
    monkeypatch.setattr(store, "PATIENCE", 0.2)
    path = str(tmp_path / "class.db")
    with Gradebook.open(path) as book:
        place = book.exercise("1", "chain", "…", QUESTIONS)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute(taken)
        other.execute("SELECT count(*) FROM submission").fetchone()
        with pytest.raises(BackpropError, match=f"is being {used} by another process") as caught:
            book.add(place, a_class(1))
        assert caught.value.hint
        assert "goes on where it stopped" in caught.value.hint
        assert caplog.messages == [f"{path} is being {used} by another process; waiting for it"]
        other.execute("ROLLBACK")
        other.close()
        assert book.add(place, a_class(1)) == 1
