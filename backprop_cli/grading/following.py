"""Follow-through: which wrong answers are right for the student's own earlier ones."""

from collections.abc import Iterable
from typing import Any

from backprop_cli.engine.follow import follow
from backprop_cli.engine.forward import Value
from backprop_cli.grading.case import Case, part
from backprop_cli.grading.reading import Read, Sheet
from backprop_cli.grading.tolerance import close, is_finite


def said(case: Case, sheet: Sheet) -> tuple[dict[int, Value], dict[int, Value]]:
    """The values and the gradients that a student goes on with: node -> what was answered."""
    values: dict[int, Value] = {}
    gradients: dict[int, Value] = {}
    for read in sheet.values():
        if not read.is_number or not _is_on_the_way(case, read):
            continue
        asked = read.asked
        mine, right, node = (
            (values, case.values, asked.of)
            if asked.wrt < 0
            else (gradients, case.gradients, asked.wrt)
        )
        if right[node] is not None:
            _take(mine, node, right[node], read)
    return values, gradients


def _is_on_the_way(case: Case, read: Read) -> bool:
    """Whether others are worked out from the answer: not from a derivative of an inner node."""
    return read.asked.wrt < 0 or read.asked.of == case.graph.output


def _take(mine: dict[int, Value], node: int, right: Value, read: Read) -> None:
    element = read.asked.question.element
    if element is None:
        if shape_of(read.value) == shape_of(right):
            mine[node] = read.value
    elif isinstance(read.value, float):
        # The other elements are taken to be right.
        whole = mine.setdefault(node, right.copy())
        whole[element] = read.value


def following(case: Case, sheet: Sheet, wrong: Iterable[int]) -> dict[int, float]:
    """The wrong answers that follow from the student's own -> the points that they earn."""
    graph, seed = case.graph, case.exercise.upstream
    if seed is None:
        return {}
    values, gradients = follow(graph, case.inputs, *said(case, sheet), seed)
    found: dict[int, float] = {}
    for place in wrong:
        read = sheet[place]
        asked = read.asked
        whole = values[asked.of] if asked.wrt < 0 else gradients[asked.wrt]
        if whole is None or not asked.follow or not _is_on_the_way(case, read):
            continue
        follows = part(whole, asked)
        if is_telling(follows) and close(read.value, follows, asked.tolerance):
            found[place] = asked.points * asked.follow
    return found


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of a number or an array."""
    shape: tuple[int, ...] = getattr(value, "shape", ())
    return shape


def is_telling(value: Value) -> bool:
    """Whether a value is worth following: neither all zeros, which most mistakes give, nor NaN."""
    some = value != 0 if isinstance(value, float) else bool((value != 0).any())
    return some and is_finite(value)
