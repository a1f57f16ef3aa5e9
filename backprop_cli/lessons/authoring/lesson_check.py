"""Prove a lesson: its questions can be answered, its mistakes are caught, all else fails."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.answers.answers import number_shown
from backprop_cli.exercises.hints.parts import NumbersInPlace
from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.inputs.strict import FileTable
from backprop_cli.lessons.asks.ask import Spot
from backprop_cli.lessons.authoring.steps import FILLED_IN
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.model.lesson import Lesson, LessonStep
from backprop_cli.lessons.model.library import stem
from backprop_cli.lessons.session.session import begin, typed
from backprop_cli.lessons.session.state import State

LEARNERS = ("ada", "bob", "cy")
"""For whom inputs and fresh problems are drawn to try a lesson."""

LEAST_FRESH = 3
WIDEST = 120
"""Columns of the longest line of a lesson file."""

CONSTANTS = ("0", "1", "-1", "2", "0.5", "10", "pi", "e", "1e9", "nan", "inf")
"""What somebody might type who has not looked at the question."""


class LessonProblem(NamedTuple):
    """What is wrong with a lesson, and where."""

    place: str
    """The table of the file: `steps[2]`; empty for the file."""
    key: str | None
    message: str
    line: int | None = None
    """Of the file, where no table of it is wrong."""


class Proof(NamedTuple):
    """What was found about a lesson."""

    lesson: Lesson
    questions: int
    caught: int
    """Mistakes of steps, each of which is told."""
    problems: tuple[BackpropError, ...]


def prove(lesson: Lesson) -> Proof:
    """Try a lesson in every way that is known to go wrong."""
    found = [*_form(lesson), *_texts(lesson), *_lines(lesson)]
    courses = [Course(lesson, learner) for learner in LEARNERS]
    caught: set[tuple[str, str]] = set()
    for course in courses:
        found += _steps(course, caught)
        found += _walk(course)
    problems = dict.fromkeys(found)
    asks = [ask for step in lesson.steps for ask in step.asks]
    return Proof(lesson, len(asks), len(caught), tuple(_error(lesson, each) for each in problems))


def _error(lesson: Lesson, problem: LessonProblem) -> BackpropError:
    """The problem with the file and the line in which it is."""
    if problem.line is not None:
        return BackpropError(f"{lesson.path}, line {problem.line}: {problem.message}")
    section = FileTable({}, lesson.text, lesson.path, problem.place)
    return section.error(problem.message, problem.key)


# The file as a whole


def _form(lesson: Lesson) -> Iterator[LessonProblem]:
    if stem(lesson.path) != lesson.name:
        yield LessonProblem("", "name", f"the lesson '{lesson.name}' is in a file of another name")
    asking = sum(bool(step.asks) for step in lesson.steps)
    if 3 * asking < len(lesson.steps):
        yield LessonProblem(
            "", None, f"{asking} of {len(lesson.steps)} steps ask: it must be a third"
        )
    if len(lesson.fresh) < LEAST_FRESH:
        what = f"it ends with {len(lesson.fresh)} fresh problems, and {LEAST_FRESH} are wanted"
        yield LessonProblem("", None, what)
    used = {step.circuit for step in lesson.steps}
    used |= {m[1] for step in lesson.steps for m in FILLED_IN.finditer(step.text + step.after)}
    for number, name in enumerate(lesson.circuits):
        if name not in used:
            yield LessonProblem(f"circuits[{number}]", "name", f"no step uses the circuit '{name}'")


def _lines(lesson: Lesson) -> Iterator[LessonProblem]:
    for number, line in enumerate(lesson.text.splitlines(), start=1):
        if len(line) > WIDEST:
            what = f"the line is longer than {WIDEST} characters"
            yield LessonProblem("", None, what, number)


def _texts(lesson: Lesson) -> Iterator[LessonProblem]:
    """Nothing is told before it is asked."""
    asked: dict[tuple[str, str], int] = {}
    for number, step in enumerate(lesson.steps):
        for ask in step.asks:
            asked.setdefault((step.circuit or "", ask.name), number)
        shown = {each.name for each in step.given}
        for ask in step.asks:
            if ask.name in shown:
                yield LessonProblem(step.place, "given", f"'{ask.name}' is given, and asked")
    for number, step in enumerate(lesson.steps):
        for filled in FILLED_IN.finditer(step.text):
            where = (filled[1] or step.circuit or "", filled[2].replace("∂", "d"))
            if asked.get(where, -1) >= number:
                yield LessonProblem(step.place, "text", f"'{filled[2]}' is told before it is asked")


# Each question


def _steps(course: Course, caught: set[tuple[str, str]]) -> Iterator[LessonProblem]:
    for number in range(course.count):
        step = course.step(number)
        try:
            yield from _step(course, step, caught)
        except BackpropError as error:
            yield LessonProblem(step.place, None, error.message)


def _step(
    course: Course, step: LessonStep, caught: set[tuple[str, str]]
) -> Iterator[LessonProblem]:
    for place, ask in enumerate(step.asks):
        if ask.code:
            continue
        yield from _answerable(course, step, place)
        yield from _not_by_chance(course, step, place)
        if ask.asked:
            yield from _hints(course, step, place)
    fired = dict.fromkeys(step.catches, False)
    for place, ask in enumerate(step.asks):
        if ask.number:
            yield from _caught(course, step, place, fired)
    for name, does in fired.items():
        if does:
            caught.add((step.name, name))
        else:
            what = f"the mistake '{name}' changes no number that is asked here"
            yield LessonProblem(step.place, "catches", what)


def _answerable(course: Course, step: LessonStep, place: int) -> Iterator[LessonProblem]:
    ask = step.asks[place]
    problems = list(ask.problems(Spot(course, step, place)))
    if problems:
        yield from (LessonProblem(step.place, ask.key, problem) for problem in problems)
        return
    right = course.right(step, place)
    for answer in filter(None, (right, *step.accepts)):
        judged = course.judge(step, place, answer)
        if judged.verdict is not Verdict.CORRECT:
            key = ask.key if answer == right else "accepts"
            what = f"'{answer}' does not pass as an answer to '{ask.name}'"
            yield LessonProblem(step.place, key, f"{what}: {judged.reason or judged.verdict.value}")


def _not_by_chance(course: Course, step: LessonStep, place: int) -> Iterator[LessonProblem]:
    """Blank, the question's own text and constants fail, unless they are the answer."""
    ask = step.asks[place]
    right = course.right(step, place)
    tried = ["", " ", "?", ask.name, *(CONSTANTS if ask.number else ())]
    for answer in tried:
        if answer in (right, *step.accepts):
            continue
        if course.judge(step, place, answer).verdict is Verdict.CORRECT and not (
            ask.number and _is(answer, right)
        ):
            yield LessonProblem(
                step.place, ask.key, f"'{answer}' passes as an answer to '{ask.name}'"
            )


