"""Check an exercise: can every mistake be told that it claims to tell?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backprop_cli.exercises.diagnosis.collisions import Collision
from backprop_cli.exercises.diagnosis.diagnosis import PredictedAnswers
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Exercise
from backprop_cli.exercises.model.sense import odd_numbers
from backprop_cli.exercises.model.tolerance import Tolerance, close
from backprop_cli.exercises.model.variants import Variants, is_sound

MOST_ALIKE = 0.2
"""The largest share of the variants that may have the same answers: students sit together."""

EXACT = 1e-9
"""Relative differences up to this are no other answer."""


class Hidden(NamedTuple):
    """A wrong answer that the tolerance of its question takes for right."""

    hypothesis: Hypothesis
    question: str


class Soundness(NamedTuple):
    """What was found about an exercise."""

    exercise: Exercise
    variants: int
    """How many were looked at."""
    told: int
    """Mistakes, each at its place, that have answers of their own."""
    unsound: tuple[int, ...]
    """Variants at which something is not finite, or stands at a kink."""
    odd: tuple[int, ...]
    """Variants with numbers too small or too large for paper, or with mostly zeros."""
    alike: int
    """The most variants that have the same answers."""
    hidden: tuple[tuple[int, Hidden], ...]
    """Variant, and a wrong answer that hides in the tolerance there."""
    avoidable: tuple[tuple[int, Collision], ...]
    """Variant, and what other inputs would tell apart."""
    inseparable: tuple[tuple[int, Collision], ...]
    """What no inputs tell apart; the variant is 0."""
    untold: frozenset[str]
    """Mistakes that the exercise claims and that cannot be told."""

    @property
    def is_sound(self) -> bool:
        """Whether everything holds that the exercise claims."""
        return not (self.untold or self.unsound or self.odd or self.are_alike)

    @property
    def are_alike(self) -> bool:
        """Whether too many students would have the same answers."""
        return self.alike > max(1, MOST_ALIKE * self.variants)


def soundness(exercise: Exercise, most: int = 20) -> Soundness:
    """Look at up to `most` variants of an exercise."""
    if exercise.circuit is None:
        return Soundness(exercise, 0, 0, (), (), 0, (), (), (), frozenset())
    variants = Variants(exercise)
    count = exercise.circuit.variants
    numbers = range(1, min(count, most) + 1) if count > 1 else range(1)
    unsound: list[int] = []
    odd: list[int] = []
    hidden: list[tuple[int, Hidden]] = []
    avoidable: list[tuple[int, Collision]] = []
    keys: Counter[tuple[str, ...]] = Counter()
    for number in numbers:
        case = Case(exercise, variants.inputs(number))
        if not is_sound(case):
            unsound.append(number)
        elif odd_numbers(case):
            odd.append(number)
        keys[tuple(str(key) for key in case.key if key is not None)] += 1
        predicted = PredictedAnswers(case, variants.hypotheses)
        hidden += [(number, each) for each in _hidden(predicted, variants.separation.families)]
        avoidable += [(number, collision) for collision in variants.separation.avoidable(case)]
        if exercise.planted is not None:
            variants.spoilt(number)
    inseparable = [(0, collision) for collision in variants.separation.inseparable()]
    return Soundness(
        exercise,
        len(numbers),
        len(variants.separation.families),
        tuple(unsound),
        tuple(odd),
        max((count for key, count in keys.items() if key), default=0),
        tuple(hidden),
        tuple(avoidable),
        tuple(inseparable),
        _untold(variants, avoidable, inseparable),
    )


def _hidden(
    predicted: PredictedAnswers, families: Sequence[Sequence[Hypothesis]]
) -> Iterator[Hidden]:
    """The wrong answers of known mistakes that count as right."""
    for hypothesis, *_ in families:
        answers = predicted.answers((hypothesis,)) or []
        for asked, answer, key in zip(predicted.asked, answers, predicted.key, strict=False):
            if answer is None or key is None or answer is key:
                continue
            is_right = close(answer, key, asked.tolerance)
            if is_right and not close(answer, key, Tolerance(EXACT, 0.0)):
                yield Hidden(hypothesis, asked.name)


def _untold(
    variants: Variants,
    avoidable: list[tuple[int, Collision]],
    inseparable: list[tuple[int, Collision]],
) -> frozenset[str]:
    """The claimed mistakes that cannot be told; without a claim, those that inputs could tell."""
    claimed = variants.exercise.looked_for.claimed
    untold: set[str] = set()
    for _, (first, second) in [*avoidable, *(inseparable if claimed else [])]:
        names = {first.mistake.name} | ({second.mistake.name} if second else set())
        if not claimed:
            untold |= names
        elif second is None or names <= claimed:
            untold |= names & claimed
    families = variants.separation.families
    shown = {hypothesis.mistake.name for family in families for hypothesis in family}
    return frozenset(untold | (claimed - shown))
