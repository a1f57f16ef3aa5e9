"""Diagnose each wrong answer for itself, from the student's own numbers.

What one mistake explains on the whole sheet is explained there. Where nothing does, there was a
second slip, or the mistake was not carried on, or there are several: then each wrong answer is
compared with what each wrong rule gives for the numbers that the student had before it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from backprop_cli.autodiff.follow_through import OwnGradients
from backprop_cli.exercises.answers.reading import Sheet
from backprop_cli.exercises.diagnosis.diagnosis import (
    MAX_GATE_RUNS,
    UNFIT,
    Explanation,
    PredictedAnswers,
)
from backprop_cli.exercises.diagnosis.precision import Precision
from backprop_cli.exercises.diagnosis.slips import Numbers
from backprop_cli.exercises.marking.follow_through import (
    is_telling,
    said_gradients,
    said_values,
)
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.case import RIGHT, Case, Changed, part
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.gates.value import Gradient, Value
from backprop_cli.graph.subgraph import users_of, with_output

ENOUGH = 2
"""Wrong answers that speak for a mistake, so that it is said without a perhaps."""


class StepFinding(NamedTuple):
    """Mistakes that explain some of the wrong answers equally well."""

    explanations: list[Explanation]
    places: frozenset[int]
    """The questions whose answers they explain."""
    is_sure: bool
    """More than one number speaks for it."""


def found_by_step(
    predicted: PredictedAnswers, steps: "Steps", wrong: Sequence[int]
) -> list[StepFinding]:
    """The mistakes that explain wrong gradients one by one, those that explain most first.

    Args:
        predicted: what each mistake would have answered.
        steps: what follows from the student's own numbers.
        wrong: the places of gradients that are neither right nor follow from earlier answers.
    """
    carried = _carried(predicted, steps.sheet, wrong, steps.precision)
    explained: list[tuple[Hypothesis, frozenset[int]]] = []
    quantities = steps.quantities(wrong)
    for number, hypothesis in mistakes_near(predicted, steps.sheet, wrong):
        places = steps.explained((hypothesis,), quantities) | carried.get(number, frozenset())
        if places:
            explained.append((hypothesis, places))
    found = _covering(explained, wrong)
    known = [each.explanations[0][0] for each in found if len(each.explanations) == 1]
    left = set(wrong).difference(*(each.places for each in found)) if known else ()
    return found + [
        pair for place in sorted(left) for pair in _beside(predicted, steps, known, place)
    ]


def _beside(
    predicted: PredictedAnswers, steps: "Steps", known: Sequence[Hypothesis], place: int
) -> list[StepFinding]:
    """At a fork, a mistake on one branch beside one on another that was found already."""
    near = [hypothesis for _, hypothesis in mistakes_near(predicted, steps.sheet, [place])]
    quantities = steps.quantities([place])
    for first in (hypothesis for hypothesis in known if hypothesis in near):
        for second in near:
            if second.nodes != first.nodes and steps.explained((first, second), quantities):
                return [StepFinding([(second,)], frozenset({place}), is_sure=False)]
    return []


def _covering(
    explained: Sequence[tuple[Hypothesis, frozenset[int]]], wrong: Iterable[int]
) -> list[StepFinding]:
    """Of the mistakes that explain some answers, the fewest, each by as many as possible."""
    found: list[StepFinding] = []
    left = frozenset(wrong)
    while left:
        most = max((len(places & left) for _, places in explained), default=0)
        if not most:
            break
        first = next(places & left for _, places in explained if len(places & left) == most)
        best = [hypothesis for hypothesis, places in explained if places & left == first]
        least = min(hypothesis.doubt for hypothesis in best)
        likely: dict[object, Explanation] = {
            (hypothesis.mistake.name, hypothesis.nodes): (hypothesis,)
            for hypothesis in reversed(best)
            if hypothesis.doubt == least
        }
        found.append(StepFinding(list(likely.values())[::-1], first, most >= ENOUGH))
        left -= first
    return [_with_evidence(each, found) for each in found]


def _with_evidence(finding: StepFinding, found: Sequence[StepFinding]) -> StepFinding:
    """A mistake that is made at two gates is a mistake, though one number speaks at each."""
    names = _names(finding)
    count = sum(len(other.places) for other in found if names & _names(other))
    return finding._replace(is_sure=count >= ENOUGH)


def _names(finding: StepFinding) -> set[str]:
    return {explanation[0].mistake.name for explanation in finding.explanations}


def mistakes_near(
    predicted: PredictedAnswers, sheet: Sheet, wrong: Sequence[int]
) -> list[tuple[int, Hypothesis]]:
    """The mistakes at gates from whose inputs a wrong answer comes, in their own numbers.

    Each comes with its place among all mistakes of the circuit.
    """
    graph = predicted.case.graph
    said = {read.asked.wrt for read in sheet.values() if read.is_number and read.asked.wrt >= 0}
    users = users_of(graph)
    near: set[int] = set()
    waiting = [sheet[place].asked.wrt for place in wrong]
    while waiting:
        node = waiting.pop()
        near.add(node)
        new = [k for k in users[node] if k not in near]
        near.update(new)
        waiting += [k for k in new if k not in said]
    by_node = predicted.hypotheses.by_node
    numbers = sorted({number for node in near for number in by_node.get(node, ())})
    most = max(1, MAX_GATE_RUNS // (len(graph) + 1))
    return [(number, predicted.hypotheses.singles[number]) for number in numbers[:most]]


def _carried(
    predicted: PredictedAnswers, sheet: Sheet, wrong: Iterable[int], precision: Precision
) -> dict[int, frozenset[int]]:
    """Mistake -> the wrong answers that it explains where it was carried on, if no right one
    speaks against it.
    """
    found: dict[int, set[int]] = {}
    for place in wrong:
        if is_telling(sheet[place].value):
            for number in predicted.giving(place, sheet[place].value, precision):
                found.setdefault(number, set()).add(place)
    right = {p: read.value for p, read in sheet.items() if read.is_number and read.is_right}
    return {
        number: frozenset(places)
        for number, places in found.items()
        if (answers := predicted.of_each[number]) is not None
        and all(_agrees(precision, answers[p], value) for p, value in right.items())
    }


def _agrees(precision: Precision, answer: Gradient, value: Value) -> bool:
    return answer is None or precision.agree(answer, value)


Quantities = Mapping[int, Mapping[int, Sequence[int]]]
"""Node -> with respect to which node -> the questions about this derivative or its elements."""


class Steps:
    """What each rule gives for the student's own numbers."""

    def __init__(self, case: Case, sheet: Sheet, precision: Precision) -> None:
        self.case = case
        self.sheet = sheet
        self.precision = precision
        values = said_values(case, sheet)
        self.own = case.with_values(values) if values else case
        self.numbers = Numbers(sheet, precision)
        self._own: dict[int, OwnGradients] = {}

    def quantities(self, wrong: Iterable[int]) -> "Quantities":
        """The wrong answers by what they are about."""
        found: dict[int, dict[int, list[int]]] = {}
        for place in wrong:
            asked = self.sheet[place].asked
            found.setdefault(asked.of, {}).setdefault(asked.wrt, []).append(place)
        return found

    def explained(self, explanation: Explanation, wrong: "Quantities") -> frozenset[int]:
        """The wrong answers that mistakes give together, where the right rules do not."""
        changed = RIGHT
        try:
            for hypothesis in explanation:
                changed |= hypothesis.change(self.own)
            found = frozenset(
                place
                for of, places in wrong.items()
                for wrt, value in self._given_by(changed, of)
                for place in places.get(wrt, ())
                if self._is_part(value, place)
            )
        except UNFIT:
            return frozenset()
        # Most mistakes give a 0 somewhere.
        return found if any(is_telling(self.sheet[place].value) for place in found) else frozenset()

    def is_contradicted(self, explanation: Explanation) -> bool:
        """Whether something that is right would be wrong under these mistakes."""
        changed = RIGHT
        try:
            for hypothesis in explanation:
                changed |= hypothesis.change(self.own)
            right = self.quantities(
                place
                for place, read in self.sheet.items()
                if read.is_number and read.is_right and read.asked.wrt >= 0
            )
            return any(
                not self._is_part(value, place)
                for of, places in right.items()
                for wrt, value in self._given_by(changed, of)
                for place in places.get(wrt, ())
            )
        except UNFIT:
            return False

    def _is_part(self, value: Value, place: int) -> bool:
        answered = self.sheet[place]
        asked = part(value, answered.asked)
        return asked is not None and self.precision.agree(answered.value, asked)

    def _given_by(self, changed: Changed, of: int) -> Iterator[tuple[int, Value]]:
        """Node -> the gradient of node `of` that mistakes make another, from their own numbers."""
        other = {wrt: value for (node, wrt), value in changed.told.items() if node == of}
        if of == self.case.graph.output:
            other = {**changed.pins, **changed.said, **other}
        yield from other.items()
        if changed.rules or changed.forks or changed.dropped:
            own = self._of(of)
            for wrt, wrong in own.under(changed.rules, changed.forks, changed.dropped).items():
                right = own.following[wrt]
                if wrong is None or right is None or wrt in other:
                    continue
                if not self.precision.agree(wrong, right):
                    yield wrt, wrong

    def tells_apart(self, hypothesis: Hypothesis, asked: Asked) -> bool:
        """Whether a mistake gives another answer than the right rule, for these numbers."""
        try:
            changed = hypothesis.change(self.own)
            return changed.is_of_the_pass and asked.wrt in dict(self._given_by(changed, asked.of))
        except UNFIT:
            return False

    def right(self, asked: Asked) -> Gradient:
        """What the right rules give for the numbers before it."""
        return self._of(asked.of).following[asked.wrt]

    def _of(self, of: int) -> OwnGradients:
        """The gradients of a node."""
        if of not in self._own:
            wrt = next(
                r.asked.wrt for r in self.sheet.values() if r.asked.of == of and r.asked.wrt >= 0
            )
            self._own[of] = OwnGradients(
                with_output(self.case.graph, of),
                self.own.values,
                said_gradients(self.case, self.sheet, of),
                self.case.seed(of, wrt),
            )
        return self._own[of]
