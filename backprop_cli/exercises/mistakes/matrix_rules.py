"""Wrong rules at matrix products: not transposed, in the wrong order, element by element."""

from collections.abc import Iterator

from backprop_cli.exercises.mistakes.rule_trees import (
    Texts,
    Tree,
    alone,
    mentions,
    name,
    together,
    trees_of,
)
from backprop_cli.gates.gate import Gate


def _factors(gate: Gate) -> list[tuple[Tree, Tree]]:
    """The two factors of the rule for each input of a matrix product; none of any other gate."""
    trees = trees_of(gate)
    are_products = len(trees) == 2 and all(tree.op == "@" for tree in trees)
    return [(tree.args[0], tree.args[1]) for tree in trees] if are_products else []


def _plain(tree: Tree) -> Tree:
    """A factor without its transpose."""
    return tree.args[0] if tree.op == ".T" and not mentions(tree, "g") else tree


def not_transposed(gate: Gate) -> Iterator[Texts]:
    """`g @ b` for `g @ b.T`, or all of it transposed."""
    factors = _factors(gate)
    wrong = [Tree("@", (_plain(left), _plain(right))) for left, right in factors]
    if wrong and wrong != trees_of(gate):
        yield from alone(gate, 1, wrong[1])
        yield from alone(gate, 0, wrong[0])
        left, right = wrong[0].args
        yield from alone(gate, 0, Tree("@", (right, Tree(".T", (left,)))))
        yield together(wrong)


def in_wrong_order(gate: Gate) -> Iterator[Texts]:
    """`b.T @ g` for `g @ b.T`."""
    wrong = [Tree("@", (right, left)) for left, right in _factors(gate)]
    if wrong:
        yield together(wrong)
        yield from alone(gate, 1, wrong[1])
        yield from alone(gate, 0, wrong[0])


def element_by_element(gate: Gate) -> Iterator[Texts]:
    """`g * b` for `g @ b.T`."""
    for slot, (left, right) in enumerate(_factors(gate)):
        other = right if mentions(left, "g") else left
        yield from alone(gate, slot, Tree("*", (name("g"), _plain(other))))
