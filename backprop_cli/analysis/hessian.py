"""Check second derivatives by another road: against slopes measured of the gradient."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

from backprop_cli.analysis.check import away_from_kinks, before, judged
from backprop_cli.analysis.notes.kinks import kinked
from backprop_cli.analysis.slopes import Slopes, settled, slopes_between, small_size
from backprop_cli.autodiff.elements import Element, elements
from backprop_cli.autodiff.elements import at as at_place
from backprop_cli.autodiff.hessian import Row, gradient_along, second_derivatives
from backprop_cli.autodiff.steps import Step
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.compiler import rule


@dataclass(frozen=True)
class Hessian:
    """Every second derivative, and each as it was measured."""

    trace: Trace
    elements: Sequence[Element]
    matrix: Sequence[Row]
    """`matrix[i][j]`: how fast the gradient of element j changes as element i moves."""
    errors: Sequence[Row]
    """The error of each against the slope of the gradient that was measured."""
    verdicts: Sequence[list[str]]
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
    matrix, found = second_derivatives(trace), elements(trace)
    through = before(trace, _special(trace))
    excused = [through[trace.graph.inputs[element.input]] for element in found]
    errors, verdicts = [], []
    for i, element in enumerate(found):
        at = gradient_along(trace, element)
        judgements = [_judged(trace, element, at, j, number) for j, number in enumerate(matrix[i])]
        errors.append([error for error, _ in judgements])
        verdicts.append(
            [
                _at_a_kink(said) if excused[i] or excused[j] else away_from_kinks(said, error)
                for j, (error, said) in enumerate(judgements)
            ]
        )
    return Hessian(trace, found, matrix, errors, verdicts)


def _at_a_kink(said: str) -> str:
    return "kink" if said in _NO_SLOPE else said


_NO_SLOPE = ("doubtful", "wrong", "unmeasured")
"""Verdicts that a kink on the way accounts for: there the gradient jumps, or its slope does."""


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


def _judged(
    trace: Trace, element: Element, at: Callable[[float], Sequence[float]], j: int, found: float
) -> tuple[float, str]:
    """The error of one second derivative, and the verdict on it."""
    here = at_place(trace.inputs[element.input], element.place)

    def slopes(h: float) -> Slopes:
        return slopes_between(h, at(-h)[j], at(0.0)[j], at(h)[j])

    size = abs(at(0.0)[j])
    measured = settled(slopes, max(1.0, abs(here)), small_size(here), size)
    return judged(found, measured, size)
