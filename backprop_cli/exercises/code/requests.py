"""What is asked of a student's gate: every request, in one order."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

from backprop_cli.exercises.code.cases import ClassCase, cases_of
from backprop_cli.exercises.code.replies import Played, read_played
from backprop_cli.exercises.code.values import plain, way
from backprop_cli.exercises.code.words import GARBLED
from backprop_cli.gates.gate import Gate

STEP = 1e-5
"""How far an input moves when a slope is measured."""

Request = dict[str, Any]
Steps = list[list[Any]]


class Heard(NamedTuple):
    """The replies, each beside what was asked; a text says why one is missing."""

    cases: dict[str, list[Played | str]]
    """Kind of inputs -> the replies to its cases."""
    slopes: list[Played | str]
    caching: dict[str, Played | str]


class Asking:
    """One student's class and its gate: what to ask of it, and what came back."""

    def __init__(self, gate: Gate, class_name: str, source: bytes) -> None:
        self.gate = gate
        self.class_name = class_name
        self.cases = cases_of(gate, source)
        self.plan = [
            (kind, case, place < len(cases.shown))
            for kind, cases in self.cases.items()
            for place, case in enumerate([*cases.shown, *cases.hidden])
        ]
        first, second = self.cases["numbers"].shown[0], self.cases["numbers"].shown[-1]
        self.pair = (first, second)

    @cached_property
    def requests(self) -> list[Request]:
        """All that is asked, in one order: cases, slopes, caching."""
        scripts = [self._alone(case) for _, case, _ in self.plan]
        scripts += [self._slopes(case) for case in self.cases["numbers"].shown]
        scripts += list(self._caching().values())
        return [{"class": self.class_name, "steps": steps} for steps in scripts]

    def _alone(self, case: ClassCase) -> Steps:
        return [make("gate"), forward("gate", case), backward("gate", case)]

    def _slopes(self, case: ClassCase) -> Steps:
        steps = self._alone(case)
        for slot in range(len(case.inputs)):
            steps += [forward("gate", moved(case, slot, sign * STEP)) for sign in (1, -1)]
        return steps

    def _caching(self) -> dict[str, Steps]:
        first, second = self.pair
        return {
            "two gates": [
                *(make("first"), make("second")),
                *(forward("first", first), forward("second", second)),
                *(backward("first", first), backward("second", second)),
            ],
            "second forward": [
                *(make("gate"), forward("gate", first), forward("gate", second)),
                backward("gate", second),
            ],
            "second backward": [*self._alone(first), backward("gate", first)],
        }

    def heard(self, replies: Sequence[Any], ending: str) -> Heard:
        """The replies in their places; `ending` says why some are missing."""
        played: list[Played | str] = []
        for request, reply in zip(self.requests, replies, strict=False):
            read = read_played(reply, len(request["steps"]))
            played.append(GARBLED if read is None else read)
        each = iter(played + [ending] * (len(self.requests) - len(played)))
        cases = {kind: [next(each) for _ in self.plan_of(kind)] for kind in self.cases}
        slopes = [next(each) for _ in self.cases["numbers"].shown]
        return Heard(cases, slopes, dict(zip(self._caching(), each, strict=True)))

    def plan_of(self, kind: str) -> list[tuple[ClassCase, bool]]:
        """The cases of one kind of inputs, and whether each may be shown."""
        return [(case, shown) for other, case, shown in self.plan if other == kind]


def make(gate: str) -> list[Any]:
    """The step that makes a gate."""
    return ["make", gate, []]


def forward(gate: str, case: ClassCase) -> list[Any]:
    """The step that runs it forwards."""
    return ["forward", gate, [plain(value) for value in case.inputs]]


def backward(gate: str, case: ClassCase) -> list[Any]:
    """The step that runs it backwards."""
    return ["backward", gate, [plain(case.upstream)]]


def moved(case: ClassCase, slot: int, step: float) -> ClassCase:
    """The case with one input moved."""
    inputs = list(case.inputs)
    inputs[slot] = inputs[slot] + step * way(inputs[slot])
    return ClassCase(tuple(inputs), case.upstream)
