"""Foresee every wrong answer to the gradients of a run: the engine makes each mistake at each gate.

So whoever shows the run can say at once what somebody with that idea has done.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backprop_cli.autodiff.forward import Value
from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.diagnosis.diagnosis import Candidate, Explanation, Lineup, Suspects
from backprop_cli.exercises.diagnosis.mistakes import MISTAKES
from backprop_cli.exercises.diagnosis.reasons import explained
from backprop_cli.exercises.model.backward_order import backward_order
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked, Exercise
from backprop_cli.exercises.model.tolerance import Tolerance, close, is_finite
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.shapes import size
from backprop_cli.language.question import Form, Question

MOST_GATES = 40
"""Gates of the largest circuit whose answers are foreseen; the mistakes of more take too long."""
MOST_ELEMENTS = 12
"""Elements of the largest gradient that is asked for."""

TOLERANCE = Tolerance()


class Wrong(NamedTuple):
    """A wrong answer, and what helps against the mistakes that give it."""

    answer: Value
    reason: str


class Foreseen(NamedTuple):
    """The gradient of a node, as a question."""

    node: int
    key: Value
    wrong: tuple[Wrong, ...]


def can_be_foreseen(trace: Trace) -> bool:
    """Whether the gradients of a run can be asked for."""
    if not trace.reached or trace.rules or trace.pins or len(trace.reached) > MOST_GATES:
        return False
    sizes = [size(trace.graph.shapes[node]) for node in _order(trace)]
    return bool(sizes) and max(sizes) <= MOST_ELEMENTS


def foreseen(trace: Trace) -> list[Foreseen]:
    """The gradients of a run in the order of the backward pass, those that are numbers."""
    order = _order(trace)
    case = Case(_exercise(trace, order), trace.inputs)
    lineup = Lineup(case, Suspects(case.exercise))
    return [
        Foreseen(node, case.key[place], tuple(_wrong(lineup, place)))
        for place, node in enumerate(order)
    ]


def _order(trace: Trace) -> list[int]:
    """The nodes whose gradients are asked, in the order of the backward pass."""
    return [
        node
        for node in backward_order(trace.graph)
        if trace.arrived[node] is not None and is_finite(trace.arrived[node])
    ]


def _exercise(trace: Trace, order: list[int]) -> Exercise:
    """The gradients of a run as an exercise with one set of inputs."""
    return Exercise(
        title="",
        text="",
        program=trace.expression,
        graph=trace.graph,
        upstream=trace.seed,
        fixed=trace.inputs,
        drawn={},
        variants=1,
        seed="",
        asked=tuple([_asked(trace.graph, node) for node in order]),
        mistakes=MISTAKES,
        claimed=frozenset(),
        planted=None,
        code=(),
        digest=b"",
    )


def _asked(graph: Graph, node: int) -> Asked:
    names = graph.names
    question = Question("", Form.NUMBER, names[graph.output], names[node])
    return Asked(question, graph.output, node, 1.0, TOLERANCE, 0.0, False, "")


def _wrong(lineup: Lineup, place: int) -> Iterator[Wrong]:
    """Each wrong answer to a question that mistakes give, and what helps against all of these."""
    told: list[Value] = []
    for candidates in (_here(lineup, place), lineup.singles, lineup.groups):
        for candidate in candidates:
            answer = candidate.answers[place]
            if not _is_new(answer, lineup.key[place], told):
                continue
            told.append(answer)
            why = explained(lineup.case, _same(candidates, place, answer))
            yield Wrong(answer, why.reason)


def _here(lineup: Lineup, place: int) -> list[Candidate]:
    """The mistakes that leave all earlier answers right: they were just made."""
    return [
        candidate
        for candidate in lineup.singles
        if all(
            close(answer, key, TOLERANCE)
            for answer, key in zip(candidate.answers[:place], lineup.key, strict=False)
        )
    ]


def _is_new(answer: Value, key: Value, told: list[Value]) -> bool:
    """Whether an answer is wrong, could be typed, and was not told of yet."""
    return is_finite(answer) and not any(close(answer, other, TOLERANCE) for other in (key, *told))


def _same(candidates: list[Candidate], place: int, answer: Value) -> list[Explanation]:
    """All mistakes that give this answer; one that can be made in two ways is one mistake."""
    found: dict[object, Explanation] = {}
    for explanation, answers in candidates:
        if close(answers[place], answer, TOLERANCE):
            name = tuple([(suspect.mistake.name, suspect.nodes) for suspect in explanation])
            found.setdefault(name, explanation)
    return list(found.values())
