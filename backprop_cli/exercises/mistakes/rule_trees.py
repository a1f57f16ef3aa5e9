"""The rule of a gate as a tree, so that a wrong rule can be made of the right one."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from backprop_cli.gates.compiler import rule
from backprop_cli.gates.gate import Gate
from backprop_cli.language.printer import show
from backprop_cli.language.syntax import Expression, Statement, Term

MAX_TREES = 512
"""Rules that are kept as trees; the gate table has about fifty."""


Texts = tuple[str | None, ...]
"""For each input of a gate the rule that replaces its own, or None where its own stays."""


class Tree(NamedTuple):
    """A term of a rule with its arguments; rules are short, so that walking it may recurse."""

    op: str
    args: tuple["Tree", ...] = ()
    payload: float | str = ""


@lru_cache(maxsize=MAX_TREES)
def tree_of(text: str) -> Tree:
    """The tree of a rule's text."""
    expression = rule(text)
    trees: list[Tree] = []
    for term in expression.terms:
        trees.append(Tree(term.op, tuple([trees[arg] for arg in term.args]), term.payload))
    return trees[expression.statements[-1].term]


def text_of(tree: Tree) -> str:
    """The text of a tree, with as few parentheses as it needs."""
    terms: list[Term] = []

    def add(part: Tree) -> int:
        args = tuple([add(arg) for arg in part.args])
        terms.append(Term(part.op, args, part.payload, 0, 0, 0))
        return len(terms) - 1

    root = add(tree)
    return show(Expression("", tuple(terms), (Statement(None, root, 0, 0),)))


def name(text: str) -> Tree:
    """A name."""
    return Tree("name", (), text)


def number(value: float) -> Tree:
    """A number."""
    return Tree("number", (), value)


def parts(tree: Tree) -> Iterator[Tree]:
    """The tree and all trees in it, the outer ones and the left ones first."""
    yield tree
    for arg in tree.args:
        yield from parts(arg)


def mentions(tree: Tree, *names: str) -> bool:
    """Whether one of the names stands in it."""
    return any(part.op == "name" and part.payload in names for part in parts(tree))


def renamed(tree: Tree, names: dict[str, str]) -> Tree:
    """The tree with other names."""
    if tree.op == "name":
        return name(names.get(str(tree.payload), str(tree.payload)))
    return tree._replace(args=tuple([renamed(arg, names) for arg in tree.args]))


def at_first_factor(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree | None:
    """The tree with its first factor changed, where a sign stands; None where that cannot be."""
    if tree.op in ("*", "/", "@"):
        first = at_first_factor(tree.args[0], change)
        return None if first is None else tree._replace(args=(first, *tree.args[1:]))
    return change(tree)


def with_minus(tree: Tree) -> Tree | None:
    """`-2 * a` for `2 * a`; None where there is a minus sign already."""
    return at_first_factor(tree, _negated)


def without_minus(tree: Tree) -> Tree | None:
    """`1 / a^2` for `-1 / a^2`; None where there is no minus sign."""
    return at_first_factor(tree, _positive)


def _negated(tree: Tree) -> Tree | None:
    if _positive(tree) is not None:
        return None
    return number(-float(tree.payload)) if tree.op == "number" else Tree("neg", (tree,))


def _positive(tree: Tree) -> Tree | None:
    if tree.op == "neg":
        return tree.args[0]
    is_negative = tree.op == "number" and float(tree.payload) < 0
    return number(-float(tree.payload)) if is_negative else None


def without_cases(tree: Tree) -> Tree:
    """What a rule is apart from its special case: the last argument of `where`."""
    return tree.args[2] if tree.op == "call" and tree.payload == "where" else tree


def mask_of(tree: Tree) -> Tree | None:
    """The `1[a > b]` by which a rule lets the upstream through; None where there is none."""
    tree = without_cases(tree)
    while tree.op in ("*", "/"):
        tree = tree.args[0]
    is_mask = tree.op == "index" and tree.args[1].op == "compare"
    return tree if is_mask else None


_INVERSE = {"<": ">", ">": "<", "==": "!=", "!=": "==", "<=": ">", ">=": "<"}


def inverted(mask: Tree) -> Tree:
    """`1[a < b]` for `1[a > b]`."""
    one, compared = mask.args
    return mask._replace(args=(one, compared._replace(payload=_INVERSE[str(compared.payload)])))


def is_power(tree: Tree, base: str) -> bool:
    """Whether it is a name, or a power of it."""
    return tree == name(base) or (tree.op == "^" and tree.args[0] == name(base))


# Wrong rules, as texts


def trees_of(gate: Gate) -> list[Tree]:
    """The rules of a gate."""
    return [tree_of(text) for text in gate.local]


def alone(gate: Gate, slot: int, tree: Tree | None) -> Iterator[Texts]:
    """A wrong rule at one input."""
    if tree is not None:
        texts: list[str | None] = [None] * len(gate.local)
        texts[slot] = text_of(tree)
        yield tuple(texts)


def each_alone(gate: Gate, trees: Sequence[Tree | None]) -> Iterator[Texts]:
    """A wrong rule at one input after the other."""
    for slot, tree in enumerate(trees):
        yield from alone(gate, slot, tree)


def together(trees: Sequence[Tree]) -> Texts:
    """Wrong rules at all inputs."""
    return tuple(map(text_of, trees))
