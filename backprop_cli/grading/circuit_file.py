"""Read a circuit from a TOML file: its formula, and its inputs, fixed or drawn."""

import unicodedata
from typing import NamedTuple

from backprop_cli.engine.forward import Value
from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.grading.exercise import Drawn
from backprop_cli.graph.build import build
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.shapes import described
from backprop_cli.inputs.bind import bind
from backprop_cli.inputs.strict import Section
from backprop_cli.inputs.values import as_value, read_value
from backprop_cli.language.parser import parse

MOST_NODES, MOST_ELEMENTS = 400, 20_000


class Circuit(NamedTuple):
    """What questions are asked about."""

    graph: Graph
    upstream: Value


class Inputs:
    """The inputs of the file: fixed or drawn."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.fixed: dict[str, Value] = {}
        self.drawn: dict[str, Drawn] = {}
        for name in section.values:
            value = section.take(name, "a value", lambda value: True)
            spelt = unicodedata.normalize("NFKC", name)
            if isinstance(value, dict):
                place = f"{section.place}.{name}"
                self.drawn[spelt] = _drawn(Section(value, section.text, section.path, place))
                continue
            try:
                self.fixed[spelt] = (
                    read_value(spelt, value) if isinstance(value, str) else as_value(spelt, value)
                )
            except BackpropError as error:
                raise section.about(name, error) from None

    @property
    def values(self) -> dict[str, Value]:
        """A value of the right shape for each input."""
        return {**{name: _zeros(drawn.shape) for name, drawn in self.drawn.items()}, **self.fixed}


def _zeros(shape: tuple[int, ...]) -> Value:
    if not shape:
        return 0.0
    import numpy as np

    return np.zeros(shape)


def _drawn(section: Section) -> Drawn:
    low = section.number("from", -1e9, 1e9)
    high = section.number("to", -1e9, 1e9)
    step = section.number("step", 1e-9, 1e9, 1)
    shape = section.take(
        "shape",
        "a list of one or two sizes",
        lambda value: (
            isinstance(value, list)
            and 1 <= len(value) <= 2
            and all(type(n) is int and 1 <= n <= 100 for n in value)
        ),
        [],
    )
    section.done()
    if not low < high or (high - low) / step > 1e9:
        raise section.error("'from' must be less than 'to', and 'step' not much smaller")
    return Drawn(float(low), float(high), float(step), tuple(shape))


def read_graph(file: Section, program: str, inputs: Inputs) -> Graph:
    """The circuit of the `formula` of a section."""
    try:
        expression = parse(program)
        values = bind(expression, inputs.values, lambda name: f"{name} = VALUE in [inputs]")
        shapes = {name: getattr(value, "shape", ()) for name, value in values.items()}
        graph = build(expression, shapes)
    except BackpropError as error:
        raise file.about("formula", error) from None
    elements = sum(getattr(value, "size", 1) for value in values.values())
    if len(graph) > MOST_NODES or elements > MOST_ELEMENTS:
        most = f"{MOST_NODES} nodes and {MOST_ELEMENTS:,} elements"
        raise file.error(f"a circuit has at most {most}", "formula")
    return graph


def read_upstream(file: Section, graph: Graph) -> Value:
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
