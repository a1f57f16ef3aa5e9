"""Simulated students: who makes a mistake is told this mistake, and who is right is right.

`BACKPROP_EXERCISES` says how many exercises of each level are made; `.ci/run` makes 200.
"""

import os
from typing import Any

import pytest

from backprop_cli.exercises.diagnosis.diagnosis import Candidate
from backprop_cli.exercises.generate.compose import ExerciseRequest, compose
from backprop_cli.exercises.generate.levels import fresh
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.marking.mark import Marker, load_marker
from backprop_cli.exercises.marking.result import Graded, Verdict
from backprop_cli.exercises.model.reason import ReasonCode
from backprop_cli.exercises.model.tolerance import close

EXERCISES = int(os.environ.get("BACKPROP_EXERCISES", "10"))
SHARDS = 5
PAIRS = 5
"""Pairs of mistakes that are made in each exercise, of some hundred."""


class Class:
    """An exercise of some level, in which every student has the first variant."""

    def __init__(self, level: int, seed: int) -> None:
        made = fresh(level, StableRandom("simulated", level, seed))
        self.program = made.program
        text = compose(ExerciseRequest(made.program, drawn=made.inputs, seed=str(seed))).text
        self.marker: Marker = load_marker(text.encode(), "exercise.toml")
        self.student = self._with_variant(1)
        self.predicted = self.marker.variants.predicted(1)
        self.names = self.marker.exercise.graph.names

    def _with_variant(self, number: int) -> str:
        return next(f"s{n}" for n in range(10**5) if self.marker.variant(f"s{n}") == number)

    def hands_in(self, answers: Any) -> Graded:
        asked = self.marker.exercise.asked
        said = {
            each.name: answer if isinstance(answer, float) else answer.tolist()
            for each, answer in zip(asked, answers, strict=True)
        }
        return self.marker.mark(self.student, said)

    def made(self, candidate: Candidate) -> set[Any]:
        return {(s.mistake.name, self.places(s.nodes)) for s in candidate.explanation}

    def places(self, nodes: Any) -> tuple[str, ...]:
        return tuple(self.names[node] for node in nodes)

    def is_told_apart(self, candidate: Candidate) -> bool:
        """Whether no other mistake gives the same answers."""
        return not any(
            other is not candidate
            and self.made(other) != self.made(candidate)
            and self._alike(candidate, other)
            for other in self.predicted.singles
        )

    def made_alike(self, candidate: Candidate) -> list[set[Any]]:
        """The mistakes that give the same answers."""
        return [
            self.made(other) for other in self.predicted.singles if self._alike(candidate, other)
        ]

    def _alike(self, candidate: Candidate, other: Candidate) -> bool:
        asked = self.marker.exercise.asked
        return all(
            close(mine, theirs, each.tolerance)
            for mine, theirs, each in zip(candidate.answers, other.answers, asked, strict=True)
        )

    def is_simpler(self, candidate: Candidate) -> bool:
        """Whether one mistake alone gives the answers of a pair."""
        simple = (*self.predicted.singles, *self.predicted.groups)
        return any(self._alike(candidate, other) for other in simple)


def blamed(graded: Graded) -> set[Any]:
    return {(blame.mistake, blame.at) for mark in graded.marks for blame in mark.blames}


def is_slip_of_sign(graded: Graded) -> bool:
    """A sign that is wrong in one number is a slip, whatever gate may be to blame; or in an array."""
    slips = {ReasonCode.SLIP_OF_SIGN, ReasonCode.ELEMENTS}
    return not slips.isdisjoint(mark.code for mark in graded.marks)


def shard(level: int, number: int) -> list[Class]:
    return [Class(level, seed) for seed in range(number, EXERCISES, SHARDS)]


