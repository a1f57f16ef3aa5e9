"""What the learner calls a node: by its name, or by its formula where the name was never shown."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from backprop_cli.autodiff.steps import rule_names
from backprop_cli.exercises.hints.formulas import formula
from backprop_cli.graph.graph import Graph

if TYPE_CHECKING:
    from backprop_cli.lessons.model.course import Course
    from backprop_cli.lessons.model.lesson import LessonStep

MAX_NAME_CHARS = 120
"""Characters of the longest formula that stands in place of a name."""

_WRITTEN = re.compile(r"`[^`]*`|^ {4}.*$|∂\w+", re.MULTILINE)
"""In a text: what is written in the names of a circuit, and is no English."""


def called(course: "Course", step: "LessonStep") -> list[str]:
    """What to call each node of the circuit of a step, in sentences about it.

    A name that was neither drawn nor asked nor told up to this step says nothing to the
    learner: the piece of the formula that it stands for is written out, in parentheses.
    """
    graph = course.scene(step.circuit or "").case.graph
    seen = _seen(course, step, graph)
    names = list(graph.names)
    for node, gate in enumerate(graph.gates):
        if gate is None or node in seen:
            continue
        text = formula(graph, node, rule_names(graph, node, called=names))
        if len(text) <= MAX_NAME_CHARS:
            names[node] = f"({text})" if " " in text or text.startswith("-") else text
    return names


def _seen(course: "Course", step: "LessonStep", graph: Graph) -> set[int]:
    """The nodes whose names the learner has met."""
    seen = {graph.output, *graph.constants}
    texts = []
    for each in _up_to(course, step):
        if each.picture:
            return set(range(len(graph)))
        questions = [asked for ask in each.asks for asked in ask.questions]
        for asked in (*each.given, *questions):
            seen |= {asked.of} if asked.wrt < 0 else {asked.of, asked.wrt}
        texts += _WRITTEN.findall(each.text)
    words = set(re.findall(r"[^\W\d]\w*", " ".join(texts).replace("∂", " ")))
    return seen | {node for node, name in enumerate(graph.names) if name in words}


def _up_to(course: "Course", step: "LessonStep") -> Iterator["LessonStep"]:
    """The steps about the same circuit, up to this one; a fresh problem has one of its own."""
    for other in course.lesson.steps:
        if other is step:
            break
        if other.circuit == step.circuit:
            yield other
    yield step