def _is(answer: str, right: str) -> bool:
    """Whether a constant is the number that is asked for, to three digits."""
    try:
        return abs(float(answer) - float(right)) <= 2e-3 * abs(float(right))
    except ValueError:
        return False


def _hints(course: Course, step: LessonStep, place: int) -> Iterator[LessonProblem]:
    """The last rung leads to the answer; none before it is the answer."""
    asked, rungs = step.asks[place], course.hints(step, place)
    right = course.right(step, place)
    if not rungs:
        yield LessonProblem(step.place, "ask", "there is no hint")
        return
    last = rungs[-1]
    typed = course.judge(step, place, last.right) if isinstance(last, NumbersInPlace) else None
    if typed is not None and typed.verdict is not Verdict.CORRECT:
        yield LessonProblem(step.place, "ask", f"the last hint, '{last}', is no right answer")
    for hint in step.hints_for(asked.name):
        if len(right.strip("-")) > 1 and re.search(
            rf"(?<![\w.]){re.escape(right)}(?!\w|\.\d)", hint
        ):
            yield LessonProblem(step.place, "hints", f"a hint gives the answer {right} away")


# The mistakes that are claimed


def _caught(
    course: Course, step: LessonStep, place: int, fired: dict[str, bool]
) -> Iterator[LessonProblem]:
    ask = step.asks[place]
    for name, answer in wrong_answers(course, step, place):
        judged = course.judge(step, place, answer)
        if judged.verdict is not Verdict.WRONG:
            continue
        fired[name] = True
        if judged.mistakes != (name,):
            told = " and ".join(f"'{each}'" for each in judged.mistakes) or "nothing known"
            what = f"'{name}' gives {answer} for {ask.name}, which is told as {told}"
            yield LessonProblem(step.place, "catches", what)


def wrong_answers(course: Course, step: LessonStep, place: int) -> Iterator[tuple[str, str]]:
    """The claimed mistakes, each with what it answers to a question, in every way it is made."""
    asked = step.asks[place].number
    assert asked is not None
    for known, names in (
        (course.before(step, place), frozenset(step.catches)),
        ((), course.late(step)),
    ):
        predicted = course.marker(step, asked, known).variants.predicted(0)
        found: dict[tuple[str, str], None] = {}
        for (hypothesis,), answers in predicted.singles:
            name, answer = hypothesis.mistake.name, answers[0]
            if name in names and answer is not None:
                shown = number_shown(answer)
                if "nan" not in shown and "inf" not in shown:
                    found[name, shown] = None
        yield from found


# The whole way


def _walk(course: Course) -> Iterator[LessonProblem]:
    """With right answers one comes to the end."""
    state = begin(course, State()).state
    for _ in range(10_000):
        if state.finished:
            return
        step = course.step(state.step)
        answer = right_line(course, step, state.ask)
        if answer is None:
            answer = "skip"
        before = (state.step, state.ask)
        state = typed(course, state, answer).state
        if before == (state.step, state.ask) and not state.finished:
            yield LessonProblem(step.place, None, f"one does not get past '{answer}'")
            return


def right_line(course: Course, step: LessonStep, ask: int) -> str | None:
    """What one types to be right; None where that is a formula that the lesson does not give."""
    if not step.asks:
        return ""
    return course.right(step, ask) or (step.accepts[0] if step.accepts else None)
