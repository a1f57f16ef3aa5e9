"""From the rules of gates, as terms of the language, to trees."""

from collections.abc import Callable, Mapping

from backprop_cli.analysis.closed_form.matrices import (
    along,
    matmul,
    sum_along,
    sum_of,
    trace_of,
    transpose,
)
from backprop_cli.analysis.closed_form.tree import (
    ONE,
    ZERO,
    ExpressionTree,
    TooLargeError,
    broadcast,
    node,
    number,
    power,
    product,
    row,
    total,
)
from backprop_cli.gates.emitter import ALONG_AXIS, CONSTANTS, TO_NUMBER
from backprop_cli.language.syntax import Expression, Term

Trees = tuple[ExpressionTree, ...]

REDUCING = {*ALONG_AXIS, *TO_NUMBER, "dot"} - {"softmax"}
"""Functions of an array that give a number."""

UNKNOWN = ("onehot", "ties", "cumsum", "prod")
"""Functions of the rules that have no tree."""

OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}

BUILD: dict[str, Callable[..., ExpressionTree]] = {
    "+": total,
    "-": lambda left, right: total(left, product(number(-1), right)),
    "neg": lambda only: product(number(-1), only),
    "*": product,
    "/": lambda above, below: product(above, power(below, number(-1))),
    "^": power,
    "@": matmul,
    ".T": transpose,
    "norm": lambda only: node("norm", (only,), "", ()),
}
"""Operator -> the canonical form of its term."""

CALLS: dict[str, Callable[..., ExpressionTree]] = {
    "sum": sum_of,
    "trace": trace_of,
    "tr": trace_of,
    "outer": lambda left, right: matmul(left, transpose(right)),
    "square": lambda only: power(only, number(2)),
    "pow": power,
    "cofactors": lambda only: (
        product(
            node("call", (only,), "det", ()), transpose(node("call", (only,), "inv", only.shape))
        )
        if only.shape
        else number(1)
    ),
}
"""Function -> the canonical form of its call."""


def tree_of(
    expression: Expression,
    names: Mapping[str, ExpressionTree],
    assumed: dict[ExpressionTree, None] | None = None,
) -> ExpressionTree:
    """The tree of a rule's text.

    Args:
        expression: the text, parsed.
        names: what to put in for each name.
        assumed: gets what is taken to hold, where a rule has `where(x == 0, …)`.

    Raises:
        TooLargeError: for what has no tree here.
    """
    found: list[ExpressionTree] = []
    for term in expression.terms:
        args = tuple(found[arg] for arg in term.args)
        found.append(_tree(term, args, names, assumed))
    return found[-1]


def _tree(
    term: Term,
    args: Trees,
    names: Mapping[str, ExpressionTree],
    assumed: dict[ExpressionTree, None] | None,
) -> ExpressionTree:
    op, payload = term.op, term.payload
    if op in BUILD:
        return BUILD[op](*args)
    if op == "number":
        return number(float(payload))
    if op == "name":
        return _name(str(payload), names)
    if op == "compare":
        return _comparison(str(payload), args)
    if op == "keyword":
        return node(op, args, str(payload), ())
    if op == "list" and len(args) == 1 and len(args[0].shape) == 1:
        return row(args[0])
    if op == "index" and args[0] == ONE and args[1].op == "compare":
        return node(op, args, "", args[1].shape)
    if op == "call" and payload == "where":
        return _where(args, assumed)
    if op == "call" and payload not in UNKNOWN:
        return _call(str(payload), args)
    raise TooLargeError


def _name(name: str, names: Mapping[str, ExpressionTree]) -> ExpressionTree:
    if name in names:
        return names[name]
    if name in CONSTANTS:
        return ExpressionTree("name", (), name)
    raise TooLargeError


def _comparison(sign: str, args: Trees) -> ExpressionTree:
    """A comparison; that 1[x > 0] is not 0 says the same as x > 0."""
    left, right = args
    for inside, signs in ((left, {}), (total(ONE, product(number(-1), left)), OPPOSITE)):
        if sign == "!=" and right == ZERO and inside.op == "index" and inside.args[0] == ONE:
            condition = inside.args[1]
            opposite = signs.get(str(condition.payload), condition.payload)
            return condition._replace(payload=opposite)
    return node("compare", args, sign, broadcast(*args))


def _where(args: Trees, assumed: dict[ExpressionTree, None] | None) -> ExpressionTree:
    """The branch that is taken nearly everywhere: where two values are not equal."""
    condition, equal, other = args
    if condition.op != "compare" or condition.payload != "==":
        return node("call", args, "where", broadcast(*args))
    left, right = condition.args
    if left.op == right.op == "number":
        return equal if left == right else other
    if assumed is None:
        raise TooLargeError
    assumed[condition._replace(payload="!=")] = None
    return other


def _call(name: str, args: Trees) -> ExpressionTree:
    if len(args) == 2 and args[1].op == "keyword" and args[1].args[0].op == "number":
        tree, axis = args[0], int(float(str(args[1].args[0].payload)))
        if len(tree.shape) < 2:
            raise TooLargeError
        if name == "sum":
            return sum_along(tree, axis)
        shape = tree.shape if name == "softmax" else tree.shape[1 - axis : 2 - axis]
        return along(name, tree, axis, shape)
    if name in CALLS:
        return CALLS[name](*args)
    is_number = name in REDUCING and (len(args) == 1 or name == "dot")
    return node("call", args, name, () if is_number else broadcast(*args))
