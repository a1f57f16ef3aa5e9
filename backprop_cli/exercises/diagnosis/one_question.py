"""The mistakes that are about one question: another number is answered, and all else is right."""

from collections.abc import Callable, Iterator
from typing import Any

from backprop_cli.exercises.diagnosis.changes import Suspect, gate_at
from backprop_cli.exercises.diagnosis.mistakes import Change, Mistake
from backprop_cli.exercises.model.case import Case, Changed
from backprop_cli.exercises.model.exercise import Asked, Exercise
from backprop_cli.graph.graph import Graph
from backprop_cli.language.question import Form


def suspects_asked(exercise: Exercise, mistake: Mistake) -> Iterator[Suspect]:
    """Where a mistake can be made that is about one question of an exercise."""
    assert mistake.change is not None
    forms = (Form.NUMBER, Form.FORMULA)
    asked = {
        (each.of, each.wrt): each
        for each in exercise.questions
        if each.question.form in forms and each.wrt not in (-1, each.of)
    }
    for each in asked.values():
        yield from _ASKED[mistake.change](exercise, each, mistake)


def _included(exercise: Exercise, asked: Asked, mistake: Mistake) -> Iterator[Suspect]:
    """∂f/∂q · ∂q/∂x where ∂q/∂x was asked."""
    graph, of = exercise.graph, asked.of
    assert graph is not None

    def change(case: Case) -> Changed:
        upstream = case.gradients[of]
        return Changed() if upstream is None else Changed(seeds={of: upstream})

    if of != graph.output:
        yield Suspect(mistake, gate_at(graph, of), (of,), change, answers_only=True)


def _value_of(exercise: Exercise, asked: Asked, mistake: Mistake) -> Iterator[Suspect]:
    """The value of f where ∂f/∂x was asked; of ∂q/∂x, that of q or x."""
    graph = exercise.graph
    assert graph is not None

    def change(node: int) -> Callable[[Case], Changed]:
        return lambda case: Changed(told={(asked.of, asked.wrt): case.values[node]})

    # The value of x in place of ∂f/∂x is another row.
    for node in (asked.of, asked.wrt) if asked.of != graph.output else (asked.of,):
        gate = gate_at(graph, node)
        yield Suspect(mistake, gate, (asked.of,), change(node), node, answers_only=True, doubt=1)


def _factor(exercise: Exercise, asked: Asked, mistake: Mistake) -> Iterator[Suspect]:
    """The x0 of a*x0 + b*x1 in place of x1: a factor of the other product.

    Only in a lesson, where there is one step to look at.
    """
    graph = exercise.graph
    assert graph is not None
    users = [k for k, args in enumerate(graph.args) if asked.wrt in args]
    if exercise.known is None or len(users) != 1 or not graph.is_scalar:
        return
    (user,) = users

    def change(node: int) -> Callable[[Case], Changed]:
        def changed(case: Case) -> Changed:
            upstream = case.backward(asked.of)[user]
            if upstream is None:
                return Changed()
            return Changed(told={(asked.of, asked.wrt): upstream * case.values[node]})

        return changed

    if gate_at(graph, user) == "mul":
        for node in _factors_beside(graph, user):
            yield Suspect(mistake, "mul", (user,), change(node), node, answers_only=True, doubt=1)


def _factors_beside(graph: Graph, product: int) -> list[int]:
    """The factors of the products that go into the same gate as this one."""
    together = [arg for args in graph.args if product in args for arg in args]
    others = [node for node in together if node != product and gate_at(graph, node) == "mul"]
    factors = dict.fromkeys(factor for node in others for factor in graph.args[node])
    return [node for node in factors if node not in graph.args[product]]


_ASKED: dict[Change, Any] = {
    Change.UPSTREAM_INCLUDED: _included,
    Change.VALUE_FOR_DERIVATIVE: _value_of,
    Change.OTHER_FACTOR: _factor,
}

ABOUT_ONE_QUESTION = frozenset(_ASKED)
"""The changes of one answer; the others are of the pass."""
