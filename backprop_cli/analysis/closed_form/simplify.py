"""Make a formula shorter: multiply out, take out what is common, and know a few patterns."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from backprop_cli.analysis.closed_form.matrices import (
    axis_of,
    matmul,
    sum_along,
    sum_of,
    transpose,
)
from backprop_cli.analysis.closed_form.reading import tree_of
from backprop_cli.analysis.closed_form.tree import (
    NOTHING,
    ExpressionTree,
    TooLargeError,
    base_of,
    is_onehot,
    is_row,
    node,
    number,
    parts,
    power,
    product,
    row,
    total,
)
from backprop_cli.gates.compiler import rule

MAX_REMEMBERED = 4096
"""Patterns whose factors are kept, each for one formula that stands in it."""

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
    KnownIdentity("exp(u - logsumexp(u))", "softmax(u)", "exp(u - logsumexp(u)) = softmax(u)"),
    KnownIdentity("exp(u) / sum(exp(u))", "softmax(u)", "exp(u)/sum(exp(u)) = softmax(u)"),
    KnownIdentity(
        "exp(u - [logsumexp(u, axis=1)].T)",
        "softmax(u, axis=1)",
        "exp(u - logsumexp(u)) = softmax(u)",
    ),
    KnownIdentity(
        "exp(u - logsumexp(u, axis=0))",
        "softmax(u, axis=0)",
        "exp(u - logsumexp(u)) = softmax(u)",
    ),
    KnownIdentity("sum(u - mean(u))", "0", "sum(u - mean(u)) = 0"),
    KnownIdentity("sum(u - mean(u, axis=0), axis=0)", "0", "sum(u - mean(u)) = 0"),
    KnownIdentity("sum(u - [mean(u, axis=1)].T, axis=1)", "0", "sum(u - mean(u)) = 0"),
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
        return product(number(tree.value), *args)
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
    if is_row(tree):
        return row(args[0])
    if tree.op == "call" and tree.payload == "sum":
        axis = axis_of(tree)
        return sum_of(args[0]) if axis is None else sum_along(args[0], axis)
    return node(tree.op, args, tree.payload, tree.shape)


def _pass(
    tree: ExpressionTree, used: dict[str, None], patterns: tuple[KnownIdentity, ...]
) -> ExpressionTree:
    # A product before its factors: a shorter pattern would take one of them away from it.
    tree = _with_patterns(tree, used, patterns)
    tree = rebuilt(tree, lambda arg: _pass(arg, used, patterns))
    tree = _with_patterns(tree, used, patterns)
    candidates = [tree]
    for way in (_multiplied_out, _factored, _chains_factored, _listed):
        try:
            candidates.append(way(tree))
        except TooLargeError:
            continue
    return min(candidates, key=lambda candidate: candidate.size)


def _with_patterns(
    tree: ExpressionTree, used: dict[str, None], patterns: tuple[KnownIdentity, ...]
) -> ExpressionTree:
    inside = _inside(tree)
    for pattern in patterns if inside else ():
        found = _matched(tree, pattern, inside)
        if found is not None:
            used[pattern.used] = None
            tree = found
    return tree


def _matched(
    tree: ExpressionTree, pattern: KnownIdentity, inside: Iterable[ExpressionTree]
) -> ExpressionTree | None:
    """The product with the factors of a pattern replaced, for whichever `u` they stand."""
    _, factors = parts(tree)
    powers = dict(map(base_of, factors))
    for u in inside:
        wanted = _factors(pattern.text, u)
        if wanted and all(powers.get(b, NOTHING) == e for b, e in map(base_of, wanted)):
            inverse = [power(factor, number(-1)) for factor in wanted]
            return product(tree, *inverse, tree_of(rule(pattern.result), {"u": u}))
    return None


@lru_cache(maxsize=MAX_REMEMBERED)
def _factors(text: str, u: ExpressionTree) -> tuple[ExpressionTree, ...]:
    """The factors of a pattern for this `u`; none where it has no formula."""
    try:
        return parts(tree_of(rule(text), {"u": u}))[1]
    except TooLargeError:
        return ()


def _inside(tree: ExpressionTree) -> dict[ExpressionTree, None]:
    """What stands as the argument of an exp, itself or negated, of a logsumexp or of a mean."""
    found: dict[ExpressionTree, None] = {}
    # A sum is no product of factors.
    stack = [] if tree.op == "+" else [tree]
    while stack:
        item = stack.pop()
        stack.extend(item.args)
        if item.op == "call" and item.payload in ("logsumexp", "mean"):
            found[item.args[0]] = None
        if item.op == "call" and item.payload == "exp":
            found |= dict.fromkeys((item.args[0], product(number(-1), item.args[0])))
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
        exponents = [table.get(base, NOTHING) for table in tables]
        if exponent and all(e * exponent > 0 for e in exponents):
            common.append(power(base, number(min(exponents, key=abs))))
    if len(coefficients) == 1:
        common.append(number(coefficients.pop()))
    if not common:
        return tree
    return product(*common, total(*(_divided(term, common) for term in tree.args)))


def _divided(term: ExpressionTree, common: list[ExpressionTree]) -> ExpressionTree:
    """A product without factors that it has; what is a number without them becomes one."""
    coefficient, factors = parts(term)
    powers = dict(map(base_of, factors))
    for factor in common:
        if factor.op == "number":
            coefficient /= factor.value
        else:
            base, exponent = base_of(factor)
            powers[base] -= exponent
    left = (power(base, number(e)) for base, e in powers.items() if e)
    return product(number(coefficient), *left)


def _listed(tree: ExpressionTree) -> ExpressionTree:
    """A number for each element, as [a, b], where each of them has one."""
    terms = tree.args if tree.op == "+" else ()
    elements: dict[Fraction, ExpressionTree] = {}
    for term in terms:
        coefficient, factors = parts(term)
        arrays = [factor for factor in factors if factor.shape]
        if len(arrays) != 1 or not is_onehot(arrays[0]) or arrays[0].args[0].op != "number":
            return tree
        numbers = [factor for factor in factors if not factor.shape]
        place = arrays[0].args[0].value
        elements[place] = product(number(coefficient), *numbers)
    if len(tree.shape) != 1 or len(elements) != len(terms) or len(elements) != tree.shape[0]:
        return tree
    return node("list", tuple(elements[place] for place in sorted(elements)), "", tree.shape)


def _chains_factored(tree: ExpressionTree) -> ExpressionTree:
    """A x + B x as (A + B) x, and x A + x B as x (A + B), beside other terms too."""
    if tree.op != "+":
        return tree
    for end in (-1, 0):
        groups: dict[ExpressionTree, list[ExpressionTree]] = {}
        for term in tree.args:
            _, factors = parts(term)
            if len(factors) == 1 and factors[0].op == "@":
                groups.setdefault(factors[0].args[end], []).append(term)
        shared = next((link for link, terms in groups.items() if len(terms) > 1), None)
        if shared is not None:
            inner = total(*(_without_end(term, end) for term in groups[shared]))
            joined = matmul(inner, shared) if end else matmul(shared, inner)
            return total(joined, *(term for term in tree.args if term not in groups[shared]))
    return tree


def _without_end(term: ExpressionTree, end: int) -> ExpressionTree:
    """A product without the last link of its chain, or without the first."""
    coefficient, (chain,) = parts(term)
    found = number(coefficient)
    for link in chain.args[:-1] if end else chain.args[1:]:
        found = matmul(found, link)
    return found
