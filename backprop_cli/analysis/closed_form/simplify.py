"""Make a formula shorter: multiply out, take out what is common, and know a few patterns."""

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from backprop_cli.analysis.closed_form.terms import tree_of
from backprop_cli.analysis.closed_form.tree import (
    ExpressionTree,
    TooLargeError,
    base_of,
    matmul,
    node,
    number,
    parts,
    power,
    product,
    sum_of,
    total,
    transpose,
)
from backprop_cli.gates.compiler import rule

MAX_ROUNDS = 6
MAX_TERMS = 40
"""Terms of a product that is multiplied out."""


class KnownIdentity(NamedTuple):
    """A formula of `u`, a shorter one that equals it, and what it is called."""

    text: str
    result: str
    used: str


PATTERNS: tuple[KnownIdentity, ...] = (
    KnownIdentity(
        "exp(-u) / (1 + exp(-u))^2", "sigmoid(u) * (1 - sigmoid(u))", "the slope of sigmoid"
    ),
    KnownIdentity("exp(u) / (1 + exp(u))", "sigmoid(u)", "exp(u)/(1 + exp(u)) = sigmoid(u)"),
    KnownIdentity("1 / (1 + exp(-u))", "sigmoid(u)", "1/(1 + exp(-u)) = sigmoid(u)"),
)
"""In a product, the factors of `text` become those of `result`."""


def simplified(
    tree: ExpressionTree, used: dict[str, None], patterns: tuple[KnownIdentity, ...] = PATTERNS
) -> ExpressionTree:
    """The shortest that was found; the names of the patterns are added to `used`."""
    for _ in range(MAX_ROUNDS):
        shorter = _pass(tree, used, patterns)
        if shorter == tree:
            break
        tree = shorter
    return tree


def rebuilt(
    tree: ExpressionTree, change: Callable[[ExpressionTree], ExpressionTree]
) -> ExpressionTree:
    """The tree with `change` made to each argument, in canonical form."""
    args = tuple(map(change, tree.args))
    if args == tree.args:
        return tree
    if tree.op == "*":
        return product(number(Fraction(tree.payload)), *args)
    if tree.op == "+":
        return total(*args)
    if tree.op == "^":
        return power(*args)
    if tree.op == ".T":
        return transpose(args[0])
    if tree.op == "@":
        found = args[0]
        for arg in args[1:]:
            found = matmul(found, arg)
        return found
    if tree.op == "call" and tree.payload == "sum":
        return sum_of(args[0])
    return node(tree.op, args, tree.payload, tree.shape)


def _pass(
    tree: ExpressionTree, used: dict[str, None], patterns: tuple[KnownIdentity, ...]
) -> ExpressionTree:
    # A product before its factors: a shorter pattern would take one of them away from it.
    tree = _with_patterns(tree, used, patterns)
    tree = rebuilt(tree, lambda arg: _pass(arg, used, patterns))
    tree = _with_patterns(tree, used, patterns)
    candidates = [tree]
    for way in (_multiplied_out, _factored, _chains_factored):
        try:
            candidates.append(way(tree))
        except TooLargeError:
            continue
    return min(candidates, key=lambda candidate: candidate.size)


def _with_patterns(
    tree: ExpressionTree, used: dict[str, None], patterns: tuple[KnownIdentity, ...]
) -> ExpressionTree:
    for pattern in patterns:
        found = _matched(tree, pattern)
        if found is not None:
            used[pattern.used] = None
            tree = found
    return tree


def _matched(tree: ExpressionTree, pattern: KnownIdentity) -> ExpressionTree | None:
    """The product with the factors of a pattern replaced, for whichever `u` they stand."""
    _, factors = parts(tree)
    powers = dict(map(base_of, factors))
    for u in dict.fromkeys(_inside(tree)):
        _, wanted = parts(tree_of(rule(pattern.text), {"u": u}))
        if all(powers.get(b, Fraction(0)) == e for b, e in map(base_of, wanted)):
            inverse = [power(factor, number(-1)) for factor in wanted]
            return product(tree, *inverse, tree_of(rule(pattern.result), {"u": u}))
    return None


def _inside(tree: ExpressionTree) -> list[ExpressionTree]:
    """What stands, itself or negated, as the argument of an exp."""
    found: list[ExpressionTree] = []
    stack = [tree]
    while stack:
        item = stack.pop()
        stack.extend(item.args)
        if item.op == "call" and item.payload == "exp":
            found += [item.args[0], product(number(-1), item.args[0])]
    return found


def _multiplied_out(tree: ExpressionTree) -> ExpressionTree:
    """Every product of a sum as a sum of products, as far as that is short."""
    queue = list(tree.args) if tree.op == "+" else [tree]
    done: list[ExpressionTree] = []
    while queue:
        term = queue.pop()
        coefficient, factors = parts(term)
        if coefficient != 1 or len(factors) > 1:
            place = max(
                (n for n, f in enumerate(factors) if f.op == "+"),
                key=lambda n: factors[n].size,
                default=-1,
            )
        else:
            place = -1
        if place < 0:
            done.append(term)
            continue
        rest = [number(coefficient), *factors[:place], *factors[place + 1 :]]
        queue += [product(part, *rest) for part in factors[place].args]
        if len(queue) + len(done) > MAX_TERMS:
            raise TooLargeError
    return total(*done)


def _factored(tree: ExpressionTree) -> ExpressionTree:
    """The sum a x + a y as a (x + y)."""
    if tree.op != "+":
        return tree
    tables = [dict(map(base_of, parts(term)[1])) for term in tree.args]
    coefficients = {abs(parts(term)[0]) for term in tree.args}
    common = []
    for base, exponent in tables[0].items():
        exponents = [table.get(base, Fraction(0)) for table in tables]
        if exponent and all(e * exponent > 0 for e in exponents):
            common.append(power(base, number(min(exponents, key=abs))))
    if len(coefficients) == 1:
        common.append(number(coefficients.pop()))
    if not common:
        return tree
    inverse = [power(factor, number(-1)) for factor in common]
    return product(*common, total(*(product(term, *inverse) for term in tree.args)))


def _chains_factored(tree: ExpressionTree) -> ExpressionTree:
    """A x + B x as (A + B) x, and x A + x B as x (A + B)."""
    if tree.op != "+":
        return tree
    split = [parts(term) for term in tree.args]
    if not all(len(f) == 1 and f[0].op == "@" for _, f in split):
        return tree
    chains = [f[0].args for _, f in split]
    for last in (True, False):
        end = -1 if last else 0
        if len({chain[end] for chain in chains}) == 1:
            rest = []
            for (c, _), chain in zip(split, chains, strict=True):
                found = number(c)
                for link in chain[:-1] if last else chain[1:]:
                    found = matmul(found, link)
                rest.append(found)
            inner = total(*rest)
            return matmul(inner, chains[0][-1]) if last else matmul(chains[0][0], inner)
    return tree
