"""A session: what was typed goes in, what is shown comes out. No terminal, no clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from textwrap import indent
from typing import NamedTuple

from backprop_cli.grading.exercise import Asked
from backprop_cli.grading.result import Verdict
from backprop_cli.language.question import Form
from backprop_cli.teaching.blocks import (
    Block,
    Derivation,
    Explained,
    Help,
    Options,
    Picture,
    Prose,
    Says,
    Title,
    Why,
)
from backprop_cli.teaching.code_hints import written_class
from backprop_cli.teaching.course import Course, Judged
from backprop_cli.teaching.hints import ladder, solution
from backprop_cli.teaching.lesson import Ask, Choice, Code, Step
from backprop_cli.teaching.play import played
from backprop_cli.teaching.rungs import chalk
from backprop_cli.teaching.told import told

SOLVED, SHOWN, SKIPPED = "solved", "shown", "skipped"
"""What became of a question."""


@dataclass(frozen=True)
class State:
    """Where a learner is in a lesson, and what became of its questions."""

    step: int = 0
    ask: int = 0
    outcomes: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """(step, question) -> solved, shown or skipped."""
    rungs: int = 0
    """Hints that were given to the present question."""
    wrong: frozenset[str] = frozenset()
    """The mistakes that were made at the present question."""
    tried: tuple[str, str] = ("", "")
    """The class that was checked last at the present question, and what was said about it."""
    drawn: tuple[str, int] = ("", 0)
    """The circuit that was drawn last, and how much of it was known."""
    finished: bool = False
    left: bool = False


class Event(NamedTuple):
    """Something to be remembered."""

    what: str
    """read, solved, shown, skipped, tried, hinted, back, finished."""
    step: str
    """The name of the step."""
    question: str = ""
    answer: str = ""
    mistakes: tuple[str, ...] = ()


class Reply(NamedTuple):
    """What follows from a line that was typed."""

    state: State
    blocks: tuple[Block, ...] = ()
    events: tuple[Event, ...] = ()


def begin(course: Course, state: State) -> Reply:
    """Show where the learner is: the head of the lesson, and the present step."""
    lesson = course.lesson
    title = Title(lesson.title, f"{lesson.minutes} minutes")
    if state.finished:
        again = f"backprop learn --reset {lesson.name} begins it anew, with fresh problems."
        return Reply(state, (title, *_summary(course, state), Says("note", again)))
    return _shown(course, state, (title, Prose(lesson.summary)))


def prompt(course: Course, state: State) -> str:
    """What stands before the place where the learner types."""
    asked = _asked(course, state)
    if asked is None:
        return "Enter goes on > "
    if isinstance(asked, Code):
        return f"{asked.name}: Enter checks the file > "
    if isinstance(asked, Choice):
        return f"1 to {len(asked.options)} > "
    question, form = chalk(_bare(asked)), asked.question.form
    before = {
        Form.NUMBER: f"{question} = ",
        Form.FORMULA: f"{question}, as a formula = ",
        Form.SHAPE: f"the shape of {question} = ",
        Form.PATTERN: f"the pattern of {question} = ",
        Form.LINE: "the wrong line = ",
    }
    return before[form]


def _bare(asked: Asked) -> str:
    """The question without its form: df/dx of shape(df/dx)."""
    return asked.question._replace(form=Form.NUMBER).text


def typed(course: Course, state: State, line: str) -> Reply:
    """What follows from a line: an answer, or one of the commands."""
    word, _, rest = line.strip().partition(" ")
    command = COMMANDS.get(word.lower())
    if command is not None and (not rest or word.lower() == "play"):
        return command(course, state, rest)
    if _asked(course, state) is None:
        if line.strip():
            return _says(state, "note", "Nothing is asked here: Enter goes on, help tells more.")
        return _next(course, state, Event("read", course.step(state.step).name))
    if isinstance(_asked(course, state), Code):
        return _says(state, "note", "Enter checks the file; @FILE checks another one.")
    return _answered(course, state, line)


def asked_code(course: Course, state: State) -> Code | None:
    """The class that is to be written now; None where something else is asked."""
    asked = _asked(course, state)
    return asked if isinstance(asked, Code) else None


def submitted(course: Course, state: State, source: str) -> Reply:
    """What follows from a file in which the class is."""
    return _answered(course, state, source)


# Where one is


def _asked(course: Course, state: State) -> Ask | None:
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
            if passed and became in (SOLVED, SHOWN) and isinstance(ask, Asked):
                found.append(ask)
    return tuple(found)


def _shown(
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
    asked = _asked(course, state)
    if isinstance(asked, Choice):
        blocks.append(Options(tuple(map(chalk, asked.options))))
    return Reply(state, tuple(blocks), events)


def _picture(course: Course, state: State, step: Step) -> tuple[State, list[Block]]:
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


def _next(course: Course, state: State, event: Event, *before: Block) -> Reply:
    """Go on to the next question, the next step, or the end."""
    step = course.step(state.step)
    state = replace(state, rungs=0, wrong=frozenset(), tried=("", ""))
    if state.ask + 1 < len(step.asks):
        return _shown(course, replace(state, ask=state.ask + 1), before, (event,))
    if step.asks and step.after and not _skipped(state):
        before = (*before, Prose(course.filled_in(step.after, step.circuit)))
    if state.step + 1 < course.count:
        return _shown(course, replace(state, step=state.step + 1, ask=0), before, (event,))
    state = replace(state, finished=True)
    events = (event, Event("finished", step.name))
    return Reply(state, (*before, *_summary(course, state)), events)


def _skipped(state: State) -> bool:
    """Whether a question of the present step was skipped: what is told after it may answer it."""
    return any(at[0] == state.step and what == SKIPPED for at, what in state.outcomes.items())


def _summary(course: Course, state: State) -> tuple[Block, ...]:
    became = list(state.outcomes.values())
    counted = ", ".join(f"{became.count(what)} {what}" for what in (SOLVED, SHOWN, SKIPPED))
    end = Says("note", f"End of “{course.lesson.title}”: {counted}.")
    return (end, Says("note", course.afterwards)) if course.afterwards else (end,)


# Answers


def _answered(course: Course, state: State, line: str) -> Reply:
    step = course.step(state.step)
    if line and line == state.tried[0]:
        # Whoever saves a file and then presses Enter has not tried twice.
        same = Says("note", "Nothing has changed since it was checked.")
        return Reply(state, (same, Says("wrong", state.tried[1])))
    judged = course.judge(step, state.ask, line, known(course, state))
    if judged.verdict is Verdict.BLANK:
        return _says(state, "note", "Type an answer, or hint, show, skip, help.")
    if judged.verdict is Verdict.CORRECT:
        return _passed(course, state, SOLVED, Says("right", "Right."), answer=line)
    if judged.verdict is not Verdict.WRONG:
        return _says(state, "note", judged.reason)
    return _was_wrong(course, state, line, judged)


def _was_wrong(course: Course, state: State, line: str, judged: Judged) -> Reply:
    """Say why; the same mistake a second time brings the next hint too."""
    step = course.step(state.step)
    idea = ", ".join(judged.mistakes) or " ".join(line.split())
    event = Event("tried", step.name, _name(course, state), _told(line), judged.mistakes)
    reason = told(course, step, _asked(course, state), line, judged.reason)
    if isinstance(_asked(course, state), Code):
        # Another fault has hints of its own, and the file is never the same twice.
        idea, rungs = reason, state.rungs if reason == state.tried[1] else 0
        state = replace(state, tried=(line, reason), rungs=rungs)
    reply = Reply(state, (Says("wrong", reason),), (event,))
    if idea not in state.wrong:
        return reply._replace(state=replace(state, wrong=state.wrong | {idea}))
    hinted = _hint(course, state, "")
    return Reply(hinted.state, reply.blocks + hinted.blocks, reply.events + hinted.events)


def _passed(course: Course, state: State, outcome: str, *said: Block, answer: str = "") -> Reply:
    """Note what became of the present question, and go on."""
    step = course.step(state.step)
    event = Event(outcome, step.name, _name(course, state), _told(answer))
    here = (state.step, state.ask)
    # What was shown once stays shown, even if it is typed afterwards.
    became = state.outcomes.get(here, outcome)
    became = outcome if became == SKIPPED else became
    state = replace(state, outcomes={**state.outcomes, here: became})
    return _next(course, state, event, *said)


def _told(answer: str) -> str:
    """The answer as it is remembered: of a file the length only."""
    rows = answer.strip().splitlines()
    return f"{len(rows)} lines" if len(rows) > 1 else answer.strip()[:200]


def _name(course: Course, state: State) -> str:
    asked = _asked(course, state)
    return "" if asked is None else asked.name


def _says(state: State, kind: str, text: str) -> Reply:
    return Reply(state, (Says(kind, text),))


# Commands


def _hint(course: Course, state: State, rest: str) -> Reply:
    """The next rung of the ladder."""
    if _asked(course, state) is None:
        return _says(state, "note", "Nothing is asked here: Enter goes on.")
    step = course.step(state.step)
    rungs = ladder(course, step, state.ask, state.tried[1])
    if state.rungs >= len(rungs):
        last = rungs[-1:] or ["There is no hint here."]
        return Reply(state, (Says("hint", last[0]), Says("note", "That was the last hint.")))
    event = Event("hinted", step.name, _name(course, state))
    text = course.filled_in(rungs[state.rungs], step.circuit)
    return Reply(replace(state, rungs=state.rungs + 1), (Says("hint", text),), (event,))


def _show(course: Course, state: State, rest: str) -> Reply:
    """The solution; the question counts as shown."""
    if _asked(course, state) is None:
        return _says(state, "note", "Nothing is asked here: Enter goes on.")
    asked = _asked(course, state)
    said: list[Block] = [Says("solution", solution(course, course.step(state.step), state.ask))]
    code = written_class(asked) if isinstance(asked, Code) else ""
    if code:
        said.append(Prose(indent(code, "    ")))
    return _passed(course, state, SHOWN, *said)


def _skip(course: Course, state: State, rest: str) -> Reply:
    """Go on without an answer."""
    if _asked(course, state) is None:
        return _next(course, state, Event("read", course.step(state.step).name))
    return _passed(course, state, SKIPPED)


def _back(course: Course, state: State, rest: str) -> Reply:
    """To the question before, whichever step it is in; the answers to it and before it stay."""
    if state.ask:
        step, ask = state.step, state.ask - 1
    elif state.step:
        step = state.step - 1
        ask = max(0, len(course.step(step).asks) - 1)
    else:
        return _says(state, "note", "This is the beginning.")
    is_other = step != state.step
    state = replace(
        state, step=step, ask=ask, rungs=0, wrong=frozenset(), tried=("", ""), drawn=("", 0)
    )
    events = (Event("back", course.step(step).name),)
    return _shown(course, state, events=events, from_its_head=is_other)


def _play(course: Course, state: State, rest: str) -> Reply:
    """Any formula, explained; the lesson waits."""
    circuit = course.step(state.step).circuit
    inputs = course.scene(circuit).case.inputs if circuit else {}
    found = played(rest, inputs)
    if isinstance(found, str):
        return _says(state, "problem", found)
    return Reply(state, (Explained(found),))


def _why(course: Course, state: State, rest: str) -> Reply:
    """The trace up to here."""
    circuit = course.step(state.step).circuit
    if circuit is None:
        return _says(state, "note", "There is no circuit here.")
    scene = course.scene(circuit)
    return Reply(state, (Why(scene.seen(known(course, state)), scene.trace),))


def _help(course: Course, state: State, rest: str) -> Reply:
    return Reply(state, (Help(),))


def _quit(course: Course, state: State, rest: str) -> Reply:
    return Reply(replace(state, left=True))


COMMANDS: Mapping[str, Callable[[Course, State, str], Reply]] = {
    "hint": _hint,
    "show": _show,
    "skip": _skip,
    "back": _back,
    "why": _why,
    "play": _play,
    "help": _help,
    "quit": _quit,
}
"""What may be typed at any prompt, besides an answer."""
