"""Read a circuit from a TOML file: its formula, and its inputs, fixed or drawn."""

import re
import unicodedata

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.exercises.model.exercise import Circuit, Drawn
from backprop_cli.gates.shapes import described, size
from backprop_cli.gates.value import Value
from backprop_cli.graph.graph import Graph
from backprop_cli.inputs.strict import FileTable
from backprop_cli.inputs.understand import Understood, understand
from backprop_cli.inputs.values import RANDOM, as_value, read_value

MOST_NODES, MOST_ELEMENTS = 400, 100_000
"""Nodes of the largest circuit, and elements of all its nodes together."""

LONGEST = 100
"""Rows or columns of the largest value of a circuit."""


class Inputs:
    """The inputs of the file: fixed or drawn."""

    def __init__(self, section: FileTable) -> None:
        self.section = section
        self.fixed: dict[str, Value] = {}
        self.drawn: dict[str, Drawn] = {}
        for name in section.values:
            value = section.take(name, "a value", lambda value: True)
            spelt = unicodedata.normalize("NFKC", name)
            if spelt in self.fixed or spelt in self.drawn:
                raise section.error(f"the input '{spelt}' is given twice", name)
            if isinstance(value, dict):
                place = f"{section.place}.{name}"
                self.drawn[spelt] = _drawn(FileTable(value, section.text, section.path, place))
                continue
            try:
                self.fixed[spelt] = (
                    _constant(spelt, value) if isinstance(value, str) else as_value(spelt, value)
                )
            except BackpropError as error:
                raise section.about(name, error) from None

    @property
    def values(self) -> dict[str, Value]:
        """A value of the right shape for each input."""
        return {**{name: _zeros(drawn.shape) for name, drawn in self.drawn.items()}, **self.fixed}


_ARRAYS = re.compile(rf"\b({'|'.join(RANDOM)})\s*\(")


def _constant(name: str, text: str) -> Value:
    """The value of a text, `1/3` or `[pi, 1]`: the same on any machine and for ever."""
    found = _ARRAYS.search(text)
    if found:
        hint = f"write a list, or have it drawn: {name} = {{ from = -9, to = 9, shape = [3] }}"
        raise BackpropError(f"an exercise does not call {found[1]}", text, found.span(1), hint)
    try:
        return read_value(name, text)
    except BackpropError as error:
        hint = 'a value is 3, "1/3", [1, 2] or [[1, 2], [3, 4]]'
        raise BackpropError(error.message, error.source, error.span, hint) from None


def _zeros(shape: tuple[int, ...]) -> Value:
    if not shape:
        return 0.0
    import numpy as np

    return np.zeros(shape)


def _drawn(section: FileTable) -> Drawn:
    low = section.number("from", -1e9, 1e9)
    high = section.number("to", -1e9, 1e9)
    step = section.number("step", 1e-9, 1e9, 1)
    shape = section.take(
        "shape",
        f"a list of one or two sizes from 1 to {LONGEST}",
        lambda value: (
            isinstance(value, list)
            and 1 <= len(value) <= 2
            and all(type(n) is int and 1 <= n <= LONGEST for n in value)
        ),
        [],
    )
    section.done()
    if not low < high:
        raise section.error("'from' must be less than 'to'", "from")
    if (high - low) / step > 1e9:
        raise section.error("there are more than 1e9 steps from 'from' to 'to'", "step")
    return Drawn(float(low), float(high), float(step), tuple(shape))


def read_graph(file: FileTable, program: str, inputs: Inputs) -> Graph:
    """The circuit of the `formula` of a section."""
    return _understood(file, program, inputs)[1]


def _understood(file: FileTable, program: str, inputs: Inputs) -> tuple[Understood, Graph]:
    """A formula in any notation, and its circuit."""
    try:
        found = understand(program, inputs.values, lambda name: f"{name} = VALUE in [inputs]")
        graph = found.graph()
    except BackpropError as error:
        raise file.about("formula", error) from None
    for name in found.labels:
        if name in inputs.drawn:
            what = f"{name} chooses elements: give it a value in [inputs]"
            raise file.error(f"{what}, it cannot be drawn", "formula")
    longest = max((n for shape in graph.shapes for n in shape), default=0)
    if len(graph) > MOST_NODES or sum(map(size, graph.shapes)) > MOST_ELEMENTS:
        most = f"{MOST_NODES} nodes and {MOST_ELEMENTS:,} numbers"
        raise file.error(f"the circuit of an exercise has at most {most}", "formula")
    if longest > LONGEST:
        raise file.error(f"an exercise has at most {LONGEST} rows or columns", "formula")
    return found, graph


def read_circuit(file: FileTable, program: str, inputs: Inputs) -> Circuit:
    """The circuit of the `formula` of a section, with its inputs and its `upstream`."""
    found, graph = _understood(file, program, inputs)
    upstream = _upstream(file, graph)
    given = {**found.values, **found.labels}
    fixed = {name: value for name, value in given.items() if name not in inputs.drawn}
    return Circuit(program.strip(), graph, upstream, fixed, inputs.drawn)


def _upstream(file: FileTable, graph: Graph) -> Value | None:
    """The upstream gradient of the output, in its shape."""
    shape = graph.shapes[graph.output]
    given = file.take("upstream", "a number or a list", lambda v: True, 1.0 if not shape else None)
    if given is None:
        # A gradient is asked for only where there is an upstream; values need none.
        return None
    try:
        seed = as_value("upstream", given)
    except BackpropError as error:
        raise file.about("upstream", error) from None
    if getattr(seed, "shape", ()) != shape:
        what = f"'upstream' is {described(getattr(seed, 'shape', ()))}, "
        raise file.error(f"{what}the output is {described(shape)}", "upstream")
    return seed


def place_of(graph: Graph, name: str) -> int:
    """The node of a name; constants have none that could be asked about."""
    for place, known in enumerate(graph.names):
        if known == name and place not in graph.constants:
            return place
    names = [known for place, known in enumerate(graph.names) if place not in graph.constants]
    hint = did_you_mean(name, names) or f"there are {', '.join(names[:12])}"
    raise BackpropError(f"there is no '{name}' in the circuit", hint=hint)
