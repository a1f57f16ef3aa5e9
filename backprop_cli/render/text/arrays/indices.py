"""Place notation: W₀₁, q_k, and what a gate's rule says of one element."""

from collections.abc import Mapping, Sequence
from typing import Any

from backprop_cli.autodiff.steps import Step, branch_of, rule_names
from backprop_cli.errors import inert
from backprop_cli.gates.compiler import mentions, rule
from backprop_cli.gates.emitter import ALONG_AXIS
from backprop_cli.gates.shape_rules.shape_rule import ByRule, ElementOf, Moved, Place, Sent
from backprop_cli.gates.shape_rules.value_type import numbers
from backprop_cli.graph.graph import Graph
from backprop_cli.language.printer import show
from backprop_cli.language.style import Style
from backprop_cli.language.syntax import Expression
from backprop_cli.render.text.options import Look

LETTERS = ("k", "l")
"""The indices of a sum, one for each axis."""

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_WHOLE = {*ALONG_AXIS, "ties", "onehot", "where"}
"""Functions of whole arrays, or of a choice: no rule of one element is left where they stand."""


def symbol(graph: Graph, node: int, index: Place, look: Look) -> str:
    """W₀₁ or W_k1; W[0,1] in ASCII, and where an index has more than one digit."""
    name = inert(graph.names[node])
    if not index:
        return name
    if look.ascii or any(len(str(place)) > 1 for place in index):
        return f"{name}[{','.join(map(str, index))}]"
    joined = "".join(map(str, index))
    return name + (joined.translate(_SUBSCRIPTS) if joined.isdecimal() else f"_{joined}")


def spelling(look: Look) -> Style:
    """How products of elements are spelt: 2 q₀ x₁."""
    return look.style if look.ascii else look.style._replace(times=" ")


def slope(step: Step, values: Sequence[Any], at: Place, by: Place, look: Look) -> str | None:
    """∂q_at/∂x_by in symbols, where there is a tidy form.

    Args:
        step: from q to x.
        values: of all nodes, by which a branch of the rule is chosen.
        at: the element of the gate's output.
        by: the element of its input, which feeds it.
        look: how it is written.
    """
    graph, gate, args = step.graph, step.gate, step.graph.args[step.output]
    own = step.text == gate.local[0 if gate.variadic else step.slot]
    if gate.shape.local_is_structural and not own:
        # That these move elements and multiply matrices is so by their own rules alone.
        return None
    match gate.shape.entry(graph.use(step.output), step.slot, at, by):
        case Moved():
            return "1"
        case ElementOf(slot, place):
            return symbol(graph, args[slot], place, look)
        case Sent():
            return _sent(step, at, by, look)
        case ByRule(met):
            return None if gate.variadic else _by_rule(step, values, at, met, look)


def _by_rule(
    step: Step, values: Sequence[Any], at: Place, met: Sequence[Place], look: Look
) -> str | None:
    """What the rule says of the elements that meet, where it is a local derivative."""
    graph, gate, args = step.graph, step.gate, step.graph.args[step.output]
    if mentions(step.text, "g"):
        return None
    places: dict[str, tuple[int, Place]] = {"out": (step.output, at)}
    for name, arg, place in zip(gate.inputs, args, met, strict=True):
        places[name] = (arg, place)
    # Not `step.typed`, which lays out along an axis what is one number here.
    expression, branch = rule(step.text), _branch(step, values, places)
    if branch is not None:
        taken = expression.statements[-1]._replace(term=branch)
        expression = expression._replace(statements=(taken,))
    if _speaks_of_arrays(expression):
        return None
    names = rule_names(graph, step.output, step.slot)
    names |= {name: symbol(graph, node, index, look) for name, (node, index) in places.items()}
    return show(expression, names, spelling(look), fold=True)


_Factors = list[str] | None
"""A product of symbols: empty for 1, None for 0."""


def _sent(step: Step, at: Place, by: Place, look: Look) -> str | None:
    """What a rule such as out * (g - sum(g * out)) sends from one element to one.

    It is worked out, in symbols, for an upstream that is 1 at `at` and 0 elsewhere; at three
    places, which are `at`, `by`, and any other.
    """
    if any(isinstance(place, str) for place in at):
        return None
    expression = rule(step.text)
    found: list[tuple[_Factors, ...]] = []
    symbols = {
        name: tuple([symbol(step.graph, node, index, look)] for index in (at, by, ("j",)))
        for name, node in (("out", step.output), ("a", step.input))
    }
    for term in expression.terms:
        args = [found[arg] for arg in term.args]
        if term.op == "name" and term.payload == "g":
            found.append(([], [] if at == by else None, None))
        elif term.op == "name" and term.payload in symbols:
            found.append(symbols[term.payload])
        elif term.op in "*-":
            combine = _times if term.op == "*" else _minus
            pairs = zip(args[0], args[1], strict=True)
            found.append(tuple(combine(left, right, look) for left, right in pairs))
        elif term.op == "call" and term.payload == "sum" and args[0][2] is None:
            # Of what is 0 at any other place, the sum is what there is at this one.
            found.append((args[0][0],) * 3)
        else:
            return None
    sent = found[expression.statements[-1].term][1]
    return "0" if sent is None else multiplied(sent, look)


def _times(left: _Factors, right: _Factors, look: Look) -> _Factors:
    return None if left is None or right is None else left + right


def _minus(left: _Factors, right: _Factors, look: Look) -> _Factors:
    if left is None or right is None:
        return left if right is None else ["-1", *right]
    second = multiplied(right, look)
    return [f"{multiplied(left, look)} - {f'({second})' if _is_open(second) else second}"]


def _branch(
    step: Step, values: Sequence[Any], places: Mapping[str, tuple[int, Place]]
) -> int | None:
    """The branch of the rule that this element takes, whatever the others do."""
    if not all(isinstance(place, int) for _, index in places.values() for place in index):
        return step.branch
    here = [
        float(values[node][index]) if index else float(values[node])
        for node, index in places.values()
    ]
    return branch_of(step.text, tuple(places), numbers(len(places)), None, here)


def _speaks_of_arrays(expression: Expression) -> bool:
    """Whether a rule uses a function of a whole array, or leaves a choice open."""
    terms = expression.terms
    waiting = [expression.statements[-1].term]
    while waiting:
        term = terms[waiting.pop()]
        if term.op == "norm" or (term.op == "call" and term.payload in _WHOLE):
            return True
        waiting += term.args
    return False


def multiplied(factors: Sequence[str], look: Look) -> str:
    """A product of symbols: without its ones, with parentheses where they are needed."""
    sign, kept = "", []
    for factor in factors:
        if factor in ("1", "-1"):
            sign = ("" if sign else "-") if factor == "-1" else sign
        else:
            kept.append(factor)
    if len(kept) > 1 or sign:
        kept = [f"({factor})" if _is_open(factor) else factor for factor in kept]
    return sign + (spelling(look).times.join(kept) or "1")


def _is_open(factor: str) -> bool:
    """Whether a sum, a difference, a quotient or a sign would fall apart in a product."""
    depth, plain = 0, ""
    for letter in factor:
        depth += (letter in "([") - (letter in ")]")
        plain += letter if depth == 0 else ""
    quotient = "/" in plain and not plain.startswith(("∂", "d"))
    return quotient or " + " in plain or " - " in plain or plain.startswith("-")
