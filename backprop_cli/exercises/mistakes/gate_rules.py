"""Wrong rules at any gate, and at distributors, switchers and routers.

Each function takes a gate, and gives the wrong rules that it makes of the gate's own; none, where
it does not fit. So a gate that is added to the table is diagnosed at once.
"""

from collections.abc import Iterator

from backprop_cli.exercises.mistakes.rule_trees import (
    Texts,
    Tree,
    each_alone,
    inverted,
    mask_of,
    name,
    parts,
    renamed,
    text_of,
    together,
    tree_of,
    trees_of,
    with_minus,
    without_cases,
    without_minus,
)
from backprop_cli.gates.gate import Gate, Pattern

UNIT = ("1", "-1")
"""The local derivatives that multiply by nothing."""


# What a gate is


def _computes(gate: Gate) -> bool:
    """Whether it works anything out, and does not only copy, pick or join."""
    forward = tree_of(gate.forward)
    picks = forward.op == "index" and forward.args[0].op == "name"
    return not (picks or forward.op in ("name", ".T", "list"))


def _chooses(gate: Gate) -> bool:
    """Whether it takes one of its inputs or elements; relu, a router too, lets its one through."""
    return gate.pattern is Pattern.ROUTER and _mask_of_input(gate) is None


def _mask_of_input(gate: Gate) -> Tree | None:
    """The rule of a gate that lets its one input through or does not: `1[a > 0]`."""
    tree = tree_of(gate.local[0])
    is_mask = len(gate.local) == 1 and mask_of(tree) == tree
    return tree if is_mask and tree.args[1].args[1].op == "number" else None


def _is_of_matrices(tree: Tree) -> bool:
    """Whether the upstream has another shape than what is sent: `g @ b.T`, `g.T`, `g[p]`."""
    shaped = ("@", ".T")
    picks = (part.op == "index" and part.args[0].op == "name" for part in parts(tree))
    return any(part.op in shaped for part in parts(tree)) or any(picks)


# Any gate


def local_factor_lost(gate: Gate) -> Iterator[Texts]:
    """`g` for `g * b`: the upstream as it is."""
    trees = trees_of(gate)
    if _chooses(gate) or any(map(_is_of_matrices, trees)):
        return
    lost = [None if text in UNIT else name("g") for text in gate.local]
    is_by_cases = any(tree != without_cases(tree) for tree in trees)
    if all(lost) and len(lost) > 1 and not is_by_cases:
        yield together([name("g") for _ in lost])
    yield from each_alone(gate, lost)


def sign_lost(gate: Gate) -> Iterator[Texts]:
    """`a / b^2` for `-a / b^2`."""
    yield from each_alone(gate, [without_minus(tree) for tree in trees_of(gate)])


def sign_turned(gate: Gate) -> Iterator[Texts]:
    """`-b` for `b`."""
    if _computes(gate):
        yield from each_alone(gate, [with_minus(tree) for tree in trees_of(gate)])


# Distributors, switchers, routers


def scaled_by_value(gate: Gate) -> Iterator[Texts]:
    """`a` for `1`: an input's own value as its local derivative."""
    is_plain = gate.pattern is Pattern.DISTRIBUTOR and set(gate.local) <= set(UNIT)
    if is_plain and _computes(gate):
        values = map(name, gate.inputs)
        yield tuple(
            [
                text_of(value if text == "1" else Tree("neg", (value,)))
                for value, text in zip(values, gate.local, strict=True)
            ]
        )


def not_switched(gate: Gate) -> Iterator[Texts]:
    """`a` for `b`: each input itself where the other belongs."""
    if gate.pattern is Pattern.SWITCHER and len(gate.inputs) == 2:
        first, second = gate.inputs
        exchanged = {first: second, second: first}
        yield together([renamed(tree, exchanged) for tree in trees_of(gate)])


def sent_to_all(gate: Gate) -> Iterator[Texts]:
    """`g` for `1[a > b]` at every input."""
    if _chooses(gate):
        yield ("g",) * len(gate.local)


def sent_to_another(gate: Gate) -> Iterator[Texts]:
    """`1[a < b]` for `1[a > b]`; of many, to all others or to the one at the other end."""
    masks = [mask_of(tree) for tree in trees_of(gate)]
    if not _chooses(gate) or None in masks:
        return
    yield together([inverted(mask) for mask in masks if mask])
    forward = tree_of(gate.forward)
    if gate.variadic and forward.payload in _OTHER_END:
        other = forward._replace(payload=_OTHER_END[str(forward.payload)])
        yield (f"1[a == {text_of(other)}]",)


_OTHER_END = {"max": "min", "min": "max"}


def mask_of_gradient(gate: Gate) -> Iterator[Texts]:
    """`g * 1[g > 0]` for `g * 1[a > 0]`."""
    mask = _mask_of_input(gate)
    if mask is not None:
        yield (text_of(Tree("*", (name("g"), renamed(mask, {"a": "g"})))),)


def mask_inverted(gate: Gate) -> Iterator[Texts]:
    """`1[a < 0]` for `1[a > 0]`."""
    mask = _mask_of_input(gate)
    if mask is not None:
        yield (text_of(inverted(mask)),)
