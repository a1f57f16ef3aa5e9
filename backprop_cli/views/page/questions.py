"""What a page asks in predict mode: each gradient in turn, and why a wrong answer is wrong.

The engine makes every mistake at every gate beforehand; a page only looks up what somebody with
that idea would have answered.
"""

from collections.abc import Iterator
from typing import Any

from backprop_cli.engine.forward import Value
from backprop_cli.errors import inert
from backprop_cli.grading.case import Case
from backprop_cli.grading.diagnosis import Candidate, Explanation, Lineup, Suspects
from backprop_cli.grading.exercise import Asked, Exercise
from backprop_cli.grading.mistakes import MISTAKES
from backprop_cli.grading.reasons import ROUNDED, SHAPE_RULE, UNEXPLAINED, explained
from backprop_cli.grading.tolerance import Tolerance, close, is_finite
from backprop_cli.grading.views import backward_order
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.shapes import described, size
from backprop_cli.language.question import Form, Question
from backprop_cli.trace.trace import Trace
from backprop_cli.views.json import plain
from backprop_cli.views.look import Look

MOST_GATES = 40
"""Gates of the largest circuit of which a page asks; the mistakes of more take too long to make."""
MOST_ELEMENTS = 12
"""Elements of the largest gradient that is asked for."""

TOLERANCE = Tolerance()


def asks(trace: Trace) -> bool:
    """Whether a page can ask for the gradients of a run."""
    if not trace.reached or trace.rules or trace.pins or len(trace.reached) > MOST_GATES:
        return False
    return all(size(trace.graph.shapes[node]) <= MOST_ELEMENTS for node in _order(trace))


def questions(trace: Trace, look: Look) -> dict[str, Any]:
    """The questions, each with its key and a sentence for each answer that a mistake gives."""
    order = _order(trace)
    case = Case(_exercise(trace, order), trace.inputs)
    lineup = Lineup(case, Suspects(case.exercise))
    reasons: dict[str, int] = {}
    asked = []
    for place, node in enumerate(order):
        wrong = _wrong(lineup, place)
        shape = described(trace.graph.shapes[node])
        asked.append(
            {
                "node": node,
                "name": look.derivative(inert(trace.output), inert(trace.graph.names[node])),
                "key": plain(case.key[place]),
                "shape": f"{shape[0].upper()}{shape[1:]} is wanted. {SHAPE_RULE}",
                "wrong": [(answer, reasons.setdefault(why, len(reasons))) for answer, why in wrong],
            }
        )
    return {
        "tolerance": [TOLERANCE.relative, TOLERANCE.absolute],
        "rounded": ROUNDED,
        "unexplained": UNEXPLAINED,
        "reasons": [inert(reason) for reason in reasons],
        "asked": asked,
    }


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


def _wrong(lineup: Lineup, place: int) -> Iterator[tuple[Any, str]]:
    """Each wrong answer to a question that mistakes give, and what helps against all of these."""
    told: list[Value] = []
    for candidates in (_here(lineup, place), lineup.singles, lineup.groups):
        for candidate in candidates:
            answer = candidate.answers[place]
            if not _is_new(answer, lineup.key[place], told):
                continue
            told.append(answer)
            why = explained(lineup.case, _same(candidates, place, answer))
            yield plain(answer), why.reason


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
