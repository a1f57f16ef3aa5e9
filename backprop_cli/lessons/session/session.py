"""A session: what was typed goes in, what is shown comes out. No terminal, no clock."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from textwrap import indent

from backprop_cli.lessons.asks.code import CodeAsk
from backprop_cli.lessons.model.blocks import Block, Explained, Help, Prose, Says, Title, TraceSoFar
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.session.answering import answered, hint, passed, says
from backprop_cli.lessons.session.navigation import asked_at, go_on, known, shown, summary
from backprop_cli.lessons.session.play import played
from backprop_cli.lessons.session.state import NOTHING_TRIED, SHOWN, SKIPPED, Event, Reply, State


def begin(course: Course, state: State) -> Reply:
    """Show where the learner is: the head of the lesson, and the present step."""
    lesson = course.lesson
    title = Title(lesson.title, f"{lesson.minutes} minutes")
    if state.finished:
        again = f"backprop learn --reset {lesson.name} begins it anew, with fresh problems."
        return Reply(state, (title, *summary(course, state), Says("note", again)))
    return shown(course, state, (title, Prose(lesson.summary)))


def prompt(course: Course, state: State) -> str:
    """What stands before the place where the learner types."""
    asked = asked_at(course, state)
    if asked is None:
        return "Press Enter to continue > "
    return asked.prompt


def typed(course: Course, state: State, line: str) -> Reply:
    """What follows from a line: an answer, or one of the commands."""
    word, _, rest = line.strip().partition(" ")
    command = COMMANDS.get(word.lower())
    if command is not None and (not rest or word.lower() == "play"):
        return command(course, state, rest)
    asked = asked_at(course, state)
    if asked is None:
        if line.strip():
            return says(
                state, "note", "Nothing is asked here. Press Enter to continue; help says more."
            )
        return go_on(course, state, Event("read", course.step(state.step).name))
    if asked.code:
        return says(state, "note", "Enter checks the file; @FILE checks another one.")
    return answered(course, state, line)


def asked_code(course: Course, state: State) -> CodeAsk | None:
    """The class that is to be written now; None where something else is asked."""
    asked = asked_at(course, state)
    return asked.code if asked else None


def submitted(course: Course, state: State, source: str) -> Reply:
    """What follows from a file in which the class is."""
    return answered(course, state, source)


# Commands


def _show(course: Course, state: State, rest: str) -> Reply:
    """The solution; the question counts as shown."""
    asked = asked_at(course, state)
    if asked is None:
        return says(state, "note", "Nothing is asked here. Press Enter to continue.")
    said: list[Block] = [Says("solution", course.solution(course.step(state.step), state.ask))]
    if asked.written():
        said.append(Prose(indent(asked.written(), "    ")))
    return passed(course, state, SHOWN, *said)


def _skip(course: Course, state: State, rest: str) -> Reply:
    """Go on without an answer."""
    if asked_at(course, state) is None:
        return go_on(course, state, Event("read", course.step(state.step).name))
    return passed(course, state, SKIPPED)


def _back(course: Course, state: State, rest: str) -> Reply:
    """To the question before, whichever step it is in; the answers to it and before it stay."""
    if state.ask:
        step, ask = state.step, state.ask - 1
    elif state.step:
        step = state.step - 1
        ask = max(0, len(course.step(step).asks) - 1)
    else:
        return says(state, "note", "This is the beginning.")
    is_other = step != state.step
    state = replace(
        state, step=step, ask=ask, rungs=0, wrong=frozenset(), tried=NOTHING_TRIED, drawn=("", 0)
    )
    events = (Event("back", course.step(step).name),)
    return shown(course, state, events=events, from_its_head=is_other)


def _play(course: Course, state: State, rest: str) -> Reply:
    """Any formula, explained; the lesson waits."""
    circuit = course.step(state.step).circuit
    inputs = course.scene(circuit).case.inputs if circuit else {}
    found = played(rest, inputs)
    if isinstance(found, str):
        return says(state, "problem", found)
    return Reply(state, (Explained(found),))


def _why(course: Course, state: State, rest: str) -> Reply:
    """The trace up to here."""
    circuit = course.step(state.step).circuit
    if circuit is None:
        return says(state, "note", "There is no circuit here.")
    scene = course.scene(circuit)
    return Reply(state, (TraceSoFar(scene.seen(known(course, state)), scene.trace),))


def _help(course: Course, state: State, rest: str) -> Reply:
    return Reply(state, (Help(),))


def _quit(course: Course, state: State, rest: str) -> Reply:
    return Reply(replace(state, left=True))


COMMANDS: Mapping[str, Callable[[Course, State, str], Reply]] = {
    "hint": hint,
    "show": _show,
    "skip": _skip,
    "back": _back,
    "why": _why,
    "play": _play,
    "help": _help,
    "quit": _quit,
}
"""What may be typed at any prompt, besides an answer."""
