"""Go through lessons by script: right answers, wrong ones, and what a session says."""

from collections.abc import Iterable
from pathlib import Path

from backprop_cli.exercises.marking.result import Mark, Verdict
from backprop_cli.exercises.model.exercise import CodeGate
from backprop_cli.lessons.asks.code import CodeAsk
from backprop_cli.lessons.authoring.lesson_check import right_line, wrong_answers
from backprop_cli.lessons.authoring.lesson_file import read_lesson
from backprop_cli.lessons.model.blocks import Block, Says
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.model.lesson import Lesson
from backprop_cli.lessons.model.library import lessons
from backprop_cli.lessons.session.session import begin, submitted, typed
from backprop_cli.lessons.session.state import Event, Reply, State

LESSONS = list(lessons())

RIGHT_FILE = Path(__file__).parent.parent / "examples" / "code-gates" / "ada" / "gates.py"
RIGHT_GATES = f"@{RIGHT_FILE}"
"""What one types to have a file of right gates checked."""


def all_right(gate: CodeGate, source: bytes) -> Mark:
    """In place of the box in which a learner's code runs."""
    return Mark(gate.class_name, "", Verdict.CORRECT, 1, 1)


SMALL = """\
schema = "backprop/lesson/v1"
name = "small"
title = "A small lesson"
minutes = 5
summary = "One circuit."

[[circuits]]
name = "main"
formula = "q = x + y; f = q * z"
inputs = { x = -2, y = 5, z = -4 }

[[steps]]
text = "Read this."

[[steps]]
name = "values"
text = "The values."
circuit = "main"
ask = ["q", "f"]

[[steps]]
name = "gradients"
text = "The gradients. `f` was {= f}."
circuit = "main"
ask = ["df/df", "df/dz", "df/dq"]
hints = ["From the end."]
catches = ["mul-not-switched"]
after = "So `q` has {= df/dq}."

[[steps]]
name = "choice"
text = "Which?"
circuit = "main"
choose = "largest(df/dx, df/dz)"

[[fresh]]
level = 1
count = 3
"""


def lesson(text: str = SMALL, path: str = "small.toml") -> Lesson:
    return read_lesson(text.encode(), path)


def course_of(text: str = SMALL, learner: str = "ada") -> Course:
    return Course(lesson(text), learner)


def through(course: Course, lines: Iterable[str], state: State | None = None) -> list[Reply]:
    """What follows from each line, after what the beginning shows."""
    replies = [begin(course, state or State())]
    for line in lines:
        take = submitted if line == RIGHT_GATES else typed
        replies.append(take(course, replies[-1].state, line))
    return replies


def said(reply: Reply, kind: str = "") -> str:
    """The sentences of a reply."""
    blocks: Iterable[Block] = reply.blocks
    return " ".join(b.text for b in blocks if isinstance(b, Says) and kind in ("", b.kind))


def events(replies: Iterable[Reply]) -> list[Event]:
    return [event for reply in replies for event in reply.events]


def right_lines(course: Course) -> list[str]:
    """What one types to be right everywhere."""
    lines = []
    for number in range(course.count):
        step = course.step(number)
        for ask in range(max(1, len(step.asks))):
            line = right_line(course, step, ask)
            is_code = step.asks and isinstance(step.asks[ask], CodeAsk)
            assert line is not None or is_code
            lines.append(RIGHT_GATES if line is None or is_code else line)
    return lines


def solved_up_to(course: Course, step: int, ask: int) -> State:
    """At a question of a step, with all before it answered rightly."""
    before = {
        (number, place): "solved"
        for number in range(step + 1)
        for place in range(len(course.step(number).asks))
        if (number, place) < (step, ask)
    }
    return State(step, ask, before)


def claimed(course: Course) -> list[tuple[int, int, str, str]]:
    """Step, question, mistake and its answer, for each mistake that a lesson claims to catch."""
    found = []
    for number in range(len(course.lesson.steps)):
        step = course.step(number)
        for ask, asked in enumerate(step.asks):
            if step.catches and hasattr(asked, "question"):
                for name, answer in wrong_answers(course, step, ask):
                    found.append((number, ask, name, answer))
    return found
