"""Hints for the gradient of one element: the elements that it moves, and the sum over them."""

from dataclasses import replace
from math import prod
from typing import Any

from backprop_cli.analysis.terms import Contribution, PathTerm, contribution
from backprop_cli.autodiff.steps import Step
from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.hints.gate_rules import bare, derivative, gate_rule, local
from backprop_cli.exercises.hints.parts import Equation, atom, in_place, left_of, numbers
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.language.printer import SOURCE, show

MOST_TERMS = 6
"""Elements through which the gradient of one is followed."""


def for_element(case: Case, asked: Asked, run: Trace, names: list[str]) -> list[str]:
    """The sum over the elements that this one moves, of which few are left."""
    graph, place = case.graph, asked.question.element or ()
    steps = run.contributions(asked.wrt)
    shape = graph.shapes[asked.wrt]
    if len(place) != len(shape):
        return [gate_rule(steps[0], names)]
    place = tuple(i % n for i, n in zip(place, shape, strict=True))
    x = _element(names[asked.wrt], place)
    hints: list[str] = []
    symbols: list[str] = []
    terms: list[str] = []
    for step in steps:
        part = contribution(run, step, place, MOST_TERMS)
        if part.axes is None or part.fed > MOST_TERMS:
            continue
        hints.append(_moved(part, x, names))
        for term in part.terms:
            q = _element(names[step.output], term.position)
            upstream = derivative(names[asked.of], q)
            symbols.append(f"{upstream} · {_slope(step, x, q, names) or derivative(q, x)}")
            terms.append(f"{atom(term.upstream)} * {_slope_number(case, step, place, term)}")
    if not terms:
        return [gate_rule(steps[0], names)]
    hints.append(Equation("The chain rule for one element", left_of(asked), " + ".join(symbols)))
    return [*hints, *in_place(case, asked, terms)]


def _moved(part: Contribution, x: str, names: list[str]) -> str:
    """Which elements of a gate's output hear of one element."""
    step = part.step
    q, shape = bare(names[step.output]), step.graph.shapes[step.output]
    if not shape:
        return gate_rule(step, names)
    if part.fed == prod(shape):
        return f"{x} moves every element of {q}."
    moved = [_element(names[step.output], term.position) for term in part.terms]
    return f"{x} moves {' and '.join(moved)}, and nothing else of {q}."


def _element(name: str, place: tuple[int, ...]) -> str:
    return f"{name}[{','.join(map(str, place))}]" if place else name


def _slope(step: Step, x: str, q: str, names: list[str]) -> str:
    """The local derivative of a gate of one input at one element, in symbols: 2·q[0]."""
    if not _is_plain(step):
        return ""
    called = [*names]
    called[step.input], called[step.output] = x, q
    rule = local(_of_numbers(step), called)
    return f"({rule})" if " " in rule or rule.startswith("-") else rule


def _slope_number(case: Case, step: Step, place: tuple[int, ...], term: PathTerm) -> str:
    """The same with numbers, 2 * 0.22; of another gate the number alone."""
    if not _is_plain(step):
        return atom(term.local)
    values: list[Any] = list(case.values)
    values[step.input] = float(values[step.input][place])
    if term.position:
        values[step.output] = float(values[step.output][term.position])
    alone = _of_numbers(step)
    text = show(alone.typed, numbers(alone.graph, values, step.output, step.slot), SOURCE)
    return f"({text})"


def _is_plain(step: Step) -> bool:
    return step.local is not None and len(step.graph.args[step.output]) == 1


def _of_numbers(step: Step) -> Step:
    """The step as if single numbers were on its wires, as on those of one element."""
    graph, count = step.graph, len(step.graph)
    return step._replace(
        graph=replace(graph, shapes=((),) * count, types=(ValueType.NUMBER,) * count, memo={})
    )
