"""Follow-through: which wrong answers are right for the student's own earlier ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from backprop_cli.autodiff.follow_through import follow
from backprop_cli.exercises.answers.reading import Read, Sheet
from backprop_cli.exercises.model.backward_order import goes_through
from backprop_cli.exercises.model.case import Case, part
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.tolerance import close
from backprop_cli.gates.value import Array, Gradient, Value
from backprop_cli.graph.subgraph import with_output
from backprop_cli.language.numbers import is_finite


def followed(case: Case, sheet: Sheet, wrong: Iterable[int]) -> set[int]:
    """The wrong answers that follow from the student's own."""
    runs: dict[int, tuple[list[Value], list[Gradient]]] = {}
    own = {(r.asked.of, r.asked.wrt): r.value for r in sheet.values() if r.is_number}
    found: set[int] = set()
    for place in wrong:
        asked = sheet[place].asked
        of = case.graph.output if asked.wrt < 0 else asked.of
        if of not in runs:
            runs[of] = _followed(case, sheet, of, asked.wrt if asked.wrt >= 0 else of)
        values, gradients = runs[of]
        whole = values[asked.of] if asked.wrt < 0 else gradients[asked.wrt]
        ways = [] if whole is None else [part(whole, asked)]
        ways += _by_the_chain_rule(case, own, asked)
        if any(_follows(sheet[place], way) for way in ways):
            found.add(place)
    return found


def _follows(read: Read, value: Gradient) -> bool:
    return (
        value is not None and is_telling(value) and close(read.value, value, read.asked.tolerance)
    )


def is_telling(value: Value) -> bool:
    """Whether a value is worth following: neither all zeros, which most mistakes give, nor NaN."""
    some = value != 0 if isinstance(value, float) else bool((value != 0).any())
    return some and is_finite(value)


def _followed(case: Case, sheet: Sheet, of: int, wrt: int) -> tuple[list[Value], list[Gradient]]:
    """Every value, and every gradient of node `of`, as they follow from what was answered."""
    seed = case.seed(of, wrt)
    own = said_values(case, sheet), said_gradients(case, sheet, of)
    return follow(with_output(case.graph, of), case.inputs, *own, seed)


def _by_the_chain_rule(
    case: Case, own: Mapping[tuple[int, int], Value], asked: Asked
) -> Iterator[Value]:
    """∂f/∂x as ∂f/∂q · ∂q/∂x, for each node q through which x reaches f, in their own numbers."""
    output = case.graph.output
    if asked.wrt < 0 or asked.of != output or not case.graph.is_scalar:
        return
    for (of, wrt), inner in own.items():
        if wrt == asked.wrt and of != output and goes_through(case.graph, wrt, of):
            outer = own.get((output, of), case.gradients[of])
            if isinstance(outer, float) and isinstance(inner, float):
                yield outer * inner


# What a learner goes on with


def said_values(case: Case, sheet: Sheet) -> dict[int, Value]:
    """The values that a student goes on with: node -> what was answered."""
    reads = [read for read in sheet.values() if read.is_number and read.asked.wrt < 0]
    return _said([(read.asked.of, case.values[read.asked.of], read) for read in reads])


def said_gradients(case: Case, sheet: Sheet, of: int) -> dict[int, Value]:
    """The gradients of node `of` that they go on with."""
    reads = [
        read
        for read in sheet.values()
        if read.is_number and read.asked.of == of and read.asked.wrt >= 0
    ]
    said = [(read.asked.wrt, case.right(read.asked), read) for read in reads]
    return _said([(node, right, read) for node, right, read in said if right is not None])


def _said(answers: Sequence[tuple[int, Value, Read]]) -> dict[int, Value]:
    """Node -> what they go on with: a whole answer, or the right one with elements of theirs."""
    whole = {
        node: _filled(read.value, right)
        for node, right, read in answers
        if read.asked.question.element is None and shape_of(read.value) == shape_of(right)
    }
    pieces: dict[int, Array] = {}
    for node, right, read in answers:
        element = read.asked.question.element
        if element is None or node in whole or isinstance(right, float):
            continue
        if isinstance(read.value, float):
            hers = pieces.setdefault(node, right.copy())
            hers[element] = read.value
    return {**whole, **pieces}


def _filled(value: Value, right: Value) -> Value:
    """A value with the right elements where it has gaps."""
    if isinstance(value, float) or isinstance(right, float) or is_finite(value):
        return value
    import numpy as np

    filled: Value = np.where(np.isnan(value), right, value)
    return filled


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of a number or an array."""
    shape: tuple[int, ...] = getattr(value, "shape", ())
    return shape
