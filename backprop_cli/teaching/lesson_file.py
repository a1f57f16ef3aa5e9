"""Read a lesson from its TOML file, strictly: every mistake of an author has its line."""

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.grading.circuit_file import Circuit, Inputs, place_of, read_graph, read_upstream
from backprop_cli.grading.exercise import Asked, CodeGate, Exercise, Planted
from backprop_cli.grading.mistake_file import all_mistakes, read_mistake, see_that_it_is_known
from backprop_cli.grading.mistakes import Mistake
from backprop_cli.grading.question_file import places_of, read_tolerance
from backprop_cli.grading.tolerance import Tolerance
from backprop_cli.inputs.strict import Section, read_strictly
from backprop_cli.language.question import Form, parse_question
from backprop_cli.teaching.choices import FIXED, parse_choice
from backprop_cli.teaching.fresh import WORDS, questions_of
from backprop_cli.teaching.lesson import Ask, Choice, Code, Fresh, Lesson, Step

SCHEMA = "backprop/lesson/v1"

MAX_FILE = 512 * 1024
"""Bytes of the largest lesson."""

NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
"""What a lesson or a step is called: `chain-rule`."""

FILLED_IN = re.compile(r"\{=\s*(?:([^{}:]+?)\s*:)?\s*([^{}:]+?)\s*\}")
"""In a text: the computed answer of a question, `{= df/dx}`; about another circuit, `{= c: q}`."""

VARIANTS = 100
"""Sets of inputs that are drawn for a circuit; learners share them by chance."""

Circuits = Mapping[str, Exercise]


def read_lesson(data: bytes, path: str) -> Lesson:
    """Read a lesson.

    Args:
        data: the content of the file.
        path: its name, for messages.

    Raises:
        BackpropError: for anything unknown, missing or of another type, with its line.
    """
    file = read_strictly(data, path, SCHEMA, MAX_FILE)
    name = _name(file, file.string("name", most=60))
    title = file.string("title", most=60)
    minutes = file.integer("minutes", 1, 60)
    summary = file.string("summary", most=200)
    mistakes = all_mistakes(file, tuple(map(read_mistake, file.sections("mistakes", 50))))
    circuits = _circuits(file, name, mistakes)
    steps = tuple(
        _step(section, number, circuits)
        for number, section in enumerate(file.sections("steps", 200), start=1)
    )
    fresh = tuple(each for section in file.sections("fresh", 20) for each in _fresh(section))
    file.done()
    _each_once(file, steps)
    if not steps:
        raise file.error("there are no [[steps]]")
    circuits = {key: _with_questions(key, circuits[key], steps) for key in circuits}
    return Lesson(name, title, minutes, summary, circuits, steps, fresh, path, file.text)


def _name(section: Section, name: str) -> str:
    if not NAME.fullmatch(name):
        raise section.error("a 'name' is of small letters, digits and hyphens", "name")
    return name


def _each_once(file: Section, steps: tuple[Step, ...]) -> None:
    seen: set[str] = set()
    for step in steps:
        if step.name in seen:
            section = Section({}, file.text, file.path, step.place)
            raise section.error(f"there is a step '{step.name}' already", "name")
        seen.add(step.name)


# Circuits


def _circuits(file: Section, lesson: str, mistakes: tuple[Mistake, ...]) -> dict[str, Exercise]:
    circuits: dict[str, Exercise] = {}
    for section in file.sections("circuits", 50):
        name = section.string("name", most=60)
        if name in circuits:
            raise section.error(f"there is a circuit '{name}' already", "name")
        circuits[name] = _circuit(section, f"{lesson}/{name}", mistakes)
    return circuits


def _circuit(section: Section, seed: str, mistakes: tuple[Mistake, ...]) -> Exercise:
    program = section.string("formula", most=2000)
    inputs = Inputs(section.section("inputs"))
    graph = read_graph(section, program, inputs)
    circuit = Circuit(graph, read_upstream(section, graph))
    planted = _planted(section, circuit, mistakes)
    inputs.section.done()
    section.done()
    return Exercise(
        seed,
        "",
        program.strip(),
        graph,
        circuit.upstream,
        inputs.fixed,
        inputs.drawn,
        VARIANTS if inputs.drawn else 1,
        seed,
        (),
        mistakes,
        frozenset(),
        planted,
        (),
        blake2b(seed.encode(), digest_size=16).digest(),
    )


def _planted(section: Section, circuit: Circuit, mistakes: tuple[Mistake, ...]) -> Planted | None:
    """The mistake in the derivation that is shown, and where it is made."""
    if not section.has("wrong-line"):
        return None
    planted = section.section("wrong-line")
    mistake, at = planted.string("mistake", most=60), planted.string("at", most=100)
    planted.done()
    see_that_it_is_known(planted, "mistake", mistake, [each.name for each in mistakes])
    try:
        place_of(circuit.graph, at)
    except BackpropError as error:
        raise planted.about("at", error) from None
    return Planted(mistake, at)


