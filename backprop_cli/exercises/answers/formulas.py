"""Mark answers that are formulas: by their values at many points, under each mistake."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from backprop_cli.exercises.answers.equality import (
    Comparison,
    Outcome,
    answer_at,
    compare,
    compare_at,
)
from backprop_cli.exercises.answers.formula import Unreadable, read_formula
from backprop_cli.exercises.answers.points import Points, Range, branching_points
from backprop_cli.exercises.diagnosis.diagnosis import (
    UNFIT,
    Explanation,
    Hypotheses,
    likeliest,
)
from backprop_cli.exercises.model.case import RIGHT, Case, Changed, part
from backprop_cli.exercises.model.exercise import Asked, Exercise
from backprop_cli.gates.value import Value, known
from backprop_cli.language.syntax import Expression

MAX_KEPT = 10_000
"""Mistakes, each for a question, of which it is kept what they give."""

MAX_JUDGED = 10_000
"""Formulas of which it is kept what was found."""


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
        self._right: dict[int, list[Value]] = {}
        self._kept: dict[tuple[int, int], list[Value | None]] = {}
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
            if len(self._found) < MAX_JUDGED:
                self._found[place, answer.source] = known
        return known

    def _judge(self, place: int, expression: Expression) -> tuple[Comparison, list[Explanation]]:
        asked = self.exercise.asked[place]
        if place not in self._right:
            self._right[place] = _keys(asked, self._points.cases)
        right = self._right[place]
        if not right:
            return compare(expression, []), []
        answer = answer_at(expression, self._named)
        if isinstance(answer, Comparison):
            return answer, []
        found = compare_at(answer, right, self._numbers)
        if found.outcome is Outcome.EQUAL and self._unreached(asked):
            return Comparison(Outcome.UNDECIDED, self._unreached(asked)), []
        if found.outcome is not Outcome.DIFFERENT:
            return found, []
        if not asked.everywhere and self._is_right_here(asked, expression):
            return Comparison(Outcome.EQUAL, found.reason, found.witness), []
        explanations: dict[object, Explanation] = {}
        for number, hypothesis in enumerate(self.hypotheses.singles):
            if answer.equals(self._under(place, number)):
                explanations.setdefault((hypothesis.mistake.name, hypothesis.nodes), (hypothesis,))
        told = list(explanations.values())
        return found, likeliest(self._points.cases[0], told, asked.wrt) if told else told

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
        cases = self._own_points
        samples = list(zip(map(self._names_at, cases), _keys(asked, cases), strict=False))
        return compare(answer, samples).outcome is Outcome.EQUAL

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

    @cached_property
    def _named(self) -> list[Mapping[str, Value]]:
        """The names at each point."""
        return [self._names_at(case) for case in self._points.cases]

    def _names_at(self, case: Case) -> Mapping[str, Value]:
        return {name: case.values[place] for name, place in self.places.items()}

    def _under(self, place: int, number: int) -> Iterator[Value | None]:
        """What a mistake gives at one point after another; None where its rule does not fit.

        It does not depend on any answer, so it is worked out once.
        """
        asked, hypothesis = self.exercise.asked[place], self.hypotheses.singles[number]
        kept = self._kept.get((place, number), [])
        for n, case in enumerate(self._points.cases):
            if n == len(kept):
                try:
                    kept.append(_reference(case, asked, hypothesis.change(case)))
                except UNFIT:
                    kept.append(None)
                if len(self._kept) < MAX_KEPT:
                    self._kept[place, number] = kept
            yield kept[n]


def _keys(asked: Asked, cases: Sequence[Case]) -> list[Value]:
    """What is right at each point; empty if it cannot be worked out."""
    try:
        return [_reference(case, asked, RIGHT) for case in cases]
    except UNFIT:
        return []


def _reference(case: Case, asked: Asked, changed: Changed) -> Value:
    """What a pass gives for a question."""
    run = case.backward(asked.of, changed, asked.wrt) if asked.wrt >= 0 else []
    whole = case.gradient_in(run, asked, changed) if run else case.values[asked.of]
    return known(part(whole, asked))
