"""Read what a step of a lesson asks: questions, a choice, or a class to be written."""

from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.authoring.circuit_file import Circuit
from backprop_cli.exercises.authoring.mistake_file import see_that_it_is_known
from backprop_cli.exercises.authoring.question_file import places_of
from backprop_cli.exercises.model.exercise import Asked, CodeGate, Exercise
from backprop_cli.exercises.model.tolerance import USUAL, Tolerance
from backprop_cli.inputs.strict import Section
from backprop_cli.language.question import Form, parse_question
from backprop_cli.lessons.model.choices import FIXED, parse_choice
from backprop_cli.lessons.model.fresh import WORDS, questions_of
from backprop_cli.lessons.model.lesson import Ask, Choice, Code


def read_asks(section: Section, exercise: Exercise | None, tolerance: Tolerance) -> tuple[Ask, ...]:
    """What a step asks, in order; nothing where it is only read.

    Raises:
        BackpropError: for what cannot be asked, with its line.
    """
    if section.has("class"):
        return (_code(section),)
    given = section.take("ask", "a question or a list of questions", is_text_or_texts, [])
    sources = [given] if isinstance(given, str) else given
    chosen = section.string("choose", None, 400)
    if chosen is not None and sources:
        raise section.error("'ask' and 'choose' cannot be combined: make two steps", "choose")
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
    from backprop_cli.exercises.code.mark import writable

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
        asked = tuple(asked_about(operand, exercise, USUAL) for operand in operands)
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


def read_given(section: Section, exercise: Exercise | None) -> tuple[Asked, ...]:
    """What the picture shows without having been asked: questions, "values" or "all"."""
    given = section.take("given", 'questions, "values" or "all"', is_text_or_texts, [])
    if isinstance(given, str):
        given = [given]
    try:
        return tuple(
            asked_about(source, exercise, USUAL)
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


def is_text_or_texts(value: Any) -> bool:
    """Whether a value of the file is a text, or a list of not too many."""
    texts = value if isinstance(value, list) else [value]
    return len(texts) <= 20 and all(isinstance(text, str) for text in texts)
