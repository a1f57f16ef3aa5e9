"""How a downstream came to its shape: what was copied is summed, what was summed is copied."""

from typing import Any

from backprop_cli.autodiff.steps import Step
from backprop_cli.gates.shapes import padded


def lined_up(step: Step) -> Any:
    """The upstream as it meets the local derivative: along an axis 1 that was reduced, a column."""
    shape = _upstream_shape(step)
    return step.upstream if isinstance(step.upstream, float) else step.upstream.reshape(shape)


def is_laid_along(step: Step) -> bool:
    """Whether the upstream, a vector with a number for each row, meets the local as a column."""
    return not isinstance(step.upstream, float) and lined_up(step).ndim > step.upstream.ndim


def spread(step: Step) -> str:
    """What was done to upstream × local: summed over the rows, copied to each element, nothing."""
    if step.local is None:
        return ""
    first, second = _upstream_shape(step), getattr(step.local, "shape", ())
    target = step.graph.shapes[step.input]
    count = max(map(len, (first, second, target)))
    product = tuple(map(max, padded(first, count), padded(second, count)))
    received = padded(target, count)
    axes = [axis for axis, n in enumerate(product) if n != received[axis]]
    if not axes:
        return ""
    one = 1 in (max(product), max(received))
    line = "element" if one or len(axes) == len(product) else ("row", "column")[axes[0]]
    if product[axes[0]] < received[axes[0]]:
        return f"copied to each {line}"
    return f"summed over the {line}s"


def _upstream_shape(step: Step) -> tuple[int, ...]:
    """The shape of the upstream, with the axis that was reduced at length 1."""
    graph, gate = step.graph, step.gate
    axis = graph.axes.get(step.output)
    if axis is None or not gate.shape.reduces:
        return graph.shapes[step.output]
    reduced = graph.shapes[graph.args[step.output][0]]
    whole = tuple([1 if place == axis else n for place, n in enumerate(reduced)])
    return whole if axis == 1 else graph.shapes[step.output]
