from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from marked import add_class, marked

from backprop_cli.exercises.marking.result import Graded
from backprop_cli.gradebook.diff import Change, ComparedMarking, Totals, changes, mended
from backprop_cli.gradebook.store import Gradebook, StoredExercise
from backprop_cli.gradebook.students import chosen


def compared(folder: Path, old: list[Graded], new: list[Graded]) -> tuple[list[Change], Totals]:
    totals = Totals()
    with (
        Gradebook.open(str(folder / "old.db")) as one,
        Gradebook.open(str(folder / "new.db")) as other,
    ):
        add_class(one, *old)
        add_class(other, *new, hash="2")
        sides = ComparedMarking(one, chosen(one)), ComparedMarking(other, chosen(other))
        return list(changes(*sides, totals)), totals


def test_who_moves_by_how_much_and_why(tmp_path: Path) -> None:
    old = [marked("ada", "ccw"), marked("bob", "cww"), marked("cyd", "ccc"), marked("dan", "wcc")]
    new = [marked("ada", "ccc"), marked("bob", "cfw"), marked("cyd", "ccc"), marked("eve", "ccc")]
    found, totals = compared(tmp_path, old, new)
    assert [(change.student, change.points) for change in found] == [
        ("ada", 2.0),
        ("bob", 1.0),
    ]
    assert [(m.question, m.verdicts, m.points) for m in found[0].moved] == [
        ("df/dx", ("wrong", "correct"), 2.0)
    ]
    assert (totals.up, totals.down, totals.same) == (2, 0, 1)
    assert (totals.gone.first, totals.new.first) == (["dan"], ["eve"])
    assert [(why.question, why.verdicts, why.count, why.points) for why in totals.reasons] == [
        ("df/dq", ("wrong", "follow-through"), 1, 1.0),
        ("df/dx", ("wrong", "correct"), 1, 2.0),
    ]


def test_a_submission_that_became_unreadable_loses_its_questions(tmp_path: Path) -> None:
    found, totals = compared(
        tmp_path, [marked("ada", "ccb")], [Graded("ada", 0, {}, (), unreadable="not TOML")]
    )
    assert [m.verdicts for m in found[0].moved] == [
        ("correct", "not asked"),
        ("correct", "not asked"),
        ("blank", "not asked"),
    ]
    assert totals.down == 1


CLASS = st.dictionaries(st.text("aé名z", max_size=3), st.text("cfwbud", min_size=3, max_size=3))


@given(old=CLASS, new=CLASS)
def test_both_classes_are_walked_in_the_same_order(
    tmp_path_factory: object, old: dict[str, str], new: dict[str, str]
) -> None:
    found, totals = compared(
        tmp_path_factory.mktemp("diff"),
        [marked(*pair) for pair in old.items()],
        [marked(*pair) for pair in new.items()],
    )
    assert totals.gone.count == len(old.keys() - new.keys())
    assert totals.new.count == len(new.keys() - old.keys())
    assert totals.same == sum(old[name] == new[name] for name in old.keys() & new.keys())
    assert [change.student for change in found] == sorted(
        name for name in old.keys() & new.keys() if old[name] != new[name]
    )


def test_what_was_mended_is_shown() -> None:
    old = StoredExercise(1, "a", 1, "chain", "-- x = 1\ntolerance = 0.01\ny = 2\n", ())
    new = old._replace(text="x = 1\ntolerance = 0.1\ny = 2\n", marking=2)
    assert mended(old, new) == [
        "--- x = 1",
        "-tolerance = 0.01",
        "+x = 1",
        "+tolerance = 0.1",
        "version 1 of the marking became 2",
    ]
    assert mended(old, old) == []
