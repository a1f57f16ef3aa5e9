"""Help by rungs: where to look, which rule, the step with symbols, then with numbers in place."""

from collections.abc import Sequence

from backprop_cli.autodiff.steps import rule_names
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.graph.graph import Graph
from backprop_cli.language.question import Form
from backprop_cli.lessons.hints.code import for_code, written_gate
from backprop_cli.lessons.hints.display_names import called, formula
from backprop_cli.lessons.hints.gradients import for_gradient
from backprop_cli.lessons.hints.parts import Equation, article, chalk, last, numbers
from backprop_cli.lessons.model.course import Course, Scene
from backprop_cli.lessons.model.lesson import Choice, Code, Step


def ladder(course: Course, step: Step, ask: int, faults: Sequence[str] = ()) -> list[str]:
    """The hints for a question, from where to look to the step with its numbers in place.

    The author's come first. None of them is the bare number.

    Args:
        course: the lesson for this learner.
        step: where the question is asked.
        ask: its place among the questions of the step.
        faults: what was wrong with the class that was checked last: codes and mistakes.
    """
    asked = step.asks[ask]
    if isinstance(asked, Code):
        return [*step.hints_about(faults), *for_code(asked, faults)]
    made = _for_choice(asked) if isinstance(asked, Choice) else _for(course, step, asked)
    return [*step.hints_for(asked.name), *made]


def _for(course: Course, step: Step, asked: Asked) -> list[str]:
    scene, form = course.scene(step.circuit or ""), asked.question.form
    names = called(course, step)
    if form is Form.SHAPE:
        return _for_shape(scene, asked, names)
    if form is Form.PATTERN:
        return [_which(scene.case.graph, asked.of, names), _PATTERNS]
    if form is Form.LINE:
        return list(_LINES)
    if asked.wrt < 0:
        return _for_value(scene, asked, names)
    return for_gradient(scene, asked, names)


_PATTERNS = (
    "An add gate distributes, a max gate routes, a mul gate switches, a gate of one input scales; "
    "where a value is used more than once, gradients are added."
)
_LINES = (
    "Begin at the top: does the backward pass start with 1?",
    "Then go from line to line: is it the upstream times the gate's local derivative? A line that "
    "only goes on from a wrong one is right.",
)


def _which(graph: Graph, node: int, names: list[str]) -> str:
    gate, name = graph.gates[node], names[node]
    if gate is None:
        return f"{name} is an input that is used more than once."
    return f"{name} is the output of {article(gate.name)} gate."


def _for_choice(choice: Choice) -> list[str]:
    if choice.kind == "mistake":
        return ["Write the wrong line anew by yourself, and see what was done otherwise."]
    names = ", ".join(chalk(asked.name) for asked in choice.operands)
    return [f"Work out {names}."]


def _for_shape(scene: Scene, asked: Asked, names: list[str]) -> list[str]:
    graph = scene.case.graph
    if asked.wrt >= 0:
        name = names[asked.wrt]
        return ["A gradient has the shape of its variable.", f"So look at the shape of {name}."]
    gate = graph.gates[asked.of]
    if gate is not None and gate.shape.shape_hint:
        return [_which(graph, asked.of, names), gate.shape.shape_hint]
    return [_which(graph, asked.of, names)]


# Values


def _for_value(scene: Scene, asked: Asked, names: list[str]) -> list[str]:
    graph, node = scene.case.graph, asked.of
    left = names[node]
    if graph.gates[node] is None:
        return [f"{left} is an input: its value is given."]
    symbols = formula(graph, node, rule_names(graph, node, called=names))
    rungs = [_which(graph, node, names), Equation("Its formula", left, symbols)]
    if asked.question.form is Form.NUMBER and asked.question.element is None:
        put_in = formula(graph, node, numbers(graph, scene.case.values, node))
        return [*rungs, *last(left, put_in, scene.case.values[node], asked)]
    return rungs


_IN_WORDS = {Form.SHAPE: "The shape of", Form.PATTERN: "The pattern of"}
"""How a solution begins that is no equation."""


def solution(course: Course, step: Step, ask: int) -> str:
    """The whole way to the answer, with the answer at its end."""
    asked = step.asks[ask]
    if isinstance(asked, Code):
        return written_gate(asked)
    right = course.right(step, ask)
    if isinstance(asked, Choice):
        return asked.options[int(right) - 1]
    made = _for(course, step, asked)
    if asked.question.form is Form.FORMULA:
        return made[-1]
    if asked.question.form in _IN_WORDS:
        bare = asked.question._replace(form=Form.NUMBER).text
        return f"{_IN_WORDS[asked.question.form]} {chalk(bare)} is {right}"
    last_hint = made[-1]
    if isinstance(last_hint, Equation) and asked.question.form is Form.NUMBER:
        return f"{last_hint.left} = {last_hint.right} = {right}"
    return f"{chalk(asked.name)} = {right}"
