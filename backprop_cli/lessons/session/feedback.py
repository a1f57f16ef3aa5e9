"""What a session says of a wrong answer: the words of the marking, for who sees one question."""

import re

from backprop_cli.exercises.answers.answers import read_number
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.tolerance import close
from backprop_cli.gates.value import Value
from backprop_cli.language.question import Form
from backprop_cli.lessons.hints.display_names import called
from backprop_cli.lessons.model.course import Course, Scene
from backprop_cli.lessons.model.lesson import Ask, Step
from backprop_cli.lessons.session.forward_mistakes import slip

FOR_ANY = "A formula is asked, in the names of the circuit: one that holds for any numbers."

_PROGRAMS = re.compile(r"q\d*")
"""A name that the program gave to a step without one."""


def told(course: Course, step: Step, asked: Ask | None, raw: str, reason: str) -> str:
    """Why an answer is wrong.

    Args:
        course: the lesson for this learner.
        step: where the question is asked.
        asked: the question.
        raw: what was typed.
        reason: what the marking says.
    """
    if isinstance(asked, Asked) and asked.question.form in (Form.FORMULA, Form.NUMBER):
        scene = course.scene(step.circuit or "")
        # What stands before an equals sign is the question, written once more.
        number = read_number(raw.rpartition("=")[2], scene.case.graph.names)
        if asked.question.form is Form.FORMULA and not isinstance(number, Unreadable):
            is_it = _is_it(scene, asked, number)
            return f"Right for the numbers of this circuit. {FOR_ANY}" if is_it else FOR_ANY
        found = slip(scene, asked, number) if asked.wrt < 0 else ""
        if found:
            return found
    return reworded(course, step, reason) if reason else "That is not it."


def _is_it(scene: Scene, asked: Asked, number: Value) -> bool:
    """Whether a number is the value of the formula that is asked."""
    plain = asked._replace(question=asked.question._replace(form=Form.NUMBER))
    (key,) = scene.case.answers((plain,))
    return close(number, key, asked.tolerance)


def reworded(course: Course, step: Step, reason: str) -> str:
    """A sentence of the marking, with formulas in place of names that were never shown.

    Only names that the program gave, such as q4: those of the author may be English words.
    """
    if step.circuit is None:
        return reason
    graph = course.scene(step.circuit).case.graph
    for node, name in enumerate(called(course, step)):
        own = graph.names[node]
        if name != own and node not in graph.given and _PROGRAMS.fullmatch(own):
            # What is put in holds no backslash: it is a formula that was printed.
            reason = re.sub(rf"(?<![\w.]){own}(?!\w)", name, reason)
    return reason
