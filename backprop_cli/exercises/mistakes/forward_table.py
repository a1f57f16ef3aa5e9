"""The table of forward mistakes: one mistake, one row; what was worked out in place of a gate.

As in the table of mistakes of the backward pass, each row makes its wrong texts of a gate's own
row, and the engine runs them. The likely ones stand first.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.mistakes import forward_rules
from backprop_cli.exercises.mistakes.rule_trees import Tree, name, text_of, tree_of
from backprop_cli.gates.compiler import compile_rule, is_commutative
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.graph.graph import Graph

SAYS = "{wrong} was worked out in place of {formula}."

MAX_GATES = 512
"""Gates whose wrong texts are kept."""

GENERIC = ((0.371, 0.583), (-0.371, 0.583), (0.847, -0.259))
"""Inputs at which texts that agree are the same in other words."""


class ForwardMistake(NamedTuple):
    """What may be worked out in place of a gate's forward pass."""

    name: str
    title: str
    texts: Callable[[Gate], Iterator[str]]
    says: str = SAYS
    needs: str = ""
    """A condition on the inputs, as a text, under which it is made; empty for none."""
    unless: str = ""
    """The name of a row that gives the same number and says more."""
    is_last: bool = False
    """It is only thought of where nothing else gives the number."""


class Way(NamedTuple):
    """One way to make it at a node."""

    mistake: ForwardMistake
    text: str
    nodes: tuple[int, ...]
    """What `a, b, c` of the text are, in order, and `out` last."""
    axis: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the text."""
        return (*"abc"[: len(self.nodes) - 1], "out")


FORWARD_MISTAKES = (
    ForwardMistake(
        "forward-operation", "another operation was done", forward_rules.other_operation
    ),
    ForwardMistake("forward-sign-of-input", "a sign is not right", forward_rules.sign_of_an_input),
    ForwardMistake("forward-reversed", "the order is reversed", forward_rules.reversed_order),
    ForwardMistake("forward-other-end", "the other one was taken", forward_rules.other_end),
    ForwardMistake(
        "forward-square-of-negative",
        "the sign was not squared",
        forward_rules.negative_squared,
        SAYS + " A negative number times itself is positive.",
        needs="a < 0",
    ),
    ForwardMistake(
        "forward-power",
        "the power was taken for a factor",
        forward_rules.power_as_product,
        SAYS + " A power multiplies a number by itself.",
    ),
    ForwardMistake("forward-left-out", "a gate was left out", forward_rules.left_out),
    ForwardMistake("forward-mask", "the mask is the wrong way round", forward_rules.mask_inverted),
    ForwardMistake("forward-input-lost", "an input was left out", forward_rules.input_lost),
    ForwardMistake(
        "forward-slope", "the slope is given where the value was asked", forward_rules.slope
    ),
    ForwardMistake("forward-degrees", "the angle was taken in degrees", forward_rules.in_degrees),
    ForwardMistake("forward-not-divided", "a sum is no mean", forward_rules.not_divided),
    ForwardMistake("forward-root", "only a norm has a root", forward_rules.root_lost),
    ForwardMistake("forward-transposed", "a factor is transposed", forward_rules.not_transposed),
    ForwardMistake(
        "forward-sign",
        "the sign is not right",
        forward_rules.sign,
        "Work out the sign of {formula} for itself, before the number.",
        unless="forward-square-of-negative",
    ),
)
"""One row, one mistake."""

OTHER_AXIS = ForwardMistake(
    "forward-other-axis",
    "rows and columns are exchanged",
    lambda gate: iter(()),
    "At {formula} the other axis was taken.",
)
PRECEDENCE = ForwardMistake(
    "forward-precedence",
    "the steps were done in another order",
    lambda gate: iter(()),
    # Next to a 1, 1 / 1 + q is q alone.
    is_last=True,
)

NAMES = frozenset(each.name for each in (*FORWARD_MISTAKES, OTHER_AXIS, PRECEDENCE))


def ways(graph: Graph, node: int) -> Iterator[Way]:
    """All that may be worked out in place of a gate, the likely first."""
    gate = graph.gates[node]
    assert gate is not None
    nodes, axis = (*graph.args[node], node), graph.axes.get(node)
    if gate.variadic:
        return
    for mistake, text in _of_gate(gate):
        yield Way(mistake, text, nodes, axis)
    if axis is not None:
        yield Way(OTHER_AXIS, gate.forward, nodes, 1 - axis)
    yield from _regrouped(graph, node)


@lru_cache(maxsize=MAX_GATES)
def _of_gate(gate: Gate) -> tuple[tuple[ForwardMistake, str], ...]:
    """The wrong texts of a gate, without those that are others in other words."""
    seen = [_generic(gate, gate.forward)]
    found = []
    for mistake in FORWARD_MISTAKES:
        for text in mistake.texts(gate):
            numbers = _generic(gate, text)
            if not gate.shape.is_elementwise or numbers not in seen:
                found.append((mistake, text))
                seen += [] if mistake.needs else [numbers]
    return tuple(found)


def _generic(gate: Gate, text: str) -> tuple[float | None, ...]:
    """What a text gives for numbers; None where it is not of numbers, or has no value there."""
    return tuple([_at(gate, text, given[: len(gate.inputs)]) for given in GENERIC])


def _at(gate: Gate, text: str, given: tuple[float, ...]) -> float | None:
    try:
        out = _run(gate.forward, gate.inputs, given)
        return round(_run(text, (*gate.inputs, "out"), (*given, out)), 9)
    except (BackpropError, ValueError, ArithmeticError, AttributeError, TypeError):
        return None


def _run(text: str, names: tuple[str, ...], numbers: tuple[float, ...]) -> float:
    return float(compile_rule(text, names, (ValueType.NUMBER,) * len(names)).run(*numbers))


def _regrouped(graph: Graph, node: int) -> Iterator[Way]:
    """`a * (b + c)` for `a * b + c`, and `(-a)^2` for `-a^2`."""
    outer = graph.gates[node]
    for slot, arg in enumerate(graph.args[node]):
        inner = graph.gates[arg]
        if outer is None or inner is None or not (_is_operation(outer) and _is_operation(inner)):
            continue
        if outer.forward == inner.forward and is_commutative(outer.forward):
            continue
        rest = [other for k, other in enumerate(graph.args[node]) if k != slot]
        yield from _exchanged(outer, inner, slot, (*graph.args[arg], *rest, node))


def _exchanged(outer: Gate, inner: Gate, slot: int, nodes: tuple[int, ...]) -> Iterator[Way]:
    """The outer gate done before the inner one, at each of the inner one's inputs."""
    own = [name(letter) for letter in "abc"[: len(inner.inputs)]]
    rest = name("abc"[len(inner.inputs)])
    for k, first in enumerate(own):
        # In a*b + c it is b that stands next to c, in (a + b)^2 next to the power, in -(a + b) a.
        is_before = slot == 1 if len(outer.inputs) == 2 else outer.forward[0] in "-1"
        if len(own) == 2 and k == is_before:
            continue
        args = [first] if len(outer.inputs) == 1 else [rest, first] if slot else [first, rest]
        done = _applied(outer, args)
        yield Way(PRECEDENCE, text_of(_applied(inner, [*own[:k], done, *own[k + 1 :]])), nodes)


def _applied(gate: Gate, args: list[Tree]) -> Tree:
    return _substituted(tree_of(gate.forward), dict(zip(gate.inputs, args, strict=True)))


def _substituted(tree: Tree, args: dict[str, Tree]) -> Tree:
    if tree.op == "name":
        return args.get(str(tree.payload), tree)
    return tree._replace(args=tuple([_substituted(arg, args) for arg in tree.args]))


def _is_operation(gate: Gate) -> bool:
    """Whether it is written with a sign, so that what comes first is a matter of rules."""
    return tree_of(gate.forward).op in ("+", "-", "*", "/", "^", "neg")
