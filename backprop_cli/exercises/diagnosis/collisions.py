"""Tell mistakes apart: which give the same answers, at these inputs or at any."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

from backprop_cli.exercises.diagnosis.diagnosis import Candidate, Hypotheses, PredictedAnswers
from backprop_cli.exercises.generate.random_values import drawn_value, jittered
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Exercise
from backprop_cli.exercises.model.tolerance import apart
from backprop_cli.gates.gate import Pattern
from backprop_cli.gates.value import Gradient, Value

GENERIC = 5
"""Draws without a grid, by which mistakes that no inputs tell apart are known."""


class Collision(NamedTuple):
    """Two mistakes, or a mistake and the right way, that give the same answers."""

    first: Hypothesis
    second: Hypothesis | None
    """None for the right answers."""


class Separation:
    """What the questions of an exercise can tell apart."""

    def __init__(self, exercise: Exercise, hypotheses: Hypotheses) -> None:
        self.exercise = exercise
        self.hypotheses = hypotheses

    @cached_property
    def families(self) -> tuple[tuple[Hypothesis, ...], ...]:
        """The mistakes that change an answer, those together that no inputs tell apart."""
        all_predicted = [
            PredictedAnswers(
                Case(self.exercise, self._generic(StableRandom("generic", number))), self.hypotheses
            )
            for number in range(GENERIC)
        ]
        right = tuple(_digest(predicted.key) for predicted in all_predicted)
        families: dict[object, list[Hypothesis]] = {}
        for hypothesis in self.hypotheses.singles:
            if hypothesis.since > self.exercise.looked_for.table:
                continue
            answers = [predicted.answers((hypothesis,)) for predicted in all_predicted]
            if all(answer is not None for answer in answers):
                marks = tuple(_digest(answer) for answer in answers if answer is not None)
                if marks != right:
                    families.setdefault(marks, []).append(hypothesis)
        return tuple(map(tuple, families.values()))

    def _generic(self, random: StableRandom) -> dict[str, Value]:
        """Inputs without a grid: what agrees here agrees for a reason."""
        circuit = self.exercise.the_circuit
        fixed = {name: jittered(random, value) for name, value in circuit.fixed.items()}
        fine = {
            name: drawn_value(random, *how._replace(step=(how.high - how.low) / 1e6))
            for name, how in circuit.drawn.items()
        }
        return {**fixed, **fine}

    def avoidable(self, case: Case) -> list[Collision]:
        """The mistakes that these inputs do not tell apart, though others would."""
        predicted = PredictedAnswers(case, self.hypotheses)
        found: list[Collision] = []
        candidates: list[Candidate] = []
        for hypothesis, *_ in self.families:
            answers = predicted.answers((hypothesis,))
            if answers is None:
                continue
            if self._apart(answers, predicted.key):
                candidates.append(Candidate((hypothesis,), answers))
            elif not _is_hidden(case, hypothesis):
                found.append(Collision(hypothesis, None))
        return found + self._colliding(candidates)

    def _colliding(self, candidates: list[Candidate]) -> list[Collision]:
        """The pairs with the same answers: sorted by one of them, only neighbours can be."""
        place = self._telling
        candidates.sort(key=lambda candidate: _one(candidate.answers, place))
        found: list[Collision] = []
        for number, (explanation, answers) in enumerate(candidates):
            for other in candidates[number + 1 :]:
                if place >= 0 and self._apart_at(answers, other.answers, place):
                    break
                if _name(explanation[0]) == _name(other.explanation[0]):
                    # A mistake that can be made in two ways is one mistake.
                    continue
                if not self._apart(answers, other.answers):
                    found.append(Collision(explanation[0], other.explanation[0]))
        return found

    @cached_property
    def _telling(self) -> int:
        """The last question that wants the gradient of a number, where most mistakes show."""
        graph = self.exercise.graph
        for place in reversed(range(len(self.exercise.asked))):
            asked = self.exercise.asked[place]
            if asked.wrt >= 0 and (not graph.shapes[asked.wrt] or asked.question.element):
                return place
        return -1

    def _apart(self, first: Sequence[Gradient], second: Sequence[Gradient]) -> bool:
        places = range(len(self.exercise.asked) - 1, -1, -1)
        return any(self._apart_at(first, second, place) for place in places)

    def _apart_at(self, first: Sequence[Gradient], second: Sequence[Gradient], place: int) -> bool:
        one, other = first[place], second[place]
        if one is other or one is None:
            return False
        return apart(one, other, self.exercise.asked[place].tolerance)

    def inseparable(self) -> list[Collision]:
        """Mistakes that no inputs tell apart, with these questions."""
        found: list[Collision] = []
        for first, *others in self.families:
            found += [Collision(other, first) for other in others if _name(other) != _name(first)]
        return found


def _one(answers: Sequence[Gradient], place: int) -> float:
    number = answers[place] if place >= 0 else 0.0
    # NaN sorts nowhere.
    return number if isinstance(number, float) and number == number else 0.0


def _is_hidden(case: Case, hypothesis: Hypothesis) -> bool:
    """Whether a mistake cannot show, whatever the numbers: on the side that a max did not take.

    Nor at a router that lets all through, as relu does where it is on.
    """
    gates = [case.graph.gates[node] for node in hypothesis.nodes]
    return not any(_is_alive(case.gradients[node]) for node in hypothesis.nodes) or any(
        gate is not None and gate.pattern is Pattern.ROUTER for gate in gates
    )


def _is_alive(gradient: Any) -> bool:
    if gradient is None or isinstance(gradient, float):
        return bool(gradient)
    return bool((gradient != 0).any())


def _name(hypothesis: Hypothesis) -> object:
    return hypothesis.mistake.name, hypothesis.nodes


def _digest(answers: Sequence[Gradient]) -> tuple[Any, ...]:
    """Answers, rounded so that two ways to the same number agree."""
    return tuple(
        [
            None
            if answer is None
            else _rounded(answer)
            if isinstance(answer, float)
            else (answer.shape, *map(_rounded, answer.ravel().tolist()))
            for answer in answers
        ]
    )


def _rounded(number: float) -> float | str:
    return float(f"{number:.8g}") + 0.0 if number == number else "nan"
