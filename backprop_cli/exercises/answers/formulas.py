"""Mark answers that are formulas: by their values at many points, under each mistake."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from backprop_cli.exercises.answers.equality import Comparison, Outcome, Sample, compare
from backprop_cli.exercises.answers.formula import Unreadable, read_formula
from backprop_cli.exercises.answers.points import Points, Range, branching_points
from backprop_cli.exercises.diagnosis.diagnosis import (
    UNFIT,
    Explanation,
    Hypotheses,
    PredictedAnswers,
    likeliest,
)
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.case import Case, part
from backprop_cli.exercises.model.exercise import Asked, Exercise
from backprop_cli.gates.value import Value, known
from backprop_cli.language.syntax import Expression

FIRST = 12
"""Points at which a mistake is looked for, before one that fits is looked at everywhere."""


class Formulas:
    """The questions of an exercise that want a formula."""

    def __init__(self, exercise: Exercise, hypotheses: Hypotheses) -> None:
        self.exercise = exercise
        self.graph = exercise.graph
        self.hypotheses = hypotheses
        graph = self.graph
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
        found = compare(answer, self._samples(asked, ()), self._numbers)
        if found.outcome is Outcome.EQUAL and self._unreached(asked):
            return Comparison(Outcome.UNDECIDED, self._unreached(asked)), []
        if found.outcome is not Outcome.DIFFERENT:
            return found, []
        if not asked.everywhere and self._is_right_here(asked, answer):
            return Comparison(Outcome.EQUAL, found.reason, found.witness), []
        explanations: dict[object, Explanation] = {}
        for hypothesis in self.hypotheses.singles:
            if self._explains(hypothesis, asked, answer):
                explanations.setdefault((hypothesis.mistake.name, hypothesis.nodes), (hypothesis,))
        told = list(explanations.values())
        return found, likeliest(self._points.cases[0], told, asked.wrt) if told else told

    def _explains(self, hypothesis: Hypothesis, asked: Asked, answer: Expression) -> bool:
        """Whether a mistake makes the answer what it is: at a few points, then everywhere."""
        for cases in (self._points.cases[:FIRST], self._points.cases):
            samples = self._samples(asked, (hypothesis,), cases)
            if not samples or compare(answer, samples).outcome is not Outcome.EQUAL:
                return False
        return True

    @cached_property
    def _numbers(self) -> list[str]:
        """The inputs that are numbers: a witness tells them all."""
        graph = self.graph
        return [name for name, node in graph.inputs.items() if not graph.shapes[node]]

    def _unreached(self, asked: Asked) -> str:
        """The branch that no point takes, and on which the gradient might be another."""
        graph = self.graph
        hidden = {side.node for side in self._points.unreached if side.node <= asked.of}
        names = [graph.names[node] for node in sorted(hidden)]
        return f"no point was found on the other side of the kink of {names[0]}" if names else ""

    def _is_right_here(self, asked: Asked, answer: Expression) -> bool:
        """Whether a formula is right for all inputs that students can have: -y for abs(y)."""
        if not self._own_points:
            return False
        return compare(answer, self._samples(asked, (), self._own_points)).outcome is Outcome.EQUAL

    @cached_property
    def _own_points(self) -> list[Case]:
        """Points between the bounds from which the exercise draws its inputs."""
        circuit = self.exercise.circuit
        if circuit is None or not circuit.drawn:
            return []
        ranges = {
            name: Range(how.low, how.high, (how.high - how.low) / 1e6)
            for name, how in circuit.drawn.items()
            if how.high > how.low
        }
        return branching_points(self.exercise, ranges).cases

    @cached_property
    def _points(self) -> Points:
        return branching_points(self.exercise)

    def _samples(
        self, asked: Asked, explanation: Explanation, cases: Sequence[Case] | None = None
    ) -> list[Sample]:
        """The names and the reference at each point; under mistakes, what they would give."""
        samples: list[Sample] = []
        for case in self._points.cases if cases is None else cases:
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
