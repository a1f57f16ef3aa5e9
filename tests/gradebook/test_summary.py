import json
from dataclasses import replace
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked import QUESTIONS, SWAP, add_class, marked, row

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.marking.record import outcome
from backprop_cli.exercises.marking.result import Blame, Graded, Verdict
from backprop_cli.gradebook import students
from backprop_cli.gradebook.manual import Decision, decide, undo
from backprop_cli.gradebook.store import Gradebook
from backprop_cli.gradebook.students import chosen, of_student
from backprop_cli.gradebook.summary import FEW, Summary, summary

SUBMISSIONS = st.lists(
    st.tuples(st.sampled_from("abcdefghij"), st.text("cfwbud", min_size=3, max_size=3)),
    unique_by=lambda pair: pair[0],
)


def told(book: Gradebook) -> Summary:
    return summary(book, chosen(book))


def test_the_roll_has_every_student_once_by_name_with_the_last_submission(book: Gradebook) -> None:
    add_class(book, marked("bob", "ccc"), marked("ada", "www"), marked("bob", "bbb"))
    handed_in = list(students.latest_submissions(book, chosen(book)))
    assert [(h.graded.student, h.graded.verdicts, h.times) for h in handed_in] == [
        ("ada", "www", 1),
        ("bob", "bbb", 2),
    ]
    assert [h.source for h in handed_in] == ["class.jsonl:2", "class.jsonl:3"]
    assert of_student(book, chosen(book), "bob") == handed_in[1]
    assert handed_in[0].graded == marked("ada", "www")


def test_the_summary_counts(book: Gradebook) -> None:
    clash = Blame("upstream dropped", "mul", ("f",))
    puzzled = marked("eve", "ccw")
    puzzled = replace(
        puzzled, marks=(*puzzled.marks[:2], replace(puzzled.marks[2], blames=(SWAP, clash)))
    )
    lost = marked("fay", "ccw")
    lost = replace(lost, marks=(*lost.marks[:2], replace(lost.marks[2], blames=())))
    add_class(
        book,
        marked("ada", "ccc"),
        marked("bob", "cfw"),
        marked("cyd", "cfw"),
        marked("dan", "bud"),
        puzzled,
        lost,
        Graded("gus", 0, {}, (), unreadable="it is not TOML"),
        marked("bob", "cww"),
    )
    found = told(book)
    assert found.students == 6
    assert dict(found.marks) == {5.0: 1, 2.0: 1, 1.0: 1, 0.0: 1, 3.0: 2}
    assert found.mean == pytest.approx(14 / 6)
    assert found.median == 2.5
    assert found.shares == [1, 0, 1, 0, 1, 0, 2, 0, 0, 1]
    asked = found.questions["df/dq"]
    assert asked.verdicts == {
        Verdict.CORRECT: 3,
        Verdict.FOLLOW: 1,
        Verdict.WRONG: 1,
        Verdict.UNREADABLE: 1,
    }
    assert (asked.answers, asked.points, asked.possible) == (6, 7, 2)
    swap, dropped = found.common
    assert (swap.mistake, swap.gate, swap.students.count, swap.answers, swap.certain) == (
        "mul not switched",
        "mul",
        3,
        4,
        3,
    )
    assert swap.students.first == ["bob", "cyd", "eve"]
    assert swap.places == {("f",): 4}
    assert (dropped.answers, dropped.certain) == (1, 0)
    assert found.unreadable.first == ["gus"]
    assert found.undecided.first == ["dan"]
    assert found.unexplained.first == ["fay"]
    assert found.again.first == ["bob"]


@given(SUBMISSIONS, st.randoms(use_true_random=False), st.integers(0, 10))
def test_the_order_and_the_parts_of_a_class_do_not_matter(
    class_: list[tuple[str, str]], draw: object, cut: int
) -> None:
    rows = [row(marked(*pair)) for pair in class_]
    shuffled = list(rows)
    draw.shuffle(shuffled)
    seen = []
    with TemporaryDirectory() as folder:
        for name, parts in (("a", [rows]), ("b", [shuffled[:cut], shuffled[cut:], rows])):
            with Gradebook.open(f"{folder}/{name}.db") as book:
                exercise = book.exercise("1", "chain", "", QUESTIONS)
                for part in parts:
                    book.add(exercise, part)
                seen.append((told(book), list(students.marked(book, chosen(book)))))
    assert seen[0] == seen[1]
    assert seen[0][1] == [marked(*pair) for pair in sorted(class_)]


def test_a_million_names_are_counted_and_few_are_kept(book: Gradebook) -> None:
    add_class(book, *[marked(f"s{n:03}", "ccw") for n in range(100)])
    (slip,) = told(book).common
    assert slip.students.count == 100
    assert slip.students.first == [f"s{n:03}" for n in range(FEW)]


def test_a_mark_by_hand_counts_and_survives_marking_again(book: Gradebook) -> None:
    exercise = add_class(book, marked("ada", "cdw"), marked("bob", "cdw"))
    decide(book, chosen(book), "ada", "df/dq", Decision(2.0, "z*1 is z"))
    decide(book, chosen(book), "ada", "df/dx", Decision(0.5, "half a step"))
    for hash_ in ("1", "2"):
        add_class(book, marked("ada", "cdw"), marked("bob", "cdw"), hash=hash_)
        ada = of_student(book, chosen(book), "ada").graded
        assert (ada.points, ada.verdicts) == (3.5, "ccw")
        assert ada.marks[1].reason == "Set by hand: z*1 is z"
        assert of_student(book, chosen(book), "bob").graded == marked("bob", "cdw")
        found = told(book)
        assert found.undecided.first == ["bob"]
        assert dict(found.marks) == {3.5: 1, 1.0: 1}
        assert (found.by_hand.first, found.idle) == (["ada"], 0)
    assert chosen(book).id != exercise
    assert undo(book, chosen(book), "ada", "df/dq")
    assert not undo(book, chosen(book), "ada", "df/dq")
    assert of_student(book, chosen(book), "ada").graded.verdicts == "cdw"


