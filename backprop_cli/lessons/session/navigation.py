"""Where a learner is in a lesson: what is asked and known there, what is shown, what is next."""

from dataclasses import replace

from backprop_cli.exercises.hints.parts import chalk
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.lessons.asks.ask import Ask
from backprop_cli.lessons.model.blocks import Block, Derivation, Options, Picture, Prose, Says
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.model.lesson import LessonStep
from backprop_cli.lessons.session.state import (
    NOTHING_TRIED,
    SHOWN,
    SKIPPED,
    SOLVED,
    Event,
    Reply,
    State,
)


def asked_at(course: Course, state: State) -> Ask | None:
    """The present question; None where there is only something to read."""
    asks = course.step(state.step).asks
    return asks[state.ask] if asks else None


def known(course: Course, state: State) -> tuple[Asked, ...]:
    """What of the present circuit was given or found out up to here."""
    here = course.step(state.step).circuit
    found: list[Asked] = []
    for number in range(state.step + 1):
        step = course.step(number)
        if step.circuit != here:
            continue
        found += step.given
        for place, ask in enumerate(step.asks):
            passed = number < state.step or place < state.ask
            became = state.outcomes.get((number, place))
            if passed and became in (SOLVED, SHOWN) and ask.asked:
                found.append(ask.asked)
    return tuple(found)


def shown(
    course: Course,
    state: State,
    before: tuple[Block, ...] = (),
    events: tuple[Event, ...] = (),
    from_its_head: bool = False,
) -> Reply:
    """The present step: its text and its circuit at its first question, then the question."""
    step = course.step(state.step)
    blocks = list(before)
    if state.ask == 0 or from_its_head:
        blocks.append(Prose(course.filled_in(step.text, step.circuit)))
        state, picture = _picture(course, state, step)
        blocks += picture
    asked = asked_at(course, state)
    if asked and asked.options:
        blocks.append(Options(tuple(map(chalk, asked.options))))
    return Reply(state, tuple(blocks), events)


def _picture(course: Course, state: State, step: LessonStep) -> tuple[State, list[Block]]:
    """The circuit, where more of it is known than when it was drawn last."""
    if step.circuit is None or not step.picture:
        return state, []
    scene = course.scene(step.circuit)
    if scene.exercise.planted is not None:
        return state, [Derivation(scene.derivation)]
    some = known(course, state)
    drawn = (step.circuit, len(set(some)))
    if drawn == state.drawn:
        return state, []
    return replace(state, drawn=drawn), [Picture(scene.seen(some))]


def go_on(course: Course, state: State, event: Event, *before: Block) -> Reply:
    """Go on to the next question, the next step, or the end."""
    step = course.step(state.step)
    state = replace(state, rungs=0, wrong=frozenset(), tried=NOTHING_TRIED)
    if state.ask + 1 < len(step.asks):
        return shown(course, replace(state, ask=state.ask + 1), before, (event,))
    if step.asks and step.after and not _skipped(state):
        before = (*before, Prose(course.filled_in(step.after, step.circuit)))
    if state.step + 1 < course.count:
        return shown(course, replace(state, step=state.step + 1, ask=0), before, (event,))
    state = replace(state, finished=True)
    events = (event, Event("finished", step.name))
    return Reply(state, (*before, *summary(course, state)), events)


def _skipped(state: State) -> bool:
    """Whether a question of the present step was skipped: what is told after it may answer it."""
    return any(at[0] == state.step and what == SKIPPED for at, what in state.outcomes.items())


def summary(course: Course, state: State) -> tuple[Block, ...]:
    """How a lesson ended: what became of its questions, and what comes next."""
    became = list(state.outcomes.values())
    counted = ", ".join(f"{became.count(what)} {what}" for what in (SOLVED, SHOWN, SKIPPED))
    end = Says("note", f"End of “{course.lesson.title}”: {counted}.")
    return (end, Says("note", course.afterwards)) if course.afterwards else (end,)


def name_of(course: Course, state: State) -> str:
    """The name of the present question; empty where nothing is asked."""
    asked = asked_at(course, state)
    return "" if asked is None else asked.name
