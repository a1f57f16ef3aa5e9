"""Slips of the forward pass, planted in all lessons by an engine of its own, are named rightly."""

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from learning import LESSONS

from backprop_cli.exercises.answers.answers import number_shown
from backprop_cli.lessons.model.course import Course

Number = Any


def _sigmoid(a: Number) -> Number:
    return 1 / (1 + math.exp(-a))


SLIPS: dict[str, dict[str, Callable[..., Number]]] = {
    "add": {
        "operation": lambda a, b: a * b,
        "sign-of-input": lambda a, b: a - b,
        "input-lost": lambda a, b: a,
        "input-lost 2": lambda a, b: b,
    },
    "sub": {
        "sign-of-input": lambda a, b: a + b,
        "reversed": lambda a, b: b - a,
        "input-lost": lambda a, b: a,
    },
    "mul": {"operation": lambda a, b: a + b, "sign": lambda a, b: -a * b},
    "div": {
        "operation": lambda a, b: a * b,
        "reversed": lambda a, b: b / a,
        "sign": lambda a, b: -a / b,
        "input-lost": lambda a, b: a,
    },
    "max": {"other-end": lambda a, b: min(a, b)},
    "min": {"other-end": lambda a, b: max(a, b)},
    "relu": {
        "left-out": lambda a: a * 1.0,
        "mask": lambda a: np.minimum(a, 0.0) if np.ndim(a) else min(a, 0.0),
    },
    "abs": {"left-out": lambda a: a},
    "neg": {"left-out": lambda a: a},
    "exp": {"sign-of-input": lambda a: math.exp(-a), "left-out": lambda a: a},
    "1/x": {"left-out": lambda a: a, "sign": lambda a: -1 / a},
    "square": {
        "power": lambda a: 2 * a,
        "left-out": lambda a: a,
        "square-of-negative": lambda a: -a * a if a < 0 else math.nan,
    },
    "pow": {"operation": lambda a, b: a * b, "input-lost": lambda a, b: a},
    "sigmoid": {
        "slope": lambda a: _sigmoid(a) * (1 - _sigmoid(a)),
        "sign-of-input": lambda a: _sigmoid(-a),
        "left-out": lambda a: a,
    },
    "matmul": {"transposed": lambda a, b: a.T @ b, "transposed 2": lambda a, b: b @ a},
    "L2": {
        "root": lambda a: float(np.sqrt((a * a).sum())),
        "root 2": lambda a: float(a.sum()),
    },
}
"""Gate -> the row that ought to be named -> what a learner works out."""


def planted() -> list[tuple[str, str, str, str, tuple[str, ...], str]]:
    """Lesson, step, question, slip, what is named, the sentence; slips that change no number not."""
    found = []
    for lesson in LESSONS:
        course = Course(lesson, "a newcomer")
        for number in range(course.count):
            step = course.step(number)
            for place, ask in enumerate(step.asks):
                if ask.number is None or ask.number.wrt >= 0 or step.counts:
                    continue
                case = course.scene(step.circuit or "").case
                graph, node = case.graph, ask.number.of
                gate = graph.gates[node]
                assert gate is not None
                inputs = [case.values[arg] for arg in graph.args[node]]
                for name, slip in SLIPS[gate.name].items():
                    answer = _answer(slip, inputs)
                    if answer is None or np.allclose(answer, case.values[node], rtol=1e-2):
                        continue
                    judged = course.judge(step, place, number_shown(answer))
                    row = f"forward-{name.split()[0]}"
                    where = lesson.name, step.name, ask.name
                    found.append((*where, row, judged.mistakes, judged.reason))
    return found


def _answer(slip: Callable[..., Number], inputs: list[Number]) -> Number | None:
    try:
        answer = slip(*inputs)
    except (ArithmeticError, ValueError):
        return None
    return answer if np.all(np.isfinite(answer)) else None


@pytest.fixture(scope="module")
def slips() -> list[tuple[str, str, str, str, tuple[str, ...], str]]:
    return planted()


def test_four_of_five_slips_of_the_forward_pass_are_named(slips: list[Any]) -> None:
    count = Counter(row in mistakes for *_, row, mistakes, _ in slips)
    assert count.total() > 150
    assert count[True] / count.total() >= 0.95


def test_no_other_mistake_is_named(slips: list[Any]) -> None:
    false = [slip for slip in slips if slip[4] and slip[3] not in slip[4]]
    assert false == []
