"""Nodes and their elements, by the names that a learner gives and reads."""

from collections.abc import Mapping, Sequence

from backprop_cli.autodiff.elements import Element, asked, places
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError, did_you_mean, inert
from backprop_cli.gates.shapes import Index, Misfit, described, element, element_name
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.misfits import worded
from backprop_cli.inputs.bind import name_in
from backprop_cli.language.question import NUMBER, parse_question
from backprop_cli.render.text.options import Look

LONGEST = 24
"""Letters of a name at the head of a column."""


def node_named(graph: Graph, name: str, option: str) -> int:
    """The input or step of this name; theta is also θ.

    Raises:
        BackpropError: if there is none.
    """
    known = {graph.names[k]: k for k in range(len(graph)) if k not in graph.constants}
    return _named(known, name, option, "input or step")


def input_named(graph: Graph, name: str, option: str, among: Sequence[str]) -> int:
    """The input of this name, which is one of those that count.

    Raises:
        BackpropError: if it is none of them.
    """
    meant = name_in(graph.inputs, name)
    if meant in graph.inputs and meant not in among:
        what = f"{option}: '{meant}' is not among those whose gradients are wanted"
        raise BackpropError(what, hint=_listed(among))
    if meant in graph.names and meant not in graph.inputs:
        raise BackpropError(f"{option}: '{meant}' is no input", hint=_listed(among))
    return _named({name: graph.inputs[name] for name in among}, name, option, "input")


def _named(known: Mapping[str, int], name: str, option: str, what: str) -> int:
    meant = name_in(known, name)
    if meant in known:
        return known[meant]
    hint = did_you_mean(meant, list(known)) or _listed(list(known))
    raise BackpropError(f"{option}: there is no {what} '{name}'", hint=hint)


def _listed(names: Sequence[str]) -> str:
    return f"there are {', '.join(names[:12])}{', …' if len(names) > 12 else ''}"


def element_of(graph: Graph, node: int, place: Index, option: str) -> Index:
    """The place of one element of a node, counted from the front.

    Raises:
        BackpropError: if there is no such element, or if it is a row.
    """
    name, shape = graph.names[node], graph.shapes[node]
    try:
        rest = element(shape, place)
    except Misfit as misfit:
        raise BackpropError(f"{option}: {worded(misfit).reason}") from None
    if rest:
        first = element_name(name, (*place, *(0 for _ in rest)))
        whole = described(rest, graph.types[node].is_row)
        what = f"{option}: {element_name(name, place)} is {whole}, not one element"
        raise BackpropError(what, hint=f"for example: {first}")
    return tuple(i % n for i, n in zip(place, shape, strict=True))


def element_asked(trace: Trace, text: str, option: str) -> Element:
    """The number of an input that `x` or `W[0,1]` names.

    Raises:
        BackpropError: if it names none of those whose gradients are wanted.
    """
    question = parse_question(text)
    if question.form != NUMBER or question.wrt is not None:
        raise BackpropError(f"{option} takes an input or an element of one, not '{text}'")
    node = input_named(trace.graph, question.of, option, asked(trace))
    place = element_of(trace.graph, node, question.element or (), option)
    return Element(trace.graph.names[node], place)


def element_names(graph: Graph, node: int, look: Look) -> list[str]:
    """The name of every element of a node, row by row; a very long one is cut."""
    name = graph.names[node]
    if len(name) > LONGEST:
        name = name[: LONGEST - len(look.dots)] + look.dots
    return [element_name(inert(name), place) for place in places(graph.shapes[node])]