def test_a_teacher_can_mark_what_the_marker_could_not_read(book: Gradebook) -> None:
    add_class(book, Graded("ada", 0, {}, (), unreadable="not TOML"), marked("bob", "ccc"))
    assert told(book).unreadable.first == ["ada"]
    decide(book, chosen(book), "ada", "df/dq", Decision(2.0, "on paper"))
    ada = of_student(book, chosen(book), "ada").graded
    assert (ada.points, ada.possible, ada.verdicts, ada.unreadable) == (2.0, 5.0, "bcb", "")
    assert ada.problems == ("could not be read by the marker: not TOML",)
    found = told(book)
    assert (found.unreadable.count, dict(found.marks)) == (0, {2.0: 1, 5.0: 1})


def test_a_mark_by_hand_for_a_question_that_is_gone_is_said(book: Gradebook) -> None:
    add_class(book, marked("ada", "cdw"))
    decide(book, chosen(book), "ada", "q", Decision(0.0, "copied"))
    assert told(book).idle == 0
    book.exercise("2", "chain", "", QUESTIONS[1:])
    assert told(book).idle == 1


@pytest.mark.parametrize(
    ("student", "question", "points", "reason", "said"),
    [
        ("adda", "df/dx", 1.0, "x", "did you mean 'ada'"),
        ("ada", "df/dy", 1.0, "x", "does not ask 'df/dy'"),
        ("ada", "df/dx", 2.5, "x", "worth 0 to 2 points, not 2.5"),
        ("ada", "df/dx", -1.0, "x", "worth 0 to 2"),
        ("ada", "df/dx", float("nan"), "x", "worth 0 to 2"),
        ("ada", "df/dx", 1.0, " ", "needs a reason"),
    ],
)
def test_a_mark_by_hand_that_cannot_be_is_refused(
    book: Gradebook, student: str, question: str, points: float, reason: str, said: str
) -> None:
    add_class(book, marked())
    with pytest.raises(BackpropError) as caught:
        decide(book, chosen(book), student, question, Decision(points, reason))
    assert said in caught.value.report()
    assert of_student(book, chosen(book), "ada").graded == marked()


def changed(**changes: object) -> str:
    """A stored outcome with other values, in its first mark where it has them."""
    record = json.loads(outcome(marked()))
    mark = record["marks"][0]
    where = mark if changes.keys() <= mark.keys() else record
    where.update(changes)
    return json.dumps(record)


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", "{}", "null", "[" * 100_000, '{"marks": 3}', "\ud800", ""),
        *(changed(inputs=3), changed(problems=[1]), changed(variant="0"), changed(unreadable=0)),
        *(changed(marks=[None]), changed(marks=["x"]), changed(isolation=None)),
        *(changed(question=1), changed(possible="1"), changed(verdict="good"), changed(reason=[])),
        *(changed(possible=float("nan")), changed(together=1), changed(blames=[{}])),
        changed(blames=[{"mistake": 1, "gate": "mul", "at": []}]),
        changed(blames=[{"mistake": "", "gate": "mul", "at": [3]}]),
    ],
)
def test_an_outcome_that_is_no_record_is_damage(book: Gradebook, text: str) -> None:
    add_class(book, marked())
    with book.writing() as sql:
        sql.execute("UPDATE record SET text = CAST(? AS TEXT)", (text.encode(errors="replace"),))
    with pytest.raises(BackpropError, match="is damaged"):
        told(book)
    with pytest.raises(BackpropError, match="is damaged"):
        list(students.latest_submissions(book, chosen(book)))
    with pytest.raises(BackpropError, match="is damaged"):
        of_student(book, chosen(book), "ada")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE submission SET student = x'ff'",
        "UPDATE submission SET student = CAST(x'ff' AS TEXT)",
        "UPDATE submission SET outcome = 9",
        "UPDATE record SET text = 7",
        "UPDATE exercise SET title = x'00'",
        "UPDATE exercise SET questions = '[[1, 2]]'",
        'UPDATE exercise SET questions = \'[["q", "many"]]\'',
        "UPDATE exercise SET questions = '[[\"q\", NaN]]'",
    ],
)
def test_values_of_other_types_are_damage(book: Gradebook, change: str) -> None:
    add_class(book, marked())
    with book.writing() as sql:
        sql.execute(change)
    with pytest.raises(BackpropError, match="is damaged"):
        told(book)


def test_one_of_several_exercises_is_chosen_by_its_title(book: Gradebook) -> None:
    with pytest.raises(BackpropError, match="is empty"):
        chosen(book)
    add_class(book, marked(), title="chain", hash="1")
    assert chosen(book).title == "chain"
    add_class(book, marked(), title="gates", hash="2")
    assert chosen(book, "gates").hash == "2"
    for wrong in (None, "gate"):
        with pytest.raises(BackpropError) as caught:
            chosen(book, wrong)
        assert "gates" in caught.value.report()