def _with_questions(name: str, exercise: Exercise, steps: tuple[Step, ...]) -> Exercise:
    """The circuit with what is asked about it, so that its inputs are drawn to tell mistakes."""
    asked: dict[str, Asked] = {}
    for step in steps:
        if step.circuit == name:
            for ask in step.asks:
                some = ask.operands if isinstance(ask, Choice) else ()
                some = (ask,) if isinstance(ask, Asked) else some
                asked |= {each.name: each for each in some if each.name not in asked}
    return replace(exercise, asked=tuple(asked.values()))


# Steps


def _step(section: Section, number: int, circuits: Circuits) -> Step:
    name = section.string("name", "")
    if name:
        _name(section, name)
    where = section.string("circuit", None, 60)
    if where is not None and where not in circuits:
        hint = did_you_mean(where, list(circuits)) or f"there are {', '.join(circuits) or 'none'}"
        raise section.error(f"there is no circuit '{where}'", "circuit", hint)
    exercise = circuits[where] if where is not None else None
    tolerance = read_tolerance(section, Tolerance())
    catches = tuple(section.strings("catches", []))
    for mistake in catches:
        known = [each.name for each in exercise.mistakes] if exercise else []
        see_that_it_is_known(section, "catches", mistake, known)
    step = Step(
        name or str(number),
        _text(section, "text", where, circuits, ...),
        where,
        _given(section, exercise),
        section.boolean("picture", True),
        _asks(section, exercise, tolerance),
        _hints(section),
        catches,
        tuple(section.strings("accepts", [])),
        _text(section, "after", where, circuits, ""),
        section.place,
    )
    section.done()
    _fits(section, step)
    return step


def _text(section: Section, key: str, where: str | None, circuits: Circuits, default: Any) -> str:
    """A text of Markdown, whose `{= … }` can be computed."""
    text: str = section.string(key, default, 5000).strip()
    if key == "text" and not text:
        raise section.error("'text' is empty", "text")
    for filled in FILLED_IN.finditer(text):
        try:
            asked_about(filled[2], circuits.get(filled[1] or where or ""), Tolerance())
        except BackpropError as error:
            raise section.about(key, error) from None
    return text


def _asks(section: Section, exercise: Exercise | None, tolerance: Tolerance) -> tuple[Ask, ...]:
    if section.has("class"):
        return (_code(section),)
    given = section.take("ask", "a question or a list of questions", _is_text_or_texts, [])
    sources = [given] if isinstance(given, str) else given
    chosen = section.string("choose", None, 400)
    if chosen is not None and sources:
        raise section.error("'ask' and 'choose' contradict each other: make two steps", "choose")
    if chosen is not None:
        return (_choice(section, chosen, exercise),)
    if section.has("choices"):
        raise section.error("'choices' are for 'choose'", "choices")
    try:
        return tuple(asked_about(source, exercise, tolerance) for source in sources)
    except BackpropError as error:
        raise section.about("ask", error) from None


def _code(section: Section) -> Code:
    """A class to be written: `class`, `gate` and what the file begins with, `starter`."""
    from backprop_cli.grading.code import writable

    name = section.string("class", most=100)
    if not name.isidentifier():
        raise section.error(f"'{name}' is no name of a class", "class")
    gate = section.string("gate", most=50)
    try:
        writable(gate)
    except BackpropError as error:
        raise section.about("gate", error) from None
    starter = section.string("starter", most=5000).strip("\n") + "\n"
    if f"class {name}" not in starter:
        raise section.error(f"'starter' has no class {name}", "starter")
    return Code(name, CodeGate(name, gate, 1.0), starter)


def _hints(section: Section) -> dict[str, tuple[str, ...]]:
    """Hints about all questions of a step, or in a table about each by its name."""
    given = section.take("hints", "texts, or a table with texts for each question", _is_hints, [])
    if isinstance(given, list):
        return {"": tuple(given)} if given else {}
    return {key.replace("∂", "d"): tuple(some) for key, some in given.items()}


def _is_hints(value: Any) -> bool:
    lists = list(value.values()) if isinstance(value, dict) else [value]
    return all(isinstance(some, list) and _is_text_or_texts(some) for some in lists)


def _is_text_or_texts(value: Any) -> bool:
    texts = value if isinstance(value, list) else [value]
    return len(texts) <= 20 and all(isinstance(text, str) for text in texts)


def asked_about(source: str, exercise: Exercise | None, tolerance: Tolerance) -> Asked:
    """A question about a circuit.

    Raises:
        BackpropError: if it is none, or cannot be asked about this circuit.
    """
    question = parse_question(source)
    if exercise is None or exercise.graph is None:
        raise BackpropError("say which circuit this is about", hint='circuit = "…"')
    if question.form is Form.LINE and exercise.planted is None:
        raise BackpropError("the circuit has no wrong line", hint="give it [circuits.wrong-line]")
    of, wrt = places_of(question, Circuit(exercise.graph, exercise.upstream))
    return Asked(question, of, wrt, 1.0, tolerance, 0.0, False, "")


