"""Read a lesson from its TOML file, strictly: every mistake of an author has its line."""

from dataclasses import replace

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.authoring.circuit_file import Inputs, read_graph
from backprop_cli.exercises.authoring.mistake_file import all_mistakes, read_mistake
from backprop_cli.exercises.model.exercise import Asked, Exercise
from backprop_cli.exercises.questions.table import read_question
from backprop_cli.inputs.strict import FileTable, read_strictly
from backprop_cli.lessons.authoring.asks import is_text_or_texts
from backprop_cli.lessons.authoring.circuits import read_circuits
from backprop_cli.lessons.authoring.steps import named, read_step
from backprop_cli.lessons.model.fresh import WORDS
from backprop_cli.lessons.model.lesson import Fresh, Lesson, LessonStep

SCHEMA = "backprop/lesson/v1"

MAX_FILE = 512 * 1024
"""Bytes of the largest lesson."""


def read_lesson(data: bytes, path: str) -> Lesson:
    """Read a lesson.

    Args:
        data: the content of the file.
        path: its name, for messages.

    Raises:
        BackpropError: for anything unknown, missing or of another type, with its line.
    """
    file = read_strictly(data, path, SCHEMA, MAX_FILE)
    name = named(file, file.string("name", most=60))
    title = file.string("title", most=60)
    minutes = file.integer("minutes", 1, 60)
    summary = file.string("summary", most=200)
    mistakes = all_mistakes(file, tuple(map(read_mistake, file.sections("mistakes", 50))))
    circuits = read_circuits(file, name, mistakes)
    steps = tuple(
        read_step(section, number, circuits)
        for number, section in enumerate(file.sections("steps", 200), start=1)
    )
    fresh = tuple(each for section in file.sections("fresh", 20) for each in _fresh(section))
    file.done()
    _each_once(file, steps)
    if not steps:
        raise file.error("there are no [[steps]]")
    circuits = {key: _with_questions(key, circuits[key], steps) for key in circuits}
    return Lesson(name, title, minutes, summary, circuits, steps, fresh, path, file.text)


def _each_once(file: FileTable, steps: tuple[LessonStep, ...]) -> None:
    seen: set[str] = set()
    for step in steps:
        if step.name in seen:
            section = FileTable({}, file.text, file.path, step.place)
            raise section.error(f"there is a step '{step.name}' already", "name")
        seen.add(step.name)


def _with_questions(name: str, exercise: Exercise, steps: tuple[LessonStep, ...]) -> Exercise:
    """The circuit with what is asked about it, so that its inputs are drawn to tell mistakes."""
    asked: dict[str, Asked] = {}
    for step in steps:
        if step.circuit == name:
            for ask in step.asks:
                asked |= {each.name: each for each in ask.questions if each.name not in asked}
    return replace(exercise, asked=tuple(asked.values()))


def _fresh(section: FileTable) -> list[Fresh]:
    level = section.integer("level", 1, 5, None)
    program = section.string("formula", "", 2000)
    if (level is None) == (not program):
        raise section.error("a fresh problem has either a 'level' or a 'formula'")
    inputs = Inputs(section.section("inputs"))
    if inputs.fixed:
        raise section.error("the inputs of a fresh problem are drawn: { from = …, to = … }")
    if program:
        read_graph(section, program, inputs)
    elif inputs.drawn:
        raise section.error("the inputs of a fresh formula are drawn with it", "inputs")
    given = section.take("ask", "questions, or one of the words", is_text_or_texts, "inputs")
    ask = (given,) if isinstance(given, str) else tuple(given)
    for source in ask:
        if level is not None and source not in WORDS:
            hint = f"there are {', '.join(WORDS)}"
            raise section.error("of a fresh formula one of the words is asked", "ask", hint)
        if source not in WORDS:
            try:
                read_question(source)
            except BackpropError as error:
                raise section.about("ask", error) from None
    count = section.integer("count", 1, 10, 1)
    section.done()
    inputs.section.done()
    return [Fresh(level, program, inputs.drawn, ask, section.place)] * count
