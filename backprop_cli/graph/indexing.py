"""Elements, slices and labels: x[0], W[:, 1], v[1:], p[y], Z[range(3), y]."""

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from backprop_cli.errors import BackpropError
from backprop_cli.gates.shape_rules.value_type import type_of
from backprop_cli.gates.shapes import Misfit, described, element
from backprop_cli.gates.table import BY_NAME
from backprop_cli.language.syntax import Expression, Term

if TYPE_CHECKING:
    from backprop_cli.graph.build import Builder

MAX_CHOSEN = 1000
"""Elements that a slice or labels may choose: each of them is a gate."""

Labels = Mapping[str, Any]
"""Name -> the whole numbers by which elements are chosen; they have no gradient."""


def label_names(expression: Expression) -> list[str]:
    """The names that stand in an index, p[y], or are labels of a loss.

    They are whole numbers, known before the circuit is built.
    """
    places = label_places(expression)
    return list(dict.fromkeys(str(expression.terms[place].payload) for place in places))


def chooses_elements(expression: Expression, name: str) -> bool:
    """Whether a name stands in an index."""
    terms = expression.terms
    inside = (arg for term in terms if term.op == "index" for arg in term.args[1:])
    return any(terms[arg].op == "name" and terms[arg].payload == name for arg in inside)


LABELLED = {"cross_entropy": 1, "nll": 1, "onehot": 0}
"""Functions of labels -> which argument they are."""


def label_places(expression: Expression) -> list[int]:
    """The terms that are names of labels."""
    terms = expression.terms
    found: list[int] = []
    for term in terms:
        if term.op == "index":
            found += term.args[1:]
        elif term.op == "call" and term.payload in LABELLED:
            place = LABELLED[str(term.payload)]
            found += term.args[place : place + 1]
    return [place for place in found if terms[place].op == "name"]


def index(builder: "Builder", place: int, term: Term) -> int:
    """The node of an element, or of the elements that were chosen.

    Raises:
        BackpropError: if there are no such elements.
    """
    node = builder.value(term.args[0])
    keys = [key(builder, arg) for arg in term.args[1:]]
    if all(isinstance(key, int) for key in keys):
        return take(builder, node, tuple(keys), term, place)
    return chosen(builder, node, keys, term, place)


def take(builder: "Builder", node: int, position: tuple[int, ...], term: Term, place: int) -> int:
    """The element, or the row, at a position."""
    try:
        shape = element(builder.graph.shapes[node], position)
    except Misfit as misfit:
        from backprop_cli.graph.misfits import worded

        builder.fail(term, worded(misfit).reason, width=term.end - term.at)
    found = builder.add(BY_NAME["index"], (node,), shape, type_of(shape), place)
    builder.graph.positions[found] = position
    return found


MAX_INDEX = 2**53
"""More than any array has elements; an array of whole numbers cannot hold every double."""


def key(builder: "Builder", place: int) -> Any:
    """What an index or a label says: a whole number, a slice, or an array of whole numbers."""
    term = builder.terms[place]
    if term.op == "slice":
        bounds = [_bound(builder, arg) for arg in term.args]
        if bounds[2] == 0:
            builder.fail(term, "a slice cannot go in steps of 0")
        return slice(*bounds)
    if term.op == "list":
        return _whole_array([_whole(builder, arg) for arg in term.args])
    if term.op == "name" and term.payload in builder.labels:
        labels = builder.labels[str(term.payload)]
        return int(labels) if getattr(labels, "shape", ()) == () else _whole_array(labels)
    return _whole(builder, place)


def _whole_array(numbers: Any) -> Any:
    import numpy as np

    return np.asarray(np.clip(np.asarray(numbers, float), -MAX_INDEX, MAX_INDEX), dtype=int)


def _bound(builder: "Builder", place: int) -> int | None:
    """A bound of a slice; None where it is left out."""
    term = builder.terms[place]
    if term.op == "number" and isnan(float(term.payload)):
        return None
    return _whole(builder, place)


def _whole(builder: "Builder", place: int) -> int:
    term = builder.terms[place]
    value = float(term.payload) if term.op == "number" else None
    if term.op == "neg" and builder.terms[term.args[0]].op == "number":
        value = -float(builder.terms[term.args[0]].payload)
    if value is None or not value.is_integer():
        what, span = "an index is a whole number", (term.start, term.end)
        raise BackpropError(what, builder.source, span)
    return int(value)


def chosen(builder: "Builder", node: int, keys: list[Any], term: Term, place: int) -> int:
    """The elements that slices and labels choose, put together again."""
    import numpy as np

    shape = builder.graph.shapes[node]
    places = np.arange(int(np.prod(shape))).reshape(shape)
    try:
        found = places[tuple(keys)]
    except (IndexError, ValueError):
        span = term.end - term.at
        builder.fail(term, f"there are no such elements in {described(shape)}", width=span)
    if found.size == 0 or found.ndim > 2:
        builder.fail(term, "this chooses no elements that could be shown", width=term.end - term.at)
    if found.shape == shape and (found == places).all():
        return node
    if found.size > MAX_CHOSEN:
        what = f"at most {MAX_CHOSEN:,} elements can be chosen, and these are {found.size:,}"
        builder.fail(term, what, width=term.end - term.at)
    return _stacked(builder, node, found, term, place)


def _stacked(builder: "Builder", node: int, found: Any, term: Term, place: int) -> int:
    """A list of the elements at these places, of which each is taken alone."""
    shape = builder.graph.shapes[node]
    if found.ndim == 0:
        import numpy as np

        position = tuple(int(i) for i in np.unravel_index(int(found), shape))
        return take(builder, node, position, term, place)
    if found.ndim == 1 and len(shape) == 2 and _is_row(found, shape):
        return take(builder, node, (int(found[0]) // shape[1],), term, place)
    parts = tuple(_stacked(builder, node, part, term, place) for part in found)
    return builder.gate(BY_NAME["stack"], parts, place)


def _is_row(found: Any, shape: tuple[int, ...]) -> bool:
    """Whether these are all elements of one row, in order."""
    first = int(found[0])
    row = range(first, first + shape[1])
    return first % shape[1] == 0 and found.tolist() == list(row)
