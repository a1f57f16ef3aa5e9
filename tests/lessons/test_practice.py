"""Practice: what went wrong comes back, in a fresh problem in which it would show."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from learning import LESSONS

from backprop_cli.exercises.mistakes.table import MISTAKES
from backprop_cli.lessons.authoring.lesson_check import wrong_answers
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.progress.practice import practice
from backprop_cli.lessons.progress.progress import Book, Progress, ProgressEvent
from backprop_cli.lessons.progress.schedule import AGAIN, GOOD, HARD, Due, cards, chosen, reviews
from backprop_cli.lessons.session.session import typed
from backprop_cli.lessons.session.state import State

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIBRARY = {lesson.name: lesson for lesson in LESSONS}


def at(days: float) -> str:
    return (NOW + timedelta(days=days)).isoformat()


def progress(*entries: ProgressEvent) -> Progress:
    return Progress("ada", entries)


def tried(mistake: str, days: float) -> ProgressEvent:
    return ProgressEvent(at(days), "chain-rule", "tried", "switch", "df/dz", "9", (mistake,))


def practised(card: str, number: int, days: float, *what: str) -> list[ProgressEvent]:
    return [
        ProgressEvent(at(days), "practice", each, f"{card}.0-{number}", "df/dx") for each in what
    ]


def test_each_mistake_is_a_card_that_went_wrong() -> None:
    found = reviews(progress(tried("sign-lost", -3), tried("base-case", -2)))
    assert [(r.card, r.rating) for r in found] == [("sign-lost", AGAIN), ("base-case", AGAIN)]


def test_a_practised_problem_is_as_good_as_its_worst_question() -> None:
    found = reviews(
        progress(
            *practised("a", 1, 0, "solved", "solved"),
            *practised("b", 2, 1, "hinted", "solved"),
            *practised("c", 3, 2, "solved", "tried", "solved"),
            *practised("d", 4, 3, "solved", "shown"),
            *practised("e", 5, 4, "skipped"),
        )
    )
    assert [(r.card, r.rating) for r in found] == [
        ("a", GOOD),
        ("b", HARD),
        ("c", AGAIN),
        ("d", AGAIN),
    ]


def test_what_is_remembered_well_waits_longer() -> None:
    wrong, right = tried("sign-lost", -9), tried("base-case", -9)
    known = cards(progress(wrong, right, *practised("base-case", 1, -8, "solved")), NOW)
    assert [card.card for card in known] == ["sign-lost", "base-case"]
    assert known[0].due < known[1].due
    assert known[0].recall < known[1].recall


def test_what_is_due_comes_first_and_something_always_comes() -> None:
    fresh = tried("base-case", 0)
    found = chosen(progress(fresh, tried("sign-lost", -20)), NOW, 5)
    assert [card.card for card in found] == ["sign-lost", "base-case"]
    assert found[0].due <= NOW < found[1].due
    assert chosen(progress(), NOW, 5) == []


def test_of_what_is_remembered_alike_the_order_is_that_of_names() -> None:
    names = ("sign-lost", "base-case", "upstream-dropped")
    known = cards(progress(*(tried(name, -3) for name in names)), NOW)
    assert len({card.recall for card in known}) == 1
    assert [card.card for card in known] == sorted(names)
    fresh = progress(*(tried(name, 0) for name in names))
    assert [card.card for card in chosen(fresh, NOW, 2)] == sorted(names)[:2]


def test_of_what_is_not_due_what_went_wrong_comes_before_what_is_forgotten_more() -> None:
    wrong = tried("sign-lost", 0)
    right = practised("base-case", 1, -1, "solved")
    found = chosen(progress(*right, wrong), NOW, 5)
    assert all(card.due > NOW for card in found)
    assert found[0].recall > found[1].recall
    assert [(card.card, card.wrong) for card in found] == [("sign-lost", 1), ("base-case", 0)]


def test_times_that_cannot_be_read_are_left_out() -> None:
    odd = [tried("sign-lost", 0)._replace(at=text) for text in ("", "yesterday", "2026-01-01")]
    assert reviews(progress(*odd)) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_problem_in_which_the_mistake_shows(mistake: object) -> None:
    name = mistake.name  # type: ignore[attr-defined]
    lesson = practice([Due(name, NOW, 0.5, 2, 3)], LIBRARY, ("ada", 0), NOW)
    course = Course(lesson, "ada")
    step = course.step(0)
    if step.catches != (name,):
        pytest.fail(f"no problem was found for {name}")
    ((_, answer), *_) = wrong_answers(course, step, 0)
    reply = typed(course, State(), answer)
    assert reply.events[0].mistakes == (name,)
    assert typed(course, State(), course.right(step, 0)).events[0].what == "solved"


def test_problems_are_new_each_time_and_the_same_for_the_same_keys() -> None:
    due = [Due("mul-not-switched", NOW, 0.5, 1, 1), Due("lesson-chain-rule", NOW, 0.5, 0, 1)]
    texts = [
        [(step.text, str(course.scene(step.circuit or "").case.inputs)) for step in lesson.steps]
        for number in (0, 7, 0)
        for lesson in [practice(due, LIBRARY, ("ada", number), NOW)]
        for course in [Course(lesson, "ada")]
    ]
    assert texts[0] == texts[2] != texts[1]


def test_it_says_why() -> None:
    due = [
        Due("sign-lost", NOW, 0.5, 2, 3),
        Due("lesson-chain-rule", NOW + timedelta(9), 0.5, 0, 1),
    ]
    one, two = practice(due, LIBRARY, ("ada", 0), NOW).steps
    assert "The mistake “a sign is lost” went wrong twice; it is due." in one.text
    assert "“The chain rule” never went wrong; not due before 2026-03-10, but" in two.text


def test_a_lesson_that_is_gone_is_practised_anyway() -> None:
    (step,) = practice([Due("lesson-gone", NOW, 0.5, 0, 1)], LIBRARY, ("ada", 0), NOW).steps
    assert step.asks


def test_the_command(home: Path, tmp_path: Path, backprop: Callable) -> None:
    assert "nothing to practise yet" in backprop("practice").out
    book = Book(home)
    learner = book.read().learner
    book.add(tried("mul-not-switched", -30))
    (tmp_path / "a").write_text("show\nshow\nshow\n")
    done = backprop("practice", "--answers", str(tmp_path / "a"), "--count", "1")
    assert (done.status, done.err) == (0, "")
    assert "went wrong once; it is due." in " ".join(done.out.split())
    progress = book.read()
    assert progress.learner == learner
    whats = [entry.what for entry in progress.of("practice")]
    assert whats[0] == "shown"
    assert whats[-1] == "finished"
    assert [review.rating for review in reviews(progress)] == [AGAIN, AGAIN]
