"""Every lesson, by script: right answers, each claimed mistake, hints, skip, back, quit, resume."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from boxes import why_not
from learning import LESSONS, all_right, claimed, right_lines, said, solved_up_to, through
from needs import ALL

from backprop_cli.lessons.authoring.lesson_check import prove
from backprop_cli.lessons.model.blocks import Picture
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.model.lesson import Lesson
from backprop_cli.lessons.progress.progress import Book
from backprop_cli.lessons.session.resume import resumed
from backprop_cli.lessons.session.session import typed
from backprop_cli.lessons.session.state import State
from backprop_cli.lessons.views.lesson import lines_of
from backprop_cli.render.text.options import Look

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


@every_lesson
def test_it_is_proved(lesson: Lesson) -> None:
    assert [problem.report() for problem in prove(lesson).problems] == []


@every_lesson
def test_right_answers_lead_to_the_end(lesson: Lesson) -> None:
    course = Course(lesson, "a newcomer", run_code=all_right)
    last = through(course, right_lines(course))[-1].state
    assert last.finished
    assert set(last.outcomes.values()) == {"solved"}


@every_lesson
def test_each_claimed_mistake_is_told_and_the_key_is_not(lesson: Lesson) -> None:
    course = Course(lesson, "a newcomer", run_code=all_right)
    for step, ask, mistake, answer in claimed(course):
        if answer == course.right(course.step(step), ask):
            continue
        reply = typed(course, solved_up_to(course, step, ask), answer)
        assert (reply.state.step, reply.state.ask) == (step, ask)
        (event,) = reply.events
        assert (event.what, event.mistakes) == ("tried", (mistake,))
        assert said(reply, "wrong")
        again = typed(course, reply.state, answer)
        assert said(again, "hint"), "the same mistake twice brings a hint"


@every_lesson
def test_hints_come_one_by_one_and_the_last_leads_on(lesson: Lesson) -> None:
    course = Course(lesson, "a newcomer", run_code=all_right)
    for number in range(course.count):
        step = course.step(number)
        for ask in range(len(step.asks)):
            rungs = course.hints(step, ask)
            assert rungs
            state = State(number, ask)
            told = []
            for _ in rungs:
                reply = typed(course, state, "hint")
                told.append(said(reply, "hint"))
                state = reply.state
            assert len(told) == len(rungs)
            assert "last hint" in said(typed(course, state, "hint"))


@every_lesson
def test_skipping_and_showing_lead_to_the_end(lesson: Lesson) -> None:
    course = Course(lesson, "a newcomer", run_code=all_right)
    for word, became in (("skip", "skipped"), ("show", "shown")):
        lines = [word if line else "" for line in right_lines(course)]
        last = through(course, lines)[-1].state
        assert last.finished
        assert set(last.outcomes.values()) == {became}


@every_lesson
def test_one_can_go_all_the_way_back(lesson: Lesson) -> None:
    course = Course(lesson, "a newcomer", run_code=all_right)
    lines = right_lines(course)
    there = through(course, lines[:-1])[-1].state
    back = through(course, ["back"] * len(lines), there)
    assert (back[-1].state.step, back[-1].state.ask) == (0, 0)
    assert "the beginning" in said(back[-1])


@every_lesson
def test_it_goes_on_where_it_stopped(lesson: Lesson, tmp_path: Path, backprop: Callable) -> None:
    book = Book(tmp_path / "home")
    course = Course(lesson, book.read().learner)
    lines = right_lines(course)
    asked = [line for line in lines if line]
    if any(line.startswith("@") for line in asked) and not ALL and (why := why_not("bubblewrap")):
        pytest.skip(why)
    for number, some in enumerate((asked[:3], asked[3:])):
        file = tmp_path / f"{number}.txt"
        file.write_text("\n".join(some), encoding="utf-8")
        work = str(tmp_path / "gates.py")
        done = backprop("learn", lesson.name, "--answers", str(file), "--file", work)
        assert done.status == 1 - number, done.out
        assert done.err == ""
    assert f"{len(asked)} solved, 0 shown, 0 skipped" in " ".join(done.out.split())
    state = resumed(course, book.read().of(lesson.name))
    assert state.finished
    assert len(state.outcomes) == len(asked)


@every_lesson
def test_every_screen_fits_80_columns_and_ascii(
    lesson: Lesson, tmp_path: Path, backprop: Callable
) -> None:
    course = Course(lesson, Book(tmp_path / "home").read().learner)
    words = ["hint", "why", "help", "show"]
    lines = [word for line in right_lines(course) if line for word in words]
    (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    files = ("--answers", str(tmp_path / "a.txt"), "--file", str(tmp_path / "gates.py"))
    done = backprop("learn", lesson.name, "--ascii", *files)
    assert done.out.isascii()
    assert [line for line in done.out.splitlines() if len(line) > 80] == []


@every_lesson
def test_every_picture_is_drawn_on_80_columns_and_said_in_words(lesson: Lesson) -> None:
    course = Course(lesson, "a newcomer", run_code=all_right)
    replies = through(course, right_lines(course))
    pictures = [b for reply in replies for b in reply.blocks if isinstance(b, Picture)]
    assert pictures
    for picture in pictures:
        shown = "\n".join(line.plain for line in lines_of(picture, Look(80, 6)))
        assert "─" in shown
        drawing, _, words = shown.partition("In words:")
        assert words
        names = zip(picture.trace.graph.names, picture.trace.graph.gates, strict=True)
        assert [name for name, gate in names if gate and name not in drawing] == []


def test_lessons_are_in_order_and_named_as_their_files() -> None:
    names = [lesson.path.rpartition("/")[2] for lesson in LESSONS]
    assert [name[:2] for name in names] == [f"{n:02}" for n in range(1, len(names) + 1)]


def test_a_text_fills_in_the_closed_form_of_a_gradient() -> None:
    (lesson,) = [lesson for lesson in LESSONS if lesson.name == "matrices"]
    (step,) = [step for step in lesson.steps if step.name == "yours"]
    text = Course(lesson, "a newcomer").filled_in(step.after, "yours")
    assert "∂f/∂W = 2·(q @ xᵀ)\n" in text
    assert "∂f/∂x = 2·(Wᵀ @ q)\n" in text


def test_a_closed_form_that_is_not_found_is_a_problem() -> None:
    (lesson,) = [lesson for lesson in LESSONS if lesson.name == "matrices"]
    steps = [replace(step, after="{= formula(df/dq)}") for step in lesson.steps]
    problems = prove(replace(lesson, steps=tuple(steps[-1:]))).problems
    assert "no short answer to 'formula(df/dq)'" in "".join(p.report() for p in problems)
