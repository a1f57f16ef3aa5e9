"""The elements of the inputs, one after another: x, W[0,0], W[0,1], ..."""

from collections.abc import Mapping
from itertools import islice, product
from math import prod
from typing import Any, NamedTuple

from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.shapes import Index, Shape, element_name
from backprop_cli.gates.value import Gradient, Value


class Element(NamedTuple):
    """One number of one input."""

    input: str
    place: Index

    @property
    def name(self) -> str:
        """X, or W[0,1]."""
        return element_name(self.input, self.place)


def asked(trace: Trace) -> list[str]:
    """The inputs whose gradients were asked for."""
    return [name for name in trace.graph.inputs if trace.wrt is None or name in trace.wrt]


def count_elements(trace: Trace) -> int:
    """How many numbers the inputs hold whose gradients were asked for."""
    graph = trace.graph
    return sum(prod(graph.shapes[graph.inputs[name]]) for name in asked(trace))


def elements(trace: Trace) -> list[Element]:
    """Each of these numbers, in the order of the inputs."""
    graph = trace.graph
    return [Element(name, place) for name in asked(trace) for place in places(_shape(graph, name))]


def _shape(graph: Any, name: str) -> Shape:
    shape: Shape = graph.shapes[graph.inputs[name]]
    return shape


def places(shape: Shape, most: int | None = None) -> list[Index]:
    """The places of a value of this shape, row by row; one, the empty one, of a number."""
    return list(islice(product(*map(range, shape)), most))


def unit(trace: Trace, element: Element) -> Value:
    """The direction in which this element alone moves: 1 there, 0 elsewhere."""
    shape = _shape(trace.graph, element.input)
    return one_at(shape, element.place)


def one_at(shape: Shape, place: Index) -> Value:
    """1 at one place of a value of this shape, 0 elsewhere."""
    if not shape:
        return 1.0
    import numpy as np

    found = np.zeros(shape)
    found[place] = 1.0
    return found


def at(value: Value, place: Index) -> float:
    """One element of a value, or the number that it is."""
    return float(value[place]) if place and not isinstance(value, float) else float(value)


def flat(trace: Trace, by_input: Mapping[str, Gradient]) -> list[float]:
    """The numbers of the inputs that were asked for, one after another; 0 where there is none.

    A number stands for each element of an input.
    """
    found: list[float] = []
    for name in asked(trace):
        value = by_input[name]
        if value is None or isinstance(value, float):
            found += [value or 0.0] * prod(_shape(trace.graph, name))
        else:
            found += value.ravel().tolist()
    return found