def _choice(section: Section, source: str, exercise: Exercise | None) -> Choice:
    try:
        kind, operands = parse_choice(source)
        if kind == "mistake":
            return _mistakes_to_choose(section, source, operands, exercise)
        asked = tuple(asked_about(operand, exercise, Tolerance()) for operand in operands)
        for each in asked:
            _is_one_number(each, exercise)
    except BackpropError as error:
        raise section.about("choose", error) from None
    names = FIXED.get(kind) or tuple(each.name for each in asked)
    options = tuple(section.strings("choices", list(names)))
    if len(options) != len(names) or len(set(options)) < len(options):
        raise section.error(f"'choices' are {len(names)} different texts, in order", "choices")
    return Choice(source, kind, asked, options)


def _is_one_number(asked: Asked, exercise: Exercise | None) -> None:
    assert exercise is not None
    assert exercise.graph is not None
    shape = exercise.graph.shapes[asked.of if asked.wrt < 0 else asked.wrt]
    if asked.question.form is not Form.NUMBER or (shape and not asked.question.element):
        raise BackpropError(f"{asked.name} is not a number that could be compared")


def _mistakes_to_choose(
    section: Section, source: str, names: list[str], exercise: Exercise | None
) -> Choice:
    if exercise is None or exercise.planted is None:
        raise BackpropError("no mistake was planted", hint="give the circuit a wrong-line")
    titles = {mistake.name: mistake.title for mistake in exercise.mistakes}
    for name in names:
        see_that_it_is_known(section, "choose", name, list(titles))
    if exercise.planted.mistake not in names:
        raise BackpropError(f"'{exercise.planted.mistake}' is planted, and is no choice")
    options = section.strings("choices", [titles[name] for name in names])
    if len(options) != len(names):
        raise section.error(f"'choices' are {len(names)} texts, in order", "choices")
    return Choice(source, "mistake", (), tuple(options))


def _given(section: Section, exercise: Exercise | None) -> tuple[Asked, ...]:
    """What the picture shows without having been asked: questions, "values" or "all"."""
    given = section.take("given", 'questions, "values" or "all"', _is_text_or_texts, [])
    if isinstance(given, str):
        given = [given]
    try:
        return tuple(
            asked_about(source, exercise, Tolerance())
            for each in given
            for source in (words(each, exercise) if each in WORDS else (each,))
        )
    except BackpropError as error:
        raise section.about("given", error) from None


def words(word: str, exercise: Exercise | None) -> tuple[str, ...]:
    """The questions that a word stands for."""
    if exercise is None or exercise.graph is None:
        raise BackpropError("say which circuit this is about", hint='circuit = "…"')
    return questions_of(exercise.graph, word)


def _fits(section: Section, step: Step) -> None:
    """See that what belongs to a question stands beside one."""
    for key in ("hints", "catches", "accepts", "relative", "absolute", "digits"):
        if section.has(key) and not step.asks:
            raise section.error(f"'{key}' needs something that is asked", key)
    if step.catches and not any(_is_number(ask) for ask in step.asks):
        raise section.error("'catches' is about numbers, and none is asked", "catches")
    if step.name.startswith("fresh-"):
        raise section.error("names that begin with 'fresh-' are those of fresh problems", "name")
    names = [ask.name for ask in step.asks]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise section.error(f"'{twice}' is asked twice", "ask")
    for key in step.hints:
        if key and key not in names and not isinstance(step.asks[0], Code):
            hint = did_you_mean(key, names) or f"asked are {', '.join(names)}"
            raise section.error(f"there is a hint for '{key}', which is not asked", "hints", hint)
    if step.accepts and len(step.asks) != 1:
        raise section.error("'accepts' is about one question: make a step for each", "accepts")


def _is_number(ask: Ask) -> bool:
    return isinstance(ask, Asked) and ask.question.form is Form.NUMBER


# Fresh problems


def _fresh(section: Section) -> list[Fresh]:
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
    given = section.take("ask", "questions, or one of the words", _is_text_or_texts, "inputs")
    ask = (given,) if isinstance(given, str) else tuple(given)
    for source in ask:
        if level is not None and source not in WORDS:
            hint = f"there are {', '.join(WORDS)}"
            raise section.error("of a fresh formula one of the words is asked", "ask", hint)
        if source not in WORDS:
            try:
                parse_question(source)
            except BackpropError as error:
                raise section.about("ask", error) from None
    count = section.integer("count", 1, 10, 1)
    section.done()
    inputs.section.done()
    return [Fresh(level, program, inputs.drawn, ask, section.place)] * count
