"""The gates of a run as pieces of Python, whatever they are put together to."""

from collections.abc import Iterator, Mapping, Sequence
from math import e, pi, prod
from typing import Any

from backprop_cli.autodiff.tape import dependent, kind, rule_texts
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.gates.compiler import mentions, rule
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shape_rules.value_type import ValueType, type_of
from backprop_cli.gates.shapes import Shape as Sizes
from backprop_cli.gates.value import number as number_of
from backprop_cli.render.python.names import Names
from backprop_cli.render.python.pieces import Piece, literal, number
from backprop_cli.render.python.spelling import CAREFUL, Spelling
from backprop_cli.render.python.writer import Writer, fitted
from backprop_cli.render.text.explain.passes import called

_EXTREME = 1e100
"""Constants beyond this, or this close to 0, are NumPy's where Python's own may stop."""

_UPSTREAM = {"1": "g", "-1": "-g"}
"""What is written for 1 * g and -1 * g."""


class Circuit:
    """A run, in the words of one library."""

    def __init__(self, trace: Trace, spelling: Spelling) -> None:
        self.trace = trace
        self.graph = trace.graph
        self.spelling = spelling
        self.names = Names(self.graph)
        self.wanted = dependent(self.graph, trace.wrt)
        constants = self.graph.constants
        self.named = {
            k: self.names.values[k] or self.names.free("c")
            for k in constants
            if self.graph.shapes[k] or k == self.graph.output
        }
        """Constant -> its name, where it is not written where it is used: an array."""
        self._forward: dict[int, Piece] = {}

    def gates(self) -> list[int]:
        """The gates, in order of computation."""
        return [k for k, gate in enumerate(self.graph.gates) if gate is not None]

    def gate(self, k: int) -> Gate:
        """The gate of node `k`."""
        return self.trace.gate(k)

    def literal(self, k: int, value: Any) -> str:
        """A value of node `k` as a program has it; a number as a plain one."""
        make = self.spelling.array
        return literal(inert(self.graph.names[k]), value, lambda text: make.replace("{}", text))

    def made(self, k: int, value: Any) -> str:
        """A value of node `k` as the library reckons with it."""
        text = self.literal(k, value)
        return self._own(text) if isinstance(value, float) else text

    def _own(self, number: str) -> str:
        return self.spelling.wrap.replace("{}", number) if self.spelling.wrap else number

    def given(self) -> Iterator[tuple[int, str, str]]:
        """Node, name and text of each value that the program begins with."""
        for k in self.graph.inputs.values():
            yield k, self.names.values[k], self.made(k, self.trace.values[k])
        for k, name in self.named.items():
            yield k, name, self.made(k, self.graph.constants[k])

    # What stands for a node

    def value(self, k: int, type_: ValueType, own: bool = False) -> Piece:
        """The value of a node; a constant as one of Python's numbers, or as the library's own."""
        name = self.named.get(k) or self.names.values[k]
        if name:
            return Piece(name, self.graph.shapes[k], type=type_, shared=True)
        value = number_of(self.graph.constants[k])
        if own:
            return Piece(self._own(repr(value)))
        if self.spelling is CAREFUL and not 1 / _EXTREME < abs(value) < _EXTREME:
            # Between constants alone Python reckons: 1 / 0 would stop it.
            return Piece(self._own(repr(value)), number=value)
        word = {pi: "pi", e: "e"}.get(value) if self.spelling.module else None
        return Piece(f"{self.spelling.module}.{word}", number=value) if word else number(value)

    def gradient(self, k: int, type_: ValueType) -> Piece:
        """The gradient of a node."""
        return Piece(self.names.gradients[k], self.graph.shapes[k], type=type_, shared=True)

    def shaped(self, k: int) -> list[tuple[Sizes, ValueType]]:
        """Shape and type of each input of a gate, as the gate means them."""
        args, types = self.graph.args[k], kind(self.graph, k).types
        own = types[:1] * len(args) if self.gate(k).variadic else types[:-1]
        return [(self.graph.shapes[arg], type_) for arg, type_ in zip(args, own, strict=True)]

    def values(self, k: int, own: int = 0) -> list[Piece]:
        """The inputs of a gate; constants among the first `own` are the library's numbers."""
        meant = enumerate(zip(self.graph.args[k], self.shaped(k), strict=True))
        return [self.value(arg, type_, slot < own) for slot, (arg, (_, type_)) in meant]

    def owned(self, k: int) -> int:
        """How many inputs must be the library's numbers: one, where all are constants."""
        return int(all(arg in self.graph.constants for arg in self.graph.args[k]))

    def received(self, k: int, sent: str, again: bool, shared: bool) -> str:
        """The line in which node `k` receives what was sent to it.

        Args:
            k: the node.
            sent: what it receives.
            again: whether it has received something before.
            shared: whether `sent` may be the very array of another gradient.
        """
        name = self.names.gradients[k]
        if again:
            return f"{name} += {sent}"
        if shared and self.graph.shapes[k] and k in self.trace.forks:
            # += would change the other gradient, too.
            return f"{name} = np.copy({sent})"
        return f"{name} = {sent}"

    # What a gate does

    def forward(self, k: int) -> Piece:
        """What the gate computes."""
        if k not in self._forward:
            self._forward[k] = self._computed(k)
        return self._forward[k]

    def _computed(self, k: int) -> Piece:
        text = rule(self.gate(k).forward)
        calls = text.terms[-1].op not in (*"+-*/^", "neg")
        own = len(self.graph.args[k]) if self.spelling.strict and calls else self.owned(k)
        out = Piece("", self.graph.shapes[k])
        return self.writer(k, self.values(k, own), out).translate(text)

    def writer(
        self,
        k: int,
        values: Sequence[Piece],
        out: Piece,
        ties: str = "",
        others: Mapping[str, Piece] | None = None,
    ) -> Writer:
        """Writes the rules of a gate.

        Args:
            k: the gate.
            values: what stands for its inputs.
            out: what stands for its output.
            ties: a name for how many of the inputs tie (see `Writer`).
            others: what stands for the position of an index or the number of elements,
                where that is not a number.
        """
        gate, graph = self.gate(k), self.graph
        axis = graph.axes.get(k)
        if axis is not None and len(graph.shapes[graph.args[k][0]]) < 2:
            axis = None
        names = {"out": self._kept(k, out)}
        if not gate.variadic:
            names |= dict(zip(gate.inputs, values, strict=True))
            names["n"] = number(prod(values[0].shape) / prod(graph.shapes[k]))
        if k in graph.positions:
            position = ", ".join(map(str, graph.positions[k]))
            names["p"] = Piece(position, graph.shapes[k])
        names |= others or {}
        every = values if gate.variadic else ()
        return Writer(self.spelling, called(gate), names, axis, every, ties)

    def _kept(self, k: int, piece: Piece) -> Piece:
        """What was reduced, as it lines up with what it was reduced from."""
        if self.gate(k).shape.reduces and self.graph.axes.get(k) == 1:
            column = (*piece.shape, 1)
            return Piece(f"{piece.text}[:, None]", column, type=type_of(column), shared=True)
        return piece

    def sent(self, k: int, slot: int, writer: Writer, upstream: Piece) -> Piece:
        """What the gate sends to one input: its rule times the upstream, in the input's shape."""
        gate, values = self.gate(k), writer.every or [writer.names[a] for a in self.gate(k).inputs]
        text = rule_texts(gate, k, self.trace.rules or {})[0 if gate.variadic else slot]
        names = {**writer.names, "g": self._kept(k, upstream)}
        own = values[slot]
        if gate.variadic:
            names |= {"a": own, "p": Piece(str(slot), own.shape)}
        writer = Writer(
            writer.spelling, writer.gate, names, writer.axis, writer.every, writer.ties, keep=True
        )
        whole = text if mentions(text, "g") else _UPSTREAM.get(text, f"({text}) * g")
        return fitted(writer.translate(rule(whole)), own.shape, own.text)

    def ties(self, k: int) -> bool:
        """Whether the gate's rule counts how many of its inputs are the largest."""
        return self.gate(k).variadic and "ties(" in self.gate(k).local[0]
