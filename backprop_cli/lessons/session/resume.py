"""From what happened to where a learner is, and what became of each question."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.model.lesson import Lesson
from backprop_cli.lessons.progress.progress import SCHEMA, Progress, ProgressEvent
from backprop_cli.lessons.session.state import SHOWN, SKIPPED, SOLVED, Event, State

OUTCOMES = (SOLVED, SHOWN, SKIPPED)


class Standing(NamedTuple):
    """How far a learner is in a lesson."""

    begun: bool
    finished: bool
    counts: tuple[int, int, int]
    """Questions solved, shown, skipped."""


def resumed(course: Course, entries: Iterable[ProgressEvent]) -> State:
    """Where a learner goes on; steps that the lesson no longer has are forgotten."""
    names = [step.name for step in course.lesson.steps]
    names += [f"fresh-{number + 1}" for number in range(len(course.lesson.fresh))]
    places = {name: place for place, name in enumerate(names)}
    state = State()
    outcomes: dict[tuple[int, int], str] = {}
    for entry in entries:
        step = places.get(entry.step, -1)
        if entry.what in OUTCOMES and step >= 0:
            asks = [asked.name for asked in course.step(step).asks]
            if entry.question in asks:
                here = (step, asks.index(entry.question))
                if outcomes.get(here, SKIPPED) == SKIPPED:
                    outcomes[here] = entry.what
        to, ask = entry.to
        if to in places:
            asks_there = len(course.step(places[to]).asks) if ask else 0
            state = State(places[to], ask if 0 <= ask < asks_there else 0)
        if entry.what == "finished":
            state = State(finished=True)
    return State(state.step, state.ask, outcomes, finished=state.finished)


def entry_of(event: Event, lesson: Lesson, at: str, to: tuple[str, int]) -> ProgressEvent:
    """What is written down of an event."""
    return ProgressEvent(
        at, lesson.name, event.what, event.step, event.question, event.answer, event.mistakes, to
    )


def standing(progress: Progress, lesson: str) -> Standing:
    """How far a learner is in a lesson, without reading the lesson."""
    entries = progress.of(lesson)
    became = became_of(entries)
    counts = [sum(each == what for each in became.values()) for what in OUTCOMES]
    finished = any(entry.what == "finished" for entry in entries)
    return Standing(bool(entries), finished, (counts[0], counts[1], counts[2]))


def became_of(entries: Iterable[ProgressEvent]) -> dict[tuple[str, str], str]:
    """(step, question) -> solved, shown or skipped."""
    became: dict[tuple[str, str], str] = {}
    for entry in entries:
        key = (entry.step, entry.question)
        if entry.what in OUTCOMES and became.get(key, SKIPPED) == SKIPPED:
            became[key] = entry.what
    return became


def exported(progress: Progress) -> dict[str, Any]:
    """All that happened as one JSON object, which a student can hand in."""
    names = dict.fromkeys(entry.lesson for entry in progress.entries)
    lessons: dict[str, Any] = {}
    for name in names:
        entries = progress.of(name)
        how = standing(progress, name)
        lessons[name] = {
            "finished": how.finished,
            **dict(zip(OUTCOMES, how.counts, strict=True)),
            "questions": [
                _question(entries, step, question, became)
                for (step, question), became in became_of(entries).items()
            ],
        }
    return {
        "schema": SCHEMA,
        "learner": progress.learner,
        "lessons": lessons,
        "entries": [entry.as_json for entry in progress.entries],
    }


def _question(
    entries: list[ProgressEvent], step: str, question: str, became: str
) -> dict[str, Any]:
    about = [entry for entry in entries if (entry.step, entry.question) == (step, question)]
    wrong = [entry for entry in about if entry.what == "tried"]
    mistakes = dict.fromkeys(name for entry in wrong for name in entry.mistakes)
    return {
        "step": step,
        "question": question,
        "became": became,
        "wrong": len(wrong),
        "hints": sum(entry.what == "hinted" for entry in about),
        "mistakes": list(mistakes),
    }
