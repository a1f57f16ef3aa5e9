"""A function that is several gates: how a call of it is built, and what keepdims asks for."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from backprop_cli.gates.table import BY_NAME
from backprop_cli.graph.indexing import MAX_CHOSEN, take
from backprop_cli.language.syntax import Term

if TYPE_CHECKING:
    from backprop_cli.graph.build import Builder


class CompositeCall(NamedTuple):
    """A call that is being built."""

    builder: "Builder"
    term: Term
    place: int
    args: tuple[int, ...]
    """The nodes of its arguments."""
    axis: int | None
    rest: tuple[int, ...] = ()
    """The terms of the arguments after these, which are whole numbers and no nodes."""
    options: Mapping[str, Term] = {}

    def gate(self, name: str, *args: int, axis: int | None = None) -> int:
        """One more gate, which stands where the call stands."""
        return self.builder.gate(BY_NAME[name], args, self.place, axis)

    def option(self, word: str) -> float:
        """The number of an argument that has a name; 0 where it is not given."""
        keyword = self.options.get(word)
        value = None if keyword is None else self.builder.terms[keyword.args[0]]
        return float(value.payload) if value is not None and value.op == "number" else 0.0

    def number(self, value: float) -> int:
        """A number that nobody typed."""
        return self.builder.number(value)

    def shape(self, node: int) -> tuple[int, ...]:
        """The shape of a node."""
        return self.builder.graph.shapes[node]

    def constant(self, value: Any, text: str) -> int:
        """An array that nobody typed, and how a formula would write it."""
        node = self.builder.constant(value, -1, value.shape)
        self.builder.graph.made[node] = text
        return node

    def identity(self, n: int) -> int:
        """The n×n identity matrix."""
        import numpy as np

        return self.constant(np.eye(n), f"eye({n})")

    def transposed(self, node: int) -> int:
        """Its transpose."""
        return self.gate("transpose", node)

    def element(self, node: int, *position: int) -> int:
        """An element, or a row."""
        return take(self.builder, node, position, self.term, self.place)

    def stacked(self, nodes: Sequence[int]) -> int:
        """Numbers as a vector, vectors as the rows of a matrix."""
        return self.gate("stack", *nodes)

    def fail(self, what: str, hint: str | None = None) -> NoReturn:
        """Raise the error that this call cannot be.

        Raises:
            BackpropError: always.
        """
        self.builder.fail(self.term, what, hint)

    def few(self, count: int) -> None:
        """See that no more elements are taken one by one than a circuit can have.

        Raises:
            BackpropError: if there are more.
        """
        if count > MAX_CHOSEN:
            what = f"at most {MAX_CHOSEN:,} elements can be taken one by one"
            self.fail(f"{what}, and these are {count:,}")

    def square(self, node: int) -> int:
        """The size of a square matrix.

        Raises:
            BackpropError: if it is none.
        """
        shape = self.shape(node)
        if len(shape) != 2 or shape[0] != shape[1]:
            sizes = self.builder.sizes(self.args, self.term)
            self.builder.fail(self.term, f"{sizes}: {self.term.payload} needs a square matrix")
        return shape[0]

    def vector(self, hint: str) -> int:
        """The only argument, which must be a vector or a number.

        Raises:
            BackpropError: if it is a matrix, for which the name means something else.
        """
        (node,) = self.args
        if len(self.shape(node)) > 1:
            sizes = self.builder.sizes(self.args, self.term)
            self.builder.fail(self.term, f"{sizes}: {hint}")
        return node


def keep_axis(use: CompositeCall, node: int) -> int:
    """What was reduced along an axis, with that axis back at length 1."""
    if use.axis is None:
        return node
    row = use.gate("stack", node)
    is_column = use.axis == 1
    return use.gate("transpose", row) if is_column else row


class Composite(NamedTuple):
    """A function of several gates."""

    inputs: int
    build: Callable[[CompositeCall], int]
    axis: bool = False
    """Whether it goes along an axis."""
    keeps: bool = False
    """Whether its result has the shape of its input."""
    most: int = 0
    """How many arguments it takes at most, where that is more."""
    values: int | None = None
    """How many of its arguments are values; those after them are whole numbers. None for all."""
    options: tuple[str, ...] = ()
    """Other arguments that have a name."""
