"""Say what was worked out in place of a gate's forward pass, by working it out."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from backprop_cli.autodiff.errstate import without_warnings
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.tape import kind
from backprop_cli.exercises.answers.rounding import elements
from backprop_cli.exercises.diagnosis.diagnosis import UNFIT
from backprop_cli.exercises.diagnosis.precision import digits
from backprop_cli.exercises.diagnosis.sentences import called_nearby, step
from backprop_cli.exercises.mistakes.forward_table import Way, ways
from backprop_cli.exercises.model.case import Case, part
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.reason import Finding
from backprop_cli.exercises.model.tolerance import apart, close
from backprop_cli.gates.compiler import compile_condition, compile_rule, rule
from backprop_cli.gates.spelling import along
from backprop_cli.gates.value import Value
from backprop_cli.graph.build import build
from backprop_cli.language.numbers import is_finite
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import SOURCE, show

MAX_UNASKED = 20
"""Gates between two questions at which a mistake is looked for."""

MIN_DIGITS = 3
"""Digits of a number by which a mistake at one of these is known: 40 is given by many."""


class ForwardFinding(NamedTuple):
    """A mistake of the forward pass that gives a number."""

    node: int
    way: Way
    is_here: bool
    """It was made at the gate whose value was asked, and not at one before it."""


def forward_mistakes(
    case: Case, asked: Asked, answer: Value, said: Mapping[int, Value]
) -> list[ForwardFinding]:
    """The mistakes that give an answer to a question about a value; those at the nearest gate.

    Args:
        case: the circuit with its inputs.
        asked: the question.
        answer: what was answered.
        said: the values that the student goes on with: node -> value.
    """
    step_ = case.exercise.step
    if step_ is not None and step_.is_count:
        # Where things are counted, no operation was mistaken for another.
        return []
    if step_ is None and isinstance(answer, float) and abs(answer) in (0, 1):
        # On a sheet they stand in many places, and every other rule gives them.
        return []
    before = {node: value for node, value in said.items() if node != asked.of}
    own = case.with_values(before) if before else case
    found: list[ForwardFinding] = []
    is_long = any(digits(number) >= MIN_DIGITS for number in elements(answer))
    for node in _unasked(case, asked, before, is_long):
        for way in ways(case.graph, node):
            value = _answered(own, before, node, way, asked.of)
            names = [each.way.mistake.name for each in found]
            is_told = names and (way.mistake.is_last or way.mistake.unless in names)
            if value is None or is_told or way.mistake.name in names:
                continue
            predicted, right = part(value, asked), part(own.values[asked.of], asked)
            if close(answer, predicted, asked.tolerance) and apart(
                predicted, right, asked.tolerance
            ):
                found.append(ForwardFinding(node, way, node == asked.of))
        if found:
            break
    return found


def _unasked(case: Case, asked: Asked, said: Mapping[int, Value], is_long: bool) -> Iterator[int]:
    """The gate that was asked, and, where an answer has enough digits to tell, those before it
    whose values nobody asked; the nearest first.
    """
    graph = case.graph
    asked_or_given = {each.of for each in case.exercise.asked if each.wrt < 0} | set(said)
    if case.exercise.step is not None:
        asked_or_given |= case.exercise.step.values
    nodes = [asked.of]
    for node in nodes:
        if graph.gates[node] is not None:
            yield node
            new = dict.fromkeys(graph.args[node])
            nodes += [arg for arg in new if arg not in asked_or_given and arg not in nodes]
        if len(nodes) > MAX_UNASKED or not is_long:
            return


def _answered(
    own: Case, said: Mapping[int, Value], node: int, way: Way, asked: int
) -> Value | None:
    """What is answered where a gate was worked out in another way; None where that has no value."""
    try:
        needs = way.mistake.needs
        value = _worked_out(own, way)
        if not is_finite(value) or (needs and not _worked_out(own, way, needs)):
            return None
        if node == asked:
            return value
        return own.with_values({**said, node: value}).values[asked]
    except UNFIT:
        return None


def _worked_out(own: Case, way: Way, condition: str = "") -> Value:
    """What a way gives for the inputs; or whether a condition on them holds."""
    graph, node = own.graph, way.nodes[-1]
    if "@" in way.text:
        return _typed(
            way.text, dict(zip(way.names, (own.values[k] for k in way.nodes), strict=True))
        )
    is_own = way.nodes[:-1] == graph.args[node]
    types = kind(graph, node).types if is_own else tuple(graph.types[k] for k in way.nodes)
    compiled = compile_condition if condition else compile_rule
    function = compiled(condition or way.text, way.names, types, way.axis)
    with without_warnings(graph):
        value: Value = function.run(*(own.values[k] for k in way.nodes))
    return value


def _typed(text: str, values: Mapping[str, Value]) -> Value:
    """What somebody gets who types it: which vector is a row is found out anew."""
    expression = parse(text)
    given = {name: values[name] for name in expression.free_names()}
    graph = build(expression, {name: getattr(value, "shape", ()) for name, value in given.items()})
    return forward(graph, given)[graph.output]


def forward_finding(case: Case, found: ForwardFinding) -> Finding:
    """What went wrong, and what its sentences are filled in with."""
    mistake, text, nodes, axis = found.way
    formula = rule(text)
    called = called_nearby(case, found.node)
    names = dict(zip(found.way.names, (called[k] for k in nodes), strict=True))
    wrong = show(formula if axis is None else along(formula, axis), names, SOURCE)
    fields = {"wrong": wrong, "formula": step(case.graph, found.node, called)}
    return Finding(mistake.name, mistake.title, mistake.says, fields)
