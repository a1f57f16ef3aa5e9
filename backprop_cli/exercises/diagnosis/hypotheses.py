"""Where each mistake could have been made in a circuit: alone, or at all gates of a kind."""

from collections.abc import Callable, Iterator, Sequence

from backprop_cli.autodiff.tape import backward_tape
from backprop_cli.exercises.mistakes.mistake import AnswerChange, Hypothesis, Mistake, PassChange
from backprop_cli.exercises.model.case import Case, Changed
from backprop_cli.exercises.model.exercise import Exercise
from backprop_cli.graph.graph import Graph

EVERYWHERE = "everywhere"
"""What stands for the kind of gate where a mistake was made at all gates."""


def singles(graph: Graph, mistakes: Sequence[Mistake]) -> list[Hypothesis]:
    """Each mistake at each gate alone, in the order of the backward pass."""
    gates = backward_tape(graph, None, None).nodes
    found: list[Hypothesis] = []
    for mistake in mistakes:
        if isinstance(mistake.change, PassChange):
            found += mistake.change.hypotheses(graph, gates, mistake)
    return found


def asked(exercise: Exercise) -> list[Hypothesis]:
    """Each mistake that is about one question, at each question of an exercise."""
    questions = {
        (each.of, each.wrt): each
        for each in exercise.questions
        if each.kind.shows_mistakes and each.wrt not in (-1, each.of)
    }
    found: list[Hypothesis] = []
    for mistake in exercise.looked_for.mistakes:
        if isinstance(mistake.change, AnswerChange):
            for each in questions.values():
                found += mistake.change.hypotheses(exercise, each, mistake)
    return found


def groups(alone: Sequence[Hypothesis]) -> list[Hypothesis]:
    """Each mistake at all gates of one kind, and where it has kinds at all gates together."""
    kinds: dict[tuple[str, str], dict[int, list[Hypothesis]]] = {}
    for hypothesis in alone:
        if len(hypothesis.nodes) == 1:
            for gate in (hypothesis.gate, EVERYWHERE):
                places = kinds.setdefault((hypothesis.mistake.name, gate), {})
                places.setdefault(hypothesis.nodes[0], []).append(hypothesis)
    found: list[Hypothesis] = []
    seen: set[tuple[str, tuple[int, ...], int]] = set()
    for (name, gate), places in kinds.items():
        ways = max(map(len, places.values()))
        if len(places) < 2:
            continue
        for way in range(ways):
            # A mistake that can be made in two ways is made in the same way everywhere.
            those = [at[min(way, len(at) - 1)] for at in places.values()]
            nodes = tuple(hypothesis.nodes[0] for hypothesis in those)
            if (name, nodes, way) not in seen:
                seen.add((name, nodes, way))
                found.append(Hypothesis(those[0].mistake, gate, nodes, _all_of(those)))
    return found


MAX_PAIRS = 4000
"""Pairs that are tried; a circuit of 20 gates has about as many."""


def pairs(
    alone: Sequence[Hypothesis], most: int = MAX_PAIRS
) -> Iterator[tuple[Hypothesis, Hypothesis]]:
    """Two mistakes at two places, the likely ones first; `most` and `MAX_PAIRS` at most."""
    count = 0
    for distance in range(1, len(alone)):
        for first, second in zip(alone, alone[distance:], strict=False):
            if first.nodes == second.nodes:
                continue
            count += 1
            if count > min(most, MAX_PAIRS):
                return
            yield first, second


def _all_of(hypotheses: Sequence[Hypothesis]) -> Callable[[Case], Changed]:
    def change(case: Case) -> Changed:
        whole = Changed()
        for hypothesis in hypotheses:
            whole |= hypothesis.change(case)
        return whole

    return change
