"""Exercises for tests: a circuit, its inputs and its questions, as a teacher would write them."""

from collections.abc import Iterable, Mapping
from typing import Any

from backprop_cli.exercises.marking.mark import Marker, load_marker
from backprop_cli.exercises.marking.result import Graded

CHAIN = {"x": -2, "y": 5, "z": -4}
"""The lecture's inputs of (x + y)*z."""


def exercise(
    formula: str,
    inputs: Mapping[str, Any],
    ask: Iterable[str],
    marking: str = "",
    more: str = "",
    upstream: str = "",
    each: str = "",
) -> bytes:
    """The text of an exercise: `marking` for all questions, `each` for each of them."""
    lines = ['schema = "backprop/exercise/v1"', 'title = "A test"', f"formula = '{formula}'"]
    lines += [f"upstream = {upstream}"] if upstream else []
    lines += ["[inputs]", *(f"{name} = {value}" for name, value in inputs.items())]
    lines += ["[marking]", marking, more]
    for question in ask:
        lines += ["[[questions]]", f'ask = "{question}"', each]
    return "\n".join(lines).encode()


def marker(formula: str, inputs: Mapping[str, Any], ask: Iterable[str], **more: str) -> Marker:
    """What marks such an exercise."""
    return load_marker(exercise(formula, inputs, ask, **more), "exercise.toml")


def marked(
    formula: str, inputs: Mapping[str, Any], answers: Mapping[str, object], **more: str
) -> Graded:
    """A submission to an exercise that asks what is answered."""
    return marker(formula, inputs, answers, **more).mark("ada", answers)


def blamed(graded: Graded) -> set[tuple[str, tuple[str, ...]]]:
    """The mistakes that are named, and where they were made."""
    return {(blame.mistake, blame.at) for mark in graded.marks for blame in mark.blames}


def reasons(graded: Graded) -> dict[str, str]:
    """Why each answer is wrong."""
    return {mark.question: mark.reason for mark in graded.marks if mark.reason}
