"""Wrong rules at powers, at quotients, and where the rule is written with the output."""

from collections.abc import Iterator

from backprop_cli.exercises.mistakes.rule_trees import (
    Texts,
    Tree,
    alone,
    is_power,
    mentions,
    name,
    number,
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
from backprop_cli.gates.gate import Gate

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
    for slot, tree in enumerate(trees_of(gate)):
        found = _power_rule(gate, slot)
        if found is not None:
            factor, power = found
            yield from alone(gate, slot, power)
            yield from alone(gate, slot, factor)
        elif tree.op == "/" and tree.args[1].op == "*" and tree.args[1].args[0].op == "number":
            yield from alone(gate, slot, tree._replace(args=(tree.args[0], tree.args[1].args[1])))


def power_not_lowered(gate: Gate) -> Iterator[Texts]:
    """`b * a^b` for `b * a^(b - 1)`."""
    for slot in range(len(gate.local)):
        found = _power_rule(gate, slot)
        if found is not None:
            factor, power = found
            yield from alone(gate, slot, Tree("*", (factor, _raised(power))))


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
    for slot, tree in enumerate(trees_of(gate)):
        if tree.op == "/" and tree.args[1].op == "^" and is_power(tree.args[1], gate.inputs[slot]):
            yield from alone(gate, slot, tree._replace(args=(tree.args[0], tree.args[1].args[0])))


def _is_quotient(gate: Gate) -> bool:
    return tree_of(gate.forward) == tree_of("a / b")


def square_in_the_wrong_place(gate: Gate) -> Iterator[Texts]:
    """The square of the quotient rule at the top, at both, or at the other input."""
    if _is_quotient(gate):
        yield from ((None, "-a^2 / b"), (None, "-a^2 / b^2"), ("1 / b^2", None))


def numerator_reversed(gate: Gate) -> Iterator[Texts]:
    """Both terms of the quotient rule with the other sign."""
    if _is_quotient(gate):
        yield together([without_minus(t) or with_minus(t) or t for t in trees_of(gate)])


# Rules in the output


def _is_by_output(gate: Gate) -> bool:
    """Whether its one rule is written with its output, and without its input."""
    tree = tree_of(gate.local[0])
    return (
        len(gate.inputs) == 1
        and not gate.variadic
        and mentions(tree, "out")
        and not mentions(tree, "a")
    )


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
