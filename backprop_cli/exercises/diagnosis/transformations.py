"""Make wrong rules of the right ones: drop a factor, turn a sign, invert a mask, do not transpose.

Each function takes a gate, and gives the wrong rules that it makes of the gate's own; none, where
it does not fit. So a gate that is added to the table is diagnosed at once.
"""

from collections.abc import Callable, Iterator, Sequence

from backprop_cli.exercises.diagnosis.mistake import Texts
from backprop_cli.exercises.diagnosis.rule_trees import (
    Tree,
    inverted,
    is_power,
    mask_of,
    mentions,
    name,
    number,
    parts,
    renamed,
    text_of,
    tree_of,
    with_minus,
    without_cases,
    without_minus,
)
from backprop_cli.gates.gate import Gate, Pattern

Transformation = Callable[[Gate], Iterator[Texts]]

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
    return gate.pattern is Pattern.ROUTER and (gate.kink is None or gate.kink.tie)


def _has_one_input(gate: Gate) -> bool:
    return len(gate.inputs) == 1 and not gate.variadic


def _is_of_matrices(tree: Tree) -> bool:
    """Whether the upstream has another shape than what is sent: `g @ b.T`, `g.T`, `g[p]`."""
    shaped = ("@", ".T")
    picks = (part.op == "index" and part.args[0].op == "name" for part in parts(tree))
    return any(part.op in shaped for part in parts(tree)) or any(picks)


def _is_by_output(gate: Gate) -> bool:
    """Whether its one rule is written with its output, and without its input."""
    tree = tree_of(gate.local[0])
    return _has_one_input(gate) and mentions(tree, "out") and not mentions(tree, "a")


def _trees(gate: Gate) -> list[Tree]:
    return [tree_of(text) for text in gate.local]


# Which of its inputs


def _alone(gate: Gate, slot: int, tree: Tree | None) -> Iterator[Texts]:
    """A wrong rule at one input."""
    if tree is not None:
        texts: list[str | None] = [None] * len(gate.local)
        texts[slot] = text_of(tree)
        yield tuple(texts)


def _each_alone(gate: Gate, trees: Sequence[Tree | None]) -> Iterator[Texts]:
    for slot, tree in enumerate(trees):
        yield from _alone(gate, slot, tree)


def _together(trees: Sequence[Tree]) -> Texts:
    return tuple(map(text_of, trees))


# Any gate


def local_factor_lost(gate: Gate) -> Iterator[Texts]:
    """`g` for `g * b`: the upstream as it is."""
    trees = _trees(gate)
    if _chooses(gate) or any(map(_is_of_matrices, trees)):
        return
    lost = [None if text in UNIT else name("g") for text in gate.local]
    is_by_cases = any(tree != without_cases(tree) for tree in trees)
    if all(lost) and len(lost) > 1 and not is_by_cases:
        yield _together([name("g") for _ in lost])
    yield from _each_alone(gate, lost)


def sign_lost(gate: Gate) -> Iterator[Texts]:
    """`a / b^2` for `-a / b^2`."""
    yield from _each_alone(gate, [without_minus(tree) for tree in _trees(gate)])


def sign_turned(gate: Gate) -> Iterator[Texts]:
    """`-b` for `b`."""
    if _computes(gate):
        yield from _each_alone(gate, [with_minus(tree) for tree in _trees(gate)])


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
    if gate.pattern is Pattern.SWITCHER:
        first, second = gate.inputs
        exchanged = {first: second, second: first}
        yield _together([renamed(tree, exchanged) for tree in _trees(gate)])


def sent_to_all(gate: Gate) -> Iterator[Texts]:
    """`g` for `1[a > b]` at every input."""
    if _chooses(gate):
        yield ("g",) * len(gate.local)


def sent_to_another(gate: Gate) -> Iterator[Texts]:
    """`1[a < b]` for `1[a > b]`; of many, to all others or to the one at the other end."""
    masks = [mask_of(tree) for tree in _trees(gate)]
    if not _chooses(gate) or None in masks:
        return
    yield _together([inverted(mask) for mask in masks if mask])
    if gate.variadic:
        forward = tree_of(gate.forward)
        other = forward._replace(payload={"max": "min", "min": "max"}[str(forward.payload)])
        yield (f"1[a == {text_of(other)}]",)


def _mask_of_input(gate: Gate) -> Tree | None:
    """The mask of a gate that lets its one input through or does not."""
    tree = tree_of(gate.local[0])
    return tree if _has_one_input(gate) and not _chooses(gate) and mask_of(tree) == tree else None


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


# Powers and quotients


def _power_rule(gate: Gate, slot: int) -> tuple[Tree, Tree] | None:
    """The factor and the power of `2 * a` or `b * a^(b - 1)`; None of any other rule."""
    tree = without_cases(tree_of(gate.local[slot]))
    if tree.op != "*":
        return None
    factor, power = tree.args
    is_exponent = factor.op == "number" or factor.payload in gate.inputs
    return (factor, power) if is_exponent and is_power(power, gate.inputs[slot]) else None


