"""Say which mistake explains a student's answers, by running the engine with each."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import inf, isnan
from typing import NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.answers.rounding import elements
from backprop_cli.exercises.diagnosis.hypotheses import asked, groups, pairs, singles
from backprop_cli.exercises.diagnosis.precision import Precision
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.case import RIGHT, Case, Changed
from backprop_cli.exercises.model.exercise import Asked, Exercise
from backprop_cli.exercises.model.tolerance import close
from backprop_cli.gates.shapes import size
from backprop_cli.gates.value import Gradient, Value
from backprop_cli.graph.graph import Graph

Explanation = tuple[Hypothesis, ...]
"""One mistake, or two that were made together."""


UNFIT = (BackpropError, ValueError, ArithmeticError)
"""What a wrong rule raises that does not fit: a @ g for a.T @ g, or a division by 0."""


MAX_GATE_RUNS = 200_000
"""Gates that are run to look for two mistakes at once; a large circuit has fewer pairs."""


def _work(graph: Graph) -> int:
    """About how much a run costs, in gates on numbers."""
    return len(graph) + sum(map(size, graph.shapes)) // 100


class Candidate(NamedTuple):
    """Mistakes, and what they would have answered."""

    explanation: Explanation
    answers: Sequence[Gradient]
    """For each question of the exercise; None where no number is asked."""


class Hypotheses:
    """The mistakes that can be made in the circuit of an exercise; found once for all students."""

    def __init__(self, exercise: Exercise) -> None:
        self.singles = singles(exercise.graph, exercise.looked_for.mistakes)
        self.singles += asked(exercise)

    @cached_property
    def by_node(self) -> Mapping[int, list[int]]:
        """Node -> the places in `singles` of the mistakes that can be made there."""
        found: dict[int, list[int]] = {}
        for number, hypothesis in enumerate(self.singles):
            for node in hypothesis.nodes:
                found.setdefault(node, []).append(number)
        return found


class PredictedAnswers:
    """What each mistake would have answered for one set of inputs."""

    def __init__(self, case: Case, hypotheses: Hypotheses) -> None:
        self.case = case
        self.hypotheses = hypotheses
        self.asked = case.exercise.asked
        self.key = case.key
        self._ordered: dict[int, list[tuple[float, int]]] = {}

    @cached_property
    def singles(self) -> list[Candidate]:
        """Each mistake alone that changes an answer."""
        return [
            Candidate((hypothesis,), answers)
            for hypothesis, answers in zip(self.hypotheses.singles, self.of_each, strict=True)
            if answers is not None and self._is_possible(hypothesis) and not self._is_right(answers)
        ]

    @cached_property
    def of_each(self) -> list[list[Gradient] | None]:
        """What each mistake of the circuit answers: it does not depend on any sheet."""
        return [self.answers((hypothesis,)) for hypothesis in self.hypotheses.singles]

    def giving(self, place: int, answer: Value, precision: Precision) -> list[int]:
        """The places of the mistakes that give a finite answer to a question."""
        if place not in self._ordered:
            given = enumerate(self.of_each)
            found = [(_first(all_[place]), n) for n, all_ in given if all_ is not None]
            self._ordered[place] = sorted(found)
        ordered, first, reach = self._ordered[place], _first(answer), precision.reach(answer)
        low = bisect_left(ordered, (first - reach, -1))
        return [
            number
            for _, number in ordered[
                low : bisect_right(ordered, (first + reach, len(self.of_each)))
            ]
            if (answers := self.of_each[number]) is not None
            and (predicted := answers[place]) is not None
            and precision.agree(answer, predicted)
        ]

    def _is_possible(self, hypothesis: Hypothesis) -> bool:
        return hypothesis.mistake.change.is_possible(hypothesis, self.case)

    @cached_property
    def groups(self) -> list[Candidate]:
        """Each mistake at all gates of a kind, of those at which it changes an answer."""
        return list(self._candidates((hypothesis,) for hypothesis in groups(self._alone)))

    @cached_property
    def pairs(self) -> list[Candidate]:
        """Two mistakes at once, of those that change an answer alone."""
        return list(self._candidates(pairs(self._alone, MAX_GATE_RUNS // _work(self.case.graph))))

    @property
    def _alone(self) -> list[Hypothesis]:
        """What may be made at several gates, or with something else."""
        made = [candidate.explanation[0] for candidate in self.singles]
        return [hypothesis for hypothesis in made if not hypothesis.answers_only]

    def _candidates(self, explanations: Iterator[Explanation]) -> Iterator[Candidate]:
        for explanation in explanations:
            answers = self.answers(explanation)
            if answers is not None and not self._is_right(answers):
                yield Candidate(explanation, answers)

    def changed(self, explanation: Explanation) -> Changed:
        """What is done otherwise by these mistakes together."""
        changed = RIGHT
        for hypothesis in explanation:
            changed |= hypothesis.change(self.case)
        return changed

    def answers(self, explanation: Explanation) -> list[Gradient] | None:
        """What these mistakes answer; None where such a rule does not fit the shapes."""
        try:
            return self.case.answers(self.asked, self.changed(explanation))
        except UNFIT:
            return None

    def _is_right(self, answers: Sequence[Gradient]) -> bool:
        return all(
            answer is key or answer is None or close(answer, key, asked.tolerance)
            for answer, key, asked in zip(answers, self.key, self.asked, strict=True)
        )

    def explain(self, given: Mapping[int, Value], in_pairs: bool = True) -> list[Explanation]:
        """The simplest mistakes that explain all that was answered, none if there are none.

        Args:
            given: the place of a question in the exercise -> what was answered.
            in_pairs: whether two mistakes at once are looked for too; there are many.

        Returns:
            All that explain it equally well.
        """
        for candidates in (self.singles, self.groups):
            found = self._matching(candidates, given)
            if found:
                return likeliest(self.case, found, self.asked[next(iter(given), 0)].wrt)
        found = self._matching(self.pairs, given) if in_pairs else []
        # Of so many pairs several give one number by chance.
        return found if self.case.exercise.step is None or len(found) == 1 else []

    def agrees(self, explanation: Explanation, given: Mapping[int, Value]) -> bool:
        """Whether these mistakes would have given these answers too."""
        answers = self.answers(explanation)
        return answers is not None and self._gives(answers, given)

    def _gives(self, answers: Sequence[Gradient], given: Mapping[int, Value]) -> bool:
        return all(
            close(answer, answers[place], self.asked[place].tolerance)
            for place, answer in given.items()
        )

    def _matching(
        self, candidates: Sequence[Candidate], given: Mapping[int, Value]
    ) -> list[Explanation]:
        found: dict[object, Explanation] = {}
        for explanation, answers in candidates:
            if self._gives(answers, given):
                # A mistake that can be made in two ways is one mistake.
                name = tuple(
                    (hypothesis.mistake.name, hypothesis.nodes) for hypothesis in explanation
                )
                found.setdefault(name, explanation)
        return list(found.values())


def _first(value: Gradient) -> float:
    """The first element of a value, to find it by; what is no number stands behind all others."""
    first = inf if value is None else elements(value)[0]
    return inf if isnan(first) else first


def is_mistakable(asked: Asked) -> bool:
    """Whether a mistake of the backward pass can show in the answer to a question."""
    return asked.kind.is_number and asked.wrt >= 0 and not asked.given


def likeliest(case: Case, found: list[Explanation], wrt: int) -> list[Explanation]:
    """Of the mistakes that explain an answer at a step of a lesson, those that are nearest to it.

    A sheet has many answers, and what explains all of them is reported. At a step there is one,
    and what went wrong before it was reported there.

    Args:
        case: the circuit.
        found: mistakes that explain the answer.
        wrt: the node whose gradient was asked.
    """
    if case.exercise.step is None or not found:
        return found
    graph = case.graph

    def far(explanation: Explanation) -> tuple[bool, bool, int]:
        doubt = max(hypothesis.doubt for hypothesis in explanation)
        near = any(
            hypothesis.answers_only or node == wrt or wrt in graph.args[node]
            for hypothesis in explanation
            for node in hypothesis.nodes
        )
        return doubt == 2, not near, doubt

    least = min(map(far, found))
    return [explanation for explanation in found if far(explanation) == least]
