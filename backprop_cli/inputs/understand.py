"""A formula as it was typed, with the values that were given: what is meant, and its inputs."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.gates.value import Value
from backprop_cli.graph.build import build_bound, resolved
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.indexing import chooses_elements, label_names, label_places
from backprop_cli.graph.reading import Notation, Reading, read
from backprop_cli.inputs.bind import Spelling, bind
from backprop_cli.inputs.values import as_value
from backprop_cli.language.syntax import Expression


class Understood(NamedTuple):
    """A formula and the values of its inputs."""

    reading: Reading
    values: dict[str, Value]
    """Input -> its value."""
    labels: dict[str, Any]
    """Name -> the whole numbers by which elements are chosen; they have no gradient."""

    @property
    def expression(self) -> Expression:
        """The formula."""
        return self.reading.expression

    def graph(self) -> Graph:
        """Its circuit.

        Raises:
            BackpropError: if shapes do not fit.
        """
        shapes = shapes_of(self.values)
        return build_bound(self.expression, shapes, self.labels, self.reading.is_told)

    def resolved(self) -> "Understood":
        """The same with each product and power as what it means for these shapes."""
        meant = resolved(self.expression, shapes_of(self.values), self.labels)
        return self._replace(reading=self.reading._replace(expression=meant))


def shapes_of(values: Mapping[str, Value]) -> dict[str, tuple[int, ...]]:
    """Input -> the shape of its value; () for a number."""
    return {name: getattr(value, "shape", ()) for name, value in values.items()}


def understand(
    text: str,
    given: Mapping[str, Value],
    spelling: Spelling,
    notation: Notation | None = None,
    defaults: Mapping[str, Value] | None = None,
) -> Understood:
    """Read a formula, and give its inputs their values.

    Args:
        text: what was typed, in any notation.
        given: input -> its value; values that the program itself gives come after these.
        spelling: how the user would write that an input has a value.
        notation: how the text is written; None where it says that itself.
        defaults: values of inputs that are not given, of those that the formula has.

    Raises:
        BackpropError: if the text cannot be read, or a value is missing or of no use.
    """
    defaults = defaults or {}
    everything = {**defaults, **given}
    whole = {n: int(v) for n, v in everything.items() if isinstance(v, float) and v.is_integer()}
    reading = read(text, shapes_of(everything), notation, whole)
    own = {name: as_value(name, value) for name, value in reading.defaults.items()}
    names = reading.expression.free_names()
    given = {name: v for name, v in given.items() if name in names or name not in reading.counts}
    own |= {name: value for name, value in defaults.items() if name in names}
    bound = bind(reading.expression, {**own, **given}, spelling)
    labels = {
        name: bound[name]
        for name in label_names(reading.expression)
        if name in bound and _is_whole(bound[name])
    }
    for name in list(labels):
        if _is_number_too(reading.expression, name):
            if not chooses_elements(reading.expression, name):
                del labels[name]
                continue
            what = f"'{name}' chooses elements, and is a number in the formula as well"
            raise BackpropError(what, hint="give the labels a name of their own")
        del bound[name]
    return Understood(reading, bound, labels)


def _is_whole(value: Value) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return all(number.is_integer() for number in value.flat)


def _is_number_too(expression: Expression, name: str) -> bool:
    """Whether a name that chooses elements stands outside of brackets too."""
    terms = expression.terms
    inside = set(label_places(expression))
    return any(
        term.op == "name" and term.payload == name and place not in inside
        for place, term in enumerate(terms)
    )
