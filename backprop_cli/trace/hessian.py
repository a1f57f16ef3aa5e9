"""How the gradient itself changes: every second derivative of a small case.

The backward pass is run once more with dual numbers: each value brings along how fast it
changes as one element of the inputs moves. What comes out beside the gradient is how fast
*it* changes, which is a row of second derivatives, as exact as the gradient.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import isfinite
from typing import Any

from backprop_cli.engine.backward import run
from backprop_cli.engine.quiet import quiet
from backprop_cli.engine.tape import backward_tape
from backprop_cli.errors import BackpropError
from backprop_cli.gates.compiler import rule
from backprop_cli.trace.check import before, judged
from backprop_cli.trace.dual import Dual, dual, tangent_of
from backprop_cli.trace.elements import Element, count_elements, elements, flat, unit
from backprop_cli.trace.kinks import kinked
from backprop_cli.trace.slopes import Slopes, settled, slopes_between, small_size
from backprop_cli.trace.steps import Step
from backprop_cli.trace.tangents import tangents
from backprop_cli.trace.trace import Trace

MOST_ELEMENTS = 64
MOST_WORK = 100_000
"""Elements times gates: each element takes some twenty passes over the whole graph."""

Row = list[float]


@dataclass(frozen=True)
class Hessian:
    """Every second derivative, and each as it was measured."""

    trace: Trace
    elements: list[Element]
    matrix: list[Row]
    """`matrix[i][j]`: how fast the gradient of element j changes as element i moves."""
    errors: list[Row]
    """The error of each against the slope of the gradient that was measured."""
    verdicts: list[list[str]]
    """That of `check`; kink where a gate on the way is at one, and a slope is not to be had."""

    @property
    def names(self) -> list[str]:
        """The name of each row and column."""
        return [element.name for element in self.elements]

    @cached_property
    def worst(self) -> float | None:
        """The largest error among those that were measured; None where none was."""
        rows = zip(self.errors, self.verdicts, strict=True)
        measured = ("good", "fine", "doubtful", "wrong")
        return max(
            (
                e
                for errors, said in rows
                for e, v in zip(errors, said, strict=True)
                if v in measured
            ),
            default=None,
        )

    def count(self, verdict: str) -> int:
        """How many second derivatives have this verdict."""
        return sum(row.count(verdict) for row in self.verdicts)

    @cached_property
    def asymmetry(self) -> float:
        """The largest difference between two that should be the same."""
        size = range(len(self.matrix))
        return max(
            (abs(self.matrix[i][j] - self.matrix[j][i]) for i in size for j in range(i)),
            default=0.0,
        )

    @cached_property
    def apart(self) -> list[tuple[int, int]]:
        """The pairs of elements that do not interact: both second derivatives are 0."""
        size = range(len(self.matrix))
        return [
            (i, j)
            for i in size
            for j in size[i + 1 :]
            if self.matrix[i][j] == 0 == self.matrix[j][i]
            and "kink" not in (self.verdicts[i][j], self.verdicts[j][i])
        ]

    @cached_property
    def curvatures(self) -> tuple[float, float] | None:
        """The smallest and the largest curvature among all directions; None where one is not."""
        if not all(isfinite(number) for row in self.matrix for number in row):
            return None
        import numpy as np

        found = np.linalg.eigvalsh((np.array(self.matrix) + np.array(self.matrix).T) / 2)
        return float(found[0]), float(found[-1])


def hessian(trace: Trace) -> Hessian:
    """The second derivatives of the output by every two elements of the inputs asked for.

    Of a vector or a matrix, those of its sum weighted by the upstream.

    Raises:
        BackpropError: if the case is too large, if there is no gradient, or if a rule uses a
            function that is no gate.
    """
    _check_size(trace)
    found = elements(trace)
    matrix = [_row(trace, element) for element in found]
    through = before(trace, _special(trace))
    excused = [through[trace.graph.inputs[element.input]] for element in found]
    errors, verdicts = [], []
    for i, element in enumerate(found):
        at = _gradient_along(trace, element)
        judgements = [_judged(trace, element, at, j, number) for j, number in enumerate(matrix[i])]
        errors.append([error for error, _ in judgements])
        verdicts.append(
            [
                "kink" if (excused[i] or excused[j]) and said in _NO_SLOPE else said
                for j, (_, said) in enumerate(judgements)
            ]
        )
    return Hessian(trace, found, matrix, errors, verdicts)


_NO_SLOPE = ("doubtful", "wrong", "unmeasured")
"""Verdicts that a kink on the way accounts for: there the gradient jumps, or its slope does."""


def _check_size(trace: Trace) -> None:
    count, gates = count_elements(trace), len(trace.reached)
    hint = "name fewer inputs: --wrt x"
    if not count:
        raise BackpropError("there is no variable, so there are no derivatives")
    if count > MOST_ELEMENTS:
        what = f"{count:,} elements have {count**2:,} second derivatives"
        raise BackpropError(f"{what}: this is for at most {MOST_ELEMENTS} elements", hint=hint)
    if count * gates > MOST_WORK:
        what = f"{count:,} elements through {gates:,} gates are too many for second derivatives"
        raise BackpropError(f"{what}: at most {MOST_WORK:,} in all", hint=hint)


def _row(trace: Trace, element: Element) -> Row:
    """How the gradient of every element changes as one moves."""
    graph = trace.graph
    # Values move as they do, whatever rules say that gradients are.
    moving = tangents(replace(trace, rules=None), {element.input: unit(trace, element)})
    values = [
        value if tangent is None else Dual(value, tangent)
        for value, tangent in zip(trace.values, moving, strict=True)
    ]
    gradients: list[Any] = [None] * len(graph)
    gradients[graph.output] = trace.seed
    with quiet(graph):
        for kernel, k, i, j in zip(*backward_tape(graph, trace.wrt, trace.rules), strict=True):
            dual(kernel)(values, gradients, k, i, j)
    return flat(trace, {name: tangent_of(gradients[k]) for name, k in graph.inputs.items()})


def _special(trace: Trace) -> list[int]:
    """The gates of which this very point is a special case, that no point beside it shares.

    They are at their kink, or their rule is `where(a == b, ...)` and they are equal.
    """
    return [gate.node for gate in kinked(trace)] + [
        step.output for step in trace.each_step() if _is_exception(step)
    ]


def _is_exception(step: Step) -> bool:
    terms = rule(step.text).terms
    top = terms[-1]
    return (
        top.payload == "where" and step.branch == top.args[1] and terms[top.args[0]].payload == "=="
    )


# Measured by a second road: the gradient a little to both sides


def _gradient_along(trace: Trace, element: Element) -> Callable[[float], Sequence[float]]:
    """The gradient of every element, as one is moved by a step; each step is run once."""
    graph, inputs = trace.graph, trace.inputs
    way = unit(trace, element)

    @cache
    def at(h: float) -> Sequence[float]:
        with quiet(graph):
            moved = inputs | {element.input: inputs[element.input] + h * way}
        _, gradients = run(graph, moved, trace.seed, trace.wrt, trace.rules)
        return flat(trace, {name: gradients[k] for name, k in graph.inputs.items()})

    return at


def _judged(
    trace: Trace, element: Element, at: Callable[[float], Sequence[float]], j: int, found: float
) -> tuple[float, str]:
    """The error of one second derivative, and the verdict on it."""
    value = trace.inputs[element.input]
    here = float(value[element.place]) if element.place else float(value)

    def slopes(h: float) -> Slopes:
        return slopes_between(h, at(-h)[j], at(0.0)[j], at(h)[j])

    size = abs(at(0.0)[j])
    measured = settled(slopes, max(1.0, abs(here)), small_size(here), size)
    return judged(found, measured, size)