@pytest.mark.parametrize("number", range(SHARDS))
@pytest.mark.parametrize("level", range(1, 6))
def test_every_student_is_told_her_mistake(level: int, number: int) -> None:
    for room in shard(level, number):
        right = room.hands_in(room.predicted.key)
        assert set(right.verdicts) == {"c"}, room.program
        for candidate in room.predicted.singles:
            graded = room.hands_in(candidate.answers)
            made, named = room.made(candidate), blamed(graded)
            if is_slip_of_sign(graded):
                assert {name for name, _ in made} == {"sign-turned"}
                continue
            # The mistake is always named, and another only beside it; or a likelier one that gives
            # the same answers, or, of one number, just this one.
            is_rare = candidate.explanation[0].doubt > 0 and len(named) > 0
            is_other = any(named == made_too for made_too in room.made_alike(candidate))
            assert made <= named or is_rare or is_other, (room.program, made, named)
            assert graded.points < graded.possible, (room.program, made)
            if room.is_told_apart(candidate) and not is_rare:
                assert made == named, (room.program, made, named)
        for pair in _some(room, level):
            graded = room.hands_in(pair.answers)
            made, named = room.made(pair), blamed(graded)
            # Two mistakes are no explanation of one wrong number, and one mistake that was not
            # carried on is a simpler explanation than two that were.
            is_seen = sum(mark.verdict is not Verdict.CORRECT for mark in graded.marks) > 1
            is_simpler = room.is_simpler(pair) or len({at for _, at in named}) == 1
            assert made <= named or is_simpler or not is_seen, (room.program, made, named)


def _some(room: Class, level: int) -> list[Candidate]:
    # Two turned signs cancel further back, and what is left looks like a slip.
    pairs = [pair for pair in room.predicted.pairs if not _is_turned(pair)]
    random = StableRandom("pairs", level, room.program)
    return [random.choice(pairs) for _ in range(PAIRS)] if pairs else []


def _is_turned(pair: Candidate) -> bool:
    return all(hypothesis.mistake.name == "sign-turned" for hypothesis in pair.explanation)


def test_nineteen_in_twenty_are_told_nothing_else() -> None:
    named = alone = 0
    for level in range(1, 6):
        for seed in range(max(3, EXERCISES // 10)):
            room = Class(level, seed)
            for candidate in room.predicted.singles:
                named += 1
                graded = room.hands_in(candidate.answers)
                alone += blamed(graded) == room.made(candidate) or is_slip_of_sign(graded)
    assert alone >= 0.95 * named


@pytest.mark.parametrize("level", range(1, 5))
def test_a_slip_is_never_taken_for_right(level: int) -> None:
    """Each answer in turn is a number that no rule gives."""
    for room in shard(level, 0)[:2]:
        for place, key in enumerate(room.predicted.key):
            answers = list(room.predicted.key)
            answers[place] = key * 1.0137 + 0.0421
            graded = room.hands_in(answers)
            assert graded.marks[place].verdict is Verdict.WRONG
            others = [mark.verdict for n, mark in enumerate(graded.marks) if n != place]
            assert set(others) == {Verdict.CORRECT}


@pytest.mark.parametrize("level", range(1, 5))
def test_who_goes_on_rightly_from_a_slip_earns_the_rest(level: int) -> None:
    """A slip in the forward pass, and every later step right for it."""
    for room in shard(level, 1)[:3]:
        case = room.predicted.case
        graph, asked = case.graph, room.marker.exercise.asked
        node = next(k for k, gate in enumerate(graph.gates) if gate is not None)
        slipped = case.with_values({node: case.values[node] * 1.0137 + 0.0421})
        graded = room.hands_in(slipped.answers(asked))
        assert [m.question for m in graded.marks if m.verdict is Verdict.WRONG] == [
            graph.names[node]
        ]
        earned = {m.verdict for m in graded.marks if m.verdict is not Verdict.WRONG}
        assert earned <= {Verdict.CORRECT, Verdict.FOLLOW}
        assert graded.points == graded.possible - 1
