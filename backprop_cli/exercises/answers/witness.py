"""A point at which two formulas differ, and how it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from backprop_cli.exercises.answers.rounding import elements
from backprop_cli.gates.shapes import Shape, size, spelt
from backprop_cli.gates.value import Value
from backprop_cli.language.printer import number_text


@dataclass(frozen=True)
class Witness:
    """A point at which two formulas differ."""

    point: Mapping[str, Value]
    """The names that the answer uses, and those of the inputs -> their values."""
    answer: Value
    reference: Value
    """For those who may see the key."""


def shape_of(value: Value) -> Shape:
    """The shape of a number or an array."""
    shape: Shape = getattr(value, "shape", ())
    return shape


def side_by_side(answer: Value, reference: Value) -> list[tuple[float, float]]:
    """The elements of both, side by side."""
    like = elements(reference)
    have = elements(answer)
    return list(zip(have * len(like) if len(have) == 1 else have, like, strict=True))


def gap(pair: tuple[float, float]) -> float:
    """How far the two are apart."""
    return abs(pair[0] - pair[1])


def reason(witness: Witness) -> str:
    """That the answer is wrong there, without the reference: a clause that begins with it or at."""
    if shape_of(witness.reference) and not shape_of(witness.answer):
        return f"it is one number, the gradient's shape is {spelt(shape_of(witness.reference))}"
    if _is_large(witness.answer):
        pairs = side_by_side(witness.answer, witness.reference)
        worst = max(range(len(pairs)), key=lambda place: gap(pairs[place]))
        *rows, columns = shape_of(witness.answer)
        spot = ", ".join(map(str, divmod(worst, columns) if rows else (worst,)))
        return f"its element [{spot}] is {said(pairs[worst][0])} at one point, and should not be"
    point = {name: value for name, value in witness.point.items() if not _is_large(value)}
    given = ", ".join(f"{name} = {said(value)}" for name, value in point.items())
    where = f"at {given} it" if given else "it"
    return f"{where} is {said(witness.answer)}, and should not be"


def _is_large(value: Value) -> bool:
    return size(shape_of(value)) > _SHOWN


_SHOWN = 12
"""Elements of the largest array that a sentence quotes."""


def said(value: Value) -> str:
    """A value in a few digits: 0.1966, [1, 2]."""
    if isinstance(value, float):
        return _short(value)
    if value.ndim == 1:
        return f"[{', '.join(map(_short, value.tolist()))}]"
    return f"[{', '.join(said(row) for row in value)}]"


def _short(number: float) -> str:
    text = f"{number:.4g}"
    return number_text(float(text)) if isfinite(number) else text


def digits(witness: Witness) -> int:
    """How much there is to read about a witness; the first of the shortest is shown."""
    numbers = [x for value in witness.point.values() for x in elements(value)]
    numbers += elements(witness.answer)
    return sum(len(number_text(x)) for x in numbers)
