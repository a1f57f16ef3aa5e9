"""Read what a step of a lesson asks: questions, a choice, or a class to be written."""

from collections.abc import Iterable
from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.authoring.mistake_file import see_that_it_is_known
from backprop_cli.exercises.authoring.question_file import asked_about as about_circuit
from backprop_cli.exercises.model.exercise import Asked, CodeGate, Exercise
from backprop_cli.exercises.model.tolerance import Tolerance
from backprop_cli.exercises.questions.table import read_question
from backprop_cli.inputs.strict import FileTable
from backprop_cli.lessons.asks.ask import Ask
from backprop_cli.lessons.asks.choice import Choice
from backprop_cli.lessons.asks.choice_rules import parse_choice
from backprop_cli.lessons.asks.code import CodeAsk
from backprop_cli.lessons.asks.question import QuestionAsk
from backprop_cli.lessons.model.fresh import WORDS, questions_of


def read_asks(
    section: FileTable, exercise: Exercise | None, tolerance: Tolerance
) -> tuple[Ask, ...]:
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
        return tuple(
            QuestionAsk(each._replace(tolerance=tolerance))
            for each in questions_about(sources, exercise)
        )
    except BackpropError as error:
        raise section.about("ask", error) from None


def _code(section: FileTable) -> CodeAsk:
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
    return CodeAsk(name, CodeGate(name, gate, 1.0), starter)


def asked_about(source: str, exercise: Exercise | None) -> Asked:
    """A question about a circuit.

    Raises:
        BackpropError: if it is none, or cannot be asked about this circuit.
    """
    _, kind = read_question(source)
    if exercise is None:
        raise BackpropError("say which circuit this is about", hint='circuit = "…"')
    if kind.needs_planted and exercise.planted is None:
        raise BackpropError("the circuit has no wrong line", hint="give it [circuits.wrong-line]")
    return about_circuit(source, exercise.circuit)


def questions_about(sources: Iterable[str], exercise: Exercise | None) -> tuple[Asked, ...]:
    """Several of them."""
    return tuple(asked_about(source, exercise) for source in sources)


def _choice(section: FileTable, source: str, exercise: Exercise | None) -> Choice:
    try:
        rule, operands = parse_choice(source)
        compared: tuple[Asked, ...] = ()
        if rule.is_of_mistakes:
            names = _titles(section, operands, exercise)
        else:
            compared = questions_about(operands, exercise)
            for each in compared:
                _is_one_number(each, exercise)
            names = list(rule.fixed) or [each.name for each in compared]
    except BackpropError as error:
        raise section.about("choose", error) from None
    options = tuple(section.strings("choices", names))
    if len(options) != len(names) or len(set(options)) < len(options):
        raise section.error(f"'choices' are {len(names)} different texts, in order", "choices")
    return Choice(source, rule, tuple(operands), compared, options)


def _is_one_number(asked: Asked, exercise: Exercise | None) -> None:
    assert exercise is not None
    shape = exercise.graph.shapes[asked.about]
    if not asked.kind.is_number or (shape and not asked.question.element):
        raise BackpropError(f"{asked.name} is not a number that could be compared")


def _titles(section: FileTable, names: list[str], exercise: Exercise | None) -> list[str]:
    """The titles of the mistakes that may be chosen."""
    if exercise is None or exercise.planted is None:
        raise BackpropError("no mistake was planted", hint="give the circuit a wrong-line")
    titles = {mistake.name: mistake.title for mistake in exercise.looked_for.mistakes}
    for name in names:
        see_that_it_is_known(section, "choose", name, list(titles))
    if exercise.planted.mistake not in names:
        raise BackpropError(f"'{exercise.planted.mistake}' is planted, and is no choice")
    return [titles[name] for name in names]


def read_given(section: FileTable, exercise: Exercise | None) -> tuple[Asked, ...]:
    """What the picture shows without having been asked: questions, "values" or "all"."""
    given = section.take("given", 'questions, "values" or "all"', is_text_or_texts, [])
    if isinstance(given, str):
        given = [given]
    try:
        sources = [
            source
            for each in given
            for source in (words(each, exercise) if each in WORDS else (each,))
        ]
        return questions_about(sources, exercise)
    except BackpropError as error:
        raise section.about("given", error) from None


def words(word: str, exercise: Exercise | None) -> tuple[str, ...]:
    """The questions that a word stands for."""
    if exercise is None:
        raise BackpropError("say which circuit this is about", hint='circuit = "…"')
    return questions_of(exercise.graph, word)


def is_text_or_texts(value: Any) -> bool:
    """Whether a value of the file is a text, or a list of not too many."""
    texts = value if isinstance(value, list) else [value]
    return len(texts) <= 20 and all(isinstance(text, str) for text in texts)
