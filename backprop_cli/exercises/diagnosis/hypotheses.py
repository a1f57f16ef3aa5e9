"""Where each mistake could have been made in a circuit: alone, or at all gates of a kind."""

from collections.abc import Callable, Iterator, Sequence

from backprop_cli.autodiff.tape import Replaced, backward_tape
from backprop_cli.exercises.diagnosis.changes import Suspect, always, suspects_of
from backprop_cli.exercises.diagnosis.mistakes import Mistake
from backprop_cli.exercises.diagnosis.one_question import ABOUT_ONE_QUESTION, suspects_asked
from backprop_cli.exercises.model.case import Case, Changed
from backprop_cli.exercises.model.exercise import Exercise
from backprop_cli.graph.graph import Graph

EVERYWHERE = "everywhere"
"""What stands for the kind of gate where a mistake was made at all gates."""


def singles(graph: Graph, mistakes: Sequence[Mistake]) -> list[Suspect]:
    """Each mistake at each gate alone, in the order of the backward pass."""
    gates = backward_tape(graph, None, None).nodes
    found: list[Suspect] = []
    for mistake in mistakes:
        if mistake.change in ABOUT_ONE_QUESTION:
            continue
        if mistake.change is not None:
            found += suspects_of(graph, gates, mistake)
            continue
        for k in gates:
            gate = graph.gates[k]
            assert gate is not None
            for texts in mistake.rules.get(gate.name, ()):
                rules: Replaced = {(k, slot): text for slot, text in enumerate(texts) if text}
                found.append(Suspect(mistake, gate.name, (k,), always(Changed(rules=rules))))
    return found


def asked(exercise: Exercise) -> list[Suspect]:
    """Each mistake that is about one question, at each question of an exercise."""
    those = (each for each in exercise.mistakes if each.change in ABOUT_ONE_QUESTION)
    return [suspect for mistake in those for suspect in suspects_asked(exercise, mistake)]


def groups(alone: Sequence[Suspect]) -> list[Suspect]:
    """Each mistake at all gates of one kind, and where it has kinds at all gates together."""
    kinds: dict[tuple[str, str], dict[int, list[Suspect]]] = {}
    for suspect in alone:
        if len(suspect.nodes) == 1:
            for gate in (suspect.gate, EVERYWHERE):
                places = kinds.setdefault((suspect.mistake.name, gate), {})
                places.setdefault(suspect.nodes[0], []).append(suspect)
    found: list[Suspect] = []
    seen: set[tuple[str, tuple[int, ...], int]] = set()
    for (name, gate), places in kinds.items():
        ways = max(map(len, places.values()))
        if len(places) < 2:
            continue
        for way in range(ways):
            # A mistake that can be made in two ways is made in the same way everywhere.
            those = [at[min(way, len(at) - 1)] for at in places.values()]
            nodes = tuple(suspect.nodes[0] for suspect in those)
            if (name, nodes, way) not in seen:
                seen.add((name, nodes, way))
                found.append(Suspect(those[0].mistake, gate, nodes, _all_of(those)))
    return found


MOST_PAIRS = 4000
"""Pairs that are tried; a circuit of 20 gates has about as many."""


def pairs(alone: Sequence[Suspect], most: int = MOST_PAIRS) -> Iterator[tuple[Suspect, Suspect]]:
    """Two mistakes at two places, the likely ones first; `most` and `MOST_PAIRS` at most."""
    count = 0
    for distance in range(1, len(alone)):
        for first, second in zip(alone, alone[distance:], strict=False):
            if first.nodes == second.nodes:
                continue
            count += 1
            if count > min(most, MOST_PAIRS):
                return
            yield first, second


def _all_of(suspects: Sequence[Suspect]) -> Callable[[Case], Changed]:
    def change(case: Case) -> Changed:
        whole = Changed()
        for suspect in suspects:
            whole |= suspect.change(case)
        return whole

    return change