def power_factor_lost(gate: Gate) -> Iterator[Texts]:
    """`a` or `2` for `2 * a`, and `1 / out` for `1 / (2 * out)`."""
    for slot, tree in enumerate(_trees(gate)):
        found = _power_rule(gate, slot)
        if found is not None:
            factor, power = found
            yield from _alone(gate, slot, power)
            yield from _alone(gate, slot, factor)
        elif tree.op == "/" and tree.args[1].op == "*" and tree.args[1].args[0].op == "number":
            yield from _alone(gate, slot, tree._replace(args=(tree.args[0], tree.args[1].args[1])))


def power_not_lowered(gate: Gate) -> Iterator[Texts]:
    """`b * a^b` for `b * a^(b - 1)`."""
    for slot in range(len(gate.local)):
        found = _power_rule(gate, slot)
        if found is not None:
            factor, power = found
            yield from _alone(gate, slot, Tree("*", (factor, _raised(power))))


def _raised(power: Tree) -> Tree:
    if power.op != "^":
        return Tree("^", (power, number(2.0)))
    base, exponent = power.args
    if exponent.op == "number":
        return power._replace(args=(base, number(float(exponent.payload) + 1)))
    is_lowered = exponent.op == "-" and exponent.args[1] == number(1.0)
    higher = exponent.args[0] if is_lowered else Tree("+", (exponent, number(1.0)))
    return power._replace(args=(base, higher))


def denominator_not_squared(gate: Gate) -> Iterator[Texts]:
    """`-a / b` for `-a / b^2`."""
    for slot, tree in enumerate(_trees(gate)):
        if tree.op == "/" and tree.args[1].op == "^" and is_power(tree.args[1], gate.inputs[slot]):
            yield from _alone(gate, slot, tree._replace(args=(tree.args[0], tree.args[1].args[0])))


def _is_quotient(gate: Gate) -> bool:
    return tree_of(gate.forward) == tree_of("a / b")


def square_in_the_wrong_place(gate: Gate) -> Iterator[Texts]:
    """The square of the quotient rule at the top, at both, or at the other input."""
    if _is_quotient(gate):
        yield from ((None, "-a^2 / b"), (None, "-a^2 / b^2"), ("1 / b^2", None))


def numerator_reversed(gate: Gate) -> Iterator[Texts]:
    """Both terms of the quotient rule with the other sign."""
    if _is_quotient(gate):
        yield _together([without_minus(t) or with_minus(t) or t for t in _trees(gate)])


# Rules in the output


def slope_at_input(gate: Gate) -> Iterator[Texts]:
    """`1 - a^2` for `1 - out^2`."""
    if _is_by_output(gate):
        yield (text_of(renamed(tree_of(gate.local[0]), {"out": "a"})),)


def value_for_slope(gate: Gate) -> Iterator[Texts]:
    """`out`, or 1 minus it, for a rule that is made of it."""
    tree = tree_of(gate.local[0])
    if _is_by_output(gate) and tree != name("out"):
        yield ("out",)
        if any(part.op == "-" and part.args[0] == number(1.0) for part in parts(tree)):
            yield ("1 - out",)


# Matrix products


def _factors(gate: Gate) -> list[tuple[Tree, Tree]]:
    """The two factors of the rule for each input of a matrix product; none of any other gate."""
    trees = _trees(gate)
    are_products = len(trees) == 2 and all(tree.op == "@" for tree in trees)
    return [(tree.args[0], tree.args[1]) for tree in trees] if are_products else []


def _plain(tree: Tree) -> Tree:
    """A factor without its transpose."""
    return tree.args[0] if tree.op == ".T" and not mentions(tree, "g") else tree


def not_transposed(gate: Gate) -> Iterator[Texts]:
    """`g @ b` for `g @ b.T`, or all of it transposed."""
    factors = _factors(gate)
    wrong = [Tree("@", (_plain(left), _plain(right))) for left, right in factors]
    if wrong and wrong != _trees(gate):
        yield from _alone(gate, 1, wrong[1])
        yield from _alone(gate, 0, wrong[0])
        left, right = wrong[0].args
        yield from _alone(gate, 0, Tree("@", (right, Tree(".T", (left,)))))
        yield _together(wrong)


def in_wrong_order(gate: Gate) -> Iterator[Texts]:
    """`b.T @ g` for `g @ b.T`."""
    wrong = [Tree("@", (right, left)) for left, right in _factors(gate)]
    if wrong:
        yield _together(wrong)
        yield from _alone(gate, 1, wrong[1])
        yield from _alone(gate, 0, wrong[0])


def element_by_element(gate: Gate) -> Iterator[Texts]:
    """`g * b` for `g @ b.T`."""
    for slot, (left, right) in enumerate(_factors(gate)):
        other = right if mentions(left, "g") else left
        yield from _alone(gate, slot, Tree("*", (name("g"), _plain(other))))
