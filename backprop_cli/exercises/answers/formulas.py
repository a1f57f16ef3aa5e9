"""Mark answers that are formulas: by their values at many points, under each mistake."""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from backprop_cli.exercises.answers.equality import Comparison, Outcome, Sample, compare
from backprop_cli.exercises.answers.formula import Unreadable, read_formula
from backprop_cli.exercises.diagnosis.diagnosis import (
    UNFIT,
    Explanation,
    Hypotheses,
    PredictedAnswers,
    likeliest,
)
from backprop_cli.exercises.generate.random_values import drawn_value
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.model.case import Case, part
from backprop_cli.exercises.model.exercise import Asked, Exercise
from backprop_cli.exercises.model.variants import is_sound
from backprop_cli.gates.value import Value, known
from backprop_cli.language.syntax import Expression

POINTS = 12
"""Points at which formulas are compared."""

TRIES = 200
"""Draws among which that many points are looked for: some lie outside the domain."""


class Ranges(NamedTuple):
    """From where points are drawn: small whole numbers first, for a witness that reads well."""

    low: float
    high: float
    step: float


_RANGES = (
    Ranges(1, 5, 1),
    Ranges(-4, 4, 1),
    Ranges(0.1, 3, 1e-6),
    Ranges(-2, 2, 1e-6),
    Ranges(0.05, 0.95, 1e-6),
)


class Formulas:
    """The questions of an exercise that want a formula."""

    def __init__(self, exercise: Exercise, hypotheses: Hypotheses) -> None:
        assert exercise.graph is not None
        self.exercise = exercise
        self.hypotheses = hypotheses
        graph = exercise.graph
        self.places = {
            name: place for place, name in enumerate(graph.names) if place not in graph.constants
        }
        self.shapes = {name: graph.shapes[place] for name, place in self.places.items()}
        self._found: dict[tuple[int, str], tuple[Comparison, list[Explanation]]] = {}

    def read(self, raw: object) -> Expression | Unreadable:
        """A formula in the names of the circuit."""
        if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
            return Unreadable("a formula is wanted, such as 2*q")
        return read_formula(raw if isinstance(raw, str) else repr(raw), self.shapes)

    def judge(self, place: int, answer: Expression) -> tuple[Comparison, list[Explanation]]:
        """Whether a formula is right, and the mistakes that explain it where it is not.

        Args:
            place: of the question in the exercise.
            answer: what was read.
        """
        known = self._found.get((place, answer.source))
        if known is None:
            known = self._judge(place, answer)
            if len(self._found) < 10_000:
                self._found[place, answer.source] = known
        return known

    def _judge(self, place: int, answer: Expression) -> tuple[Comparison, list[Explanation]]:
        asked = self.exercise.asked[place]
        found = compare(answer, self._samples(asked, ()))
        if found.outcome is not Outcome.DIFFERENT:
            return found, []
        explanations: dict[object, Explanation] = {}
        for hypothesis in self.hypotheses.singles:
            samples = self._samples(asked, (hypothesis,))
            if samples and compare(answer, samples).outcome is Outcome.EQUAL:
                explanations.setdefault((hypothesis.mistake.name, hypothesis.nodes), (hypothesis,))
        told = list(explanations.values())
        return found, likeliest(self._cases[0], told, asked.wrt) if told else told

    @cached_property
    def _cases(self) -> list[Case]:
        """The exercise at points where everything is finite and smooth."""
        cases: list[Case] = []
        for number in range(TRIES):
            random = StableRandom("point", number)
            ranges = _RANGES[number % len(_RANGES)]
            case = Case(self.exercise, self._point(random, ranges))
            if is_sound(case):
                cases.append(case)
                if len(cases) == POINTS:
                    break
        return cases

    def _point(self, random: StableRandom, ranges: Ranges) -> dict[str, Value]:
        graph = self.exercise.graph
        assert graph is not None
        return {
            name: drawn_value(random, *ranges, graph.shapes[node])
            for name, node in graph.inputs.items()
        }

    def _samples(self, asked: Asked, explanation: Explanation) -> list[Sample]:
        """The names and the reference at each point; under mistakes, what they would give."""
        samples: list[Sample] = []
        for case in self._cases:
            predicted = PredictedAnswers(case, self.hypotheses)
            changed = predicted.changed(explanation)
            try:
                run = case.backward(asked.of, changed, asked.wrt) if asked.wrt >= 0 else []
            except UNFIT:
                return []
            whole = case.gradient_in(run, asked, changed) if run else case.values[asked.of]
            samples.append((self._named(case), known(part(whole, asked))))
        return samples

    def _named(self, case: Case) -> Mapping[str, Value]:
        return {name: case.values[place] for name, place in self.places.items()}
