"""Diagnose each wrong answer for itself, from the student's own numbers.

What one mistake explains on the whole sheet is explained there. Where nothing does, there was a
second slip, or the mistake was not carried on, or there are several: then each wrong answer is
compared with what each wrong rule gives for the numbers that the student had before it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from backprop_cli.autodiff.follow_through import follow
from backprop_cli.exercises.answers.reading import Sheet
from backprop_cli.exercises.diagnosis.diagnosis import (
    MAX_GATE_RUNS,
    UNFIT,
    Explanation,
    PredictedAnswers,
)
from backprop_cli.exercises.diagnosis.precision import Precision
from backprop_cli.exercises.marking.follow_through import (
    is_telling,
    said_gradients,
    said_values,
)
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.case import RIGHT, Case, Changed, part
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.gates.value import Gradient, Value
from backprop_cli.graph.subgraph import with_output

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
    sheet, precision = steps.sheet, steps.precision
    explained: list[tuple[Hypothesis, frozenset[int]]] = []
    for hypothesis in mistakes_near(predicted, sheet, wrong):
        places = steps.explained((hypothesis,), wrong)
        places |= _carried(predicted, sheet, hypothesis, wrong, precision)
        if places:
            explained.append((hypothesis, places))
    found = _covering(explained, wrong)
    left = set(wrong).difference(*(each.places for each in found))
    return found + [
        pair for place in sorted(left) for pair in _beside(predicted, steps, found, place)
    ]


def _beside(
    predicted: PredictedAnswers, steps: "Steps", found: Sequence[StepFinding], place: int
) -> list[StepFinding]:
    """At a fork, a mistake on one branch beside one on another that was found already."""
    known = [each.explanations[0][0] for each in found if len(each.explanations) == 1]
    for first in known:
        for second in mistakes_near(predicted, steps.sheet, [place]):
            if second.nodes != first.nodes and steps.explained((first, second), [place]):
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
) -> list[Hypothesis]:
    """The mistakes at gates from whose inputs a wrong answer comes at once, in her own numbers."""
    graph = predicted.case.graph
    said = {read.asked.wrt for read in sheet.values() if read.is_number and read.asked.wrt >= 0}
    near: set[int] = set()
    waiting = [sheet[place].asked.wrt for place in wrong]
    while waiting:
        node = waiting.pop()
        near.add(node)
        users = [k for k, args in enumerate(graph.args) if node in args and k not in near]
        near.update(users)
        waiting += [k for k in users if k not in said]
    found = [h for h in predicted.hypotheses.singles if not near.isdisjoint(h.nodes)]
    return found[: max(1, MAX_GATE_RUNS // (len(graph) + 1))]


def _carried(
    predicted: PredictedAnswers,
    sheet: Sheet,
    hypothesis: Hypothesis,
    wrong: Iterable[int],
    precision: Precision,
) -> frozenset[int]:
    """The wrong answers that a mistake explains which was carried on, if no right one speaks
    against it.
    """
    answers = predicted.answers((hypothesis,))
    if answers is None:
        return frozenset()
    right = {p: read.value for p, read in sheet.items() if read.is_number and read.is_right}
    against = [p for p, value in right.items() if not _agrees(precision, answers[p], value)]
    if against:
        return frozenset()
    return frozenset(
        place
        for place in wrong
        if is_telling(sheet[place].value)
        and (answer := answers[place]) is not None
        and precision.agree(sheet[place].value, answer)
    )


def _agrees(precision: Precision, answer: Gradient, value: Value) -> bool:
    return answer is None or precision.agree(answer, value)


class Steps:
    """What each rule gives for the student's own numbers."""

    def __init__(self, case: Case, sheet: Sheet, precision: Precision) -> None:
        self.case = case
        self.sheet = sheet
        self.precision = precision
        self.values = said_values(case, sheet)
        self.own = case.with_values(self.values) if self.values else case
        self._right: dict[int, list[Gradient]] = {}

    def explained(self, explanation: Explanation, wrong: Iterable[int]) -> frozenset[int]:
        """The wrong answers that mistakes give together, where the right rules do not."""
        changed = RIGHT
        try:
            for hypothesis in explanation:
                changed |= hypothesis.change(self.own)
            found = frozenset(place for place in wrong if self._is_what(changed, place))
        except UNFIT:
            return frozenset()
        # Most mistakes give a 0 somewhere.
        return found if any(is_telling(self.sheet[place].value) for place in found) else frozenset()

    def _is_what(self, changed: Changed, place: int) -> bool:
        asked, answer = self.sheet[place].asked, self.sheet[place].value
        value = self._predicted(changed, asked)
        return value is not None and self.precision.agree(answer, value)

    def _predicted(self, changed: Changed, asked: Asked) -> Value | None:
        """What the changed rule answers from her own numbers; None where it changes nothing."""
        if (asked.of, asked.wrt) in changed.told:
            return part(changed.told[asked.of, asked.wrt], asked)
        said = {**changed.pins, **changed.said} if asked.of == self.case.graph.output else {}
        if asked.wrt in said:
            return part(said[asked.wrt], asked)
        if not (changed.rules or changed.forks or changed.dropped):
            return None
        wrong, right = self._run(asked, changed)[asked.wrt], self.right(asked)
        if wrong is None or right is None or self.precision.agree(wrong, right):
            return None
        return part(wrong, asked)

    def tells_apart(self, hypothesis: Hypothesis, asked: Asked) -> bool:
        """Whether a mistake gives another answer than the right rule, for these numbers."""
        try:
            changed = hypothesis.change(self.own)
            return changed.is_of_the_pass and self._predicted(changed, asked) is not None
        except UNFIT:
            return False

    def right(self, asked: Asked) -> Gradient:
        """What the right rules give for the numbers before it."""
        if asked.of not in self._right:
            self._right[asked.of] = self._run(asked, RIGHT)
        return self._right[asked.of][asked.wrt]

    def _run(self, asked: Asked, changed: Changed) -> list[Gradient]:
        _, gradients = follow(
            with_output(self.case.graph, asked.of),
            self.case.inputs,
            self.values,
            said_gradients(self.case, self.sheet, asked.of),
            self.case.seed(asked.of, asked.wrt),
            changed.rules,
            changed.forks,
            changed.dropped,
        )
        return gradients
