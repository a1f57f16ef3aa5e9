"""Read the steps of a lesson: a text, what is asked after it, and the hints to that."""

import re
from collections.abc import Mapping
from typing import Any

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.exercises.authoring.mistake_file import see_that_it_is_known
from backprop_cli.exercises.authoring.question_file import read_tolerance
from backprop_cli.exercises.mistakes.table import MISTAKES
from backprop_cli.exercises.model.exercise import Exercise
from backprop_cli.exercises.model.reason import ReasonCode
from backprop_cli.exercises.model.tolerance import USUAL
from backprop_cli.inputs.strict import FileTable
from backprop_cli.lessons.authoring.asks import asked_about, is_text_or_texts, read_asks, read_given
from backprop_cli.lessons.model.lesson import LessonStep

FAULTS = [code.value for code in ReasonCode if code] + [each.name for each in MISTAKES]
"""What hints about a class may be for."""

NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
"""What a lesson or a step is called: `chain-rule`."""

FILLED_IN = re.compile(r"\{=\s*(?:([^{}:]+?)\s*:)?\s*([^{}:]+?)\s*\}")
"""In a text: the computed answer of a question, `{= df/dx}`; about another circuit, `{= c: q}`."""

Circuits = Mapping[str, Exercise]


def read_step(section: FileTable, number: int, circuits: Circuits) -> LessonStep:
    """One step; without a name of its own it is called by its number.

    Raises:
        BackpropError: for what cannot be used, with its line.
    """
    name = section.string("name", "")
    if name:
        named(section, name)
    where = section.string("circuit", None, 60)
    if where is not None and where not in circuits:
        hint = did_you_mean(where, list(circuits)) or f"there are {', '.join(circuits) or 'none'}"
        raise section.error(f"there is no circuit '{where}'", "circuit", hint)
    exercise = circuits[where] if where is not None else None
    tolerance = read_tolerance(section, USUAL)
    catches = tuple(section.strings("catches", []))
    for mistake in catches:
        known = [each.name for each in exercise.looked_for.mistakes] if exercise else []
        see_that_it_is_known(section, "catches", mistake, known)
    step = LessonStep(
        name or str(number),
        _text(section, "text", where, circuits, ...),
        where,
        read_given(section, exercise),
        section.boolean("picture", True),
        section.boolean("counts", False),
        read_asks(section, exercise, tolerance),
        _hints(section),
        catches,
        tuple(section.strings("accepts", [])),
        _text(section, "after", where, circuits, ""),
        section.place,
    )
    section.done()
    _fits(section, step)
    return step


def named(section: FileTable, name: str) -> str:
    """The name of a lesson or of a step, if it is one.

    Raises:
        BackpropError: if it is none.
    """
    if not NAME.fullmatch(name):
        raise section.error("a 'name' is of small letters, digits and hyphens", "name")
    return name


def _text(section: FileTable, key: str, where: str | None, circuits: Circuits, default: Any) -> str:
    """A text of Markdown, whose `{= … }` can be computed."""
    text: str = section.string(key, default, 5000).strip()
    if key == "text" and not text:
        raise section.error("'text' is empty", "text")
    for filled in FILLED_IN.finditer(text):
        try:
            asked_about(filled[2], circuits.get(filled[1] or where or ""))
        except BackpropError as error:
            raise section.about(key, error) from None
    return text


def _hints(section: FileTable) -> dict[str, tuple[str, ...]]:
    """Hints about all questions of a step, or in a table about each by its name."""
    given = section.take("hints", "texts, or a table with texts for each question", _is_hints, [])
    if isinstance(given, list):
        return {"": tuple(given)} if given else {}
    return {key.replace("∂", "d"): tuple(some) for key, some in given.items()}


def _is_hints(value: Any) -> bool:
    lists = list(value.values()) if isinstance(value, dict) else [value]
    return all(isinstance(some, list) and is_text_or_texts(some) for some in lists)


def _fits(section: FileTable, step: LessonStep) -> None:
    """See that what belongs to a question stands beside one."""
    for key in ("hints", "catches", "accepts", "relative", "absolute", "digits"):
        if section.has(key) and not step.asks:
            raise section.error(f"'{key}' needs something that is asked", key)
    if step.catches and not any(ask.number for ask in step.asks):
        raise section.error("'catches' is about numbers, and none is asked", "catches")
    if step.name.startswith("fresh-"):
        raise section.error("names that begin with 'fresh-' are those of fresh problems", "name")
    names = [ask.name for ask in step.asks]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise section.error(f"'{twice}' is asked twice", "ask")
    for key in step.hints:
        if key and key not in names and not step.asks[0].code:
            hint = did_you_mean(key, names) or f"asked are {', '.join(names)}"
            raise section.error(f"there is a hint for '{key}', which is not asked", "hints", hint)
        if key and step.asks[0].code and key not in FAULTS:
            hint = did_you_mean(key, FAULTS) or "see what can be wrong in docs/lessons.md"
            raise section.error(
                f"there is a hint for '{key}', which no fault is called", "hints", hint
            )
    if step.accepts and len(step.asks) != 1:
        raise section.error("'accepts' is about one question: make a step for each", "accepts")
