"""What the learner calls a node: by its name, or by its formula where the name was never shown."""

import re
from collections.abc import Iterator

from backprop_cli.autodiff.steps import rule_names
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.gates.compiler import rule
from backprop_cli.gates.spelling import along
from backprop_cli.graph.graph import Graph
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import SOURCE, show
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.model.lesson import Choice, Step

MOST = 120
"""Characters of the longest formula that stands in place of a name."""

_WRITTEN = re.compile(r"`[^`]*`|^ {4}.*$|∂\w+", re.MULTILINE)
"""In a text: what is written in the names of a circuit, and is no English."""


def called(course: Course, step: Step) -> list[str]:
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
        if len(text) <= MOST:
            names[node] = f"({text})" if " " in text or text.startswith("-") else text
    return names


def formula(graph: Graph, node: int, names: dict[str, str]) -> str:
    """The formula of a gate with something in place of the names, as one would type it."""
    gate = graph.gates[node]
    assert gate is not None
    text = rule(gate.text)
    if node in graph.axes:
        text = along(text, graph.axes[node])
    return tidy(show(text, names, SOURCE))


def tidy(text: str) -> str:
    """A formula in as few parentheses as it needs; what is none stays as it is."""
    try:
        return show(parse(text), style=SOURCE)
    except BackpropError:
        return text


def _seen(course: Course, step: Step, graph: Graph) -> set[int]:
    """The nodes whose names the learner has met."""
    seen = {graph.output, *graph.constants}
    texts = []
    for each in _up_to(course, step):
        if each.picture:
            return set(range(len(graph)))
        for asked in (*each.given, *_asked(each)):
            seen |= {asked.of} if asked.wrt < 0 else {asked.of, asked.wrt}
        texts += _WRITTEN.findall(each.text)
    words = set(re.findall(r"[^\W\d]\w*", " ".join(texts).replace("∂", " ")))
    return seen | {node for node, name in enumerate(graph.names) if name in words}


def _up_to(course: Course, step: Step) -> Iterator[Step]:
    """The steps about the same circuit, up to this one."""
    for number in range(course.count):
        other = course.step(number)
        if other.circuit == step.circuit:
            yield other
        if other.name == step.name:
            return


def _asked(step: Step) -> Iterator[Asked]:
    for ask in step.asks:
        if isinstance(ask, Asked):
            yield ask
        elif isinstance(ask, Choice):
            yield from ask.operands
