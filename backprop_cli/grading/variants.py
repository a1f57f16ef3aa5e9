"""Choose inputs at which every mistake shows: the same for a student for ever."""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import isfinite, prod
from typing import Any, NamedTuple

from backprop_cli.engine.forward import Value
from backprop_cli.errors import BackpropError
from backprop_cli.grading.case import Case
from backprop_cli.grading.chance import Chance
from backprop_cli.grading.derivation import Spoilt, spoilt
from backprop_cli.grading.diagnosis import Candidate, Lineup, Suspects
from backprop_cli.grading.exercise import Exercise
from backprop_cli.grading.tolerance import apart
from backprop_cli.trace.kinks import kinked
from backprop_cli.trace.trace import Trace

ATTEMPTS = 60
"""Draws among which the one with the fewest collisions is taken."""

UNSOUND = 10**6
"""What inputs cost at which something is not finite, or stands at a kink."""

GENERIC = 5
"""Draws without a grid, by which mistakes that no inputs tell apart are known."""


class Collision(NamedTuple):
    """Two mistakes, or a mistake and the right way, that give the same answers."""

    first: Candidate
    second: Candidate | None
    """None for the right answers."""
    always: bool
    """At any inputs, so that no choice of them would help."""


class Family(NamedTuple):
    """Mistakes that give the same answers at any inputs: one is as good as another."""

    members: tuple[int, ...]
    """Their places among the suspects."""


class Variants:
    """The inputs of an exercise, for each student."""

    def __init__(self, exercise: Exercise) -> None:
        assert exercise.graph is not None
        self.exercise = exercise
        self.suspects = Suspects(exercise)
        self._families: tuple[Family, ...] | None = None
        self.lineup = lru_cache(maxsize=256)(self._lineup)
        self.spoilt = lru_cache(maxsize=256)(self._spoilt)

    def number_of(self, student: str) -> int:
        """Which variant a student has, from 1; 0 where all have the same inputs."""
        if self.exercise.variants == 1:
            return 0
        name = unicodedata.normalize("NFKC", student).strip().casefold()
        return Chance("student", self.exercise.seed, name).integer(1, self.exercise.variants)

    def _lineup(self, variant: int) -> Lineup:
        return Lineup(Case(self.exercise, self.inputs(variant)), self.suspects)

    def _spoilt(self, variant: int) -> Spoilt:
        """The derivation with a wrong line that a variant shows."""
        plant = spoilt(self.lineup(variant).case, self.suspects.singles, variant)
        if plant is None:
            what = "the planted mistake changes nothing with these inputs"
            raise BackpropError(what, hint="choose another mistake, place or inputs")
        return plant

    def inputs(self, variant: int) -> dict[str, Value]:
        """The inputs of a variant: of some draws the one in which the fewest mistakes hide."""
        if not self.exercise.drawn:
            return dict(self.exercise.fixed)
        best: tuple[tuple[int, int], dict[str, Value]] | None = None
        for attempt in range(ATTEMPTS):
            inputs = self._draw(Chance("inputs", self.exercise.seed, variant, attempt))
            dull = self._dullness(inputs)
            if best is not None and best[0][0] == 0 and dull >= best[0][1]:
                continue
            cost = self._cost_of(inputs), dull
            if best is None or cost < best[0]:
                best = cost, inputs
            if cost == (0, 0):
                break
        assert best is not None
        return best[1]

    def cost(self, variant: int) -> int:
        """How many mistakes hide at the inputs of a variant."""
        return self._cost_of(self.inputs(variant))

    def _cost_of(self, inputs: Mapping[str, Value]) -> int:
        case = Case(self.exercise, inputs)
        return len(self.avoidable(case)) if is_sound(case) else UNSOUND

    def _dullness(self, inputs: Mapping[str, Value]) -> int:
        """Drawn numbers that are 0, 1 or -1, or that stand twice: right by accident is easy."""
        drawn = [inputs[name] for name in self.exercise.drawn]
        sizes = [abs(value) for value in drawn if isinstance(value, float)]
        return sum(size in (0, 1) for size in sizes) + len(sizes) - len(set(sizes))

    def _draw(self, chance: Chance) -> dict[str, Value]:
        drawn = {name: drawn_value(chance, *how) for name, how in self.exercise.drawn.items()}
        return {**self.exercise.fixed, **drawn}

    # What can be told apart

    @property
    def families(self) -> tuple[Family, ...]:
        """The mistakes that change an answer, those together that no inputs tell apart."""
        if self._families is None:
            self._families = self._find_families()
        return self._families

    def _find_families(self) -> tuple[Family, ...]:
        cases = [
            Case(self.exercise, self._generic(Chance("generic", number)))
            for number in range(GENERIC)
        ]
        lineups = [Lineup(case, self.suspects) for case in cases]
        right = tuple(_digest(lineup.key) for lineup in lineups)
        families: dict[object, list[int]] = {}
        for place, suspect in enumerate(self.suspects.singles):
            answers = [lineup.answers((suspect,)) for lineup in lineups]
            if all(answer is not None for answer in answers):
                print_ = tuple(_digest(answer) for answer in answers if answer is not None)
                if print_ != right:
                    families.setdefault(print_, []).append(place)
        return tuple(Family(tuple(places)) for places in families.values())

    def _generic(self, chance: Chance) -> dict[str, Value]:
        """Inputs without a grid: what agrees here agrees for a reason."""
        fixed = {name: _jittered(chance, value) for name, value in self.exercise.fixed.items()}
        fine = {
            name: drawn_value(chance, *how._replace(step=(how.high - how.low) / 1e6))
            for name, how in self.exercise.drawn.items()
        }
        return {**fixed, **fine}

    def avoidable(self, case: Case) -> list[Collision]:
        """The families that these inputs do not tell apart, though others would."""
        lineup = Lineup(case, self.suspects)
        found: list[Collision] = []
        told: list[Candidate] = []
        for family in self.families:
            suspect = self.suspects.singles[family.members[0]]
            answers = lineup.answers((suspect,))
            if answers is None:
                continue
            candidate = Candidate((suspect,), answers)
            if not self._apart(answers, lineup.key):
                found.append(Collision(candidate, None, False))
            found += [
                Collision(candidate, other, False)
                for other in told
                if not self._apart(answers, other.answers)
            ]
            told.append(candidate)
        return found

    def _apart(self, first: Sequence[Value], second: Sequence[Value]) -> bool:
        return any(
            one is not two and one is not None and apart(one, two, asked.tolerance)
            for one, two, asked in zip(first, second, self.exercise.asked, strict=True)
        )

    def inseparable(self) -> list[Collision]:
        """Mistakes that no inputs tell apart, with these questions."""
        lineup = self.lineup(1 if self.exercise.variants > 1 else 0)
        found: list[Collision] = []
        for family in self.families:
            suspects = [self.suspects.singles[place] for place in family.members]
            candidates = [
                Candidate((suspect,), lineup.answers((suspect,)) or []) for suspect in suspects
            ]
            found += [
                Collision(candidate, candidates[0], True)
                for candidate in candidates[1:]
                if _named(candidate) != _named(candidates[0])
            ]
        return found


