"""A computation graph, as columns: position k of every column is node k.

Nodes stand in order of computation, the arguments of a gate before the gate. A column
for each property costs a tenth of an object for each node, and a graph may have
millions of them.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shape_rules.shape_rule import GateUse
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.gates.shapes import Index, Shape
from backprop_cli.gates.value import Value, number
from backprop_cli.language.printer import number_text

T = TypeVar("T")

MAX_REMEMBERED = 1024
"""Tapes and views that are kept with a graph."""


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """Gates, inputs and constants, and who feeds whom. Built by `build`, never changed after."""

    source: str
    """The text that it was built from. The expression itself is not kept: it is larger."""
    gates: tuple[Gate | None, ...]
    """The gate of each node; None for inputs and constants."""
    args: tuple[tuple[int, ...], ...]
    shapes: tuple[Shape, ...]
    types: tuple[ValueType, ...]
    starts: Sequence[int]
    ends: Sequence[int]
    """Node k stands at `source[starts[k]:ends[k]]`; -1 for an input that is never used, and
    for a number that nobody typed."""
    inputs: Mapping[str, int]
    constants: Mapping[int, Value]
    """Node -> value, a float or an array."""
    given: Mapping[int, str]
    """Node -> the name that the user gave it."""
    axes: Mapping[int, int]
    """Node -> the axis along which its gate reduces; absent where it takes all elements."""
    positions: Mapping[int, Index]
    """Node -> the element that its index gate takes."""
    labels: Mapping[int, str]
    """Node that whole numbers chose -> what these are called, where they have a name."""
    made: Mapping[int, str]
    """Array that nobody typed -> how a formula would write it."""
    outputs: tuple[int, ...]
    """The node of each statement, in order; the last is the output."""
    read_as: str = ""
    """What was understood, in the language of formulas, where that is not plain from the text."""
    memo: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    """What the engine derives from the graph and wants to find again: see `remember`."""

    def __len__(self) -> int:
        return len(self.gates)

    def remember(self, key: Hashable, derived: T) -> T:
        """Keep what was derived: each mistake has a tape. Where there are many, the oldest goes."""
        if len(self.memo) >= MAX_REMEMBERED:
            del self.memo[next(iter(self.memo))]
        self.memo[key] = derived
        return derived

    @property
    def output(self) -> int:
        """The node whose gradient is asked for."""
        return self.outputs[-1]

    @cached_property
    def gate_count(self) -> int:
        """How many nodes are gates."""
        return len(self.gates) - self.gates.count(None)

    @cached_property
    def is_scalar(self) -> bool:
        """Whether every value is a single number, so that nothing needs NumPy."""
        return self.types.count(ValueType.NUMBER) == len(self.types)

    @cached_property
    def names(self) -> list[str]:
        """A name for each node: the user's own, q (or q1, q2, …) for a step, f for the output.

        A constant is called by its text. Where the user's names are in the way, the
        next free one is taken.
        """
        names = [""] * len(self.gates)
        for name, node in self.inputs.items():
            names[node] = name
        for node, name in self.given.items():
            names[node] = name
        taken = set(names)
        if not names[self.output]:
            names[self.output] = _free("f", taken)
        unnamed = [k for k, gate in enumerate(self.gates) if gate and not names[k]]
        if len(unnamed) == 1:
            names[unnamed[0]] = _free("q", taken)
        else:
            place = 0
            for node in unnamed:
                place += 1
                while f"q{place}" in taken:
                    place += 1
                names[node] = f"q{place}"
        for node in self.constants:
            names[node] = names[node] or self._text(node)
        return names

    def _text(self, node: int) -> str:
        if node in self.made:
            return self.made[node]
        if self.starts[node] < 0:
            return number_text(number(self.constants[node]))
        return " ".join(self.source[self.starts[node] : self.ends[node]].split())

    def use(self, node: int) -> GateUse:
        """The shapes that meet at a gate."""
        args = self.args[node]
        return GateUse(
            tuple([self.shapes[arg] for arg in args]),
            tuple([self.types[arg] for arg in args]),
            self.shapes[node],
            self.axes.get(node),
            self.positions.get(node, ()),
        )

    def span(self, node: int) -> tuple[int, int] | None:
        """Where the node stands in the source; None where its start is -1."""
        start = self.starts[node]
        return None if start < 0 else (start, self.ends[node])


def _free(name: str, taken: set[str]) -> str:
    """`name`, or the first of name1, name2, … that is not taken; taken from now on."""
    number = 0
    free = name
    while free in taken:
        number += 1
        free = f"{name}{number}"
    taken.add(free)
    return free
