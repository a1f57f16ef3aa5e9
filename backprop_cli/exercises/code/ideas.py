"""Which mistake explains the gradients that a student's gate returned.

The rules of the table of mistakes are run by our own gate on the same inputs.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from backprop_cli.exercises.code.cases import ClassCase, truth
from backprop_cli.exercises.mistakes.table import BY_NAME, MISTAKES
from backprop_cli.gates.gate import Gate

Values = tuple[Any, ...]

SWAPPED = "The gradients come in the wrong order: return x's first."


class Seen(NamedTuple):
    """What `backward` returned in one case."""

    case: ClassCase
    gradients: Values


class Idea(NamedTuple):
    """A mistake that explains all that was seen."""

    name: str
    says: str
    """The sentence that helps, with the names of the gate's parameters left to fill in."""
    known: bool = True
    """It is a row of the table of mistakes."""


def explained(
    gate: Gate, seen: Sequence[Seen], same: Callable[[Any, Any], bool]
) -> tuple[Idea, ...]:
    """The mistakes that explain everything that was seen; more than one where they agree."""
    found: dict[str, Idea] = {}
    for idea, predict in _ideas(gate):
        if idea.name not in found and all(_predicted(predict, each, same) for each in seen):
            found[idea.name] = idea
    swapped = [idea for idea in found.values() if not idea.known]
    # Switched gradients of a mul gate are also gradients in the wrong order: one of it is enough.
    return tuple([idea for idea in found.values() if idea.known] or swapped)


Predict = Callable[[ClassCase], Values]


def _ideas(gate: Gate) -> Iterator[tuple[Idea, Predict]]:
    for mistake in MISTAKES:
        for texts in mistake.change.rules(gate):
            yield Idea(mistake.name, mistake.says), partial(_by_rules, gate, texts)
    dropped, value = BY_NAME["upstream-dropped"], BY_NAME["value-for-gradient"]
    yield Idea(dropped.name, dropped.says), partial(_dropped, gate)
    yield Idea(value.name, value.says), lambda case: case.inputs
    if len(gate.inputs) > 1:
        yield Idea("swapped", SWAPPED, False), lambda case: truth(gate, case).gradients[::-1]


def _by_rules(gate: Gate, texts: Sequence[str | None], case: ClassCase) -> Values:
    return truth(gate, case, texts).gradients


def _dropped(gate: Gate, case: ClassCase) -> Values:
    """The local derivatives alone: as if the upstream were 1 everywhere."""
    ones = case.upstream * 0.0 + 1.0
    return truth(gate, ClassCase(case.inputs, ones)).gradients


def _predicted(predict: Predict, seen: Seen, same: Callable[[Any, Any], bool]) -> bool:
    try:
        predicted = predict(seen.case)
    except Exception:
        # A learner's rule may not fit these shapes; then it is not what was computed.
        return False
    return all(
        getattr(a, "shape", ()) == getattr(b, "shape", ()) and same(a, b)
        for a, b in zip(seen.gradients, predicted, strict=True)
    )
