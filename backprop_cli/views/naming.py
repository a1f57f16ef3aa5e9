"""Nodes and their elements, by the names that a learner gives and reads."""

from itertools import product

from backprop_cli.errors import BackpropError, did_you_mean, inert
from backprop_cli.graph.graph import Graph
from backprop_cli.inputs.bind import name_in
from backprop_cli.views.look import Look

Position = tuple[int, ...]

LONGEST = 24
"""Letters of a name at the head of a column."""


def node_named(graph: Graph, name: str, option: str) -> int:
    """The input or step of this name; theta is also θ.

    Raises:
        BackpropError: if there is none.
    """
    known = {graph.names[k]: k for k in range(len(graph)) if k not in graph.constants}
    meant = name_in(known, name)
    if meant in known:
        return known[meant]
    listed = ", ".join(list(known)[:12]) + (", …" if len(known) > 12 else "")
    hint = did_you_mean(meant, list(known)) or f"there are {listed}"
    raise BackpropError(f"{option}: there is no input or step '{name}'", hint=hint)


def element_name(name: str, position: Position) -> str:
    """W[0,1]; a number has no position."""
    return f"{inert(name)}[{','.join(map(str, position))}]" if position else inert(name)


def element_names(graph: Graph, node: int, look: Look) -> list[str]:
    """The name of every element of a node, row by row; a very long one is cut."""
    name = graph.names[node]
    if len(name) > LONGEST:
        name = name[: LONGEST - len(look.dots)] + look.dots
    return [element_name(name, place) for place in product(*map(range, graph.shapes[node]))]
