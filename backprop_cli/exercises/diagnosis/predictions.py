"""Predict every wrong answer to the gradients of a run: the engine makes each mistake at each gate.

So whoever shows the run can say at once what somebody with that idea has done.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.answers.reading import Read
from backprop_cli.exercises.diagnosis.diagnosis import at_step
from backprop_cli.exercises.diagnosis.reasons import about_numbers
from backprop_cli.exercises.mistakes.table import MISTAKES
from backprop_cli.exercises.model.backward_order import backward_order
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked, Circuit, Exercise, LookedFor
from backprop_cli.exercises.model.tolerance import USUAL, close
from backprop_cli.exercises.questions.number import NUMBER
from backprop_cli.exercises.wording import worded
from backprop_cli.gates.shapes import size
from backprop_cli.gates.value import Value, known
from backprop_cli.graph.graph import Graph
from backprop_cli.language.numbers import is_finite
from backprop_cli.language.question import Question

MAX_GATES = 40
"""Gates of the largest circuit that is asked about; the mistakes of more take too long."""
MAX_ELEMENTS = 12
"""Elements of the largest gradient that is asked for."""

TOLERANCE = USUAL


class WrongAnswer(NamedTuple):
    """A wrong answer, and what helps against the mistakes that give it."""

    answer: Value
    reason: str


class PredictedQuestion(NamedTuple):
    """The gradient of a node, as a question."""

    node: int
    key: Value
    wrong: tuple[WrongAnswer, ...]


def can_be_predicted(trace: Trace) -> bool:
    """Whether the gradients of a run can be asked for."""
    if not trace.reached or trace.rules or trace.pins or len(trace.reached) > MAX_GATES:
        return False
    sizes = [size(trace.graph.shapes[node]) for node in _order(trace)]
    return bool(sizes) and max(sizes) <= MAX_ELEMENTS


def predicted_questions(trace: Trace) -> list[PredictedQuestion]:
    """The gradients of a run in the order of the backward pass, those that are numbers."""
    order = _order(trace)
    case = Case(_exercise(trace, order), trace.inputs)
    return [
        PredictedQuestion(node, known(case.key[place]), tuple(_wrong(case, order, place)))
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
    circuit = Circuit(trace.expression, trace.graph, trace.seed, trace.inputs)
    asked = tuple([_asked(trace.graph, node) for node in order])
    return Exercise(circuit, LookedFor(MISTAKES), asked)


def _asked(graph: Graph, node: int) -> Asked:
    names = graph.names
    question = Question("", NUMBER.word, names[graph.output], names[node])
    return Asked(question, NUMBER, graph.output, node, tolerance=TOLERANCE)


def _wrong(case: Case, order: list[int], place: int) -> Iterator[WrongAnswer]:
    """Each wrong answer to a question that mistakes give to whoever has those before it right."""
    asked, key = case.exercise.asked[place], known(case.key[place])
    before = [(asked.of, node) for node in order[:place]]
    predicted = at_step(case, asked, before)
    seen: list[Value] = []
    for candidate in (*predicted.singles, *predicted.groups):
        answer = known(candidate.answers[0])
        if _is_new(answer, key, seen):
            seen.append(answer)
            read = Read(asked, answer, answer, key)
            why = about_numbers(predicted, predicted.hypotheses, {0: read}, [0])[0]
            yield WrongAnswer(answer, worded(why.reason))


def _is_new(answer: Value, key: Value, known: list[Value]) -> bool:
    """Whether an answer is wrong, could be typed, and is not known yet."""
    return is_finite(answer) and not any(close(answer, other, TOLERANCE) for other in (key, *known))
