"""Choose inputs at which every mistake shows: the same for a student for ever."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from backprop_cli.analysis.notes.kinks import kinked
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.diagnosis.collisions import Separation
from backprop_cli.exercises.diagnosis.diagnosis import Hypotheses, PredictedAnswers
from backprop_cli.exercises.generate.random_values import drawn_value
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.derivation import Spoilt, spoilt
from backprop_cli.exercises.model.exercise import Exercise
from backprop_cli.exercises.model.sense import odd_numbers
from backprop_cli.gates.value import Value
from backprop_cli.language.numbers import is_finite

MAX_VARIANTS = 256
"""Students whose numbers are kept."""

ATTEMPTS = 60
"""Draws among which the one with the fewest collisions is taken."""

PATIENCE = 15
"""Draws that may pass without a better one."""

UNSOUND = 10**6
"""What inputs cost at which something is not finite, stands at a kink, or hides what is planted."""


SENSELESS = 100
"""What each number costs that is too small or too large for paper."""

SENSE_SINCE = 3
"""The first table whose inputs are chosen so: those of older exercises stay as they are."""


class Variants:
    """The inputs of an exercise, for each student."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.circuit = exercise.the_circuit
        self.hypotheses = Hypotheses(exercise)
        self.separation = Separation(exercise, self.hypotheses)
        self.predicted = lru_cache(maxsize=MAX_VARIANTS)(self._predicted_at)
        self.spoilt = lru_cache(maxsize=MAX_VARIANTS)(self._spoilt)

    def number_of(self, student: str) -> int:
        """Which variant a student has, from 1; 0 where all have the same inputs."""
        if self.circuit.variants == 1:
            return 0
        name = unicodedata.normalize("NFKC", student).strip().casefold()
        return StableRandom("student", self.circuit.seed, name).integer(1, self.circuit.variants)

    def _predicted_at(self, variant: int) -> PredictedAnswers:
        return PredictedAnswers(Case(self.exercise, self.inputs(variant)), self.hypotheses)

    def _spoilt(self, variant: int) -> Spoilt:
        """The derivation with a wrong line that a variant shows."""
        plant = spoilt(self.predicted(variant).case, self.hypotheses.singles, variant)
        if plant is None:
            what = "[wrong-line]: no mistake that could be planted shows with these inputs"
            raise BackpropError(what, hint="choose another mistake, place or inputs")
        return plant

    def inputs(self, variant: int) -> dict[str, Value]:
        """The inputs of a variant: of some draws the one in which the fewest mistakes hide."""
        if not self.circuit.drawn:
            return dict(self.circuit.fixed)
        best: tuple[tuple[int, int], dict[str, Value]] | None = None
        since = 0
        for attempt in range(ATTEMPTS):
            inputs = self._draw(StableRandom("inputs", self.circuit.seed, variant, attempt))
            dull = self._dullness(inputs)
            since += 1
            if best is not None and best[0][0] == 0 and dull >= best[0][1]:
                continue
            cost = self._cost_of(inputs), dull
            if best is None or cost < best[0]:
                best, since = (cost, inputs), 0
            if cost == (0, 0) or (since >= PATIENCE and best[0][0] < UNSOUND):
                break
        assert best is not None
        return best[1]

    def cost(self, variant: int) -> int:
        """How many mistakes hide at the inputs of a variant."""
        return self._cost_of(self.inputs(variant))

    def _cost_of(self, inputs: Mapping[str, Value]) -> int:
        case = Case(self.exercise, inputs)
        if not is_sound(case):
            return UNSOUND
        if self.exercise.planted is not None and spoilt(case, self.hypotheses.singles, 1) is None:
            return UNSOUND
        cost = len(self.separation.avoidable(case))
        if self.exercise.looked_for.table < SENSE_SINCE:
            return cost
        return cost + SENSELESS * odd_numbers(case)

    def _dullness(self, inputs: Mapping[str, Value]) -> int:
        """Drawn numbers that are 0, 1 or -1, or that stand twice: right by accident is easy."""
        drawn = [inputs[name] for name in self.circuit.drawn]
        sizes = [abs(value) for value in drawn if isinstance(value, float)]
        return sum(size in (0, 1) for size in sizes) + len(sizes) - len(set(sizes))

    def _draw(self, random: StableRandom) -> dict[str, Value]:
        drawn = {name: drawn_value(random, *how) for name, how in self.circuit.drawn.items()}
        return {**self.circuit.fixed, **drawn}


def is_sound(case: Case) -> bool:
    """Whether everything is finite and away from kinks."""
    numbers = [*case.values, *(gradient for gradient in case.gradients if gradient is not None)]
    if not all(is_finite(number) for number in numbers):
        return False
    trace = Trace(case.graph, case.values, case.gradients, 1.0)
    return next(iter(kinked(trace)), None) is None


def plain(inputs: Mapping[str, Value]) -> dict[str, Any]:
    """Inputs as JSON and TOML have them: numbers and lists."""
    return {
        name: value if isinstance(value, float) else value.tolist()
        for name, value in inputs.items()
    }
