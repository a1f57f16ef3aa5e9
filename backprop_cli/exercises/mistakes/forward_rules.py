"""Wrong forward passes of a gate, as texts that are made of the gate's own.

Each function takes a gate, and gives what may be worked out in place of its forward function:
a text in its inputs `a, b` and its output `out`; none where it does not fit.
"""

from collections.abc import Iterator

from backprop_cli.exercises.mistakes.rule_trees import (
    Tree,
    mask_of,
    mentions,
    name,
    number,
    parts,
    renamed,
    text_of,
    tree_of,
)
from backprop_cli.gates.compiler import is_commutative
from backprop_cli.gates.gate import Gate

_OTHER_OPERATION = {"+": "*", "*": "+", "/": "*", "^": "*", "@": "*"}
_OTHER_END = {"max": "min", "min": "max"}


def _is_plain(gate: Gate) -> bool:
    """Whether it works something out of its inputs, and of nothing else."""
    forward = tree_of(gate.forward)
    named = {str(part.payload) for part in parts(forward) if part.op == "name"}
    return named == set(gate.inputs) and forward.op not in ("name", "list", ".T")


def _is_binary(gate: Gate) -> bool:
    """Whether it is an operation on its two inputs themselves."""
    return tree_of(gate.forward).args == tuple(map(name, gate.inputs)) and len(gate.inputs) == 2


def _is_function(gate: Gate) -> bool:
    """Whether it is a function of its one input: exp(a)."""
    forward = tree_of(gate.forward)
    return forward.op == "call" and forward.args == (name("a"),) and not gate.variadic


def other_operation(gate: Gate) -> Iterator[str]:
    """`a * b` for `a + b`."""
    forward = tree_of(gate.forward)
    if _is_binary(gate) and forward.op in _OTHER_OPERATION:
        yield text_of(forward._replace(op=_OTHER_OPERATION[forward.op]))


def power_as_product(gate: Gate) -> Iterator[str]:
    """`2 * a` for `a^2`."""
    forward = tree_of(gate.forward)
    if forward.op == "^" and forward.args[1].op == "number":
        yield text_of(Tree("*", forward.args[::-1]))


def negative_squared(gate: Gate) -> Iterator[str]:
    """`-a^2` for `a^2`."""
    forward = tree_of(gate.forward)
    if forward.op == "^" and forward.args[1].op == "number":
        yield text_of(Tree("neg", (forward,)))


def reversed_order(gate: Gate) -> Iterator[str]:
    """`b - a` for `a - b`."""
    if _is_binary(gate) and not is_commutative(gate.forward):
        first, second = gate.inputs
        yield text_of(renamed(tree_of(gate.forward), {first: second, second: first}))


def sign_of_an_input(gate: Gate) -> Iterator[str]:
    """`a - b` for `a + b`, and `exp(-a)` for `exp(a)`."""
    forward = tree_of(gate.forward)
    if _is_binary(gate) and forward.op in "+-":
        a, b = forward.args
        turned = (
            [Tree("-", (a, b)), Tree("-", (b, a))] if forward.op == "+" else [Tree("+", (a, b))]
        )
        yield from map(text_of, turned)
    elif _is_function(gate) and not _lets_through(gate):
        yield text_of(forward._replace(args=(Tree("neg", forward.args),)))


def sign(gate: Gate) -> Iterator[str]:
    """`-(a * b)` for `a * b`."""
    if _is_plain(gate):
        yield "-out"


def other_end(gate: Gate) -> Iterator[str]:
    """`min(a, b)` for `max(a, b)`."""
    forward = tree_of(gate.forward)
    if forward.op == "call" and forward.payload in _OTHER_END:
        yield text_of(forward._replace(payload=_OTHER_END[str(forward.payload)]))


def left_out(gate: Gate) -> Iterator[str]:
    """`a` for `relu(a)`, `a^2` or `a.T`."""
    if len(gate.inputs) == 1 and not gate.variadic and tree_of(gate.forward) != name("a"):
        yield "a"


def input_lost(gate: Gate) -> Iterator[str]:
    """`a` for `a + b`."""
    if _is_binary(gate) and tree_of(gate.forward).op in "+-*/^":
        yield from gate.inputs


def _lets_through(gate: Gate) -> bool:
    """Whether it lets its one input through, or does not: relu."""
    tree = tree_of(gate.local[0])
    is_mask = len(gate.local) == 1 and mask_of(tree) == tree
    return is_mask and tree.args[1].args[1].op == "number"


def mask_inverted(gate: Gate) -> Iterator[str]:
    """`relu(-a)` for `relu(a)`, and `a - relu(a)`: what it takes away."""
    if _lets_through(gate):
        forward = tree_of(gate.forward)
        yield text_of(forward._replace(args=(Tree("neg", forward.args),)))
        yield text_of(Tree("-", (name("a"), forward)))


def slope(gate: Gate) -> Iterator[str]:
    """`1 - out^2` for `tanh(a)`: the local derivative."""
    if len(gate.inputs) == 1 and not gate.variadic and _is_plain(gate):
        tree = tree_of(gate.local[0])
        if mentions(tree, "a", "out") and not mentions(tree, "g", "n", "p"):
            yield text_of(tree)


def not_transposed(gate: Gate) -> Iterator[str]:
    """`a.T @ b` for `a @ b`."""
    forward = tree_of(gate.forward)
    if forward.op == "@" and forward.args == tuple(map(name, gate.inputs)):
        a, b = forward.args
        yield text_of(Tree("@", (Tree(".T", (a,)), b)))
        yield text_of(Tree("@", (a, Tree(".T", (b,)))))


def not_divided(gate: Gate) -> Iterator[str]:
    """`sum(a)` for `mean(a)`, and the other way round."""
    other = {"sum(a)": "mean(a)", "mean(a)": "sum(a)"}
    if gate.forward in other:
        yield other[gate.forward]


def root_lost(gate: Gate) -> Iterator[str]:
    """`sum(a^2)` for `norm(a)`, and the other way round."""
    other = {"norm(a)": ("sum(a^2)", "sum(a)"), "sum(a^2)": ("norm(a)", "sum(a)^2", "sum(a)")}
    yield from other.get(gate.forward, ())


def in_degrees(gate: Gate) -> Iterator[str]:
    """`sin(a * pi / 180)` for `sin(a)`: a calculator that is set to degrees."""
    forward = tree_of(gate.forward)
    if _is_function(gate) and forward.payload in ("sin", "cos", "tan"):
        in_degrees = Tree("/", (Tree("*", (name("a"), name("pi"))), number(180.0)))
        yield text_of(forward._replace(args=(in_degrees,)))