def _named(candidate: Candidate) -> object:
    return [(suspect.mistake.name, suspect.nodes) for suspect in candidate.explanation]


def is_sound(case: Case) -> bool:
    """Whether everything is finite and away from kinks."""
    numbers = [*case.values, *(gradient for gradient in case.gradients if gradient is not None)]
    if not all(_finite(number) for number in numbers):
        return False
    trace = Trace(case.graph, case.values, case.gradients, 1.0)
    return next(iter(kinked(trace)), None) is None


def _finite(value: Any) -> bool:
    return isfinite(value) if isinstance(value, float) else bool((value - value == 0).all())


def drawn_value(
    chance: Chance, low: float, high: float, step: float, shape: tuple[int, ...] = ()
) -> Value:
    """A multiple of `step` between two bounds, or an array of them."""
    if not shape:
        return chance.number(low, high, step)
    import numpy as np

    numbers = [chance.number(low, high, step) for _ in range(prod(shape))]
    return np.array(numbers).reshape(shape)


def _jittered(chance: Chance, value: Value) -> Value:
    if isinstance(value, float):
        return value * chance.number(0.6, 1.4, 1e-6) + chance.number(-0.1, 0.1, 1e-6)
    import numpy as np

    factors = [chance.number(0.6, 1.4, 1e-6) for _ in range(value.size)]
    return value * np.array(factors).reshape(value.shape)


def _digest(answers: Sequence[Value]) -> tuple[Any, ...]:
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


def plain(inputs: Mapping[str, Value]) -> dict[str, Any]:
    """Inputs as JSON and TOML have them: numbers and lists."""
    return {
        name: value if isinstance(value, float) else value.tolist()
        for name, value in inputs.items()
    }
